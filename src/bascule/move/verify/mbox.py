"""Reads mbox files once more, line by line, with Python's own parser of headers."""

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import parsedate_tz
from hashlib import sha256
from pathlib import Path
from typing import IO

import msgspec

from bascule.move.errors import MoveError
from bascule.move.verify.names import shown
from bascule.move.verify.reader import Seen

_PIECE = 64 * 1024
_SPOOL = 1024 * 1024
_TIME, _YEAR = re.compile(rb"(?<!\d)\d{1,2}:\d\d\b"), re.compile(rb"\b\d{4}\b")
_NOTE = re.compile(rb"From bascule-l(\d+)-h(\d)-(\w*)@localhost ")
_STATUS = (
    ("Status", "R", "\\seen"),
    ("X-Status", "A", "\\answered"),
    ("X-Status", "F", "\\flagged"),
    ("X-Status", "T", "\\draft"),
    ("X-Status", "D", "\\deleted"),
)
_BITS = ((1, "\\seen"), (2, "\\answered"), (4, "\\flagged"), (8, "\\deleted"), (4096, "$forwarded"))
_LOTS = re.compile(rb'(?<=LibPST-iamunique-)\d+(?=_-_-)|(?<=name="i)\d+(?=\.ics")')


class Letter(msgspec.Struct):
    """One message of an mbox: its From line, its header, its digest."""

    line: bytes
    head: bytes
    digest: bytes
    note: "re.Match[bytes] | None"
    own: bytes


def letters(opened: IO[bytes], quoting: str = "mboxrd", *, lots: bool = False) -> Iterator[Letter]:
    """Yield the messages of an mbox.

    Args:
        opened: The file.
        quoting: As in its address.
        lots: Whether what `readpst` draws by lot is numbered.
    """
    line, spool = b"", tempfile.SpooledTemporaryFile(_SPOOL)
    starts, first = True, True
    for piece in iter(lambda: opened.readline(_PIECE), b""):
        if starts and piece.startswith(b"From ") and (first or _dated(piece)):
            if line:
                yield _letter(line, spool, quoting, lots)
            line = piece
            spool.seek(0)
            spool.truncate()
        elif line:
            spool.write(piece)
        starts, first = piece.endswith(b"\n"), False
    if line:
        yield _letter(line, spool, quoting, lots)


def _dated(line: bytes) -> bool:
    found = _TIME.search(line)
    return bool(found and _YEAR.search(line, found.end())) or line.rstrip(b"\r\n") in (b"From ", b"From - ", b"From -", b"From  ")


def _letter(line: bytes, spool: IO[bytes], quoting: str, lots: bool) -> Letter:
    length = spool.seek(0, 2)
    spool.seek(max(0, length - 4))
    tail = spool.read()
    length -= 2 if tail.endswith(b"\r\n\r\n") or tail == b"\r\n" else 1 if tail.endswith(b"\n\n") or tail == b"\n" else 0
    note = _NOTE.match(line)
    if note and int(note[1]) != length:
        note = None
    spool.seek(0)
    own = b"".join(spool.readline() for _ in range(int(note[2]))) if note else b""
    begin = spool.tell()
    if note and b"n" in note[3]:
        length -= 1
    raw = bool(note and b"a" in note[3]) or any(piece.endswith(b"\r\n") for piece in _lines(spool, begin, length))
    digest, head, seen = sha256(), b"", dict[bytes, bytes]()
    starts = True
    for piece in _lines(spool, begin, length):
        text = piece
        if lots:
            text = _LOTS.sub(lambda found: seen.setdefault(found[0], str(len(seen) + 1).encode()), text)
        if starts and _is_quoted(text, "mboxrd" if note else quoting):
            text = text[1:]
        starts = piece.endswith(b"\n")
        if not raw and starts:
            text = text[:-1] + b"\r\n"
        digest.update(text)
        if len(head) < _PIECE:
            head += text
    return Letter(line, head[:_PIECE], digest.digest(), note, own)


def _lines(spool: IO[bytes], begin: int, end: int) -> Iterator[bytes]:
    spool.seek(begin)
    left = end - begin
    while left > 0:
        piece = spool.readline(min(_PIECE, left))
        if piece.endswith(b"\r") and left > len(piece):
            piece += spool.read(1)
        left -= len(piece)
        yield piece


def _is_quoted(line: bytes, quoting: str) -> bool:
    if quoting == "mboxo":
        return line.startswith(b">From ")
    return quoting == "mboxrd" and line.startswith(b">") and line.lstrip(b">").startswith(b"From ")


