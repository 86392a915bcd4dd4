"""What is done and what is not, in one SQLite file: whatever kills a survey, the next run goes on from here."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from bascule.read import InputError

Step = tuple[str, int]
"""Kind of work and number of the part."""


MOST_FAULTS = 20
"""So many faults of the input are kept; the others are counted."""


class Fault(msgspec.Struct, frozen=True, order=True):
    """A line of the input that was refused, in codes: whoever tells it finds the words (`InputError`)."""

    line: int
    code: str
    details: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, error: InputError) -> "Fault":
        """Return what a reader refused."""
        place = error.place or ""
        return cls(int(place) if place.isdigit() else 0, error.code, tuple(sorted(error.details.items())))

    def error(self, path: Path) -> InputError:
        """Return it as an error of a file."""
        return InputError(self.code, path, str(self.line) if self.line else None, **dict(self.details))


class Counts(msgspec.Struct):
    """What a part gave; sums up."""

    domains: int = 0
    dependencies: int = 0
    unknowns: int = 0
    unanswered: int = 0
    defects: int = 0
    faults: tuple[Fault, ...] = ()
    """The first faults of the input."""
    faulty: int = 0
    """How many lines were refused."""

    def refuse(self, error: InputError) -> None:
        """Note a line that was refused."""
        self.faulty += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults = (*self.faults, Fault.of(error))


class Ledger:
    """The book of one survey. Each part is open, leased to one worker, or done with its counts.

    One run at a time holds the folder (its lock), so that a lease found at the start belongs to nobody any more.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS part (kind TEXT, number INTEGER, worker INTEGER, tries INTEGER DEFAULT 0, counts BLOB, PRIMARY KEY (kind, number))"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS told (key TEXT PRIMARY KEY, value TEXT)")

    def told(self, key: str) -> str | None:
        """Return what was noted under a key."""
        row = self._db.execute("SELECT value FROM told WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def tell(self, key: str, value: str) -> None:
        """Note something."""
        self._db.execute("INSERT OR REPLACE INTO told VALUES (?, ?)", (key, value))

    def open(self, kind: str, numbers: Iterable[int]) -> None:
        """Add parts that are to be done."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT OR IGNORE INTO part (kind, number) VALUES (?, ?)", ((kind, number) for number in numbers))
        self._db.execute("COMMIT")

    def lease(self, worker: int) -> Step | None:
        """Give the next open part to a worker; None when there is none. Parts of one kind wait for those of the kind before."""
        self._db.execute("BEGIN IMMEDIATE")
        row = self._db.execute("SELECT kind, number FROM part WHERE counts IS NULL AND worker IS NULL ORDER BY kind, number LIMIT 1").fetchone()
        waits = row and self._db.execute("SELECT 1 FROM part WHERE counts IS NULL AND kind < ?", (row[0],)).fetchone()
        if row and not waits:
            self._db.execute("UPDATE part SET worker = ?, tries = tries + 1 WHERE kind = ? AND number = ?", (worker, *row))
        self._db.execute("COMMIT")
        return None if waits or not row else (row[0], row[1])

    def commit(self, step: Step, counts: Counts) -> None:
        """Note that a part is done: its files stand under their names."""
        self._db.execute("UPDATE part SET counts = ?, worker = NULL WHERE kind = ? AND number = ?", (msgspec.json.encode(counts), *step))

    def is_done(self, step: Step) -> bool:
        """Say whether a part is done."""
        return self._db.execute("SELECT 1 FROM part WHERE kind = ? AND number = ? AND counts IS NOT NULL", step).fetchone() is not None

    def free(self, worker: int | None = None) -> None:
        """Take the leases back from a worker that died, or from all."""
        self._db.execute("UPDATE part SET worker = NULL WHERE worker IS NOT NULL AND (?1 IS NULL OR worker = ?1)", (worker,))

    def most_tries(self) -> int:
        """Return how often the most unlucky open part was begun."""
        return int(self._db.execute("SELECT coalesce(max(tries), 0) FROM part WHERE counts IS NULL").fetchone()[0])

    def left(self) -> int:
        """Return how many parts are not done."""
        return int(self._db.execute("SELECT count(*) FROM part WHERE counts IS NULL").fetchone()[0])

    def sum(self) -> Counts:
        """Return the counts of all that is done."""
        total = Counts()
        for (text,) in self._db.execute("SELECT counts FROM part WHERE counts IS NOT NULL ORDER BY kind, number"):
            one = msgspec.json.decode(text, type=Counts)
            for name in ("domains", "dependencies", "unknowns", "unanswered", "defects", "faulty"):
                setattr(total, name, getattr(total, name) + getattr(one, name))
            total.faults = tuple(sorted((*total.faults, *one.faults))[:MOST_FAULTS])
        return total

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
