"""What the harvesters of a million names have in common: from answered DNS questions to evidence.

A harvest names no subjects. The subject of a record is the longest ancestor of its name (itself included) about which the
harvest asked as about a domain: by an MX question, or by an NS, SOA or TXT question of a name without service label
(`_dmarc`, `www`, …). A name without such an ancestor is a foreign host (a mail host, a CNAME target): its registrable
domain is its subject, and the identify room joins it to whoever reaches it.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bascule.model import Evidence, Kind, Outcome
from bascule.read.names import is_name, registrable
from bascule.read.reading import InputNote

_ABSENT = ("NOERROR", "NXDOMAIN")
_UNREACHABLE = {
    "REFUSED": "refused",
    "TIMEOUT": "timeout",
    "MAXRETRIES": "timeout",
    "ITERATIVE_TIMEOUT": "timeout",
    "TRUNCATED": "truncated",
    "BLACKLIST": "blocked",
}
_FAILED = "servfail"
_SERVICE_LABELS = frozenset(
    ("www", "mail", "smtp", "imap", "pop", "webmail", "autodiscover", "autoconfig", "lyncdiscover", "sip", "enterpriseregistration", "mta-sts", "ftp")
)
_ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{2}|[0-9]{3}|.)", re.DOTALL)
TYPES = frozenset(("A", "AAAA", "CAA", "CNAME", "DNAME", "MX", "NS", "PTR", "SOA", "SRV", "TLSA", "TXT"))
"""Record types that are read; a question of another type is noted, never taken for one without answer."""
_NAMES = frozenset(("CNAME", "NS", "PTR", "DNAME"))
_MAX_LINKS = 20


class Record(msgspec.Struct, frozen=True):
    """One record of an answer: owner name, type, and data in presentation format (see `presentation`)."""

    name: str
    type: str
    data: str


class Answered(msgspec.Struct, frozen=True):
    """One question of a harvest (a plain name that `is_name`) and how it ended; `status` is the harvester's word."""

    name: str
    type: str
    status: str
    records: tuple[Record, ...]
    source: str
    seen_at: datetime


def plain(name: str) -> str:
    """Return a name in lower case without final dot."""
    return name.lower().rstrip(".")


def dotted(name: str) -> str:
    """Return a name in lower case with final dot, as it stands in a record."""
    return plain(name) + "."


def presentation(kind: str, data: str) -> str:
    """Return a record's data as evidence holds it: names lower-case with final dot, TXT without quotes and escapes."""
    if kind in _NAMES:
        return dotted(data)
    if kind == "TXT":
        return unescape(data)
    if kind in ("MX", "SRV"):
        first, _, target = data.rpartition(" ")
        return f"{first} {dotted(target)}"
    if kind == "SOA":
        words = data.split(" ")
        return " ".join([*map(dotted, words[:2]), *words[2:]])
    return data


def unescape(text: str) -> str:
    r"""Return a text without the escapes `\"`, `\\`, `\DDD` (zone files) and `\xHH`; bytes that are not UTF-8 become U+FFFD."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_byte, text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _byte(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if len(code) == 3:
        value = int(code[1:], 16) if code.startswith(b"x") else int(code)
        return bytes([value]) if value < 256 else code
    return code


def apex(name: str, kind: str) -> str | None:
    """Return the name of a question if it shows that the harvest asked about it as about a domain."""
    if kind == "MX":
        return name if "_" not in name else None
    first = name.partition(".")[0]
    return name if kind in ("NS", "SOA", "TXT") and first not in _SERVICE_LABELS and "_" not in name else None


class Subjects:
    """Whose record it is, given the names that a harvest asked about as domains."""

    def __init__(self, apexes: set[str]) -> None:
        self._apexes = apexes

    def of(self, name: str) -> str:
        """Return the subject that a name belongs to."""
        ancestor = name
        while ancestor:
            if ancestor in self._apexes:
                return ancestor
            ancestor = ancestor.partition(".")[2]
        return registrable(name)

    def observations(self, answered: Answered) -> Iterator[Evidence]:
        """Yield one `CNAME name` per link of the chain, then the outcome of the question for the last name of the chain."""
        last = answered.name
        if answered.type != "CNAME":
            links = {record.name: record for record in answered.records if record.type == "CNAME"}
            for _ in range(_MAX_LINKS):
                if (link := links.pop(last, None)) is None:
                    break
                yield self._evidence(answered, f"CNAME {last}", last, (link.data,))
                last = plain(link.data)
                if not is_name(last):
                    return
        values = tuple(record.data for record in answered.records if record.type == answered.type and record.name == last)
        yield self._evidence(answered, f"{answered.type} {last}", last, values)

    def _evidence(self, answered: Answered, question: str, name: str, values: tuple[str, ...]) -> Evidence:
        """A link of a chain was seen whatever became of its end; records of an answer that failed or was cut short do not count."""
        answer: dict[str, Any]
        if values and (answered.status in _ABSENT or question.startswith("CNAME ")):
            answer = {"outcome": Outcome.PRESENT, "value": list(values)}
        elif answered.status in _ABSENT:
            answer = {"outcome": Outcome.ABSENT, "code": answered.status}
        else:
            code = _UNREACHABLE.get(answered.status, _FAILED)
            answer = {"outcome": Outcome.UNREACHABLE, "code": code, "reason": answered.status}
        source, seen_at = answered.source, answered.seen_at
        return Evidence(subject=self.of(name), kind=Kind.DNS, question=question, source=source, seen_at=seen_at, **answer)


def skipped_types(path: Path, types: set[str]) -> Iterator[InputNote]:
    """Yield a note of the record types and modules that a harvest holds and that are not read."""
    if types:
        yield InputNote(code="skipped-types", path=str(path), details={"types": " ".join(sorted(types)[:20])})


def resolver(address: str) -> str:
    """Return who answered, from `address:port` or `[address]:port`."""
    host, _, port = address.rpartition(":")
    return f"resolver {host.strip('[]') if host and port.isdigit() else address}" if address else "harvest"
