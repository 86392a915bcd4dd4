"""Inputs of one firm, files and folders, turned into one `Reading`."""

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bascule import guard
from bascule.model import Evidence
from bascule.model.firm import Firm
from bascule.read.asked import Asked, AskedReader
from bascule.read.errors import InputError
from bascule.read.reading import InputNote, Item, Reader, Reading

_BLANK = b" \t\r\n\xef\xbb\xbf\xff\xfe"
_ABOUT_THE_FOLDER = ("readme", "lisezmoi", "lisez-moi")
_OTHERS = ("node_modules",)
"""Folders that hold the code of others, with a manifest each."""
MAX_ERRORS = 20
"""Faults told of one file; the others are counted."""


class Registry(NamedTuple):
    """The readers, those of files about people apart, and what was asked for."""

    readers: Mapping[str, Reader]
    private: Mapping[str, AskedReader]
    asked: Asked


def read_all(registry: Registry, paths: Iterable[Path | str], seen_at: datetime) -> Reading:
    """Return everything the inputs hold (see `bascule.read.read_inputs`)."""
    evidence: list[Evidence] = []
    errors: list[InputError] = []
    notes: list[InputNote] = []
    firm: Firm | None = None
    for item in stream_all(registry, paths, seen_at):
        match item:
            case Evidence():
                evidence.append(item)
            case InputError():
                errors.append(item)
            case InputNote():
                notes.append(item)
            case Firm():
                firm = item
    return Reading(evidence=tuple(evidence), errors=tuple(errors), notes=tuple(notes), firm=firm)


def stream_all(registry: Registry, paths: Iterable[Path | str], seen_at: datetime) -> Iterator[Item]:
    """Yield item by item what `read_all` gathers; at most one of them is a `Firm`."""
    names: set[str] = set()
    done: set[Path] = set()
    firm_in: str | None = None
    for path, name, given in _files(paths):
        if isinstance(name, InputError):
            yield name
            continue
        if (real := path.resolve()) in done:
            yield InputNote(code="repeated", path=str(path))
            continue
        done.add(real)
        for item in _file(registry, path, _unique(name, names), given, seen_at):
            if isinstance(item, Firm):
                if firm_in is not None:
                    yield InputError("two-firms", path, other=firm_in)
                    continue
                firm_in = str(path)
            yield item


def _files(paths: Iterable[Path | str]) -> Iterator[tuple[Path, str | InputError, bool]]:
    """Yield (file, its name relative to the INPUT, whether it was given by name)."""
    for path in map(Path, paths):
        try:
            if path.is_dir():
                yield from ((file, fault or file.relative_to(path).as_posix(), False) for file, fault in _below(path))
            elif path.is_file():
                yield path, path.name, True
            else:
                yield path, InputError("not-a-file" if path.exists() else "missing", path), True
        except (OSError, ValueError) as error:
            yield path, InputError("unreadable", path, reason=getattr(error, "strerror", None) or str(error)), True


def _below(folder: Path) -> Iterator[tuple[Path, InputError | None]]:
    """Yield the plain files of a folder and its folders, sorted; hidden ones, office lock files (`~$…`) and `_OTHERS` are skipped."""
    closed: list[OSError] = []
    for at, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _OTHERS)
        for name in sorted(files):
            if not name.startswith((".", "~$")) and (file := Path(at, name)).is_file():
                yield file, None
    for error in closed:
        yield Path(error.filename), InputError("unreadable", error.filename, reason=error.strerror or type(error).__name__)


def _unique(name: str, taken: set[str]) -> str:
    """Return a name that no other file of this run has, so that two `tools.csv` do not answer for each other."""
    plain = os.fsencode(name).decode("utf-8", "replace")
    unique, number = plain, 1
    while unique in taken:
        number += 1
        unique = f"{plain}~{number}"
    taken.add(unique)
    return unique


def _file(registry: Registry, path: Path, name: str, given: bool, at: datetime) -> Iterator[Item]:
    try:
        head = guard.head(path)
        if not head.strip(_BLANK):
            yield InputError("empty", path) if given else InputNote(code="empty", path=str(path))
            return
        if kind := next((kind for kind, reader in registry.private.items() if reader.recognise(path, head)), None):
            yield from _private(registry, kind, path, name, given, at)
            return
        reader = next((reader for reader in registry.readers.values() if reader.recognise(path, head)), None)
        if reader is None:
            if given:
                yield InputError("not-recognised", path)
            elif not path.name.lower().startswith(_ABOUT_THE_FOLDER):
                yield InputNote(code="skipped", path=str(path))
            return
        yield from _capped(path, reader.read(path, name, at))
    except guard.GuardError as error:
        yield InputError.of(error)


def _private(registry: Registry, kind: str, path: Path, name: str, given: bool, at: datetime) -> Iterator[Item]:
    """Read a file about people, when it is given by name and was asked for."""
    if not given:
        yield InputNote(code="left-alone", path=str(path), details={"kind": kind})
    elif kind not in registry.asked.kinds:
        yield InputError("not-asked", path, kind=kind)
    else:
        yield from _capped(path, registry.private[kind].read(path, name, at, registry.asked.domains))


def _capped(path: Path, items: Iterator[Item]) -> Iterator[Item]:
    """Pass everything but faults beyond `MAX_ERRORS`, which are counted at the end, also when reading breaks off."""
    faults = 0
    try:
        for item in items:
            if not isinstance(item, InputError):
                yield item
                continue
            faults += 1
            if faults <= MAX_ERRORS:
                yield item
    except guard.GuardError as error:
        yield InputError.of(error)
    if faults > MAX_ERRORS:
        yield InputError("more-errors", path, count=str(faults - MAX_ERRORS))
