"""Our own evidence: JSON Lines, one observation a line (docs/evidence.md)."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import msgspec

from bascule import guard
from bascule.guard.limits import MAX_LINE
from bascule.model import FIRM, Evidence, Kind, Outcome
from bascule.read.errors import InputError
from bascule.read.names import is_name
from bascule.read.reading import Item

_VERSION = 1
_SCHEMA_LINE = re.compile(rb'\s*\{\s*"schema"\s*:\s*"bascule\.evidence/(\d{1,9})"\s*\}\s*')
_LOOKS_LIKE = re.compile(rb'^[ \t]*\{.*"(?:subject|question)"\s*:', re.MULTILINE)
_SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst")
_UNKNOWN = re.compile(r"unknown field `(.*)`")
_OBJECTS = frozenset((Kind.HTTP, Kind.SMTP, Kind.RDAP, Kind.FILE))
_WITH_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

_PLAIN_QUESTION = re.compile(r"[A-Z0-9]+ [^A-Z\s]*[^A-Z\s.]")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is evidence: by a line with its keys or its schema, else by its suffix."""
    if head.startswith(_UTF16):
        return path.name.lower().endswith(_SUFFIXES)
    start = head.removeprefix(_WITH_BOM)
    return bool(_SCHEMA_LINE.match(start) or _LOOKS_LIKE.search(start)) or path.name.lower().endswith(_SUFFIXES)


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield the observations as they stand; a line that is none becomes an error of that line."""
    yield from observations(path, guard.lines(path))


def observations(path: Path, lines: Iterable[tuple[int, bytes | None]]) -> Iterator[Evidence | InputError]:
    """Yield what numbered lines of a file say, in their order; see `read`."""
    decode = msgspec.json.Decoder(Evidence).decode
    subject = FIRM
    for number, line in lines:
        if number == 1 and line is not None:
            if line.startswith(_UTF16):
                yield InputError("encoding", path, "1", reason="evidence is UTF-8")
                return
            line = line.removeprefix(_WITH_BOM)
        try:
            item = decode(line)  # type: ignore[arg-type]
        except (ValueError, TypeError, RecursionError) as error:
            fault = _explain(path, str(number), line, error)
            if fault is not None:
                yield fault
                if fault.code == "newer-schema":
                    return
            continue
        fault = _fault(path, number, item, subject)
        if fault is None:
            subject = item.subject
            yield _plain(item)
        else:
            yield fault


def _fault(path: Path, number: int, item: Evidence, accepted: str) -> InputError | None:
    """Return what no type can say: a name out of shape, a value where none may be, a time without zone."""
    if item.subject != accepted and not is_name(item.subject):
        return InputError("bad-name", path, str(number), value=item.subject[:100])
    if item.seen_at.tzinfo is None or not 1970 < item.seen_at.year < 9999:
        return InputError("bad-date", path, str(number), value=item.seen_at.isoformat(), format="2026-11-23T10:00:00Z")
    if item.outcome is not Outcome.PRESENT:
        return InputError("bad-value", path, str(number), reason=f"a value, and {item.outcome}") if item.value else None
    if item.kind is Kind.DNS and item.value == []:
        return InputError("bad-value", path, str(number), reason="present, and no record")
    if not isinstance(item.value, dict if item.kind in _OBJECTS else list):
        wanted = "an object" if item.kind in _OBJECTS else "a list"
        return InputError("bad-value", path, str(number), reason=f"the value of {item.kind} is {wanted}")
    return None


def _plain(item: Evidence) -> Evidence:
    """Return the observation with its time in UTC and a DNS question as it is asked again: `MX exemple.fr`, whatever its spelling."""
    if item.seen_at.tzinfo is not UTC:
        item = msgspec.structs.replace(item, seen_at=item.seen_at.astimezone(UTC))
    if item.kind is not Kind.DNS or _PLAIN_QUESTION.fullmatch(item.question):
        return item
    kind, _, name = item.question.strip().partition(" ")
    return msgspec.structs.replace(item, question=f"{kind.upper()} {name.strip().rstrip('.').lower()}")


def _explain(path: Path, place: str, line: bytes | None, error: Exception) -> InputError | None:
    """Return the fault of a line that is no observation; None for a blank line or the schema line."""
    if line is None:
        return InputError("too-large", path, place, limit=f"{MAX_LINE // 2**20} MB")
    if not line.strip():
        return None
    if schema := _SCHEMA_LINE.fullmatch(line):
        newer = int(schema[1]) > _VERSION
        return InputError("newer-schema", path, place, schema=f"bascule.evidence/{int(schema[1])}") if newer else None
    if isinstance(error, UnicodeDecodeError):
        return InputError("encoding", path, place, reason="evidence is UTF-8")
    if isinstance(error, RecursionError):
        return InputError("bad-json", path, place, reason="nested too deeply")
    if unknown := _UNKNOWN.search(str(error)):
        near = get_close_matches(unknown[1], Evidence.__struct_fields__, n=1, cutoff=0.5)
        return InputError("unknown-key", path, place, key=unknown[1][:100], near=near[0] if near else "")
    if isinstance(error, msgspec.ValidationError):
        return InputError("bad-value", path, place, reason=str(error))
    return InputError("bad-json", path, place, reason=str(error))
