"""Output of zdns, version 2 (`results.{TYPE}`) and version 1 (one module a run, its type nowhere in the line).

Formats after its README, `src/zdns/qa.go`, `src/zdns/answers.go` and the v1.1.0 sources: raw modules, one JSON object a name.
A version 1 line without answers takes the record type that all answers of its file share. Strings of one TXT record are
separated by line feeds there. Modules that combine look-ups (`MXLOOKUP` …) hold answers without their questions: a note.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bascule.read.errors import InputError
from bascule.read.harvest import TYPES, Answered, Record, Subjects, apex, plain, presentation, resolver, skipped_types
from bascule.read.jsonlines import decoded, first_object
from bascule.read.names import is_name
from bascule.read.reading import Item


class _Answer(msgspec.Struct):
    """An answer of any type; `data` is how early versions called `answer`."""

    name: str = ""
    type: str = ""
    answer: str | None = None
    data: str | None = None
    preference: int = 0
    ns: str = ""
    mbox: str = ""
    serial: int = 0
    refresh: int = 0
    retry: int = 0
    expire: int = 0
    min_ttl: int = 0
    priority: int = 0
    weight: int = 0
    port: int = 0
    target: str = ""
    flag: int = 0
    tag: str = ""
    value: str = ""
    cert_usage: int = 0
    selector: int = 0
    matching_type: int = 0
    certificate: str = ""


class _Data(msgspec.Struct):
    answers: tuple[_Answer, ...] | None = None
    resolver: str = ""


class _Result(msgspec.Struct):
    status: str = "ERROR"
    timestamp: str = ""
    data: _Data | None = None


class _Line(_Result):
    name: str = ""
    altered_name: str = ""
    results: dict[str, msgspec.Raw] | None = None


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a line is what zdns prints for a name."""
    found = first_object(head)
    if "subject" in found or not isinstance(found.get("name"), str):
        return False
    results = found.get("results")
    if isinstance(results, dict):
        return all(isinstance(result, dict) and "status" in result for result in results.values())
    return "status" in found and "type" not in found


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield the answers as evidence. The file is read again for its domains, and once more for its type when it is version 1."""
    sole = _sole_type(path)
    subjects = Subjects({top for _, found in _questions(path, sole, at) if isinstance(found, Answered) and (top := apex(found.name, found.type))})
    others: set[str] = set()
    for _, found in _questions(path, sole, at):
        if isinstance(found, Answered):
            yield from subjects.observations(found)
        elif isinstance(found, InputError):
            yield found
        else:
            others.add(found)
    yield from skipped_types(path, others)


def _questions(path: Path, sole: str | None, at: datetime) -> Iterator[tuple[int, Answered | InputError | str]]:
    """Yield (line, question answered), a fault, or the name of a module whose answers are not read."""
    for number, line in decoded(path, _Line):
        if isinstance(line, InputError):
            yield number, line
            continue
        name = plain(line.altered_name or line.name)
        if not is_name(name) or line.status == "ILLEGAL_INPUT":
            yield number, InputError("bad-name", path, str(number), value=name[:100])
            continue
        if line.results is not None:
            for kind, raw in line.results.items():
                yield number, _result(path, number, name, kind, raw, at)
        elif own := _type(line) or sole:
            yield number, _answered(name, own, line, at) if own in TYPES else own
        else:
            yield number, InputError("unknown-type", path, str(number))


def _sole_type(path: Path) -> str | None:
    """Return the one record type that all version 1 lines of a file answer with, if there is one."""
    types: set[str] = set()
    for _, line in decoded(path, _Line):
        if isinstance(line, _Line):
            if line.results is not None:
                return None
            types.update(filter(None, [_type(line)]))
    return types.pop() if len(types) == 1 else None


def _type(line: _Line) -> str | None:
    """Return the type of a version 1 answer: that of its last record, which a CNAME only leads to."""
    answers = line.data.answers if line.data else None
    return next((answer.type for answer in reversed(answers or ()) if answer.type != "CNAME"), None)


def _result(path: Path, number: int, name: str, kind: str, raw: msgspec.Raw, at: datetime) -> Answered | InputError | str:
    if kind not in TYPES:
        return kind
    try:
        return _answered(name, kind, msgspec.json.decode(raw, type=_Result), at)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return InputError("bad-value", path, str(number), reason=str(error))


def _answered(name: str, kind: str, result: _Result, at: datetime) -> Answered:
    data = result.data or _Data()
    records = tuple(Record(plain(answer.name), answer.type, _presentation(answer)) for answer in data.answers or ())
    return Answered(name, kind, result.status, records, resolver(data.resolver), _time(result.timestamp, at))


def _presentation(answer: _Answer) -> str:
    text = answer.answer or answer.data or ""
    match answer.type:
        case "MX":
            return presentation("MX", f"{answer.preference} {text}")
        case "TXT":
            return presentation("TXT", text.replace("\n", ""))
        case "SOA":
            numbers = f"{answer.serial} {answer.refresh} {answer.retry} {answer.expire} {answer.min_ttl}"
            return presentation("SOA", f"{answer.ns} {answer.mbox} {numbers}")
        case "SRV":
            return presentation("SRV", f"{answer.priority} {answer.weight} {answer.port} {answer.target}")
        case "CAA":
            return f'{answer.flag} {answer.tag} "{answer.value}"'
        case "TLSA":
            return f"{answer.cert_usage} {answer.selector} {answer.matching_type} {answer.certificate}"
        case kind:
            return presentation(kind, text)


def _time(text: str, at: datetime) -> datetime:
    try:
        seen = datetime.fromisoformat(text)
        return seen.astimezone(UTC) if seen.tzinfo and 1970 < seen.year < 9999 else at
    except (ValueError, OverflowError):
        return at
