"""The memory of a move: what became of each thing is noted before and after it is done."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from bascule.move.item import Entry, Folder, Message
from bascule.move.kept import MOVED, REFUSED, THERE, WITHHELD, Kept
from bascule.move.protocol import Place, Stored


class Journal(Kept):
    """One move between two ends: what the mover notes."""

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
                self._settle(folder, message, REFUSED if one.said else MOVED, one.key, one.said, " ".join(one.lost))
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

    def _settle(self, folder: int, message: Message, state: int, target: str | None, said: str, lost: str = "") -> None:
        entry = message.entry
        self._db.execute(
            "UPDATE item SET state = ?, digest = ?, size = ?, target = ?, said = ?, lost = ?, flags = ?, date = ? WHERE folder = ? AND key = ?",
            (state, message.body.digest, message.body.size, target, said, lost, " ".join(entry.flags), _iso(entry.date), folder, entry.key),
        )

    def withheld(self, folder: int, keys: Iterable[str]) -> None:
        """Note what the source showed in its list and did not give."""
        with self._change():
            self._db.executemany("UPDATE item SET state = 3, said = ? WHERE folder = ? AND key = ?", ((WITHHELD, folder, key) for key in keys))


def _iso(date: datetime | None) -> str | None:
    return date.isoformat() if date else None
