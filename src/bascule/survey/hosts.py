"""What was asked about hosts, for whoever reaches them: a table on disk, of which a look-up reads one line."""

import mmap
import os
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from zlib import crc32

import msgspec

from bascule.identify import endings, registrable
from bascule.model import Evidence, later
from bascule.read.evidence import observations
from bascule.survey.plain import plain
from bascule.survey.runs import RUN, Run, numbered, run_at, runs, told
from bascule.survey.tables import written

_REMEMBERED, _DOMAINS = 8_192, 1_024
_BITS_A_ROW = 16
_SAME = 256
"""So many answers to one question are kept before the one that counts takes their place."""
_SPREAD = 401
"""What divides a key before it becomes a place in a filter: the rest of it already chose the table."""


def build(folder: Path, number: int) -> None:
    """Write the table of one part: which domains are in it, and the answers that count of the host lines of that number.

    That is sorted keys, ends, the domains about which others than themselves told something, the domains of the part with the places of their
    runs, a filter (Bloom, one hash) that says of most questions that nobody asked them, then the lines with their numbers. A question that was
    asked once is kept as it stands, and judged when somebody wants it.
    """
    answers: dict[bytes, bytes | list[tuple[int, bytes]]] = {}
    domains = set[int]()
    part = folder / f"host-{number:05d}"
    for at, line in numbered(part):
        match = plain(line)
        question, subject, name = (match[3], match[1], match[5]) if match else _parts(at, line)
        domain = registrable(name.partition(b":")[0].decode()).encode()
        if domain != subject:
            domains.add(_key(domain))
        before = answers.get(question)
        if before is None:
            answers[question] = b"%d %b" % (at, line)
        elif isinstance(before, list):
            before.append((at, line))
            if len(before) >= _SAME:  # a host of a great provider is told of by everybody who is there
                counts = _counting(part, before)
                before[:] = [_numbered(counts)] if counts else []
        else:
            answers[question] = [_numbered(before), (at, line)]
    rows = sorted((_key(question), counts) for question, lines in answers.items() if (counts := _counting(part, lines)))
    places = sorted((run.key, run.place) for run in runs(folder / f"subject-{number:05d}"))
    _write(folder / f"hosts-{number:05d}.table", rows, domains, places)


def _parts(number: int, line: bytes) -> tuple[bytes, bytes, bytes]:
    """Return question, subject and name of a line that is not plain."""
    for item in observations(Path(), [(number, line)]):
        if isinstance(item, Evidence):
            question = item.question.encode("utf-8", "replace")
            return question, item.subject.encode(), question.partition(b" ")[2]
    return b"", b"", b""


def _questions(run: Run) -> Iterator[tuple[bytes, tuple[int, bytes]]]:
    """Yield what the lines of a run are about, and the lines with their numbers."""
    if RUN.fullmatch(run.lines):
        for line in told(run.lines, elsewhere=False):
            yield line.question, (run.number + line.before, line.line[:-1])
    else:
        for number, text in run.numbered():
            yield _parts(number, text)[0], (number, text)


def _numbered(line: bytes) -> tuple[int, bytes]:
    number, _, text = line.partition(b" ")
    return int(number), text


def _counting(part: Path, lines: bytes | list[tuple[int, bytes]]) -> bytes | None:
    """Return the line that counts of those that answer one question, with its number."""
    if isinstance(lines, bytes):
        return lines
    best, number = _latest(part, sorted(lines))
    return b"%d %b" % (number, msgspec.json.encode(best)) if best else None


def _latest(part: Path, lines: list[tuple[int, bytes]], question: str = "") -> tuple[Evidence | None, int]:
    """Return the observation that counts of numbered lines, those that answer one question where one is given, with its number."""
    best: Evidence | None = None
    last = 0
    for number, line in lines:
        for item in observations(part, [(max(2, number), line)]):
            if isinstance(item, Evidence) and question in ("", item.question) and later(best, item) is item:
                best, last = item, number
    return best, last


