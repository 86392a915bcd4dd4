"""From a message in an mbox to the message itself, and back.

Lines that would look like the beginning of a message are quoted with `>`. Three rules are in use, and a file does not say which: mboxrd (`>` before any
line of `>`s and `From `; exact), mboxo (`>` before `From ` alone; what was `>From ` already cannot be told apart) and none. We write mboxrd.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from bascule.move.files import dates
from bascule.move.files.keywords import atom
from bascule.move.files.lines import blocks, carried, folded, folds
from bascule.move.item import Body
from bascule.move.mbox.data import Data, span
from bascule.move.mbox.split import Part

_QUOTED = {"mboxrd": re.compile(rb"^>(>*From )", re.MULTILINE), "mboxo": re.compile(rb"^>(From )", re.MULTILINE)}
QUOTING = ("mboxrd", "mboxo", "none")
_TO_QUOTE = re.compile(rb"^(>*From )", re.MULTILINE)
_HEAD = 64 * 1024
_ROOM = 16 * 1024
"""Bytes of keywords that one message keeps."""
_OURS = re.compile(rb"^(Status|X-Status|X-Keywords|X-Mozilla-Status|Date):[ \t]*((?:[^\n]|\n[ \t])*)", re.MULTILINE | re.IGNORECASE)
_LETTERS = {"A": "\\Answered", "F": "\\Flagged", "T": "\\Draft", "D": "\\Deleted"}
_MOZILLA = {0x1: "\\Seen", 0x2: "\\Answered", 0x4: "\\Flagged", 0x8: "\\Deleted", 0x1000: "$Forwarded"}
"""nsMsgMessageFlags of Thunderbird; 8 is deleted, and gone from the file once it is compacted."""


def content(data: Data, part: Part, quoting: str = "mboxrd") -> Iterator[bytes]:
    """Yield a message as it is carried."""
    end = part.end - part.added
    begin = _after(data, part)
    if part.as_is:
        yield from _unquoted(span(data, begin, end), "mboxrd")
    else:
        # Own lines tell that it is of our making, and so how it is quoted.
        rule = "mboxrd" if part.line.startswith(b"From bascule-l") else quoting
        yield from _unquoted(carried(lambda: span(data, begin, end)), rule)


def _after(data: Data, part: Part) -> int:
    """Return where the message begins, behind the lines that belong to the file."""
    head, place = data.read(part.begin, min(_HEAD, part.end - part.begin)), 0
    for _ in range(part.own):
        place = head.find(b"\n", place) + 1
    return part.begin + place


def _unquoted(pieces: Iterator[bytes], quoting: str) -> Iterator[bytes]:
    pattern = _QUOTED.get(quoting)
    for begins, block in blocks(pieces):
        yield _at_lines(pattern, rb"\1", begins, block) if pattern and b"From " in block else block


def _at_lines(pattern: re.Pattern[bytes], new: bytes, begins: bool, block: bytes) -> bytes:
    if begins:
        return pattern.sub(new, block)
    first = block.find(b"\n") + 1
    return block[:first] + pattern.sub(new, block[first:]) if first else block


def marks(data: Data, part: Part) -> tuple[tuple[str, ...], datetime | None]:
    """Return flags and date: the flags of Status, X-Status, X-Keywords and X-Mozilla-Status, the date of the From line, else of the header Date."""
    head = data.read(part.begin, min(_HEAD, part.end - part.begin)).replace(b"\r\n", b"\n")
    # The lines of an mbox of ours say all; in the message below them a Status may stand that its sender wrote.
    lines = head.split(b"\n", part.own)[: part.own] if part.own else [_header(head)]
    found = [one for text in lines for one in _OURS.finditer(text)]
    told = {one[1].lower().decode(): one[2].decode("utf-8", "replace") for one in reversed(found)}
    flags = {"\\Seen"} if "R" in told.get("status", "") else set()
    flags |= {flag for letter, flag in _LETTERS.items() if letter in told.get("x-status", "")}
    flags |= {atom(word) for word in told.get("x-keywords", "").split()}
    word = told.get("x-mozilla-status", "").strip()
    if re.fullmatch(r"[0-9A-Fa-f]{4}", word):
        flags |= {flag for bit, flag in _MOZILLA.items() if int(word, 16) & bit}
    date = dates.from_line(part.line.decode("latin-1")) or dates.header(told.get("date", ""))
    return tuple(sorted(flags)), date


def _header(head: bytes) -> bytes:
    if head.startswith(b"\n"):
        return b""
    end = head.find(b"\n\n")
    return head if end < 0 else head[: end + 1]


def written(body: Body, flags: tuple[str, ...], date: datetime | None, now: datetime) -> tuple[Iterator[bytes], tuple[str, ...]]:
    """Return a message as it stands in an mbox of ours, in pieces, and the flags that it cannot hold."""
    plain = folds(body.pieces())
    own, lost = _own(flags)
    size, last = 0, b""
    for piece in _quoted(body, plain):
        size, last = size + len(piece), piece[-1:] or last
    added = size > 0 and last != b"\n"
    forms = ("" if plain else "a") + ("n" if added else "")
    lines = b"".join(own)
    size += len(lines) + added
    line = f"From bascule-l{size}-h{len(own)}-{forms}@localhost {dates.ctime(date or now)}\n".encode()

    def pieces() -> Iterator[bytes]:
        yield line + lines
        yield from _quoted(body, plain)
        yield b"\n\n" if added else b"\n"

    return pieces(), lost


def _quoted(body: Body, plain: bool) -> Iterator[bytes]:
    for begins, block in blocks(folded(body.pieces()) if plain else body.pieces()):
        yield _at_lines(_TO_QUOTE, rb">\1", begins, block) if b"From " in block else block


def _own(flags: tuple[str, ...]) -> tuple[list[bytes], tuple[str, ...]]:
    """Return the lines that keep flags, as mail programs write them, and the flags that have no place."""
    low = {flag.lower() for flag in flags}
    letters = {flag.lower(): letter for letter, flag in _LETTERS.items()}
    words = [flag for flag in flags if flag.lower() not in letters and flag.lower() != "\\seen"]
    kept, room = [], _ROOM
    for word in words:
        room -= len(word.encode()) + 1
        if room >= 0 and not word.startswith("\\") and not set(word) & set(" \t\r\n\0"):
            kept.append(word)
    lines = [b"Status: RO\n" if "\\seen" in low else b"Status: O\n"]
    if marked := "".join(letter for flag, letter in sorted(letters.items()) if flag in low):
        lines.append(f"X-Status: {marked}\n".encode())
    if kept:
        lines.append(f"X-Keywords: {' '.join(kept)}\n".encode())
    return lines, tuple(word for word in words if word not in kept)
