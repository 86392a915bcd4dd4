"""The input cut into ranges of whole lines, so that several workers part it at once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from bascule.guard.limits import CHUNK

_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
_SCHEMA = b"bascule.evidence/1"
_NEWER = re.compile(rb"bascule\.evidence/(?!1[^0-9])[0-9]")
"""The line of a newer version ends what is read, so that no range may run ahead of it."""
_MOST = 4
_BYTES_A_RANGE = 2**24


class Range(msgspec.Struct, frozen=True):
    """The `index`th, from 0, of `count` ranges of a file; a line belongs to the range in which it begins."""

    index: int = 0
    count: int = 1

    def read(self, path: Path) -> tuple[int, Iterator[bytes]]:
        """Return the number of the first line of the range, and its bytes in pieces."""
        size = path.stat().st_size
        with path.open("rb") as file:
            begin, end = (_line_start(file, size * index // self.count) for index in (self.index, self.index + 1))
            file.seek(0)
            number = 1 + sum(piece.count(b"\n") for piece in _pieces(file, begin))
        return number, _between(path, begin, end)


def count_of(path: Path, kind: str) -> int:
    """Return how many ranges a file is cut into; what is packed, or no evidence of ours, is one, and so is what a newer version may have written."""
    wanted = min(_MOST, max(1, path.stat().st_size // _BYTES_A_RANGE))
    with path.open("rb") as file:
        if kind != "evidence" or wanted == 1 or file.read(4).startswith(_PACKED):
            return 1
        file.seek(0)
        before = b""
        for piece in _pieces(file, path.stat().st_size):
            if _NEWER.search(before + piece[: len(_SCHEMA) * 2]) or _NEWER.search(piece):
                return 1
            before = piece[-2 * len(_SCHEMA) :]
    return wanted


def _line_start(file: BinaryIO, place: int) -> int:
    """Return where the first line begins at a place or after it."""
    if place == 0:
        return 0
    file.seek(place - 1)
    at = place - 1
    while piece := file.read(CHUNK):
        found = piece.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(piece)
    return at


def _pieces(file: BinaryIO, left: int) -> Iterator[bytes]:
    while left > 0 and (piece := file.read(min(CHUNK, left))):
        left -= len(piece)
        yield piece


def _between(path: Path, begin: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(begin)
        yield from _pieces(file, end - begin)
