"""XLSX (ECMA-376) as rows of text: strings are shared between sheets, formulas stand by their last result."""

import re
from collections.abc import Iterator

from bascule.guard import Archive
from bascule.read.cells import Budget, Grid, Row
from bascule.read.xml import Handler, feed, integer

WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_SHARED = "xl/sharedStrings.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def sheets(archive: Archive) -> Iterator[tuple[str, list[Row]]]:
    """Yield each sheet's name and its rows."""
    budget = Budget(archive.path)
    names, targets, shared = _Elements("sheet", "name", "id"), _Elements("Relationship", "Id", "Target"), _Shared(budget)
    feed(archive, WORKBOOK, names)
    feed(archive, _RELATIONS, targets)
    feed(archive, _SHARED, shared)
    members = dict(targets.found)
    for name, relation in names.found:
        target = members.get(relation, "")
        sheet = _Sheet(budget, shared.strings)
        feed(archive, target[1:] if target.startswith("/") else f"xl/{target}", sheet)
        yield name, sheet.grid.rows


class _Elements(Handler):
    """Two attributes of each element of one name."""

    def __init__(self, name: str, first: str, second: str) -> None:
        self.found: list[tuple[str, str]] = []
        self._name, self._first, self._second = name, first, second

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._name:
            self.found.append((attributes.get(self._first, ""), attributes.get(self._second, "")))


class _Shared(Handler):
    """The strings of all sheets; how a word is pronounced (`rPh`) is not part of it."""

    def __init__(self, budget: Budget) -> None:
        self.strings: list[str] = []
        self._budget = budget
        self._parts: list[str] = []
        self._in_text = False
        self._aside = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._in_text = name == "t"
        self._aside += name == "rPh"

    def end(self, name: str) -> None:
        self._in_text = False
        self._aside -= name == "rPh"
        if name == "si":
            self._budget.take()
            self.strings.append("".join(self._parts))
            self._parts = []

    def text(self, data: str) -> None:
        if self._in_text and not self._aside:
            self._parts.append(data)


class _Sheet(Handler):
    """One sheet. A cell says where it is, or stands right of the one before."""

    def __init__(self, budget: Budget, shared: list[str]) -> None:
        self.grid = Grid(budget)
        self._shared = shared
        self._parts: list[str] = []
        self._row, self._column = 0, -1
        self._kind = "n"
        self._in_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._in_text = name in ("v", "t")
        if name == "row":
            self._row, self._column = integer(attributes.get("r"), self._row + 1), -1
            self.grid.open(self._row)
        elif name == "c":
            place = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = _index(place[1]) if place else self._column + 1
            self._kind = attributes.get("t", "n")
            self._parts = []

    def end(self, name: str) -> None:
        self._in_text = False
        if name == "c":
            self.grid.put(self._column, self._value("".join(self._parts)))
        elif name == "row":
            self.grid.close()

    def text(self, data: str) -> None:
        if self._in_text:
            self._parts.append(data)

    def _value(self, text: str) -> str:
        if self._kind == "s":
            at = integer(text, -1)
            return self._shared[at] if 0 <= at < len(self._shared) else ""
        return "" if self._kind == "e" else text


def _index(letters: str) -> int:
    """Return a column's number, `A` is 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
