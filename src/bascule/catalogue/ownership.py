"""Owners, step by step, up to the ultimate one."""

from datetime import date

import msgspec

from bascule.catalogue.compiled import Catalogue
from bascule.model import Claim


class Line(msgspec.Struct, frozen=True):
    """An organisation with those above it.

    Attributes:
        members: Ids, itself first, then owners step by step.
        ultimate: The one with nobody above it, when that is known; None as well when the owners lead up to several.
        countries: Codes of all members, sorted, as far as known.
    """

    members: tuple[str, ...]
    ultimate: str | None
    countries: tuple[str, ...]


def line(organisation: str, catalogue: Catalogue, on: date) -> Line:
    """Return an organisation's owners up to the ultimate one, on a day."""
    members, queue = [organisation], [organisation]
    tops: list[str | None] = []
    while queue:
        current = queue.pop(0)
        links = catalogue.owners(current, on)
        entry = catalogue.organisations.get(current)
        if not links:
            tops.append(current if entry and any(fact.claim is Claim.ULTIMATE for fact in entry.facts) else None)
        for link in links:
            if link.organisation not in members:
                members.append(link.organisation)
                queue.append(link.organisation)
    countries = {country for member in members if (country := seat(member, catalogue))}
    return Line(tuple(members), tops[0] if len(tops) == 1 else None, tuple(sorted(countries)))


def seat(organisation: str, catalogue: Catalogue) -> str | None:
    """Return the country of an organisation's registered seat, or None when it was not read."""
    entry = catalogue.organisations.get(organisation)
    values = [str(fact.value) for fact in entry.facts if fact.claim is Claim.COUNTRY] if entry else []
    return values[0] if values else None
