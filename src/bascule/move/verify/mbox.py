"""Reads mbox files once more, line by line, with Python's own parser of headers."""

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import mktime_tz, parsedate_tz
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import IO

import msgspec

from bascule.move.errors import MoveError
from bascule.move.verify.names import shown
from bascule.move.verify.reader import Seen

_PIECE = 64 * 1024
_SPOOL = 1024 * 1024
_TOGETHER = 1000
_TIME, _YEAR = re.compile(rb"(?<!\d)\d{1,2}:\d\d\b"), re.compile(rb"\b\d{4}\b")
_CTIME = re.compile(r"\b([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}:\d\d(?::\d\d)?)\b")
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
    with tempfile.SpooledTemporaryFile(_SPOOL) as spool:
        yield from _split(opened, spool, quoting, lots)


def _split(opened: IO[bytes], spool: IO[bytes], quoting: str, lots: bool) -> Iterator[Letter]:
    line, starts, first, held = b"", True, True, list[bytes]()
    for piece in iter(partial(opened.readline, _PIECE), b""):
        if starts and piece.startswith(b"From ") and (first or _dated(piece)):
            if line:
                spool.writelines(held)
                yield _letter(line, spool, quoting, lots)
            line, held = piece, []
            spool.seek(0)
            spool.truncate()
        elif line:
            held.append(piece)
            if len(held) == _TOGETHER:
                spool.writelines(held)
                held = []
        starts, first = piece.endswith(b"\n"), False
    if line:
        spool.writelines(held)
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
    raw = bool(note and b"a" in note[3]) or any(b"\r\n" in lines for lines in _lines(spool, begin, length))
    digest, head, seen = sha256(), b"", dict[bytes, bytes]()
    starts = True
    for lines in _lines(spool, begin, length):
        text = _LOTS.sub(lambda found: seen.setdefault(found[0], str(len(seen) + 1).encode()), lines) if lots else lines
        if b"From " in text and b">" in text:
            parts = text.split(b"\n")
            rule = "mboxrd" if note else quoting
            text = b"\n".join(part[1:] if (starts or place) and _is_quoted(part, rule) else part for place, part in enumerate(parts))
        starts = lines.endswith(b"\n")
        digest.update(text if raw else text.replace(b"\n", b"\r\n"))
        if len(head) < _PIECE:
            head += text
    return Letter(line, head[:_PIECE], digest.digest(), note, own)


def _lines(spool: IO[bytes], begin: int, end: int) -> Iterator[bytes]:
    """Yield whole lines, many at a time; a very long one in pieces that end neither between CR and LF nor among the quotes at its beginning."""
    spool.seek(begin)
    left = end - begin
    while left > 0:
        text = spool.read(min(_PIECE, left))
        while len(text) < left and not text.endswith(b"\n"):
            last = text[text.rfind(b"\n") + 1 :]
            if len(last) > _PIECE and not last.endswith(b"\r") and not b"From ".startswith(last.lstrip(b">")[:5]):
                break
            text += spool.readline(min(max(_PIECE, len(last)), left - len(text)))
        left -= len(text)
        yield text


def _is_quoted(line: bytes, quoting: str) -> bool:
    if quoting == "mboxo":
        return line.startswith(b">From ")
    return quoting == "mboxrd" and line.startswith(b">") and line.lstrip(b">").startswith(b"From ")


def marks(letter: Letter) -> tuple[frozenset[str], datetime | None]:
    """Return flags and date of a message."""
    # Lines of our own keep them; else the header does.
    parsed = BytesHeaderParser().parsebytes((letter.own + b"\r\n") if letter.note and letter.own else letter.head)
    head = {name.lower(): _text(value) for name, value in reversed(list(parsed.raw_items()))}
    flags = {flag for name, mark, flag in _STATUS if mark in head.get(name.lower(), "")}
    flags |= {word.lower() for word in head.get("x-keywords", "").split()}
    word = head.get("x-mozilla-status", "").strip()
    if len(word) == 4 and all(digit in "0123456789abcdefABCDEF" for digit in word):
        flags |= {flag for bit, flag in _BITS if int(word, 16) & bit}
    return frozenset(flags), when(letter.line.decode("latin-1"), head.get("date", ""))


def _text(value: object) -> str:
    # The parser keeps bytes beyond ASCII as surrogates.
    return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def when(line: str, header: str = "") -> datetime | None:
    """Return the date of a From line, else of a header; None when neither has one."""
    found = _CTIME.search(line)
    zone = re.search(r"[+-]\d{4}\b", line[found.end(3) :]) if found else None
    year = re.search(r"(?<![+-])\b\d{4}\b", line[found.end(3) :]) if found else None
    told = parsedate_tz(f"{found[2]} {found[1]} {year[0]} {found[3]} {zone[0] if zone else '+0000'}" if found and year else header)
    try:
        return datetime.fromtimestamp(mktime_tz(told), UTC) if told else None
    except (ValueError, OverflowError):
        return None


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
