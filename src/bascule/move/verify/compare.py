"""Both sides, read again, against each other and against the journal; whatever does not agree is named."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

from bascule.model import Difference, ItemState, ReceiptItem, Verification
from bascule.move.journal import Journal
from bascule.move.verify.reader import Auditing, Reader, Seen

MOST = 1000
"""Differences that are named; the others are counted."""
_TABLES = """
CREATE TABLE there (place TEXT, digest BLOB, flags TEXT, date TEXT, used INTEGER DEFAULT 0);
CREATE TABLE here (folder TEXT, key TEXT, digest BLOB, PRIMARY KEY (folder, key)) WITHOUT ROWID;
CREATE TABLE flaw (number INTEGER PRIMARY KEY, file TEXT, what TEXT, digest BLOB);
"""
_INDEX = "CREATE INDEX there_digest ON there (place, digest, used)"


def verify(journal: Journal, source: Reader | None, target: Reader, see: Callable[[int], None] = lambda _: None) -> Verification:
    """Read both sides once more and say what does not agree.

    Args:
        journal: What the move says of itself.
        source: Reads the source; None when it is no longer there, and the digests of the journal count.
        target: Reads the target.
        see: Told how many things were read so far.

    Raises:
        CutError: A side could not be read to its end; nothing is said then.
        MoveError: A side could not be read at all.
    """
    # A database without a name lives in a file that vanishes: a million digests need no memory.
    with sqlite3.connect("", isolation_level=None) as seen:
        for statement in _TABLES.split(";"):
            seen.execute(statement)
        seen.execute("BEGIN")
        _read_all(journal, source, target, seen, see)
        seen.execute(_INDEX)
        return _judged(journal, source is not None, seen)


def _read_all(journal: Journal, source: Reader | None, target: Reader, seen: sqlite3.Connection, see: Callable[[int], None]) -> None:
    count = 0
    for place in journal.places():
        for one in target.read(place):
            seen.execute("INSERT INTO there (place, digest, flags, date) VALUES (?, ?, ?, ?)", (_name(place), one.digest, *_marks(one)))
            count += 1
            see(count)
    for flaw in target.flaws() if isinstance(target, Auditing) else ():
        seen.execute("INSERT INTO flaw (file, what, digest) VALUES (?, ?, ?)", (flaw.file, flaw.what, flaw.digest))
    for folder in journal.folders() if source else ():
        for one in source.read(folder) if source else ():
            seen.execute("INSERT OR REPLACE INTO here VALUES (?, ?, ?)", (_name(folder), one.key, one.digest))
            count += 1
            see(count)


def _judged(journal: Journal, both: bool, seen: sqlite3.Connection) -> Verification:
    identical = different = refused = pending = 0
    differences: list[Difference] = []
    for item in journal.items():
        if item.state in (ItemState.REFUSED, ItemState.PENDING):
            refused, pending = refused + (item.state is ItemState.REFUSED), pending + (item.state is ItemState.PENDING)
            _taken(seen, item)
            continue
        found = _explained(_difference(item, both, seen), seen)
        identical, different = identical + (found is None), different + (found is not None)
        if found and len(differences) < MOST:
            differences.append(found)
    for folder, key in seen.execute("SELECT folder, key FROM here") if both else ():
        pending += 1
        if len(differences) < MOST:
            differences.append(Difference(folder=tuple(folder.split("\0")), key=key, what="new"))
    for file, what in seen.execute("SELECT file, what FROM flaw ORDER BY number").fetchall():
        different += 1
        if len(differences) < MOST:
            differences.append(Difference(folder=(), key=file, what=what))
    return Verification(identical=identical, different=different, refused=refused, pending=pending, differences=tuple(differences))


def _difference(item: ReceiptItem, both: bool, seen: sqlite3.Connection) -> Difference | None:
    digest = bytes.fromhex(item.digest)
    now = _taken(seen, item)
    if both and now is not None and now != digest:
        return Difference(folder=item.folder, key=item.key, what="changed", details=f"{item.digest} {now.hex()}")
    rows = seen.execute("SELECT rowid, flags, date FROM there WHERE place = ? AND digest = ? AND used = 0", (_name(item.place), digest)).fetchall()
    if not rows:
        return Difference(folder=item.folder, key=item.key, what="missing", details=item.digest)
    wanted = item.date.timestamp() if item.date else None
    # Of several with the same bytes, the one that agrees in date and marks is taken.
    best = min(rows, key=lambda row: (bool(_lost(item, row[1])), wanted is not None and row[2] is not None and _seconds(row[2]) != wanted))
    seen.execute("UPDATE there SET used = 1 WHERE rowid = ?", (best[0],))
    if lost := _lost(item, best[1]):
        return Difference(folder=item.folder, key=item.key, what="flags", details=" ".join(sorted(lost)))
    if wanted is not None and best[2] is not None and int(_seconds(best[2])) != int(wanted):
        return Difference(folder=item.folder, key=item.key, what="date", details=f"{item.date} {best[2]}")
    return None


def _explained(found: Difference | None, seen: sqlite3.Connection) -> Difference | None:
    """Say of what is missing which file is damaged, where the target knows."""
    if found is None or found.what != "missing":
        return found
    row = seen.execute("SELECT number, file, what FROM flaw WHERE digest = ? LIMIT 1", (bytes.fromhex(found.details),)).fetchone()
    if row is None:
        return found
    seen.execute("DELETE FROM flaw WHERE number = ?", (row[0],))
    return Difference(folder=found.folder, key=found.key, what=row[2], details=row[1])


def _taken(seen: sqlite3.Connection, item: ReceiptItem) -> bytes | None:
    """Return the digest that the source shows for a thing now, and cross it out; None when it is no longer there."""
    row = seen.execute("SELECT digest FROM here WHERE folder = ? AND key = ?", (_name(item.folder), item.key)).fetchone()
    seen.execute("DELETE FROM here WHERE folder = ? AND key = ?", (_name(item.folder), item.key))
    return bytes(row[0]) if row else None


def _lost(item: ReceiptItem, there: str | None) -> set[str]:
    return set() if there is None else {flag.lower() for flag in item.flags} - set(there.split())


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _name(path: tuple[str, ...]) -> str:
    return "\0".join(path)


def _marks(one: Seen) -> tuple[str | None, str | None]:
    return None if one.flags is None else " ".join(sorted(one.flags)), one.date.isoformat() if one.date else None
