"""The catalogue as people write it: TOML files, read strictly, errors named by file and line."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bascule.model import AlternativeSet, Function, Jurisdiction, Law, Organisation, Scenario, Sourced

Noun = TypeVar("Noun", Organisation, Jurisdiction, Law, Scenario, AlternativeSet)

QUESTIONS, OPT_OUT = "questions.toml", "opt-out.toml"
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")


class CatalogueError(Exception):
    """An entry of the catalogue cannot be used; the message names file, line and what is wrong."""


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
            raise CatalogueError(f"{path}:{line_of(path.read_text('utf-8'), f'$.{key}')}: {key} is {name!r}, the file is named {path.name}")
        yield path, entry


def _decode(path: Path, noun: type[Any]) -> Any:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}: not UTF-8: {error}") from error
    try:
        return msgspec.convert(tomllib.loads(text), noun)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path}: not TOML: {error}") from error
    except msgspec.ValidationError as error:
        place = str(error).rpartition(" - at ")[2].strip("`") if " - at " in str(error) else "$"
        unknown = _UNKNOWN.search(str(error))
        if unknown:
            place += f".{unknown[1]}"
        raise CatalogueError(f"{path}:{line_of(text, place)}: {error}") from error


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
