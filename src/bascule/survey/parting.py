"""The input parted by subject, on disk: lines of one subject need not be contiguous, and memory is bounded.

What was asked about a host belongs to every subject that reaches the host, so that such lines are kept twice: with their subject, and in a
table of hosts parted by question.
"""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
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

_PLAIN_LINE = re.compile(rb'\{"subject":"([a-z0-9_.-]+)","kind":"[a-z]+","question":"([A-Z]+) ([a-z0-9_.:-]+)"')
_ABOUT_A_HOST = frozenset((b"A", b"AAAA", b"CNAME", b"ASN", b"TLS"))
_BUFFER = 16 * 1024

EVIDENCE = ("evidence", "massdns", "zdns")


class Parts:
    """Files below a folder among which lines are dealt out; each line is kept with its number."""

    def __init__(self, folder: Path, kinds: dict[str, int]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files = {kind: [(folder / f"{kind}-{number:05d}").open("wb", buffering=_BUFFER) for number in range(count)] for kind, count in kinds.items()}

    def put(self, kind: str, key: bytes, number: int, line: bytes) -> None:
        """Add a line to the part of its key."""
        files = self._files[kind]
        files[crc32(key) % len(files)].write(b"%d %b\n" % (number, line))

    def close(self) -> None:
        """Bring everything to disk: once the ledger says that the input is parted, it is, also after a power cut."""
        for file in (file for files in self._files.values() for file in files):
            file.flush()
            os.fsync(file.fileno())
            file.close()


def numbered(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a part with their numbers."""
    if not path.exists():
        return
    with path.open("rb", buffering=_BUFFER) as file:
        for line in file:
            number, _, text = line.partition(b" ")
            yield int(number), text[:-1]


def kind_of(path: Path) -> str:
    """Return `evidence`, `massdns`, `zdns`, or `list` for anything else."""
    head = guard.head(path)
    return next((name for name in ("massdns", "zdns", "evidence") if READERS[name].recognise(path, head)), "list")


def part_evidence(path: Path, kind: str, at: datetime, parts: Parts, share: "Share") -> Iterator[InputError | InputNote]:
    """Deal out evidence; yield what is refused here. Lines that look plain are judged where they are read."""
    lines = guard.lines(path) if kind == "evidence" else ()
    for number, line in lines:
        plain = _PLAIN_LINE.match(line) if line else None
        if plain and line:
            _deal(plain[1], plain[2], plain[3], number, line, parts, share)
        else:
            for fault in _others(observations(path, [(number, line)]), number, parts, share):
                yield fault
                if fault.code == "newer-schema":
                    return
    if kind != "evidence":
        yield from _others(READERS[kind].read(path, path.name, at), None, parts, share)


def _others(items: Iterable[Item], number: int | None, parts: Parts, share: "Share") -> Iterator[InputError | InputNote]:
    """Deal out what had to be read to be understood."""
    for count, item in enumerate(items, 1):
        if isinstance(item, Evidence):
            kind, _, name = item.question.partition(" ")
            line = msgspec.json.encode(item)
            _deal(item.subject.encode(), kind.encode(), name.encode(), number or count, line, parts, share)
        elif isinstance(item, InputError | InputNote):
            yield item


def _deal(subject: bytes, kind: bytes, name: bytes, number: int, line: bytes, parts: Parts, share: "Share") -> None:
    domain = _domain(subject)
    # Names of one registrable domain stay together: one's SPF may open another's.
    if subject != FIRM.encode() and share.takes(domain):
        parts.put("subject", domain, number, line)
    if kind in _ABOUT_A_HOST or name != subject:
        parts.put("host", kind + b" " + name, number, line)


@lru_cache(maxsize=1024)
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
    """Which subjects a run takes: the `index`th of `count` shares, by hash."""

    index: int = 1
    count: int = 1

    def takes(self, domain: bytes) -> bool:
        """Say whether the names of a registrable domain are in the share."""
        # Another hash than that of the parts: a share must not empty some of them.
        return self.count == 1 or crc32(domain[::-1], 0x5EED) % self.count == self.index - 1
