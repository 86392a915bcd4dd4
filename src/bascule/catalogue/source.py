"""The catalogue as people write it: TOML files, read strictly, errors named by file and line."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bascule.model import AlternativeSet, Function, Jurisdiction, Law, Organisation, Scenario

Noun = TypeVar("Noun", Organisation, Jurisdiction, Law, Scenario, AlternativeSet)

_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")


class CatalogueError(Exception):
    """An entry of the catalogue cannot be used; the message names file, line and what is wrong."""


class _Functions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    functions: tuple[Function, ...]


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
        found = _header(lines, here, path, index or 0) or _key(lines, here, name)
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
