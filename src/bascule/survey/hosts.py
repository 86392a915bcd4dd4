"""What was asked about hosts, for whoever reaches them: a table on disk, of which a look-up reads one line."""

import mmap
import os
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import msgspec

from bascule.model import Evidence, later
from bascule.read.evidence import observations
from bascule.survey.parting import numbered
from bascule.survey.tables import written

_REMEMBERED = 50_000
_BITS_A_ROW = 16
_SPREAD = 401
"""What divides a key before it becomes a place in the filter: the rest of it already chose the table."""


def build(part: Path, target: Path) -> None:
    """Write the answers that count of one part of the host lines: a filter, sorted keys, ends, then the lines.

    The filter (Bloom, one hash) says of most questions that nobody asked them, without a search.
    """
    found: dict[str, Evidence] = {}
    for item in observations(part, numbered(part)):
        if isinstance(item, Evidence):
            found[item.question] = later(found.get(item.question), item)
    rows = sorted((_key(question), msgspec.json.encode(item)) for question, item in found.items())
    size = 1 << max(3, (len(rows) * _BITS_A_ROW).bit_length())
    bits = bytearray(size // 8)
    keys, ends, end = array("Q"), array("Q"), 0
    for key, line in rows:
        place = key // _SPREAD % size
        bits[place >> 3] |= 1 << (place & 7)
        end += len(line)
        keys.append(key)
        ends.append(end)
    with written(target) as file:
        file.write(array("Q", [len(rows), size]).tobytes() + keys.tobytes() + ends.tobytes() + bits)
        file.writelines(line for _, line in rows)


def _key(question: str) -> int:
    return crc32(question.encode("utf-8", "surrogatepass"))


class Hosts:
    """The whole table. Its index is shared memory of all workers; a line is read when somebody asks for it, and a while remembered."""

    def __init__(self, files: list[Path]) -> None:
        self._tables = [_Table(file) for file in files]
        self._read = lru_cache(maxsize=_REMEMBERED)(self._found)

    def answer(self, question: str) -> Evidence | None:
        """Return what counts for a question about a host."""
        key = crc32(question.encode("utf-8", "surrogatepass"))
        table = self._tables[key % len(self._tables)]
        place = key // _SPREAD & table.mask
        return self._read(question) if table.bits[place >> 3] >> (place & 7) & 1 else None

    def _found(self, question: str) -> Evidence | None:
        key = _key(question)
        lines = self._tables[key % len(self._tables)].lines(key)
        return next((item for item in map(_decode, lines) if item.question == question), None)


_decode = msgspec.json.Decoder(Evidence).decode


class _Table:
    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY)
        view = memoryview(mmap.mmap(self._file, 0, access=mmap.ACCESS_READ))
        self._count, size = view[:16].cast("Q")
        middle, end = 16 + 8 * self._count, 16 + 16 * self._count
        self._keys, self._ends, self.bits = view[16:middle].cast("Q"), view[middle:end].cast("Q"), view[end : end + size // 8]
        self.mask, self._start = size - 1, end + size // 8

    def lines(self, key: int) -> Iterator[bytes]:
        at = bisect_left(self._keys, key)
        while at < self._count and self._keys[at] == key:
            start = self._ends[at - 1] if at else 0
            yield os.pread(self._file, self._ends[at] - start, self._start + start)
            at += 1
