"""Rows of cells as they are gathered from a spreadsheet, counted over the whole file."""

from pathlib import Path

from bascule.guard import GuardError

MAX_CELLS = 500_000
MAX_COLUMNS = 256
"""What stands further right than this is no list for people."""

Row = tuple[int, list[str]]


class Budget:
    """How many cells a file may still hold."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left = MAX_CELLS

    def take(self) -> None:
        """Count a cell.

        Raises:
            GuardError: `too-large`.
        """
        self._left -= 1
        if self._left < 0:
            raise GuardError("too-large", self._path, limit=f"{MAX_CELLS} cells")


class Grid:
    """The rows of one sheet; a row is as long as its last filled cell."""

    def __init__(self, budget: Budget) -> None:
        self.rows: list[Row] = []
        self._budget = budget
        self._row: list[str] = []
        self._number = 0

    def open(self, number: int) -> None:
        """Begin a row."""
        self._row, self._number = [], number

    def put(self, column: int, text: str) -> None:
        """Set a cell of the row, if it says something."""
        self._budget.take()
        if text.strip() and column < MAX_COLUMNS:
            self._row.extend([""] * (column + 1 - len(self._row)))
            self._row[column] = text

    def close(self) -> None:
        """End the row; an empty one is none."""
        if self._row:
            self.rows.append((self._number, self._row))
