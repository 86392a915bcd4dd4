"""The catalogue as people write it: TOML files, read strictly, errors named by file and line."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from bascule.catalogue.refusal import CatalogueError, Problem
from bascule.model import AlternativeSet, Function, Jurisdiction, Law, Organisation, Scenario, Sourced

Noun = TypeVar("Noun", Organisation, Jurisdiction, Law, Scenario, AlternativeSet)

QUESTIONS, OPT_OUT = "questions.toml", "opt-out.toml"
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")
_MISSING = re.compile(r"missing required field `([^`]+)`")
_VALUE = re.compile(r"Invalid enum value ('.*')")
_FORM = re.compile(r"^(?:Expected `|Invalid RFC3339 encoded )(\w+)")
_FORMS = {"date": "date", "str": "text", "array": "list"}
_AT_LINE = re.compile(r"\(at line (\d+),")


class _Functions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    functions: tuple[Function, ...]


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list of things to ask that is a choice and no fact, with the reason."""

    why: str
    labels: tuple[str, ...]


class Asked(Sourced, frozen=True, kw_only=True):
    """A list of things to ask, with who says that they are worth asking.

    Attributes:
        why: One short sentence, for those who read the file.
    """

    why: str = ""
    labels: tuple[str, ...]


class Registry(Sourced, frozen=True, kw_only=True):
    """Where top-level domains publish their RDAP service: `services` as base URL → domains; `none` publish none."""

    services: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    none: tuple[str, ...] = ()


class Template(Sourced, frozen=True, kw_only=True):
    """A name or an address of one provider, with a place to fill in."""

    template: str


class QuestionFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `questions.toml` holds.

    Attributes:
        selectors: DKIM selectors of no one provider, asked as TXT; those of a provider stand on its fingerprints.
        many: DKIM selectors asked of many domains at once, the most telling first; each stands in another list too.
        browsers: Programs looked for when a page is to be loaded in a browser, the first one found is taken.
        tenant: At most one look-up.
    """

    many: tuple[str, ...] = ()
    browsers: tuple[str, ...] = ()

    names: tuple[Choice, ...] = ()
    selectors: tuple[Asked, ...] = ()
    srv: tuple[Asked, ...] = ()
    mail_hosts: tuple[Template, ...] = ()
    rdap: tuple[Registry, ...] = ()
    tenant: Template | None = None


class OptOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A domain whose owner asked not to be audited."""

    name: str
    asked_on: date


class _OptOuts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    domains: tuple[OptOut, ...] = ()


def organisations(root: Path) -> Iterator[tuple[Path, Organisation]]:
    """Yield every organisation below `root/organisations`, in file-name order.

    Raises:
        CatalogueError: An entry does not parse, has an unknown key, or its id is not its file name.
    """
    return _folder(root / "organisations", Organisation, "id")


def jurisdictions(root: Path) -> Iterator[tuple[Path, Jurisdiction]]:
    """Yield every jurisdiction; the file name is the code in lower case."""
    return _folder(root / "jurisdictions", Jurisdiction, "code")


def laws(root: Path) -> Iterator[tuple[Path, Law]]:
    """Yield every law."""
    return _folder(root / "laws", Law, "id")


def scenarios(root: Path) -> Iterator[tuple[Path, Scenario]]:
    """Yield every scenario."""
    return _folder(root / "scenarios", Scenario, "id")


def alternatives(root: Path) -> Iterator[tuple[Path, AlternativeSet]]:
    """Yield the alternatives, one file a function."""
    return _folder(root / "alternatives", AlternativeSet, "function")


def functions(root: Path) -> tuple[Function, ...]:
    """Return the functions, in the order in which people are shown them."""
    content: _Functions = _decode(root / "functions.toml", _Functions)
    return content.functions


def questions(root: Path) -> QuestionFile:
    """Return what an audit of a domain asks; nothing when the catalogue holds no such file."""
    path = root / QUESTIONS
    content: QuestionFile = _decode(path, QuestionFile) if path.exists() else QuestionFile()
    return content


def opted_out(root: Path) -> tuple[OptOut, ...]:
    """Return the domains whose owners asked not to be audited; none when the catalogue holds no such file."""
    path = root / OPT_OUT
    content: _OptOuts = _decode(path, _OptOuts) if path.exists() else _OptOuts()
    return content.domains


def _folder(folder: Path, noun: type[Noun], key: str) -> Iterator[tuple[Path, Noun]]:
    for path in sorted(folder.glob("*.toml")):
        entry = _decode(path, noun)
        name = str(getattr(entry, key))
        if name.lower() != path.stem:
            details = {"key": key, "name": repr(name), "file": path.name, "wanted": f"{name.lower()}.toml"}
            raise CatalogueError(Problem(path, line_of(path.read_text("utf-8"), f"$.{key}"), "file-name", details=details))
        yield path, entry


