"""What identification says of each domain, in the words of the judged records."""

from collections.abc import Container, Iterable
from datetime import date

import msgspec

from bascule.catalogue import Catalogue, line, seat
from bascule.identify import identify, registrable
from bascule.model import NOBODY, SELF, Dependency, Evidence, Role

SURE_ENOUGH = 0.6
"""Below it a mailbox reading carries no statement about control."""


class Prediction(msgspec.Struct, frozen=True):
    """One line of the exchange format, with how sure we are and the rows that it leaves out.

    Attributes:
        gateway: None where no separate gateway is seen.
        us_controlled_mail: None where it cannot be told.
        machines: Whose networks the mail hosts stand in.
    """

    domain: str
    gateway: str | None
    mailbox: str
    senders: tuple[str, ...]
    us_controlled_mail: bool | None
    tenants: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()
    confidence: float = 0.0
    gateway_confidence: float = 0.0


class Everybody:
    """A vocabulary that holds every name."""

    def __contains__(self, name: object) -> bool:
        return True


def predictions(evidence: Iterable[Evidence], catalogue: Catalogue, on: date, vendors: Container[str] | None = None) -> dict[str, Prediction]:
    """Return a prediction for each domain, by name.

    Args:
        evidence: The records of all domains.
        catalogue: What identification reads them by.
        on: The day of the owners.
        vendors: Names that the judges know; an organisation of ours that is none of them is told by the domain that gave it away.
    """
    names = Everybody() if vendors is None else vendors
    by_domain: dict[str, list[Dependency]] = {}
    items = list(evidence)
    for row in identify(items, catalogue, on).dependencies:
        by_domain.setdefault(row.subject, []).append(row)
    return {domain: _one(domain, by_domain.get(domain, []), catalogue, on, names) for domain in dict.fromkeys(item.subject for item in items)}


def _one(domain: str, rows: list[Dependency], catalogue: Catalogue, on: date, names: Container[str]) -> Prediction:
    box, gate = _first(rows, Role.MAILBOX), _first(rows, Role.GATEWAY)
    return Prediction(
        domain=domain,
        gateway=_name(gate, names) if gate else None,
        mailbox=_name(box, names) if box else "unknown",
        senders=_names(rows, Role.SENDER, names),
        us_controlled_mail=controlled_from("US", box, gate, catalogue, on),
        tenants=_names(rows, Role.TENANT, names),
        machines=_names(rows, Role.INFRASTRUCTURE, names),
        confidence=box.confidence if box else 0.0,
        gateway_confidence=gate.confidence if gate else 0.0,
    )


def controlled_from(country: str, box: Dependency | None, gate: Dependency | None, catalogue: Catalogue, on: date) -> bool | None:
    """Say whether mail or its gateway is ultimately controlled from a country, by the catalogue's chain of owners.

    A local operator that the catalogue does not hold counts as controlled from elsewhere, as the judged records do.
    """
    solid = [row for row in (box, gate) if row is not None and row.confidence >= SURE_ENOUGH]
    if any(_reaches(row.organisation, country, catalogue, on) for row in solid):
        return True
    return None if box is None or box.confidence < SURE_ENOUGH else False


def _reaches(organisation: str, country: str, catalogue: Catalogue, on: date) -> bool:
    """Say whether the ultimate owner has its seat there; where the chain has no single known end, whether anybody in it has."""
    above = line(organisation, catalogue, on)
    return seat(above.ultimate, catalogue) == country if above.ultimate else country in above.countries


def _first(rows: list[Dependency], role: Role) -> Dependency | None:
    return max((row for row in rows if row.role is role), key=lambda row: row.confidence, default=None)


def _names(rows: list[Dependency], role: Role, names: Container[str]) -> tuple[str, ...]:
    return tuple(sorted({_name(row, names) for row in rows if row.role is role}))


def _name(row: Dependency, names: Container[str]) -> str:
    known = {SELF: "self-hosted", NOBODY: "none"}.get(row.organisation)
    kind, _, local = row.organisation.partition(":")
    if known or not local:
        return known or (row.organisation if row.organisation in names or not row.because else f"local-operator:{_domain(row.because[0])}")
    return f"local-operator:{'as' if kind == 'as' else ''}{local}"


def _domain(trace: str) -> str:
    """Return the registrable domain of the host pattern that a fingerprint's id ends in."""
    return registrable(trace.rpartition("/")[2])
