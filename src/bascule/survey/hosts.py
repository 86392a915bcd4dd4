"""What was asked about hosts, for whoever reaches them: a table on disk, of which a look-up reads one line."""

import mmap
import os
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

import msgspec

from bascule.model import Evidence, later
from bascule.read.evidence import observations
from bascule.survey.parting import numbered
from bascule.survey.tables import written

_REMEMBERED = 50_000


def _key(question: str) -> int:
    return int.from_bytes(blake2b(question.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def build(part: Path, target: Path) -> None:
    """Write the answers that count of one part of the host lines: sorted keys, ends, then the lines."""
    found: dict[str, Evidence] = {}
    for item in observations(part, numbered(part)):
        if isinstance(item, Evidence):
            found[item.question] = later(found.get(item.question), item)
    rows = sorted((_key(question), msgspec.json.encode(item)) for question, item in found.items())
    ends, end = array("Q"), 0
    for _, line in rows:
        end += len(line)
        ends.append(end)
    with written(target) as file:
        file.write(array("Q", [len(rows)]).tobytes() + array("Q", (key for key, _ in rows)).tobytes() + ends.tobytes())
        file.writelines(line for _, line in rows)


class Hosts:
    """The whole table. Its index is shared memory of all workers; a line is read when somebody asks for it, and a while remembered."""

    def __init__(self, files: list[Path]) -> None:
        self._tables = [_Table(file) for file in files]
        self._decode = msgspec.json.Decoder(Evidence).decode
        self.answer = lru_cache(maxsize=_REMEMBERED)(self._answer)

    def _answer(self, question: str) -> Evidence | None:
        """Return what counts for a question about a host."""
        key = _key(question)
        lines = self._tables[crc32(question.encode("utf-8", "surrogatepass")) % len(self._tables)].lines(key)
        return next((item for item in map(self._decode, lines) if item.question == question), None)


class _Table:
    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY)
        view = memoryview(mmap.mmap(self._file, 0, access=mmap.ACCESS_READ))
        self._count = view[:8].cast("Q")[0]
        self._keys = view[8 : 8 + 8 * self._count].cast("Q")
        self._ends = view[8 + 8 * self._count : 8 + 16 * self._count].cast("Q")

    def lines(self, key: int) -> Iterator[bytes]:
        at = bisect_left(self._keys, key)
        while at < self._count and self._keys[at] == key:
            start = self._ends[at - 1] if at else 0
            yield os.pread(self._file, self._ends[at] - start, 8 + 16 * self._count + start)
            at += 1
