"""Folders of mbox files: a file is a folder, `Name.sbd` beside `Name` holds the folders below it (Thunderbird).

`Name/mbox` is a folder called Name (Apple Mail, readpst).
"""

import os
from pathlib import Path

from bascule.move.files.names import fit, readable

_ENDINGS = (".mbox", ".mbx")
_NO_MAIL = (".msf", ".dat", ".html", ".json", ".sqlite", ".lock", ".txt", ".log")
_DEEPEST = 32
_BELOW = ".sbd"


def folders(root: Path) -> dict[tuple[str, ...], Path]:
    """Return the mbox files of a file or folder, each with its path as people read it; parents first.

    Files that do not begin as an mbox does are left alone, save when their name says that they are one.
    """
    found: dict[tuple[str, ...], Path] = {}
    if root.is_dir():
        _look(root, (), found, set())
        return dict(sorted(found.items()))
    top = (title(root.name),)
    if root.exists():
        found[top] = root
    below = root.with_name(root.name + _BELOW)
    if below.is_dir():
        _look(below, top, found, set())
    return dict(sorted(found.items()))


def _look(directory: Path, path: tuple[str, ...], found: dict[tuple[str, ...], Path], seen: set[tuple[int, int]]) -> None:
    state = directory.stat()
    if (state.st_dev, state.st_ino) in seen or len(path) > _DEEPEST:
        return
    seen.add((state.st_dev, state.st_ino))
    entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    names = {entry.name for entry in entries}
    for entry in entries:
        if entry.name.startswith("."):
            continue
        place = directory / entry.name
        if entry.is_dir():
            _look(place, (*path, title(entry.name.removesuffix(_BELOW), top=not path)), found, seen)
        elif entry.is_file() and is_mbox(place, names):
            here = path if path and entry.name == "mbox" else (*path, title(entry.name, top=not path))
            found[here if here not in found else (*path, readable(entry.name))] = place


def is_mbox(file: Path, beside: set[str]) -> bool:
    """Return whether a file is an mbox: it begins as one, or is empty or damaged and its name or its companions say so."""
    try:
        with file.open("rb") as opened:
            head = opened.read(5)
    except OSError:
        return file.suffix.lower() in _ENDINGS
    if head == b"From ":
        return True
    named = file.suffix.lower() in _ENDINGS or f"{file.name}.msf" in beside or f"{file.name}{_BELOW}" in beside or file.name == "mbox"
    return named and file.suffix.lower() not in _NO_MAIL


def title(name: str, *, top: bool = True) -> str:
    """Return the name of a folder from that of its file."""
    text = readable(name)
    for ending in _ENDINGS:
        if text.lower().endswith(ending) and len(text) > len(ending):
            text = text[: -len(ending)]
    return "INBOX" if top and text.upper() == "INBOX" else text


def file(root: Path, path: tuple[str, ...], *, single: bool) -> Path:
    """Return where a folder of a target is.

    Args:
        root: The file or folder that was named.
        path: Path of the folder.
        single: Whether `root` is a file; what lies beside it goes to `root.sbd`.
    """
    levels = [_safe(level) for level in path]
    if single:
        top = (title(root.name),)
        levels = levels[1:] if path[:1] == top else [] if path == ("INBOX",) else levels
        if not levels:
            return root
        root = root.with_name(root.name + _BELOW)
    elif levels[0].upper() == "INBOX":
        levels[0] = _inbox(root)
    for level in levels[:-1]:
        root = root / (level + _BELOW)
    return root / levels[-1]


def path(root: Path, file: Path, *, single: bool) -> tuple[str, ...]:
    """Return the path of a folder whose file `file` chose."""
    top = (title(root.name),) if single else ()
    if file == root:
        return top
    levels = file.relative_to(root.with_name(root.name + _BELOW) if single else root).parts
    return (*top, *(title(level.removesuffix(_BELOW), top=not top and not number) for number, level in enumerate(levels)))


def _inbox(root: Path) -> str:
    names = [one.name for one in root.iterdir()] if root.is_dir() else []
    return next((name for name in names if name.upper() == "INBOX"), "Inbox")


def _safe(level: str) -> str:
    name = fit(level)
    ends = (*_ENDINGS, *_NO_MAIL, _BELOW)
    return name + "_" if name.lower().endswith(ends) or name.lower() == "mbox" else name
