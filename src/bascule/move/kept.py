"""What is kept of a move: one SQLite file that survives any end of the program (WAL), and what it tells."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from bascule.model import FolderReceipt, ItemState, Receipt, ReceiptItem
from bascule.move.errors import MoveError

SCHEMA = 2
WITHHELD = "withheld"
"""What stands in `said` when the source showed a thing and did not give it; everything else there are words of the target."""
PENDING, MOVED, THERE, REFUSED = range(4)
_STATES = (ItemState.PENDING, ItemState.MOVED, ItemState.THERE, ItemState.REFUSED)
_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE folder (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, use TEXT, generation TEXT NOT NULL,
    place TEXT, place_generation TEXT, mark TEXT
);
CREATE TABLE item (
    number INTEGER PRIMARY KEY, folder INTEGER NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL, flags TEXT NOT NULL, date TEXT,
    state INTEGER NOT NULL DEFAULT 0, seen INTEGER NOT NULL, digest BLOB, target TEXT, said TEXT, lost TEXT, UNIQUE (folder, key)
);
CREATE INDEX open_item ON item (folder, number) WHERE state IN (0, 3);
CREATE INDEX carried_item ON item (folder, target) WHERE target IS NOT NULL;
CREATE TABLE held (folder INTEGER NOT NULL, key TEXT NOT NULL, digest BLOB NOT NULL, before INTEGER NOT NULL, PRIMARY KEY (folder, key)) WITHOUT ROWID;
CREATE INDEX held_digest ON held (folder, digest);
"""


class Kept:
    """The file of one move, and what it tells.

    Args:
        path: The file; made when it is missing.
        source: The source's address without secrets.
        target: The target's.

    Raises:
        MoveError: The file is no journal, is in use, or belongs to other ends (`journal`, `other-journal`).
    """

    def __init__(self, path: Path, source: str = "", target: str = "") -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            self._db = sqlite3.connect(path, timeout=1.0, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._prepare(source, target)
        except sqlite3.Error as error:
            self._give_up()
            raise MoveError("journal", file=str(path), said=str(error)) from error
        except MoveError:
            self._give_up()
            raise

    def _give_up(self) -> None:
        if database := getattr(self, "_db", None):
            database.close()

    def _prepare(self, source: str, target: str) -> None:
        with self._change():
            if not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                if not source:
                    raise MoveError("journal", file=str(self.path), said="empty")
                for statement in _TABLES.split(";"):
                    self._db.execute(statement)
                self._db.executemany("INSERT INTO about VALUES (?, ?)", [("schema", str(SCHEMA)), ("source", source), ("target", target)])
            self._db.execute("INSERT INTO about VALUES ('turn', '1') ON CONFLICT DO UPDATE SET value = value + 1")
        about = dict(self._db.execute("SELECT name, value FROM about"))
        if about.get("schema") != str(SCHEMA):
            raise MoveError("journal", file=str(self.path), said=f"schema {about.get('schema')}")
        self.source, self.target, self._turn = about["source"], about["target"], int(about["turn"])
        if source and (source, target) != (self.source, self.target):
            raise MoveError("other-journal", file=str(self.path), source=self.source, target=self.target)

    def close(self) -> None:
        """Close the file; everything told is in it."""
        self._db.close()

    def _change(self) -> "Change":
        return Change(self._db, self._lock)

    def waiting(self) -> tuple[int, int, int]:
        """Return how many things are not carried yet, in how many folders, and their bytes as far as the source tells."""
        row = self._db.execute("SELECT count(*), count(DISTINCT folder), coalesce(sum(max(size, 0)), 0) FROM item WHERE state IN (0, 3)").fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def receipt(self) -> Receipt:
        """Return how many things are in each state."""
        return _receipt(dict(self._db.execute("SELECT state, count(*) FROM item GROUP BY state")))

    def by_folder(self) -> list[FolderReceipt]:
        """Return the same for each folder."""
        found = []
        for number, path, place in self._db.execute("SELECT id, path, place FROM folder ORDER BY id").fetchall():
            counts = dict(self._db.execute("SELECT state, count(*) FROM item WHERE folder = ? GROUP BY state", (number,)))
            found.append(FolderReceipt(folder=_path(path), place=_path(place) if place else (), receipt=_receipt(counts)))
        return found

    def marks_lost(self) -> tuple[int, tuple[str, ...]]:
        """Return how many things that are over there lost marks, and which marks these are, sorted."""
        rows = self._db.execute("SELECT count(*), lost FROM item WHERE lost <> '' AND state = 1 GROUP BY lost").fetchall()
        return sum(count for count, _ in rows), tuple(sorted({mark for _, lost in rows for mark in lost.split()}))

    @property
    def complete(self) -> bool:
        """Whether everything is over there with all its marks."""
        return self.receipt().complete and not self.marks_lost()[0]

    def folders(self) -> list[tuple[str, ...]]:
        """Return the paths at the source, in the order in which they were first seen."""
        return [_path(path) for (path,) in self._db.execute("SELECT path FROM folder ORDER BY id")]

    def places(self) -> list[tuple[str, ...]]:
        """Return the paths at the target that something was stored in."""
        return [_path(place) for (place,) in self._db.execute("SELECT DISTINCT place FROM folder WHERE place IS NOT NULL ORDER BY id")]

    def generations(self) -> frozenset[str]:
        """Return the generations of the places at the target that were opened so far."""
        return frozenset(one for (one,) in self._db.execute("SELECT DISTINCT place_generation FROM folder WHERE place IS NOT NULL"))

    def items(self, *, failed: bool = False) -> Iterator[ReceiptItem]:
        """Yield each thing in the order of folders and lists; with `failed`, only what is not at the target."""
        rows = self._db.execute(
            "SELECT folder.path, key, state, place, size, date, digest, flags, said FROM item JOIN folder ON folder.id = folder"
            f"{' WHERE state IN (0, 3)' if failed else ''} ORDER BY folder, number"
        )
        for path, key, state, place, size, date, digest, flags, said in rows:
            yield ReceiptItem(
                folder=_path(path),
                key=key,
                state=_STATES[state],
                place=_path(place) if place and state in (MOVED, THERE) else (),
                size=size,
                date=datetime.fromisoformat(date) if date else None,
                digest=digest.hex() if digest else "",
                flags=tuple(flags.split()),
                said=said or "",
            )


class Change:
    """Several statements that happen together or not at all, one thread at a time."""

    def __init__(self, database: sqlite3.Connection, lock: threading.Lock) -> None:
        self._database, self._lock = database, lock

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            self._database.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                self._database.execute("COMMIT")
        finally:
            # A full disk ends some transactions by itself, and leaves others open.
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            self._lock.release()


def _receipt(counts: dict[int, int]) -> Receipt:
    return Receipt(moved=counts.get(MOVED, 0), already_there=counts.get(THERE, 0), refused=counts.get(REFUSED, 0), pending=counts.get(PENDING, 0))


def _path(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])
