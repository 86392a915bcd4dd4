"""Where one message of an mbox ends and the next begins.

A message begins at a line `From …` that is the first of the file, or has a time and a year, or is one of the bare forms that Thunderbird writes; so a
sentence that begins with “From the …” splits nothing. One empty line before the next such line belongs to the file, not to the message.

Lines of ours tell more: `From bascule-l120-h2-f@localhost …`: 120 bytes follow, of which the first 2 lines (Status, X-Keywords …) are the file's own, not
the message's, and `f` how it was written: `a` as it came, with its own line ends; `n` a line end was added because it had none.
"""

import re
from collections.abc import Iterator

import msgspec

from bascule.move.mbox.data import Data

_WINDOW = 1024 * 1024
_LONGEST = 1024
"""Bytes of a From line at most."""
_DATED = re.compile(rb"^From .*\b\d{1,2}:\d\d(?::\d\d)?\b.*\b\d{4}\b")
_PLAIN = re.compile(rb"^From (?:-? ?)\r?$")
_OURS = re.compile(rb"^From bascule-l(\d{1,15})-h(\d)-([an]*)@localhost ")


class Part(msgspec.Struct, frozen=True):
    """One message in its file.

    Attributes:
        start: Where its From line begins.
        begin: Where its content begins.
        end: Where its content ends.
        line: The From line.
        own: Lines at the beginning of the content that belong to the file.
        as_is: Whether its line ends are its own.
        added: Whether its last line end was added.
        cut: Whether the file ends in its midst.
    """

    start: int
    begin: int
    end: int
    line: bytes
    own: int = 0
    as_is: bool = False
    added: bool = False
    cut: bool = False


def parts(data: Data, since: int = 0) -> Iterator[Part]:
    """Yield the messages of an mbox from a place on, front to back."""
    begun: tuple[int, bytes] | None = None
    for start, line in _lines(data, since):
        if begun:
            yield _part(data, *begun, start)
        begun = (start, line)
    if begun:
        yield _part(data, *begun, data.size)


def _lines(data: Data, since: int) -> Iterator[tuple[int, bytes]]:
    """Yield place and text of the lines at which messages begin."""
    # A line end that is not there stands before the first line; `base` is the place of the first byte held.
    base, held, look = since - 1, b"\n", 0
    while True:
        more = data.read(base + len(held), _WINDOW)
        held += more
        while (found := held.find(b"\nFrom ", look)) >= 0:
            look = found
            end = held.find(b"\n", found + 1)
            if end < 0 and more and len(held) - found <= _LONGEST:
                break
            line = held[found + 1 : end if end >= 0 else len(held)]
            if len(line) <= _LONGEST and (base + found + 1 == since or _begins(line)):
                yield base + found + 1, line
            look = found + 1
        else:
            look = max(look, len(held) - 5)
        if not more:
            return
        base, held, look = base + look, held[look:], 0


def _begins(line: bytes) -> bool:
    return bool(_DATED.match(line) or _PLAIN.match(line))


def _part(data: Data, start: int, line: bytes, end: int) -> Part:
    begin = min(start + len(line) + 1, end)
    ours = _OURS.match(line)
    tail = data.read(max(begin, end - 4), min(4, end - begin))
    if tail.endswith(b"\r\n\r\n") or tail == b"\r\n":
        end -= 2
    elif tail.endswith(b"\n\n") or tail == b"\n":
        end -= 1
    cut = end == data.size and not tail.endswith(b"\n") and end > begin
    if ours and int(ours[1]) == end - begin:
        return Part(start, begin, end, line, int(ours[2]), b"a" in ours[3], b"n" in ours[3])
    return Part(start, begin, end, line, cut=cut)
