"""What was asked about hosts, for whoever reaches them: a table on disk, of which a look-up reads one line."""

import mmap
import os
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from zlib import crc32

import msgspec

from bascule.identify import registrable
from bascule.model import Evidence, later
from bascule.read.evidence import observations
from bascule.survey.parting import numbered
from bascule.survey.plain import plain
from bascule.survey.tables import written

_REMEMBERED = 4_096
_BITS_A_ROW = 16
_SAME = 256
"""So many answers to one question are kept before the one that counts takes their place."""
_SPREAD = 401
"""What divides a key before it becomes a place in a filter: the rest of it already chose the table."""


def build(part: Path, target: Path) -> None:
    """Write the answers that count of one part of the host lines.

    That is sorted keys, ends, the domains about which others than themselves told something, a filter (Bloom, one hash) that says of most
    questions that nobody asked them, then the lines. A question that was asked once is kept as it stands, and judged when somebody wants it.
    """
    told: dict[bytes, bytes | list[tuple[int, bytes]]] = {}
    domains = set[int]()
    for number, line in numbered(part):
        match = plain(line)
        question, subject, name = (match[3], match[1], match[5]) if match else _parts(number, line)
        domain = registrable(name.partition(b":")[0].decode()).encode()
        if domain != subject:
            domains.add(_key(domain))
        before = told.get(question)
        if before is None:
            told[question] = b"%d %b" % (number, line)
        elif isinstance(before, list):
            before.append((number, line))
            if len(before) >= _SAME:  # a host of a great provider is told of by everybody who is there
                counts = _counting(part, before)
                before[:] = [(number, counts)] if counts else []
        else:
            told[question] = [_numbered(before), (number, line)]
    rows = sorted((_key(question), counts) for question, lines in told.items() if (counts := _counting(part, lines)))
    _write(target, rows, domains)


def _parts(number: int, line: bytes) -> tuple[bytes, bytes, bytes]:
    """Return question, subject and name of a line that is not plain."""
    for item in observations(Path(), [(number, line)]):
        if isinstance(item, Evidence):
            question = item.question.encode("utf-8", "replace")
            return question, item.subject.encode(), question.partition(b" ")[2]
    return b"", b"", b""


def _numbered(line: bytes) -> tuple[int, bytes]:
    number, _, text = line.partition(b" ")
    return int(number), text


def _counting(part: Path, lines: bytes | list[tuple[int, bytes]]) -> bytes | None:
    """Return the line that counts of those that answer one question."""
    if isinstance(lines, bytes):
        return lines.partition(b" ")[2]
    best: Evidence | None = None
    for item in observations(part, lines):
        if isinstance(item, Evidence):
            best = later(best, item)
    return msgspec.json.encode(best) if best else None


def _write(target: Path, rows: list[tuple[int, bytes]], domains: set[int]) -> None:
    asked = _filter([key for key, _ in rows])
    keys, ends, end = array("I"), array("I"), 0
    for key, line in rows:
        end += len(line)
        keys.append(key)
        ends.append(end)
    with written(target) as file:
        file.write(array("Q", [len(rows), 8 * len(asked), len(domains)]).tobytes() + keys.tobytes() + ends.tobytes())
        file.write(array("I", sorted(domains)).tobytes() + asked)
        file.writelines(line for _, line in rows)


def _filter(keys: Collection[int]) -> bytearray:
    size = 1 << max(3, (len(keys) * _BITS_A_ROW).bit_length())
    bits = bytearray(size // 8)
    for key in keys:
        place = key // _SPREAD % size
        bits[place >> 3] |= 1 << (place & 7)
    return bits


def _key(text: bytes) -> int:
    return crc32(text)


class Hosts:
    """The whole table. Its index is shared memory of all workers; a line is read when somebody asks for it, and a while remembered."""

    def __init__(self, files: list[Path]) -> None:
        self._tables = [_Table(file) for file in files]
        self._count = len(self._tables)
        self._read = lru_cache(maxsize=_REMEMBERED)(self._found)
        self._others = _filter({key for table in self._tables for key in table.others})
        self._mask = 8 * len(self._others) - 1

    def answer(self, question: str) -> Evidence | None:
        """Return what counts for a question about a host."""
        key = crc32(question.encode("utf-8", "surrogatepass"))
        table = self._tables[key % self._count]
        place = key // _SPREAD & table.mask
        return self._read(question) if table.asked[place >> 3] >> (place & 7) & 1 else None

    def others_tell(self, domain: bytes) -> bool:
        """Say whether others than a registrable domain may have told something about it or a name below; when not, it has told all itself."""
        place = _key(domain) // _SPREAD & self._mask
        return bool(self._others[place >> 3] >> (place & 7) & 1)

    def _found(self, question: str) -> Evidence | None:
        key = _key(question.encode("utf-8", "surrogatepass"))
        lines = self._tables[key % self._count].lines(key)
        found = observations(Path(), ((2, line) for line in lines))
        return next((item for item in found if isinstance(item, Evidence) and item.question == question), None)


class _Table:
    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY)
        view = memoryview(mmap.mmap(self._file, 0, access=mmap.ACCESS_READ))
        self._count, bits, domains = view[:24].cast("Q")
        keys, ends, others, asked = accumulate((24, 4 * self._count, 4 * self._count, 4 * domains))
        self._start = asked + bits // 8
        self._keys, self._ends = view[keys:ends].cast("I"), view[ends:others].cast("I")
        self.others, self.asked, self.mask = view[others:asked].cast("I"), view[asked : self._start], bits - 1

    def lines(self, key: int) -> Iterator[bytes]:
        at = bisect_left(self._keys, key)
        while at < self._count and self._keys[at] == key:
            start = self._ends[at - 1] if at else 0
            yield os.pread(self._file, self._ends[at] - start, self._start + start)
            at += 1
