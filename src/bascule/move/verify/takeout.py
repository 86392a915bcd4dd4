"""Reads a Takeout export once more, with Python's own zip, header and CSV readers."""

import csv
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.header import decode_header
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import IO

from bascule.move.errors import MoveError
from bascule.move.takeout.labels import standing
from bascule.move.takeout.source import export
from bascule.move.verify.mbox import Keys, Letter, letters, marks
from bascule.move.verify.reader import Seen

_TABLE = "CREATE TABLE seen (folder TEXT, key TEXT, digest BLOB, flags TEXT, date REAL)"


class TakeoutReader:
    """An export; read whole at the first question, since where a message stands is told by its labels."""

    def __init__(self, root: Path, choice: str = "keywords") -> None:
        self._zips, self._files = export(root)
        self._choice, self._keys = choice, Keys()
        self._seen: sqlite3.Connection | None = None

    def read(self, path: tuple[str, ...]) -> Iterator[Seen]:
        """Yield everything that belongs in a folder."""
        if self._seen is None:
            self._seen = sqlite3.connect("", isolation_level=None)
            self._seen.execute(_TABLE)
            self._seen.execute("CREATE TABLE number (number TEXT PRIMARY KEY) WITHOUT ROWID")
            self._seen.execute("BEGIN")
            self._all(self._seen)
            self._seen.execute("CREATE INDEX by_folder ON seen (folder)")
        for key, digest, flags, date in self._seen.execute("SELECT key, digest, flags, date FROM seen WHERE folder = ? ORDER BY rowid", ("\0".join(path),)):
            yield Seen(key, digest, frozenset(flags.split()), None if date is None else datetime.fromtimestamp(date, UTC))

    def _all(self, seen: sqlite3.Connection) -> None:
        for one in self._zips:
            try:
                with zipfile.ZipFile(one) as archive:
                    for name in sorted(name for name in archive.namelist() if name.lower().endswith(".mbox")):
                        with archive.open(name) as opened:
                            self._one(opened, seen)
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise MoveError("archive", file=str(one), said=str(error)) from error
        for one in self._files:
            with one.open("rb") as opened:
                self._one(opened, seen)

    def _one(self, opened: IO[bytes], seen: sqlite3.Connection) -> None:
        for letter in letters(opened):
            number = re.match(rb"From (\d+)@", letter.line)
            row = (f"{number[1].decode()} {letter.digest.hex()}",) if number else None
            if row and not seen.execute("INSERT OR IGNORE INTO number VALUES (?)", row).rowcount:
                continue
            flags, date = marks(letter)
            told = _labels(letter)
            place = standing(told, self._choice)
            if told is not None:
                flags = frozenset(flag.lower() for flag in place.flags)
            for path, _ in place.folders:
                key = self._keys.key(path, letter.digest)
                seen.execute(
                    "INSERT INTO seen VALUES (?, ?, ?, ?, ?)", ("\0".join(path), key, letter.digest, " ".join(flags), date.timestamp() if date else None)
                )

    def close(self) -> None:
        """Forget what was read."""
        if self._seen:
            self._seen.close()


def _labels(letter: Letter) -> list[str] | None:
    value = BytesHeaderParser().parsebytes(letter.head).get("X-Gmail-Labels")
    if value is None:
        return None
    parts = decode_header(re.sub(r"[\r\n]+", "", str(value)))
    text = "".join(part if isinstance(part, str) else part.decode(charset or "utf-8", "replace") for part, charset in parts)
    rows = csv.reader([text], skipinitialspace=True)
    names = (" ".join(name.split()) for row in rows for name in row)
    return list(dict.fromkeys(name for name in names if name))[:200]