def marks(letter: Letter) -> tuple[frozenset[str], datetime | None]:
    """Return flags and date of a message."""
    # Lines of our own keep them; else the header does.
    head = BytesHeaderParser().parsebytes((letter.own + b"\r\n") if letter.note and letter.own else letter.head)
    flags = {flag for name, mark, flag in _STATUS if mark in str(head.get(name, ""))}
    flags |= {word.lower() for word in _text(head.get("X-Keywords", "")).split()}
    word = str(head.get("X-Mozilla-Status", "")).strip()
    if len(word) == 4 and all(digit in "0123456789abcdefABCDEF" for digit in word):
        flags |= {flag for bit, flag in _BITS if int(word, 16) & bit}
    return frozenset(flags), when(letter.line.decode("latin-1")) or when(str(head.get("Date", "")))


def _text(value: object) -> str:
    return str(value).encode("ascii", "surrogateescape").decode("utf-8", "replace") if str(value).isascii() or isinstance(value, str) else str(value)


def when(text: str) -> datetime | None:
    """Return a date that stands somewhere in a line; None when there is none."""
    words = text.replace(",", " ").split()
    months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    for place, word in enumerate(words):
        if word.lower()[:3] in months and 0 < place < len(words) - 2 or (place == 0 and word.lower() in months):
            around = [words[place - 1], *words[place : place + 5]]
            told = parsedate_tz(_ordered(around))
            if told:
                try:
                    return datetime(*told[:6], tzinfo=UTC).fromtimestamp(datetime(*told[:6], tzinfo=UTC).timestamp() - (told[9] or 0), UTC)
                except (ValueError, OverflowError):
                    return None
    return None


def _ordered(words: list[str]) -> str:
    """Return the words around a month as a header has them: day, month, year, time, zone."""
    before, month, *after = words
    if before.isdigit():
        return " ".join([before, month, *after])
    day, time, *rest = [*after, "", ""]
    year = next((word for word in rest if word.isdigit() and len(word) == 4), "")
    zone = next((word for word in rest if word[:1] in "+-" and word[1:].isdigit()), "+0000")
    return f"{day} {month} {year} {time} {zone}"


class Keys:
    """Numbers messages with the same bytes, as the source does."""

    def __init__(self) -> None:
        self._seen = sqlite3.connect("", isolation_level=None)
        self._seen.execute("CREATE TABLE seen (folder TEXT, digest BLOB, count INTEGER, PRIMARY KEY (folder, digest)) WITHOUT ROWID")

    def key(self, path: tuple[str, ...], digest: bytes) -> str:
        """Return the key of the next message with this digest."""
        row = (repr(path), digest[:16])
        self._seen.execute("INSERT INTO seen VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1", row)
        count = self._seen.execute("SELECT count FROM seen WHERE folder = ? AND digest = ?", row).fetchone()[0]
        return digest.hex()[:32] + (f"-{count}" if count > 1 else "")


class MboxReader:
    """One mbox, or all in a folder."""

    def __init__(self, root: Path, quoting: str = "mboxrd", *, lots: bool = False) -> None:
        self._quoting, self._lots = quoting, lots
        self._files: dict[tuple[str, ...], Path] = {}
        if root.is_dir():
            self._walk(root, (), 0)
        elif root.is_file():
            self._files[(_title(root.name, top=True),)] = root
        else:
            raise MoveError("source-missing", file=str(root))
        if not root.is_dir() and Path(f"{root}.sbd").is_dir():
            self._walk(Path(f"{root}.sbd"), (_title(root.name, top=True),), 1)

    def _walk(self, folder: Path, path: tuple[str, ...], depth: int) -> None:
        for one in sorted(folder.iterdir(), key=lambda one: one.name):
            if one.name.startswith(".") or depth > 32:
                continue
            if one.is_dir():
                self._walk(one, (*path, _title(one.name.removesuffix(".sbd"), top=not path)), depth + 1)
            elif one.is_file():
                with one.open("rb") as opened:
                    begins = opened.read(5) == b"From "
                if begins or one.suffix in (".mbox", ".mbx"):
                    place = path if path and one.name == "mbox" else (*path, _title(one.name, top=not path))
                    self._files[place if place not in self._files else (*path, shown(one.name))] = one

    def read(self, path: tuple[str, ...]) -> Iterator[Seen]:
        """Yield everything in an mbox, in order."""
        file, keys = self._files.get(path), Keys()
        if file is None:
            return
        with file.open("rb") as opened:
            for letter in letters(opened, self._quoting, lots=self._lots):
                flags, date = marks(letter)
                yield Seen(keys.key(path, letter.digest), letter.digest, flags, date)

    def close(self) -> None:
        """Nothing stays open."""


def _title(name: str, *, top: bool) -> str:
    text = re.sub(r"(?i)(?<=.)\.mbo?x$", "", shown(name))
    return "INBOX" if top and text.upper() == "INBOX" else text
