"""How long a thing that was read may be believed, and what is older than that."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from bascule.catalogue.check import AGE_DAYS, sourced
from bascule.model import Organisation


class Aged(msgspec.Struct, frozen=True):
    """One thing that has to be read again.

    Attributes:
        organisation: Its organisation's id.
        place: Where in the organisation's file, as a JSON path.
        due: The day from which it counts as old.
    """

    organisation: str
    place: str
    kind: str
    source: str
    read_on: date
    due: date


def aged(organisations: Iterable[Organisation], day: date) -> list[Aged]:
    """Return what is due on a day, what has waited longest first; then by organisation and place."""
    found = [
        Aged(entry.id, place, kind, thing.source, thing.read_on, due)
        for entry in organisations
        for place, kind, thing in sourced(entry)
        if (due := thing.read_on + timedelta(days=AGE_DAYS[kind] + 1)) <= day
    ]
    return sorted(found, key=lambda item: (item.due, item.organisation, item.place))
