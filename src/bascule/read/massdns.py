r"""Output of massdns (`-o J`, with failures `-o Je`): one JSON object per answer.

Format after its README and `src/main.c` (2025-07): `name type class status rx_ts data.answers[] flags resolver proto`, or
`name type class error`. `rx_ts` counts nanoseconds; names end in a dot; odd bytes are written `\xHH`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from bascule.read.errors import InputError
from bascule.read.harvest import TYPES, Answered, Record, Subjects, apex, plain, presentation, resolver, skipped_types
from bascule.read.jsonlines import decoded, first_object
from bascule.read.names import is_name
from bascule.read.reading import Item

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9998, 1, 1, tzinfo=UTC)


class _Answer(msgspec.Struct):
    name: str
    type: str
    data: str


class _Data(msgspec.Struct, frozen=True):
    answers: tuple[_Answer, ...] = ()


class _Line(msgspec.Struct):
    name: str
    type: str
    status: str | None = None
    error: str | None = None
    rx_ts: int | None = None
    data: _Data = _Data()
    flags: tuple[str, ...] = ()
    resolver: str = ""
    proto: str = ""


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a line is an answer or a failure of massdns."""
    keys = first_object(head).keys()
    return {"name", "type", "class"} <= keys and ({"status", "data", "resolver"} <= keys or "error" in keys) and "subject" not in keys


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield the answers as evidence. The file is read twice: first for the names that it asked about as domains."""
    apexes = (apex(plain(line.name), line.type) for _, line in decoded(path, _Line) if isinstance(line, _Line))
    subjects = Subjects({name for name in apexes if name})
    others: set[str] = set()
    for number, line in decoded(path, _Line):
        if isinstance(line, InputError):
            yield line
        elif line.type not in TYPES:
            others.add(line.type)
        elif not is_name(plain(line.name)):
            yield InputError("bad-name", path, str(number), value=line.name[:100])
        else:
            yield from subjects.observations(_answered(line, at))
    yield from skipped_types(path, others)


def _answered(line: _Line, at: datetime) -> Answered:
    cut = "tc" in line.flags and line.proto != "TCP"
    return Answered(
        name=plain(line.name),
        type=line.type,
        status="TRUNCATED" if cut else line.status or line.error or "ERROR",
        records=tuple(Record(plain(answer.name), answer.type, presentation(answer.type, answer.data)) for answer in line.data.answers),
        source=resolver(line.resolver),
        seen_at=_time(line.rx_ts, at),
    )


def _time(nanoseconds: int | None, at: datetime) -> datetime:
    if nanoseconds is None or not 0 < nanoseconds < (_LAST - _EPOCH).total_seconds() * 1e9:
        return at
    return _EPOCH + timedelta(microseconds=nanoseconds // 1000)
