"""Lines of a statement as text, in the encodings of banks, with labels that go over several lines put together."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path

from bascule import guard
from bascule.guard.limits import CHUNK, MAX_LINE

_MOST = 20
"""Lines over which a quoted label may go."""


def lines(path: Path) -> Iterator[tuple[int, str | None]]:
    """Yield (number from 1, line as text); None for a line that is too long. UTF-8, UTF-16, windows-1252 and ISO 8859-15.

    Raises:
        GuardError: The file cannot be read, or is no text.
    """
    head = guard.head(path, CHUNK)
    if not guard.is_text(head):
        raise guard.GuardError("encoding", path, reason="this is no text")
    codec = guard.detect(head)
    if codec in ("utf-16", "utf-32"):
        yield from _wide(path, codec)
        return
    narrow = codec if codec in ("cp1252", "iso8859-15") else "cp1252"
    for number, line in guard.lines(path):
        if line is None:
            yield number, None
            continue
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            text = line.decode(narrow, "replace")
        yield number, text


def _wide(path: Path, codec: str) -> Iterator[tuple[int, str | None]]:
    decoder = getincrementaldecoder(codec)("replace")
    number, rest, skipping = 0, "", False
    for piece in guard.chunks(path):
        *whole, rest = (rest + decoder.decode(piece)).split("\n")
        for line in whole:
            number += 1
            yield number, None if skipping else line.rstrip("\r")
            skipping = False
        if len(rest) > MAX_LINE:
            rest, skipping = "", True
    if rest or skipping:
        yield number + 1, None if skipping else rest


def rows(path: Path) -> Iterator[tuple[int, str | None]]:
    """Yield (number of the first line, row); a quoted label that is not closed goes on below, over at most 20 lines."""
    held: list[str] = []
    first = 0
    for number, line in lines(path):
        if line is not None and not held and line.count('"') % 2 == 0:
            yield number, line
            continue
        if line is None:
            if held:
                yield first, "\n".join(held)
                held = []
            yield number, None
            continue
        first = first if held else number
        held.append(line)
        if (len(held) > 1 and line.count('"') % 2) or len(held) >= _MOST or sum(map(len, held)) > MAX_LINE:
            yield first, "\n".join(held)
            held = []
    if held:
        yield first, "\n".join(held)
