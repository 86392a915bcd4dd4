"""The input parted by subject, on disk: lines of one subject need not be contiguous, and memory is bounded.

What was asked about a host belongs to every subject that reaches the host. What a domain tells of its own hosts is found with the domain; a
line about a host elsewhere is kept twice: with its subject, and in a table of hosts parted by question.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import msgspec

from bascule import guard
from bascule.guard import BlockedError, plain_host
from bascule.identify import registrable
from bascule.model import FIRM, Evidence
from bascule.read import READERS, InputError, InputNote, Item
from bascule.read.evidence import observations
from bascule.read.names import is_name
from bascule.survey.ranges import Range
from bascule.survey.runs import RUN, Parts, Told, told

_ABOUT_A_HOST = frozenset((b"A", b"AAAA", b"CNAME", b"ASN", b"TLS"))

_WHOLE = Range()


def kind_of(path: Path) -> str:
    """Return `evidence`, `massdns`, `zdns`, or `list` for anything else."""
    head = guard.head(path)
    return next((name for name in ("massdns", "zdns", "evidence") if READERS[name].recognise(path, head)), "list")


def part_evidence(path: Path, kind: str, at: datetime, parts: Parts, share: "Share", piece: Range = _WHOLE) -> Iterator[InputError | InputNote]:
    """Deal out evidence; yield what is refused here. Lines that look as we write them are judged where they are read."""
    if kind == "evidence":
        number, pieces = piece.read(path) if piece.count > 1 else (1, guard.chunks(path))
        yield from _runs(path, guard.blocks(pieces), number, parts, share)
    else:
        yield from _others(READERS[kind].read(path, path.name, at), None, parts, share)


def _runs(path: Path, blocks: Iterable[bytes | None], number: int, parts: Parts, share: "Share") -> Iterator[InputError | InputNote]:
    """Deal out blocks of lines, run by run."""
    for block in blocks:
        place, end = 0, len(block or b"?")
        while place < end:
            run = RUN.match(block, place) if block and share.until is None else None
            if run:
                lines, place = run[0], run.end()
                _deal(run[1], number, lines, "", parts, share)
                number += lines.count(b"\n")
                continue
            line = block[place : block.index(b"\n", place)] if block else None
            place += 1 + len(line or b"")
            for fault in _others(observations(path, [(number, line.removesuffix(b"\r") if line else line)]), number, parts, share):
                yield fault
                if fault.code == "newer-schema":
                    return
            number += 1


def _others(items: Iterable[Item], number: int | None, parts: Parts, share: "Share") -> Iterator[InputError | InputNote]:
    """Deal out what had to be read to be understood."""
    for count, item in enumerate(items, 1):
        if isinstance(item, Evidence):
            if share.until is None or item.seen_at.date() <= share.until:
                _deal(item.subject.encode(), number or count, msgspec.json.encode(item) + b"\n", item.question, parts, share)
        elif isinstance(item, InputError | InputNote):
            yield item


def _deal(subject: bytes, number: int, lines: bytes, question: str, parts: Parts, share: "Share") -> None:
    """Deal out lines of one subject, or the one line that answers a question.

    Names of one registrable domain stay together: one's SPF may open another's. What is told about hosts elsewhere goes to whoever reaches
    them too, and so does what a subject that has no part says of itself.
    """
    domain = _domain(subject)
    mine = subject != FIRM.encode() and share.takes(domain)
    if mine:
        parts.put_run(domain, number, lines)
    kind, _, name = question.encode().partition(b" ")
    for line in (Told(question.encode(), kind, name, 0, lines),) if question else told(lines, elsewhere=mine):
        if _domain(line.name.partition(b":")[0]) != domain if mine else line.kind in _ABOUT_A_HOST or line.name != subject:
            parts.put_host(line.question, number + line.before, line.line)


@lru_cache(maxsize=4096)
def _domain(subject: bytes) -> bytes:
    return registrable(subject.decode()).encode()


def part_list(path: Path, parts: Parts, share: "Share") -> Iterator[InputError]:
    """Deal out the domains of a list, one a line; `#` begins a comment."""
    for number, line in guard.lines(path):
        text = (line or b"").removeprefix(b"\xef\xbb\xbf").partition(b"#")[0].decode("utf-8", "replace").strip()
        name = domain(text)
        if name is None and (text or line is None):
            yield InputError("bad-domain", path, str(number), value=text[:100])
        elif name is not None and share.takes(registrable(name).encode()):
            parts.put("subject", registrable(name).encode(), number, name.encode())


def domain(text: str) -> str | None:
    """Return a domain of a list as a lower-case A-label; None for anything else."""
    try:
        name = plain_host(text.rstrip(".")) if text else ""
    except BlockedError:
        return None
    return name if "." in name and is_name(name) and not name.rpartition(".")[2].isdigit() else None


class Share(msgspec.Struct, frozen=True):
    """Which evidence a run takes: the `index`th of `count` shares of the subjects, by hash, and what was seen until a day (UTC), if one is given."""

    index: int = 1
    count: int = 1
    until: date | None = None

    def takes(self, domain: bytes) -> bool:
        """Say whether the names of a registrable domain are in the share."""
        # Another hash than that of the parts: a share must not empty some of them.
        return self.count == 1 or crc32(domain[::-1], 0x5EED) % self.count == self.index - 1
