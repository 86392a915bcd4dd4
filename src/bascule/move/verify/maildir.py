"""Reads a Maildir once more, by plain walks and reads of its own."""

import gzip
import os
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

from bascule.move.errors import MoveError
from bascule.move.verify.names import decoded, shown
from bascule.move.verify.reader import Seen

_MEANS = {"D": "\\draft", "F": "\\flagged", "P": "$forwarded", "R": "\\answered", "S": "\\seen", "T": "\\deleted"}
_PIECE = 64 * 1024


class MaildirReader:
    """A Maildir and its folders."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise MoveError("source-missing", file=str(root))
        self._places: dict[tuple[str, ...], Path] = {}
        seen: set[tuple[int, int]] = set()
        for top, inside, _ in os.walk(root, followlinks=True):
            here = Path(top).stat()
            if (here.st_dev, here.st_ino) in seen:
                inside.clear()
                continue
            seen.add((here.st_dev, here.st_ino))
            if "cur" in inside:
                self._enter(root, Path(top))
            inside[:] = sorted(name for name in inside if name not in ("cur", "new", "tmp") and not name.startswith(".."))
            if len(Path(top).relative_to(root).parts) >= 32:
                inside.clear()

    def _enter(self, root: Path, place: Path) -> None:
        levels: list[str] = []
        for part in place.relative_to(root).parts:
            levels += [decoded(one) for one in (shown(part)[1:].split(".") if part.startswith(".") else [shown(part)])]
        path = tuple(levels) or ("INBOX",)
        if len(path) == 1 and path[0].upper() == "INBOX" and ("INBOX",) not in self._places:
            path = ("INBOX",)
        if path in self._places:
            path = (*path[:-1], f"{path[-1]} ({shown(place.name)})")
        self._places[path] = place

    def read(self, path: tuple[str, ...]) -> Iterator[Seen]:
        """Yield everything in a folder."""
        place = self._places.get(path)
        if place is None:
            return
        words = _words(place)
        # `new` is short as a rule; what stands in `cur` is a million at times.
        fresh = {shown(name.partition(":2,")[0]) for name in os.listdir(place / "new")} if (place / "new").is_dir() else set()  # noqa: PTH208
        both: set[str] = set()
        for part in ("cur", "new"):
            for file in _files(place / part):
                unique, _, letters = file.name.partition(":2,")
                key = shown(unique) if part == "cur" or shown(unique) not in both else f"{part}/{shown(unique)}"
                if part == "cur" and key in fresh:
                    both.add(key)
                digest = _digest(file)
                if digest is None:
                    continue
                flags = frozenset(_MEANS[letter] for letter in letters if letter in _MEANS)
                own = frozenset(words[letter].lower() for letter in letters if letter in words)
                yield Seen(key, digest, (flags | own) if part == "cur" else frozenset(), datetime.fromtimestamp(int(file.stat().st_mtime), UTC))

    def close(self) -> None:
        """Nothing stays open."""


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        with os.scandir(folder) as entries:
            yield from (folder / one.name for one in entries if not one.name.startswith(".") and one.is_file(follow_symlinks=False))


def _words(place: Path) -> dict[str, str]:
    file = place / "dovecot-keywords"
    if not file.is_file():
        return {}
    pairs = [line.split(None, 1) for line in file.read_text(encoding="utf-8", errors="replace").splitlines()[:26]]
    return {"abcdefghijklmnopqrstuvwxyz"[int(pair[0])]: pair[1].strip() for pair in pairs if len(pair) == 2 and pair[0].isdigit() and int(pair[0]) < 26}


def _digest(file: Path) -> bytes | None:
    """Return SHA-256 with CRLF line ends for a file that has LF ones alone, as it stands for any other; None when it cannot be read.

    A file that a server keeps packed has another size than its name tells; it is read unpacked, and no further than to that size.
    """
    told = re.search(r",S=(\d+)", file.name)
    try:
        with file.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b" and told is not None and ".bascule," not in file.name
            if packed and told and int(told[1]) == file.stat().st_size:
                packed = _opens(file)
            plain.seek(0)
            return _of(gzip.GzipFile(fileobj=plain), file.name, int(told[1])) if packed and told else _of(plain, file.name, file.stat().st_size)
    except (OSError, EOFError, zlib.error):
        return None


def _opens(file: Path) -> bool:
    try:
        with gzip.open(file) as opened:
            return bool(opened.read(1))
    except (OSError, EOFError, zlib.error):
        return False


def _of(opened: IO[bytes] | gzip.GzipFile, name: str, most: int) -> bytes | None:
    # Line by line: a file of mail has short lines, and one that has not costs no more than a limited piece.
    wire, size = ",E=asis" in name, 0
    for line in iter(lambda: _line(opened), b""):
        size += len(line)
        wire = wire or line.endswith(b"\r\n")
        if size > most:
            return None
    opened.seek(0)
    digest = sha256()
    for piece in iter(lambda: opened.read(_PIECE), b""):
        digest.update(piece if wire else b"\r\n".join(piece.split(b"\n")))
    return digest.digest() if size == most else None


def _line(opened: IO[bytes] | gzip.GzipFile) -> bytes:
    line = opened.readline(_PIECE)
    # A piece that ends between CR and LF would hide a line end.
    return line + opened.read(1) if line.endswith(b"\r") else line
