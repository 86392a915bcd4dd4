"""Names below the domain: files, meetings, shop and what else a firm puts under its own name, often on others' machines."""

from collections.abc import Iterator

import msgspec

from bascule.catalogue import Catalogue, Trace
from bascule.identify.records import Records
from bascule.identify.rows import Rows
from bascule.identify.wildcard import by_wildcard
from bascule.model import Channel, Evidence, Kind, Outcome, Role, Strength

_SURE = {Strength.PROOF: 0.95, Strength.STRONG: 0.85, Strength.WEAK: 0.5}
_MACHINES = (Role.HOST, Role.CDN, Role.INFRASTRUCTURE)
_ELSEWHERE = {"www", "autodiscover", "autoconfig"}
"""Labels that the site and the mail look at themselves."""
_CARRIED = {"website", "hosting", "email"}
"""Functions whose machines are looked at by themselves: a name beside them (`shop.`, `mail.`) says nothing about where these are."""


class Place(msgspec.Struct, frozen=True):
    """What machines under a name are for, when that can be told."""

    subject: str
    function: str | None
    role: Role


def below(subject: str, loaded: frozenset[str], records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """Add a row for each name below a domain that leads to a service that is known.

    `loaded` are the hosts that the domain's own page loads: one that is an alias of a third party hides it (CNAME cloaking).
    """
    for name in sorted(_names(subject, records)):
        place = _place(subject, name, loaded, catalogue)
        item = records.answer(f"CNAME {name}")
        for target in records.links(name)[1:]:
            for trace in catalogue.traces.find(Channel.CNAME, target):
                _add(trace, _SURE[trace.fingerprint.strength], item, place, rows)
            for trace in catalogue.traces.find(Channel.SCRIPT_HOST, target) if name in loaded else ():
                _add(trace, _SURE[trace.fingerprint.strength], item, place, rows)
        for number, country, network in records.networks(name):
            for trace in catalogue.traces.find(Channel.ASN, str(number)):
                if trace.organisation.id not in {row.organisation for row in rows.of(subject)}:
                    _add(trace, 0.7, network, place, rows, country)


def _names(subject: str, records: Records) -> Iterator[str]:
    """Yield the names that were asked about below a domain and that answer for themselves.

    Labels with an underscore are no hosts.
    """
    asked = {item.question.partition(" ")[2] for item in records.of.get(subject, ()) if _is_address(item)}
    for name in asked:
        label = name.removesuffix(f".{subject}")
        if (
            name != label
            and label not in _ELSEWHERE
            and not label.startswith("_")
            and "._" not in label
            and not by_wildcard(name, subject, records, unsure=True)
        ):
            yield name


def _is_address(item: Evidence) -> bool:
    return item.kind is Kind.DNS and item.outcome is Outcome.PRESENT and item.question.startswith(("CNAME ", "A ", "AAAA "))


def _add(trace: Trace, sure: float, item: Evidence | None, place: Place, rows: Rows, country: str | None = None) -> None:
    """Add what a name leads to: a service in its own role, machines as far as the name or the page tells what for."""
    proof = [item] if item else []
    if trace.fingerprint.role not in _MACHINES:
        rows.trace(place.subject, trace, sure, proof)
    elif place.function is not None:
        organisation, service = trace.organisation.id, trace.service.id
        rows.add(place.subject, place.function, place.role, organisation, sure, proof, service=service, country=country, trace=trace)


def _place(subject: str, name: str, loaded: frozenset[str], catalogue: Catalogue) -> Place:
    """Return what machines under a name are for: the function that its label names, or the pages that call them; else nobody knows."""
    function = catalogue.names.function(name.partition(".")[0])
    if function is not None and function not in _CARRIED:
        return Place(subject, function, Role.OPERATOR)
    return Place(subject, "website" if name in loaded else None, Role.THIRD_PARTY)