def _decode(path: Path, noun: type[Any]) -> Any:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError(Problem(path, 0, "utf-8")) from error
    try:
        return msgspec.convert(tomllib.loads(text), noun)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(_unreadable(path, str(error))) from error
    except msgspec.ValidationError as error:
        raise CatalogueError(_unfit(path, text, str(error), noun)) from error


def _unreadable(path: Path, reason: str) -> Problem:
    line = _AT_LINE.search(reason)
    return Problem(path, int(line[1]) if line else 0, "toml", details={"reason": reason})


def _unfit(path: Path, text: str, error: str, noun: type[Any]) -> Problem:
    """Return what does not fit the form: a key, a value, or a plain sentence for the rest."""
    words, _, place = error.rpartition(" - at ") if " - at " in error else (error, "", "$")
    place = place.strip("`")
    unknown, missing, value, form = (pattern.search(words) for pattern in (_UNKNOWN, _MISSING, _VALUE, _FORM))
    if unknown:
        known = _fields(noun, place)
        near = get_close_matches(unknown[1], known, 1)
        details = {"name": unknown[1], "known": ", ".join(known), "near": near[0] if near else ""}
        return Problem(path, line_of(text, f"{place}.{unknown[1]}"), "key-near" if near else "key-unknown", place, details)
    if missing:
        return Problem(path, line_of(text, place), "key-missing", place, {"name": missing[1]})
    allowed = _values(noun, place)
    if value and allowed:
        return Problem(path, line_of(text, place), "value", place, {"name": value[1], "known": ", ".join(allowed)})
    what = _FORMS.get(form[1]) if form else None
    return Problem(path, line_of(text, place), what, place) if what else Problem(path, line_of(text, place), error)


def _kinds(noun: type[Any], place: str) -> Iterator[type[Any]]:
    """Yield the types that may stand at a place (`$.services[0].facts[1].claim`) below a noun."""
    kinds: tuple[Any, ...] = (noun,)
    for name, _ in _STEP.findall(place):
        if name:
            kinds = tuple(hint for kind in kinds if name in _fields(kind) for hint in _inside(get_type_hints(kind)[name]))
    yield from kinds


def _inside(hint: Any) -> tuple[Any, ...]:
    """Return what a list, an optional or a choice holds, or the type itself."""
    parts = tuple(deep for part in get_args(hint) if part not in (..., type(None)) for deep in _inside(part))
    return parts or (hint,)


def _fields(noun: type[Any], place: str = "$") -> tuple[str, ...]:
    """Return the keys of the table at a place, in the order in which they are described."""
    if place != "$":
        return tuple(dict.fromkeys(name for kind in _kinds(noun, place) for name in _fields(kind)))
    return tuple(field.encode_name for field in msgspec.structs.fields(noun)) if issubclass(noun, msgspec.Struct) else ()


def _values(noun: type[Any], place: str) -> tuple[str, ...]:
    return tuple(str(value) for kind in _kinds(noun, place) if issubclass(kind, StrEnum) for value in kind)


def line_of(text: str, place: str) -> int:
    """Return the line, from 1, on which the value at `place` (`$.services[1].name`) stands, or its nearest table.

    Follows TOML 1.0 headers (`[table]`, `[[array of tables]]`); inside an inline table, the line of its outermost key.
    """
    lines = text.splitlines()
    steps = [(name, int(index) if index else None) for name, index in _STEP.findall(place)]
    here, header, position = 0, "", 0
    while position < len(steps):
        name = steps[position][0]
        index = steps[position + 1][1] if position + 1 < len(steps) and steps[position + 1][1] is not None else None
        path = f"{header}.{name}".strip(".")
        head = _header(lines, here, path, index or 0)
        found = head if head is not None else _key(lines, here, name)
        if found is None:
            break
        here, header = found, path
        position += 1 if index is None else 2
    return here + 1


def _header(lines: list[str], start: int, path: str, index: int) -> int | None:
    heads = (number for number in range(start, len(lines)) if lines[number].strip() in (f"[[{path}]]", f"[{path}]"))
    return next((number for count, number in enumerate(heads) if count == index), None)


def _key(lines: list[str], start: int, name: str) -> int | None:
    wanted = re.compile(rf"(^|[{{,])\s*{re.escape(name)}\s*=")
    for number in range(start, len(lines)):
        if number > start and lines[number].startswith("["):
            return None
        if wanted.search(lines[number]):
            return number
    return None
