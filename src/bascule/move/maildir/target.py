"""A Maildir that is written to: each message whole in `tmp`, on the disk, then by one rename in `cur`.

Files have LF line ends, as servers write them, wherever that can be undone exactly; any other message stands byte by byte, and its name says so.
"""

import errno
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from bascule.move.errors import MoveError
from bascule.move.files.disk import settle, settle_all
from bascule.move.files.lines import folded, folds, is_bare, measured
from bascule.move.item import Folder, Message
from bascule.move.maildir import layout
from bascule.move.maildir.keywords import learned
from bascule.move.maildir.source import content
from bascule.move.protocol import Place, Stored

_OURS = re.compile(r"^\d+\.B(\d{10})R[0-9a-f]{8}\.bascule")
_ROOM = (errno.ENOSPC, errno.EDQUOT)


class MaildirTarget:
    """Writes into a Maildir; nothing that stands there is changed or deleted.

    Files that were begun in `tmp` by a run that was killed are the only thing it takes away: they are its own, and no message yet.
    """

    def __init__(self, root: Path) -> None:
        if root.exists() and not root.is_dir():
            raise MoveError("no-folder", file=str(root))
        self._root, self._directory = root, root
        self._path: tuple[str, ...] = ()
        self._words: dict[str, str] = {}
        self._next = 1

    def open(self, folder: Folder) -> Place:
        """Make the folder if it is missing. Its mark is the number of the next message that is written here."""
        path = ("INBOX",) if len(folder.path) == 1 and folder.path[0].upper() == "INBOX" else folder.path
        known = dict(layout.folders(self._root)) if self._root.is_dir() else {}
        self._directory, self._path = known.get(path) or layout.directory(self._root, path), path
        try:
            self._make()
            self._words = layout.keywords(self._directory)
            self._clean()
            numbers = (int(found[1]) for part in ("cur", "new") for name in _names(self._directory / part) if (found := _OURS.match(name)))
            self._next = max(numbers, default=0) + 1
        except OSError as error:
            raise self._failed(error) from error
        if path not in known:
            path = next(place for place, directory in layout.folders(self._root) if directory == self._directory)
        return Place(path=path, mark=str(self._next))

    def _make(self) -> None:
        for part in ("tmp", "new", "cur"):
            (self._directory / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._directory != self._root:
            (self._directory / "maildirfolder").touch(mode=0o600)
            (self._root / "cur").mkdir(exist_ok=True, mode=0o700)
            (self._root / "new").mkdir(exist_ok=True, mode=0o700)
            (self._root / "tmp").mkdir(exist_ok=True, mode=0o700)
        settle(self._directory)
        settle(self._root)

    def _clean(self) -> None:
        for file in (self._directory / "tmp").iterdir():
            if _OURS.match(file.name):
                file.unlink(missing_ok=True)

    def mark(self) -> str:
        """Return the number of the next message."""
        return str(self._next)

    def held(self, since: str, wanted: Callable[[int], bool]) -> Iterator[tuple[str, bytes]]:
        """Yield key and digest of what the folder holds; from a mark on, of what was written here since."""
        for part in ("cur", "new"):
            for name in _names(self._directory / part):
                told, ours = layout.parsed(name), _OURS.match(name)
                if name.startswith(".") or (since and (ours is None or int(ours[1]) < int(since))):
                    continue
                if told.full is not None and not told.as_is and not wanted(told.full):
                    continue
                # What cannot be read (a link, a pipe, a file that went meanwhile) is no message that stands here.
                with suppress(OSError):
                    size, digest = measured(content(self._directory / part / name)())
                    if wanted(size):
                        yield told.key, digest

    def store(self, messages: Sequence[Message]) -> list[Stored]:
        """Write messages to `tmp` and to the disk, then show them in `cur` one after the other."""
        done, names = [], []
        try:
            self._learn(messages)
            for message in messages:
                name, lost = self._written(message)
                names.append(name)
                done.append(Stored(key=layout.parsed(name).key, lost=lost))
            # All are written before the first is waited for, and waited for together: the disk then takes many in one go.
            settle_all(map(self._draft, names))
            for name in names:
                self._draft(name).rename(self._directory / "cur" / name)
            settle(self._directory / "cur")
        except OSError as error:
            raise self._failed(error) from error
        return done

    def _written(self, message: Message) -> tuple[str, tuple[str, ...]]:
        whole = message.body
        plain = folds(whole.pieces())
        marks, lost = layout.letters(message.entry.flags, self._words)
        size = sum(map(len, folded(whole.pieces()))) if plain else whole.size
        # W is the size with CRLF, which only a file with plain line ends can promise.
        form = f",W={whole.size}" if plain else layout.AS_IS if is_bare(whole.pieces()) else ""
        name = f"{int(time.time())}.B{self._next:010d}R{secrets.token_hex(4)}.bascule,S={size}{form}:2,{marks}"
        self._next += 1
        with self._draft(name).open("xb") as out:
            for piece in folded(whole.pieces()) if plain else whole.pieces():
                out.write(piece)
            out.flush()
            if message.entry.date:
                seconds = message.entry.date.timestamp()
                os.utime(out.fileno(), (seconds, seconds))
        return name, lost

    def _draft(self, name: str) -> Path:
        return self._directory / "tmp" / name.rpartition(":")[0]

    def _learn(self, messages: Sequence[Message]) -> None:
        """Give letters to keywords that are new in this folder; the list is on the disk before a name uses it."""
        draft = self._directory / "tmp" / f"{int(time.time())}.B0000000000R{secrets.token_hex(4)}.bascule"
        self._words = learned(self._directory, self._words, messages, draft)

    def _failed(self, error: OSError) -> MoveError:
        said = error.strerror or str(error)
        return MoveError("full", said=said) if error.errno in _ROOM else MoveError("folder", folder="/".join(self._path), said=said)

    def close(self) -> None:
        """Nothing stays open."""


def _names(directory: Path) -> Iterator[str]:
    """Yield the names in a directory, without a list of a million."""
    with os.scandir(directory) as entries:
        yield from (entry.name for entry in entries)