def _write(target: Path, rows: list[tuple[int, bytes]], domains: set[int], places: list[tuple[int, int]]) -> None:
    asked = _filter([key for key, _ in rows])
    keys, ends, end = array("I"), array("I"), 0
    for key, line in rows:
        end += len(line)
        keys.append(key)
        ends.append(end)
    own = (array("I", [key for key, _ in places]), array("Q", [place for _, place in places]))
    with written(target) as file:
        file.write(array("Q", [len(rows), 8 * len(asked), len(domains), len(places)]).tobytes() + own[1].tobytes() + keys.tobytes() + ends.tobytes())
        file.write(array("I", sorted(domains)).tobytes() + own[0].tobytes() + asked)
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

    def __init__(self, folder: Path) -> None:
        files = sorted(folder.glob("hosts-*.table"))
        self._folder, self._tables = folder, [_Table(file) for file in files]
        self._count = len(self._tables)
        self._others = _filter({key for table in self._tables for key in table.others})
        self._mask = 8 * len(self._others) - 1
        self.answer = lru_cache(maxsize=_REMEMBERED)(self._answer)
        self._own = lru_cache(maxsize=_DOMAINS)(self._told)

    def others_tell(self, domain: bytes) -> bool:
        """Say whether others than a registrable domain may have told something about it or a name below; when not, it has told all itself."""
        place = _key(domain) // _SPREAD & self._mask
        return bool(self._others[place >> 3] >> (place & 7) & 1)

    def beyond(self, domain: str) -> Callable[[str], Evidence | None]:
        """Return what answers about hosts for somebody who has all that a registrable domain tells of itself: nothing where nobody else tells more."""
        ends = endings(domain)

        def answer(question: str) -> Evidence | None:
            return None if question.endswith(ends) and not self._may_be_asked(question)[0] else self.answer(question)

        return answer

    def _may_be_asked(self, question: str) -> tuple[int, int, "_Table"]:
        """Return whether a question may be in the table (0 when it is not), its key and the part of the table."""
        key = crc32(question.encode("utf-8", "surrogatepass"))
        table = self._tables[key % self._count]
        place = key // _SPREAD & table.mask
        return table.asked[place >> 3] >> (place & 7) & 1, key, table

    def _answer(self, question: str) -> Evidence | None:
        """Return what counts for a question about a host, whoever told it."""
        asked, key, table = self._may_be_asked(question)
        lines = [_numbered(line) for line in table.lines(key)] if asked else []
        own = self._own(registrable(question.partition(" ")[2].partition(":")[0]))
        if own:
            lines += own.get(question.encode("utf-8", "surrogatepass"), ())
        return _latest(Path(), sorted(lines), question)[0] if lines else None

    def _told(self, domain: str) -> dict[bytes, list[tuple[int, bytes]]]:
        """Return what the subjects of a registrable domain answer, by question; nothing when it has none."""
        key = _key(domain.encode("utf-8", "surrogatepass"))
        number = key % self._count
        found: dict[bytes, list[tuple[int, bytes]]] = {}
        for place in self._tables[number].places(key):
            run = run_at(self._folder / f"subject-{number:05d}", place)
            for question, line in _questions(run):
                found.setdefault(question, []).append(line)
        return found


class _Table:
    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY)
        view = memoryview(mmap.mmap(self._file, 0, access=mmap.ACCESS_READ))
        self._count, bits, domains, self._own = view[:32].cast("Q")
        places, keys, ends, others, own, asked = accumulate((32, 8 * self._own, 4 * self._count, 4 * self._count, 4 * domains, 4 * self._own))
        self._start = asked + bits // 8
        self._keys, self._ends = view[keys:ends].cast("I"), view[ends:others].cast("I")
        self._domains, self._places = view[own:asked].cast("I"), view[places:keys].cast("Q")
        self.others, self.asked, self.mask = view[others:own].cast("I"), view[asked : self._start], bits - 1

    def lines(self, key: int) -> Iterator[bytes]:
        """Yield the lines, with their numbers, whose question has a key."""
        at = bisect_left(self._keys, key)
        while at < self._count and self._keys[at] == key:
            start = self._ends[at - 1] if at else 0
            yield os.pread(self._file, self._ends[at] - start, self._start + start)
            at += 1

    def places(self, key: int) -> Iterator[int]:
        """Yield the places of the runs whose domain has a key."""
        at = bisect_left(self._domains, key)
        while at < self._own and self._domains[at] == key:
            yield self._places[at]
            at += 1
