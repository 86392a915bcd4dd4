"""What identification says of each domain, in the words of the judged records."""

import re
from collections.abc import Iterable
from datetime import date

import msgspec

from bascule.catalogue import Catalogue, line, seat
from bascule.identify import identify
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
    also: tuple[str, ...] = ()


def predictions(evidence: Iterable[Evidence], catalogue: Catalogue, on: date) -> dict[str, Prediction]:
    """Return a prediction for each domain, by name."""
    by_domain: dict[str, list[Dependency]] = {}
    items = list(evidence)
    for row in identify(items, catalogue, on).dependencies:
        by_domain.setdefault(row.subject, []).append(row)
    return {domain: _one(domain, by_domain.get(domain, []), catalogue, on) for domain in dict.fromkeys(item.subject for item in items)}


def _one(domain: str, rows: list[Dependency], catalogue: Catalogue, on: date) -> Prediction:
    box, gate = _first(rows, Role.MAILBOX), _first(rows, Role.GATEWAY)
    return Prediction(
        domain=domain,
        gateway=_name(gate.organisation) if gate else None,
        mailbox=_name(box.organisation) if box else "unknown",
        senders=_names(rows, Role.SENDER),
        us_controlled_mail=controlled_from("US", box, gate, catalogue, on),
        tenants=_names(rows, Role.TENANT),
        machines=_names(rows, Role.INFRASTRUCTURE),
        confidence=box.confidence if box else 0.0,
        gateway_confidence=gate.confidence if gate else 0.0,
        also=tuple(_name(name) for name in box.also) if box else (),
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


def _names(rows: list[Dependency], role: Role) -> tuple[str, ...]:
    return tuple(sorted({_name(row.organisation) for row in rows if row.role is role}))


def _name(organisation: str) -> str:
    if organisation in (SELF, NOBODY):
        return {SELF: "self-hosted", NOBODY: "none"}[organisation]
    return re.sub(r"^as:", "local-operator:as", re.sub(r"^domain:", "local-operator:", organisation))
