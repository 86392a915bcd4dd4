"""ODS (OpenDocument) as rows of text: empty rows and cells are written once with a count, filled ones repeated are taken once."""

from collections.abc import Iterator

from bascule.guard import Archive
from bascule.read.cells import Budget, Grid, Row
from bascule.read.xml import Handler, feed, integer

CONTENT = "content.xml"
_CELLS = ("table-cell", "covered-table-cell")
_NUMBERS = ("float", "currency")


def sheets(archive: Archive) -> Iterator[tuple[str, list[Row]]]:
    """Yield each sheet's name and its rows."""
    content = _Content(Budget(archive.path))
    feed(archive, CONTENT, content)
    yield from ((name, grid.rows) for name, grid in content.found)


class _Content(Handler):
    """All sheets. Numbers are taken from the cell's value, which has no thousands and a decimal point; notes are left out."""

    def __init__(self, budget: Budget) -> None:
        self.found: list[tuple[str, Grid]] = []
        self._budget = budget
        self._row, self._next_row = 0, 1
        self._column, self._width = 0, 1
        self._value = ""
        self._parts: list[str] = []
        self._paragraphs = self._notes = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self.found.append((attributes.get("name", ""), Grid(self._budget)))
            self._next_row = 1
        elif name == "table-row" and self.found:
            self.found[-1][1].open(self._next_row)
            self._next_row += integer(attributes.get("number-rows-repeated"), 1)
            self._column = 0
        elif name in _CELLS:
            self._width = integer(attributes.get("number-columns-repeated"), 1)
            self._value = attributes.get("value", "") if attributes.get("value-type") in _NUMBERS else ""
            self._parts = []
        elif name == "annotation":
            self._notes += 1
        elif name == "p":
            self._paragraphs += 1
            self._take("\n" if self._parts else "")
        elif name == "s":
            self._take(" ")

    def end(self, name: str) -> None:
        if name in _CELLS and self.found:
            self.found[-1][1].put(self._column, self._value or "".join(self._parts))
            self._column += self._width
        elif name == "table-row" and self.found:
            self.found[-1][1].close()
        elif name == "annotation":
            self._notes -= 1
        elif name == "p":
            self._paragraphs -= 1

    def text(self, data: str) -> None:
        self._take(data)

    def _take(self, data: str) -> None:
        if data and self._paragraphs and not self._notes:
            self._parts.append(data)
