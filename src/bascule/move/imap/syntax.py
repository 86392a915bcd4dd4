"""How IMAP writes things: lists and strings, names of folders, dates (RFC 9051, section 9; RFC 3501, section 5.1.3)."""

import base64
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from itertools import islice

from bascule.move.errors import CutError
from bascule.move.imap.wire import Part
from bascule.move.item import Body

_TOKEN = re.compile(rb'[ ]*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|((?:[^ ()"\[]|\[[^\]]*\])+))', re.DOTALL)
_ESCAPE = re.compile(rb"\\(.)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"^ ?(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$")
_SHIFTED = re.compile("&([^-]*)-")
_NUMBER = re.compile(rb"\d{1,19}")
_BETWEEN_COMMAS = re.compile(rb"[^,]+")
_PLAIN = re.compile("[ -~]+|[^ -~]+")
MAX_DEPTH = 16


def parse(parts: Sequence[Part]) -> list[object]:
    """Return the values of an answer: atoms and strings as bytes, NIL as None, literals as they came, lists as lists.

    Args:
        parts: Text and literals in turn, text first.

    Raises:
        CutError: It is no such text, or nested beyond reason: nothing that follows can be trusted.
    """
    stack: list[list[object]] = [[]]
    for number, part in enumerate(parts):
        if number % 2 or isinstance(part, Body):
            stack[-1].append(part)
        else:
            _take(part, stack)
    if len(stack) != 1:
        raise CutError("an answer that cannot be read: a list without end")
    return stack[0]


def _take(text: bytes, stack: list[list[object]]) -> None:
    for found in _TOKEN.finditer(text):
        opened, closed, quoted, atom = found.groups()
        if opened:
            stack.append([])
            if len(stack) > MAX_DEPTH:
                raise CutError("an answer that cannot be read: nested too deep")
        elif closed:
            if len(stack) == 1:
                raise CutError("an answer that cannot be read: a list ends that never began")
            done = stack.pop()
            stack[-1].append(done)
        elif quoted is not None:
            stack[-1].append(_ESCAPE.sub(rb"\1", quoted))
        else:
            stack[-1].append(None if atom.upper() == b"NIL" else atom)


def pairs(values: object) -> dict[bytes, object]:
    """Return a list of names and values in turn as a table, names in capitals."""
    if not isinstance(values, list):
        return {}
    return {name.upper(): value for name, value in zip(values[::2], values[1::2], strict=False) if isinstance(name, bytes)}


def quoted(text: str | bytes) -> bytes:
    """Return a string between quotes; only for text without line ends and zero bytes."""
    raw = text.encode("utf-8") if isinstance(text, str) else text
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def shifted(name: str) -> str:
    """Return a folder's name in modified UTF-7 (RFC 3501, section 5.1.3)."""
    return "".join(run.replace("&", "&-") if run[0] <= "~" and run[0] >= " " else f"&{_base64(run)}-" for run in _PLAIN.findall(name))


def unshifted(name: str) -> str:
    """Return a folder's name as people read it; what is no modified UTF-7 stays as it is."""
    try:
        return _SHIFTED.sub(lambda found: _unbase64(found[1]) if found[1] else "&", name)
    except ValueError:
        return name


def _base64(run: str) -> str:
    return base64.b64encode(run.encode("utf-16-be")).decode("ascii").rstrip("=").replace("/", ",")


def _unbase64(text: str) -> str:
    return base64.b64decode(text.replace(",", "/") + "=" * (-len(text) % 4), validate=True).decode("utf-16-be")


def read_date(text: bytes) -> datetime | None:
    """Return an INTERNALDATE with its own zone; None when it is none."""
    found = _DATE.match(text.decode("ascii", "replace"))
    if found is None or found[2].capitalize() not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(found[place]) for place in (1, 3, 4, 5, 6))
    shift = timedelta(hours=int(found[8]), minutes=int(found[9]))
    zone = timezone(-shift if found[7] == "-" else shift)
    try:
        return datetime(year, _MONTHS.index(found[2].capitalize()) + 1, day, hour, minute, min(second, 59), tzinfo=zone)
    except ValueError:
        return None


def write_date(date: datetime) -> bytes:
    """Return a date as APPEND takes it, in its own zone."""
    return f'"{date.day:2d}-{_MONTHS[date.month - 1]}-{date:%Y %H:%M:%S %z}"'.encode("ascii")


def ranges(keys: Sequence[int]) -> bytes:
    """Return numbers as a set (`1:4,7`), in the order of the numbers."""
    runs: list[list[int]] = []
    for key in sorted(keys):
        if runs and key == runs[-1][1] + 1:
            runs[-1][1] = key
        else:
            runs.append([key, key])
    return b",".join(b"%d" % a if a == b else b"%d:%d" % (a, b) for a, b in runs)


def number(text: object) -> int:
    """Return a number that a server wrote.

    Raises:
        CutError: It is none, or larger than IMAP knows (RFC 9051: 63 bits).
    """
    if not isinstance(text, bytes) or not _NUMBER.fullmatch(text):
        raise CutError(f"an answer that cannot be read: {text!r:.60} is no number")
    return int(text)


def runs(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield first and last of each run of a set, in its order.

    Raises:
        CutError: It is no set.
    """
    for found in _BETWEEN_COMMAS.finditer(text):
        first, _, last = found[0].partition(b":")
        low, high = sorted((number(first), number(last or first)))
        yield low, high


def numbers(text: bytes, count: int) -> list[int]:
    """Return the numbers of a set in its order (APPENDUID gives them so, RFC 4315); empty when it has not `count` of them.

    Raises:
        CutError: It is no set.
    """
    told = list(islice(runs(text), count + 1))
    if sum(last - first + 1 for first, last in told) != count:
        return []
    return [key for first, last in told for key in range(first, last + 1)]
