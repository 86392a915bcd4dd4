"""Where each message of a source stands: a table in a file without a name, so that a million messages need no memory."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from bascule.move.item import Entry

_TABLE = """CREATE TABLE item (
    folder TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, stands BLOB NOT NULL, size INTEGER NOT NULL, flags TEXT NOT NULL, date INTEGER,
    PRIMARY KEY (folder, key)
) WITHOUT ROWID"""
_AT_ONCE = 2000


class Index:
    """Folders, and what stands in them. May be filled by one thread and read by another."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._lock = threading.Lock()
        self._db.execute(_TABLE)
        self._db.execute("CREATE INDEX in_order ON item (folder, number)")
        self._number = 0

    def clear(self, path: tuple[str, ...]) -> None:
        """Forget a folder."""
        with self._lock:
            self._db.execute("DELETE FROM item WHERE folder = ?", (_name(path),))

    def begin(self) -> None:
        """Start adding much; `done` ends it."""
        self._db.execute("BEGIN")

    def done(self) -> None:
        """Keep what was added since `begin`."""
        self._db.execute("COMMIT")

    def add(self, path: tuple[str, ...], key: str, stands: object, size: int, flags: tuple[str, ...], date: datetime | None) -> bool:
        """Note a message after those noted before; return False when its key is taken."""
        self._number += 1
        row = (_name(path), key, self._number, msgspec.msgpack.encode(stands), size, " ".join(flags), int(date.timestamp()) if date else None)
        with self._lock:
            return self._db.execute("INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", row).rowcount > 0

    def free_key(self, path: tuple[str, ...], digest: bytes) -> str:
        """Return the key of a message that is known by its bytes alone: their digest, and a number when the folder has them already."""
        key = digest.hex()[:32]
        with self._lock:
            taken = self._db.execute("SELECT count(*) FROM item WHERE folder = ? AND key >= ? AND key < ?", (_name(path), key, key + ".")).fetchone()[0]
        return f"{key}-{taken + 1}" if taken else key

    def entries(self, path: tuple[str, ...], *, by_date: bool = False) -> Iterator[list[Entry]]:
        """Yield what stands in a folder, in the order in which it was added or by date, some at a time."""
        order = "date, key" if by_date else "number"
        with self._lock:
            rows = self._db.execute(f"SELECT key, size, flags, date FROM item WHERE folder = ? ORDER BY {order}", (_name(path),))
        while True:
            with self._lock:
                some = rows.fetchmany(_AT_ONCE)
            if not some:
                return
            yield [_entry(*row) for row in some]

    def paths(self) -> list[tuple[str, ...]]:
        """Return the folders, in the order of their first message."""
        with self._lock:
            return [tuple(name.split("\0")) for (name,) in self._db.execute("SELECT folder FROM item GROUP BY folder ORDER BY min(number)")]

    def find(self, path: tuple[str, ...], key: str) -> tuple[Entry, bytes] | None:
        """Return a message and where it stands (in msgpack); None when there is no such key."""
        with self._lock:
            row = self._db.execute("SELECT key, size, flags, date, stands FROM item WHERE folder = ? AND key = ?", (_name(path), key)).fetchone()
        return (_entry(*row[:4]), row[4]) if row else None

    def ordered(self, path: tuple[str, ...], keys: list[str]) -> list[str]:
        """Return keys in the order in which their messages were added, so that a file is read from front to back."""
        with self._lock:
            marks = ",".join("?" * len(keys))
            rows = self._db.execute(f"SELECT key FROM item WHERE folder = ? AND key IN ({marks}) ORDER BY number", (_name(path), *keys))
            return [key for (key,) in rows]

    def close(self) -> None:
        """Let the table vanish."""
        self._db.close()


def _entry(key: str, size: int, flags: str, date: int | None) -> Entry:
    return Entry(key, size, tuple(flags.split()), None if date is None else datetime.fromtimestamp(date, UTC))


def _name(path: tuple[str, ...]) -> str:
    return "\0".join(path)
