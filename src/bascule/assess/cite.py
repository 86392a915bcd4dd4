"""Quotations: every fact that a result leans on gets an id, its value, its source and its date."""

from datetime import date

from bascule.catalogue import Catalogue
from bascule.model import Alternative, Cited, Claim, Deployment, Fact, Hosting, Law, Need, Organisation, Owner, Service, Sourced, Transfer


class Citations:
    """Collects the facts that an assessment leans on; the same fact is quoted once."""

    def __init__(self) -> None:
        self._quoted: dict[str, Cited] = {}

    def _quote(self, name: str, about: str, claim: str, value: str | int | float | bool, thing: Sourced) -> str:
        english = thing.en if isinstance(thing, Fact) else ""
        self._quoted[name] = Cited(
            id=name, about=about, claim=claim, value=value, source=thing.source, read_on=thing.read_on, partial=thing.partial, en=english
        )
        return name

    def organisation(self, entry: Organisation, claim: Claim) -> list[tuple[str, Fact]]:
        """Quote what is said of an organisation under one claim."""
        facts = [fact for fact in entry.facts if fact.claim is claim]
        return [(self._quote(f"f:o/{entry.id}/{claim}/{fact.value}", entry.id, claim, fact.value, fact), fact) for fact in facts]

    def owner(self, entry: str, link: Owner) -> str:
        """Quote a link to an owner."""
        value = f"{link.organisation}" if link.share_pct is None else f"{link.organisation} ({link.share_pct:g} %)"
        return self._quote(f"f:o/{entry}/owner/{link.organisation}", entry, f"owner ({link.kind})", value, link)

    def service(self, entry: Service, claim: Claim) -> list[tuple[str, Fact]]:
        """Quote what is said of a service under one claim."""
        facts = [fact for fact in entry.facts if fact.claim is claim]
        return [(self._quote(f"f:s/{entry.id}/{claim}/{fact.value}"[:200], entry.id, claim, fact.value, fact), fact) for fact in facts]

    def remarks(self, entry: Service, claim: Claim) -> list[str]:
        """Quote what is said of a service under one claim, and return the ids alone."""
        return [name for name, _ in self.service(entry, claim)]

    def operator(self, entry: Deployment) -> str:
        """Quote who operates a deployment."""
        return self._quote(f"f:d/{entry.id}/operator", entry.id, "operator", entry.operator, entry)

    def hosting(self, entry: Deployment, host: Hosting) -> str:
        """Quote on whose machines a deployment runs."""
        value = f"{host.provider} ({host.country})" if host.country else host.provider
        name = f"f:d/{entry.id}/hosting/{host.provider}" + (f"/{host.country}" if host.country else "")
        return self._quote(name, entry.id, "hosting", value, host)

    def need(self, entry: Deployment, need: Need) -> str:
        """Quote what a deployment cannot do without."""
        return self._quote(f"f:d/{entry.id}/needs/{need.service}/{need.kind}", entry.id, f"needs ({need.kind})", need.service, need)

    def transfer(self, entry: Service, transfer: Transfer, way: str) -> str:
        """Quote a way out or in."""
        name = f"f:s/{entry.id}/{way}/{transfer.data}/{transfer.method}/{transfer.format}"
        return self._quote(name, entry.id, f"{way} ({transfer.data})", transfer.format, transfer)

    def alternative(self, function: str, option: Alternative) -> str:
        """Quote that a service can take over a function."""
        return self._quote(f"f:a/{function}/{option.deployment or option.service}", option.service, f"takes-over ({option.fit}/3)", function, option)

    def law(self, law: Law) -> str:
        """Quote a law."""
        return self._quote(f"f:l/{law.id}", law.jurisdiction, "law", law.instrument, law)

    def trace(self, name: str, catalogue: Catalogue) -> None:
        """Quote a fingerprint by its id."""
        trace = catalogue.traces.by_id[name]
        self._quote(name, trace.service.id, f"trace ({trace.fingerprint.channel})", trace.fingerprint.pattern, trace.fingerprint)

    def quoted(self) -> tuple[Cited, ...]:
        """Return the facts quoted, by id."""
        return tuple(self._quoted[name] for name in sorted(self._quoted))


def age_days(thing: Sourced, on: date) -> int:
    """Return how old a reading is, never below zero."""
    return max(0, (on - thing.read_on).days)
