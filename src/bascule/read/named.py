"""Names that technical files hold, counted: one observation a name, whatever number of lines bears it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from bascule.model import FIRM, Evidence, Kind, Outcome
from bascule.read.errors import InputError

MAX_NAMES = 20_000
MAX_DOCUMENT = 50 * 1024 * 1024
"""A document that is read as a whole."""
_LONGEST = 200
_NONE: Mapping[str, int] = {}


class What(StrEnum):
    """Which kind of name a label is (docs/evidence.md)."""

    APP = "app"
    SOFTWARE = "software"
    DOMAIN = "domain"
    BOOKMARK = "bookmark"
    PACKAGE = "package"
    IMAGE = "image"
    RESOURCE = "resource"
    VARIABLE = "variable"


class Names:
    """Names of one kind out of one file."""

    def __init__(self, path: Path, what: What) -> None:
        self._path = path
        self._what = what
        self._found: dict[str, dict[str, object]] = {}
        self._places: dict[str, str] = {}
        self._taken: dict[str, int] = {}

    def add(self, label: str, place: str | int, count: int = 1, counts: Mapping[str, int] = _NONE, last: date | None = None, **more: str) -> InputError | None:
        """Count a name; return a fault when there are more than any such file has.

        Args:
            label: The name.
            place: Where it stands.
            count: How often.
            counts: Other counts of which the highest holds (`users`).
            last: The last day on which it was used.
            more: What else the file says of it; the first word holds.
        """
        label = printable(label)
        if not label:
            return None
        value = self._found.get(label)
        if value is None:
            if len(self._found) >= MAX_NAMES:
                return InputError("too-many", self._path, str(place), limit=str(MAX_NAMES))
            value = self._found[label] = {"label": label, "what": self._what.value, "count": 0}
            self._places[label] = self._own_place(str(place))
        value["count"] = int(str(value["count"])) + count
        for key, number in counts.items():
            value[key] = max(number, int(str(value.get(key, 0))))
        if last is not None:
            value["last"] = max(last.isoformat(), str(value.get("last", "")))
        for key, text in more.items():
            if text and key not in value:
                value[key] = printable(text)
        return None

    def _own_place(self, place: str) -> str:
        """Return a place that no other name has: two names on one line must not answer for each other."""
        self._taken[place] = self._taken.get(place, 0) + 1
        return place if self._taken[place] == 1 else f"{place}~{self._taken[place]}"

    def observations(self, name: str, at: datetime) -> Iterator[Evidence | InputError]:
        """Yield what was counted, in the order in which the names were met; a file that names nothing is a fault."""
        if not self._found:
            yield InputError("no-name", self._path)
        for label, value in self._found.items():
            question = f"ROW {name}#{self._places[label]}"
            yield Evidence(subject=FIRM, kind=Kind.FILE, question=question, outcome=Outcome.PRESENT, value=value, source=name, seen_at=at)


def printable(text: str) -> str:
    """Return a name on one line, without characters that no name has, at most 200 long."""
    return " ".join("".join(char if char.isprintable() else " " for char in text[: 4 * _LONGEST]).split())[:_LONGEST]
