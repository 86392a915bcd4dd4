"""Rows of a table of tools: by their headings, or by the look of their columns."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from bascule.read.errors import InputError
from bascule.read.reading import InputNote
from bascule.read.tool_cells import Tool, amount, cents, names, spoken
from bascule.read.tool_text import Row, headings
from bascule.read.tool_words import Column, is_nothing, words

Found = Tool | InputError | InputNote
_FOOTNOTE = re.compile(r"\s*\\?\*\s*([^:]{1,200}):(.{1,2000})", re.DOTALL)
_PER_SEAT = re.compile(r"\b(?:par|per|a) (?:utilisateur|poste|licence|personne|compte|user|seat|license)\b|\beur (?:utilisateur|user|poste)\b")
_LETTERS = re.compile(r"[^\W\d_]{2}")


class Rows:
    """One table of a file.

    Places are line numbers; with `sheet` (`Sheet1!`) before them in a spreadsheet, and `.2`, `.3` … after them for further
    tools of a row. A function that ends in `*` refers to a footnote, a line that begins with `*` and names tools after a colon.
    """

    def __init__(self, path: Path, sheet: str = "") -> None:
        self._path = path
        self._sheet = sheet
        self._columns: list[Column | None] = []
        self._per_seat: set[int] = set()

    def tools(self, rows: list[Row]) -> Iterator[Found]:
        """Yield the tools of all rows, in order. What stands above the first row of headings, or in one cell only, is prose."""
        if not any(headings(cells, number) for number, cells in rows):
            yield from self._unheaded(rows)
            return
        starred: str | None = None
        for number, cells in rows:
            if found := headings(cells, number):
                self._columns = found
                self._per_seat = {at for at, cell in enumerate(cells) if _PER_SEAT.search(words(cell))}
            elif starred is not None and (footnote := _FOOTNOTE.fullmatch("; ".join(filter(None, cells)))):
                yield from self._named(number, [footnote[2]], starred)
            elif self._columns and (len(cells) > 1 or len(self._columns) == 1 or self._sheet):
                function = self._text(cells, Column.FUNCTION)
                if function.endswith("*"):
                    function = function.rstrip("*\\ ")
                    starred = starred or function
                yield from self._headed(number, cells, function)

    def _headed(self, number: int, cells: list[str], function: str) -> Iterator[Found]:
        named = [cell for cell, column in zip(cells, self._columns, strict=False) if column is Column.TOOL and cell]
        hints = [self._text(cells, Column.VENDOR), self._text(cells, Column.REMARK)]
        if Column.TOOL not in self._columns:
            free = [cell for cell, column in zip(cells, self._columns, strict=False) if column is None and _LETTERS.search(cell)]
            named = free[:1] or [hints.pop(0)]
        try:
            seats = self._seats(cells)
        except ValueError as error:
            yield InputError("bad-number", self._path, self._place(number), value=str(error)[:100])
            seats = None
        try:
            cost = self._cost(cells, seats)
        except ValueError as error:
            yield InputError("bad-number", self._path, self._place(number), value=str(error)[:100])
            cost = None
        yield from self._named(number, named, function, "; ".join(filter(None, hints)), cost, seats)

    def _named(
        self, number: int, named: list[str], function: str = "", hint: str = "", cost: Decimal | None = None, seats: int | None = None
    ) -> Iterator[Found]:
        """Yield every tool that some cells name. The cost of a row that names several is the cost of none of them: a note says so."""
        found = [pair for cell in named for pair in names(cell)]
        if cost is not None and len(found) > 1:
            yield InputNote(code="shared-cost", path=str(self._path), details={"place": self._place(number), "cost": str(cost)})
            cost = None
        for order, (label, inside) in enumerate(found, 1):
            yield Tool(
                place=self._place(number) + (f".{order}" if order > 1 else ""),
                label=label,
                hint="; ".join(filter(None, (inside, hint)))[:400],
                function="" if is_nothing(function) else function[:200],
                cost_month_eur=cost,
                seats=seats,
            )

    def _seats(self, cells: list[str]) -> int | None:
        text = re.sub(r"\s*[^\W\d_]{2}.*", "", self._text(cells, Column.SEATS)[:100])
        seats = amount(text)
        return None if seats is None else int(seats)

    def _cost(self, cells: list[str], seats: int | None) -> Decimal | None:
        """Return the cost a month, a yearly one divided by 12; a price per seat counts when the seats are known."""
        for months, wanted in ((1, Column.MONTHLY), (12, Column.YEARLY)):
            for at, cell in enumerate(cells[: len(self._columns)]):
                if self._columns[at] is wanted and (price := amount(cell)) is not None:
                    if at in self._per_seat:
                        return cents(price * seats / months) if seats else None
                    said = spoken(cell)[1]
                    return cents(price / months) if said is None else said
        return None

    def _text(self, cells: list[str], wanted: Column) -> str:
        texts = [" ".join(cell.split()) for cell, column in zip(cells, self._columns, strict=False) if column is wanted]
        return "; ".join(text for text in texts if text)

    def _place(self, number: int) -> str:
        return f"{self._sheet}{number}"

    def _unheaded(self, rows: list[Row]) -> Iterator[Found]:
        """The first column of words holds the tools, the next one what they are for; amounts count when they say their unit."""
        wide = max((len(cells) for _, cells in rows), default=0)
        wordy = [at for at in range(wide) if _mostly_words([cells[at] for _, cells in rows if at < len(cells)])]
        for number, cells in rows if wordy else ():
            tool, function = ([cells[at] if at < len(cells) else "" for at in wordy[:2]] + [""])[:2]
            function, cost, seats = spoken(function)
            others = [spoken(cell) for at, cell in enumerate(cells) if at not in wordy[:2]]
            cost = next((other[1] for other in others if other[1] is not None), cost)
            seats = next((other[2] for other in others if other[2] is not None), seats)
            yield from self._named(number, [tool], function, "", cost, seats)


def _mostly_words(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return sum(bool(_LETTERS.search(spoken(cell)[0])) for cell in filled) * 2 > len(filled)
