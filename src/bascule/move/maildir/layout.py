"""Folders and file names of a Maildir.

A folder is a directory that holds `cur`. Below it, `.Projets.Été` is a folder of Maildir++ (levels parted by dots, names in modified UTF-7), and any other
directory is one level of its own. What begins with two dots, and loops of links, are left alone.
"""

import os
import re
import stat as stat_module
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

from bascule.move.files.lines import Pieces
from bascule.move.files.names import cut, readable
from bascule.move.imap.syntax import shifted, unshifted
from bascule.move.item import PIECE

_PARTS = frozenset({"cur", "new", "tmp"})
_DEEPEST = 32
_INFO = re.compile(r"[:;!]2,([A-Za-z]*)$")
_SIZES = re.compile(r",S=(\d+)(?:,W=(\d+))?")
_LETTERS = {"D": "\\Draft", "F": "\\Flagged", "P": "$Forwarded", "R": "\\Answered", "S": "\\Seen", "T": "\\Deleted"}
AS_IS = ",E=asis"
"""Stands in the name of a file that is carried byte by byte although it has no CRLF."""
OURS = ".bascule,"
"""Stands in the names that we give; such files are never packed."""
KEYWORDS = "dovecot-keywords"
MOST_KEYWORDS = 26
_GZIP = b"\x1f\x8b"
_KEYWORD_BYTES = 64 * 1024


class Name(msgspec.Struct, frozen=True):
    """What the name of a message's file tells.

    Attributes:
        key: The part that never changes.
        letters: Flags.
        size: Bytes of the file as the name says; None when it does not.
        full: Bytes with CRLF line ends, as the name says.
        as_is: Whether line ends are not to be touched.
    """

    key: str
    letters: str = ""
    size: int | None = None
    full: int | None = None
    as_is: bool = False


def parsed(name: str) -> Name:
    """Return what a file name tells."""
    found = _INFO.search(name)
    unique = name[: found.start()] if found else name
    sizes = _SIZES.search(unique)
    return Name(
        key=readable(unique),
        letters=found[1] if found else "",
        size=int(sizes[1]) if sizes else None,
        full=int(sizes[2]) if sizes and sizes[2] else None,
        as_is=AS_IS in unique,
    )


def flags(letters: str, words: dict[str, str]) -> tuple[str, ...]:
    """Return the flags that letters stand for; `words` are the folder's own, by small letter."""
    known = {**_LETTERS, **words}
    return tuple(sorted({known[letter] for letter in letters if letter in known}))


def letters(names: tuple[str, ...], words: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the letters for flags, and the flags that have none."""
    known = {flag.lower(): letter for letter, flag in _LETTERS.items()}
    own = {word.lower(): letter for letter, word in words.items()}
    given = {letter for name in names for letter in (known.get(name.lower()), own.get(name.lower())) if letter}
    return "".join(sorted(given)), tuple(name for name in names if name.lower() not in known and name.lower() not in own)


def keywords(directory: Path) -> dict[str, str]:
    """Return the keywords of a folder by letter, from the file in which Dovecot keeps them (`0 NonJunk`)."""
    try:
        with (directory / KEYWORDS).open("rb") as file:
            lines = file.read(_KEYWORD_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return {}
    pairs = (line.partition(" ") for line in lines)
    return {chr(ord("a") + int(number)): word.strip() for number, _, word in pairs if number.isdecimal() and int(number) < MOST_KEYWORDS and word.strip()}


def folders(root: Path) -> list[tuple[tuple[str, ...], Path]]:
    """Return the folders below a directory, each with its path as people read it; parents first."""
    found: dict[tuple[str, ...], Path] = {}
    _look(root, (), found, set())
    return sorted(found.items())


def _look(directory: Path, path: tuple[str, ...], found: dict[tuple[str, ...], Path], seen: set[tuple[int, int]]) -> None:
    stat = directory.stat()
    if (stat.st_dev, stat.st_ino) in seen or len(path) > _DEEPEST:
        return
    seen.add((stat.st_dev, stat.st_ino))
    if (directory / "cur").is_dir():
        place = path or ("INBOX",)
        if path and len(path) == 1 and path[0].upper() == "INBOX" and ("INBOX",) not in found:
            place = ("INBOX",)
        # Two directories may read alike once their names are decoded; the second shows its real name.
        found[place if place not in found else (*path[:-1], f"{path[-1]} ({readable(directory.name)})")] = directory
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if entry.name in _PARTS or entry.name.startswith("..") or not entry.is_dir():
            continue
        try:
            _look(directory / entry.name, (*path, *_levels(entry.name)), found, seen)
        except OSError:
            continue


def _levels(name: str) -> tuple[str, ...]:
    text = readable(name)
    levels = text[1:].split(".") if text.startswith(".") else [text]
    return tuple(unshifted(level) for level in levels)


def directory(root: Path, path: tuple[str, ...]) -> Path:
    """Return where a folder of a target is: Maildir++, a dot within a name becomes `_`."""
    if path == ("INBOX",):
        return root
    levels = (shifted(level.translate({ord("."): "_", ord("/"): "_", 0: "_"}) or "_") for level in path)
    return root / ("." + cut(".".join(levels)))


def pieces(file: Path) -> Pieces:
    """Return the content of a plain file, to be read again and again; one that Dovecot keeps packed (gzip, its own size after `S=`) is unpacked.

    Raises:
        OSError: Reading; the file is no plain one (a link, a pipe …), or does not unpack to the size in its name.
    """

    def read() -> Iterator[bytes]:
        # O_NONBLOCK: a pipe that somebody put there must not hold us up; O_NOFOLLOW: nor may a link lead elsewhere.
        number = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(number, "rb", buffering=0) as handle:
            state = os.fstat(number)
            if not stat_module.S_ISREG(state.st_mode):
                raise OSError("not a plain file")
            size = None if OURS in file.name else parsed(file.name).size
            first = handle.read(PIECE)
            raw = chain([first], iter(lambda: handle.read(PIECE), b""))
            yield from _unpacked(raw, size) if first.startswith(_GZIP) and size is not None and (size != state.st_size or _is_packed(first)) else raw

    return read


def _is_packed(first: bytes) -> bool:
    """Return whether a file of the very size in its name is packed all the same: short ones may gain nothing by it."""
    try:
        return bool(zlib.decompressobj(31).decompress(first, 1))
    except zlib.error:
        return False


def _unpacked(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    state, left = zlib.decompressobj(31), size
    for piece in pieces:
        packed = piece
        while packed:
            try:
                more = state.decompress(packed, PIECE)
            except zlib.error as error:
                raise OSError(str(error)) from error
            left -= len(more)
            if left < 0:
                raise OSError("unpacks to more than its name says")
            yield more
            packed = state.unconsumed_tail
    if left or not state.eof:
        raise OSError("unpacks to less than its name says")
