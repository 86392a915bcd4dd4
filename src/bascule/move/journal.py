"""The memory of a move: what is known of each thing, kept in one SQLite file that survives any end of the program (WAL)."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from bascule.model import FolderReceipt, ItemState, Receipt, ReceiptItem
from bascule.move.errors import MoveError
from bascule.move.item import Entry, Folder, Message
from bascule.move.protocol import Place, Stored

SCHEMA = 1
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
    state INTEGER NOT NULL DEFAULT 0, seen INTEGER NOT NULL, digest BLOB, target TEXT, said TEXT, UNIQUE (folder, key)
);
CREATE INDEX open_item ON item (folder, number) WHERE state IN (0, 3);
CREATE INDEX carried_item ON item (folder, target) WHERE target IS NOT NULL;
CREATE TABLE held (folder INTEGER NOT NULL, key TEXT NOT NULL, digest BLOB NOT NULL, before INTEGER NOT NULL, PRIMARY KEY (folder, key)) WITHOUT ROWID;
CREATE INDEX held_digest ON held (folder, digest);
"""


class Journal:
    """One move between two ends.

    Args:
        path: The file; made when it is missing.
        source: The source's address without secrets.
        target: The target's.

    Raises:
        MoveError: The file is no journal, is in use, or belongs to other ends (`journal`).
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

    def _change(self) -> "_Change":
        return _Change(self._db, self._lock)

    def folder(self, folder: Folder) -> int:
        """Return the number of a folder; when its ids have changed their meaning, forget them but not what was carried."""
        path = msgspec.json.encode(folder.path).decode()
        row = self._db.execute("SELECT id, generation FROM folder WHERE path = ?", (path,)).fetchone()
        with self._change():
            if row is None:
                self._db.execute("INSERT INTO folder (path, use, generation) VALUES (?, ?, ?)", (path, folder.use, folder.generation))
            elif row[1] != folder.generation:
                self._db.execute(
                    "INSERT OR REPLACE INTO held SELECT folder, coalesce(target, '?' || number), digest, state = 2 FROM item"
                    " WHERE folder = ? AND state IN (1, 2)",
                    (row[0],),
                )
                self._db.execute("DELETE FROM item WHERE folder = ?", (row[0],))
                self._db.execute("UPDATE folder SET generation = ? WHERE id = ?", (folder.generation, row[0]))
        return int(row[0] if row else self._db.execute("SELECT id FROM folder WHERE path = ?", (path,)).fetchone()[0])

    def note(self, folder: int, entries: Sequence[Entry]) -> None:
        """Note what the source shows; what is carried already stays as it is."""
        rows = [(folder, entry.key, entry.size, " ".join(entry.flags), _iso(entry.date), self._turn) for entry in entries]
        with self._change():
            self._db.executemany(
                "INSERT INTO item (folder, key, size, flags, date, seen) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (folder, key) DO UPDATE SET seen = excluded.seen WHERE state IN (0, 3)",
                rows,
            )

    def noted(self, folder: int) -> None:
        """Forget what was never carried and no longer stands in the source; call it when the list of a folder is complete."""
        with self._change():
            self._db.execute("DELETE FROM item WHERE folder = ? AND state IN (0, 3) AND seen <> ?", (folder, self._turn))

    def open_keys(self, folder: int, size: int = 500) -> Iterator[list[str]]:
        """Yield the keys that are not carried yet, in the order of the list, some at a time."""
        last = 0
        page = "SELECT number, key FROM item WHERE folder = ? AND state IN (0, 3) AND number > ? ORDER BY number LIMIT ?"
        while True:
            with self._lock:
                rows = self._db.execute(page, (folder, last, size)).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield [key for _, key in rows]

    def unfinished(self, folder: int) -> int:
        """Return how many things of a folder are not carried yet."""
        return int(self._db.execute("SELECT count(*) FROM item WHERE folder = ? AND state IN (0, 3)", (folder,)).fetchone()[0])

    def waiting(self) -> tuple[int, int, int]:
        """Return how many things are not carried yet, in how many folders, and their bytes as far as the source tells."""
        row = self._db.execute("SELECT count(*), count(DISTINCT folder), coalesce(sum(max(size, 0)), 0) FROM item WHERE state IN (0, 3)").fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def opened(self, folder: int) -> bool:
        """Return whether the target has a place for a folder already."""
        return self._db.execute("SELECT place FROM folder WHERE id = ?", (folder,)).fetchone()[0] is not None

    def sizes(self, folder: int) -> frozenset[int]:
        """Return the sizes that occur among what is not carried yet."""
        return frozenset(size for (size,) in self._db.execute("SELECT DISTINCT size FROM item WHERE folder = ? AND state IN (0, 3)", (folder,)))

    def mark(self, folder: int, place: Place) -> str | None:
        """Return where the last store ended; None when this place was never opened, or its keys have lost their meaning."""
        row = self._db.execute("SELECT mark, place_generation FROM folder WHERE id = ?", (folder,)).fetchone()
        return row[0] if row[1] == place.generation and row[0] is not None else None

    def hold(self, folder: int, place: Place, held: Iterable[tuple[str, bytes]], *, first: bool) -> None:
        """Note what the place holds beyond what the journal knows.

        Args:
            folder: Number of the folder.
            place: The place.
            held: Key and digest; keys that the journal knows as carried are left out.
            first: Everything in the place was read, not only what lies behind the mark.
        """
        name = msgspec.json.encode(place.path).decode()
        with self._change():
            self._db.execute("UPDATE folder SET place = ? WHERE id = ?", (name, folder))
            if first:
                self._db.execute("DELETE FROM held WHERE folder = ?", (folder,))
                self._db.execute(
                    "UPDATE item SET target = NULL WHERE folder = ? OR folder IN (SELECT id FROM folder WHERE place = ? AND place_generation <> ?)",
                    (folder, name, place.generation),
                )
            # Several folders of the source may have become one at the target: what was carried for any of them is known.
            known = "SELECT 1 FROM item WHERE folder IN (SELECT id FROM folder WHERE place = ?5) AND target = ?2"
            self._db.executemany(
                f"INSERT OR IGNORE INTO held SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS ({known})",
                ((folder, key, digest, int(first), name) for key, digest in held),
            )
            if first:
                self._reclaim(folder, name)
            self._db.execute("UPDATE folder SET place_generation = ?, mark = ? WHERE id = ?", (place.generation, place.mark, folder))

    def _reclaim(self, folder: int, place: str) -> None:
        """Give what was carried before its new keys."""
        carried = (
            "SELECT number, digest FROM item WHERE number > ? AND folder IN (SELECT id FROM folder WHERE place = ?) AND state IN (1, 2) AND target IS NULL"
        )
        last = 0
        while rows := self._db.execute(f"{carried} ORDER BY number LIMIT 1000", (last, place)).fetchall():
            last = rows[-1][0]
            for number, digest in rows:
                row = self._db.execute("SELECT key FROM held WHERE folder = ? AND digest = ? LIMIT 1", (folder, digest)).fetchone()
                if row:
                    self._taken(folder, row[0])
                    self._db.execute("UPDATE item SET target = ? WHERE number = ?", (row[0], number))

    def _taken(self, folder: int, key: str) -> None:
        """Note that what the place holds under a key is spoken for: by any folder of the source that became this place, not by this one alone."""
        # A key that begins with `?` is no key of the place: it stands for something carried before, and belongs to its folder.
        self._db.execute(
            "DELETE FROM held WHERE key = ?1 AND (folder = ?2 OR substr(?1, 1, 1) <> '?'"
            " AND folder IN (SELECT id FROM folder WHERE place = (SELECT place FROM folder WHERE id = ?2)))",
            (key, folder),
        )

    def claim(self, folder: int, messages: Sequence[Message]) -> list[Message]:
        """Settle the messages that the place holds already; return the others."""
        left = []
        with self._change():
            for message in messages:
                row = self._db.execute("SELECT key, before FROM held WHERE folder = ? AND digest = ? LIMIT 1", (folder, message.body.digest)).fetchone()
                if row is None:
                    left.append(message)
                    continue
                self._taken(folder, row[0])
                self._settle(folder, message, THERE if row[1] else MOVED, None if row[0].startswith("?") else row[0], "")
        return left

    def settle(self, folder: int, messages: Sequence[Message], stored: Sequence[Stored], mark: str) -> None:
        """Note what became of messages, and where the place goes on."""
        with self._change():
            for message, one in zip(messages, stored, strict=True):
                self._settle(folder, message, REFUSED if one.said else MOVED, one.key, one.said)
            # Folders that share a place share its end: what is stored for one is no news to another.
            self._db.execute(
                "UPDATE folder SET mark = ?1 WHERE id = ?2 OR mark IS NOT NULL AND (place, place_generation) ="
                " (SELECT place, place_generation FROM folder WHERE id = ?2)",
                (mark, folder),
            )

    def refused(self, folder: int, said: str) -> None:
        """Note that the target takes nothing of what a folder still holds."""
        with self._change():
            self._db.execute("UPDATE item SET state = 3, said = ? WHERE folder = ? AND state IN (0, 3)", (said, folder))

    def _settle(self, folder: int, message: Message, state: int, target: str | None, said: str) -> None:
        entry = message.entry
        self._db.execute(
            "UPDATE item SET state = ?, digest = ?, size = ?, target = ?, said = ?, flags = ?, date = ? WHERE folder = ? AND key = ?",
            (state, message.body.digest, message.body.size, target, said, " ".join(entry.flags), _iso(entry.date), folder, entry.key),
        )

    def withheld(self, folder: int, keys: Iterable[str]) -> None:
        """Note what the source showed in its list and did not give."""
        with self._change():
            self._db.executemany("UPDATE item SET state = 3, said = ? WHERE folder = ? AND key = ?", ((WITHHELD, folder, key) for key in keys))

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


class _Change:
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


def _iso(date: datetime | None) -> str | None:
    return date.isoformat() if date else None
