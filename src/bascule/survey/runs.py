"""Runs: consecutive lines of one subject, found in the text of evidence without decoding it, and kept together on disk."""

import os
import re
from collections.abc import Iterable, Iterator
from itertools import count, takewhile
from pathlib import Path
from struct import Struct
from typing import NamedTuple
from zlib import crc32

from bascule.survey.plain import plain

_LINE = rb'\{"subject":"%b","kind":"[a-z]+","question":"[A-Z]+ [a-z0-9_.:-]+"[^\n]*\n'
_TOLD = rb'\{"subject":"([a-z0-9_.-]+)","kind":"[a-z]+","question":"(([A-Z]+) %b([a-z0-9_.:-]+))"[^\n]*\n'
RUN = re.compile(_LINE % rb"([a-z0-9_.-]+)" + b"(?:" + _LINE % rb"\1" + b")*")
"""Lines whose subject and question are written as we write them; its first group is the subject."""
_QUESTION = re.compile(_TOLD % b"")
_ELSEWHERE = re.compile(_TOLD % rb'(?!(?:[a-z0-9_.:-]*\.)?\1")')
_HEADER = Struct("<QII")
_END = ord("\n")
_BUFFER = 16 * 1024
_PENDING = 16_384
_INDEX = 40
"""Bits of a place within its file; above them is the range."""


class Run(NamedTuple):
    """Lines of one subject: number of the first in the input, place and hash of the domain in the part, text."""

    number: int
    place: int
    key: int
    lines: bytes

    @property
    def subject(self) -> bytes:
        """Whose lines they are."""
        return self.lines[12 : self.lines.index(b'"', 12)]

    def numbered(self) -> Iterator[tuple[int, bytes]]:
        """Yield each line with its number."""
        return enumerate(self.lines[:-1].split(b"\n"), self.number)


class Told(NamedTuple):
    """A line of a run, with its end: what it is about, and how many lines are before it."""

    question: bytes
    kind: bytes
    name: bytes
    before: int
    line: bytes


def told(lines: bytes, elsewhere: bool) -> Iterator[Told]:
    """Yield the lines of a run: all, or those about other names than the subject and what is below."""
    for match in (_ELSEWHERE if elsewhere else _QUESTION).finditer(lines):
        begin = match.start()
        if not begin or lines[begin - 1] == _END:  # else it stands within a value
            yield Told(match[2], match[3], match[4], lines.count(b"\n", 0, begin), match[0])


def runs(path: Path) -> Iterator[Run]:
    """Yield the runs of a part in the order of the input."""
    for index, file in enumerate(_files(path)):
        data, place = file.read_bytes(), 0
        while place < len(data):
            number, length, key = _HEADER.unpack_from(data, place)
            begin = place + _HEADER.size
            yield Run(number, index << _INDEX | place, key, data[begin : begin + length])
            place = begin + length


def _files(path: Path) -> Iterator[Path]:
    """Yield the files of a part, one of each range of the input."""
    names = (path.with_name(f"{path.name}.{index}") for index in count())
    return takewhile(Path.exists, names)


def run_at(path: Path, place: int) -> Run:
    """Return the run that begins at a place of a part."""
    begin = place & (1 << _INDEX) - 1
    with path.with_name(f"{path.name}.{place >> _INDEX}").open("rb", buffering=0) as file:
        number, length, key = _HEADER.unpack(os.pread(file.fileno(), _HEADER.size, begin))
        return Run(number, place, key, os.pread(file.fileno(), length, begin + _HEADER.size))


def numbered(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a part of hosts or of a list with their numbers."""
    for name in _files(path):
        with name.open("rb", buffering=_BUFFER) as file:
            for line in file:
                number, _, text = line.partition(b" ")
                yield int(number), text[:-1]


class Parts:
    """Files below a folder among which lines are dealt out; each line is kept with its number."""

    def __init__(self, folder: Path, kinds: dict[str, int], index: int = 0) -> None:
        """Open the files of one range of the input."""
        folder.mkdir(parents=True, exist_ok=True)
        self._files = {
            kind: [(folder / f"{kind}-{number:05d}.{index}").open("wb", buffering=_BUFFER) for number in range(size)] for kind, size in kinds.items()
        }
        self._pending: dict[bytes, tuple[bytes, bytes, int, bytes]] = {}

    def put(self, kind: str, key: bytes, number: int, line: bytes) -> None:
        """Add a line, without its end, to the part of its key."""
        files = self._files[kind]
        files[crc32(key) % len(files)].write(b"%d %b\n" % (number, line))

    def put_run(self, domain: bytes, number: int, lines: bytes) -> None:
        """Add lines of one subject to the part of its registrable domain."""
        files, key = self._files["subject"], crc32(domain)
        files[key % len(files)].write(_HEADER.pack(number, len(lines), key) + lines)

    def put_host(self, question: bytes, number: int, line: bytes) -> None:
        """Add a line about a host, with its end; of several in a row that answer a question alike the latest is kept."""
        match = plain(line[:-1])
        said, seen = (match[2], match[6]) if match else (b"", b"")
        before = self._pending.get(question)
        if before and match and before[0] == said and len(before[1]) == len(seen):
            if seen < before[1]:
                return
        elif before:
            self.put("host", question, *before[2:])
        elif len(self._pending) >= _PENDING:
            self._flush()
        self._pending[question] = said, seen, number, line[:-1]

    def _flush(self) -> None:
        for question, (_, _, number, line) in self._pending.items():
            self.put("host", question, number, line)
        self._pending.clear()

    def close(self) -> None:
        """Bring everything to disk: once the ledger says that the input is parted, it is, also after a power cut."""
        self._flush()
        for file in (file for files in self._files.values() for file in files):
            file.flush()
            os.fsync(file.fileno())
            file.close()


def by_subject(all_runs: Iterable[Run]) -> dict[bytes, list[Run]]:
    """Return the runs of each subject, in the order of the input."""
    found: dict[bytes, list[Run]] = {}
    for run in all_runs:
        found.setdefault(run.subject, []).append(run)
    return found
