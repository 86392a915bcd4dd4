"""A Maildir that is read; nothing in it changes, not even a name."""

import os
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bascule.move.errors import MoveError
from bascule.move.files.index import Index
from bascule.move.files.keywords import atom
from bascule.move.files.lines import Pieces, body, carried, measured
from bascule.move.item import Entry, Folder, Message
from bascule.move.maildir import layout


class MaildirSource:
    """Reads a Maildir with all its folders.

    Raises:
        MoveError: There is no such directory (`source-missing`), or no Maildir in it (`not-maildir`).
    """

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise MoveError("source-missing", file=str(root))
        self._folders = dict(layout.folders(root))
        if not self._folders:
            raise MoveError("not-maildir", file=str(root))
        self._index = Index()
        self._listed: set[tuple[str, ...]] = set()

    def folders(self) -> list[Folder]:
        """Return all folders. The keys of messages keep their meaning for ever, so that there is but one generation."""
        return [Folder(path=path) for path in self._folders]

    def entries(self, folder: Folder) -> Iterator[list[Entry]]:
        """Yield the messages of a folder, by the date of their file."""
        self._list(folder.path)
        yield from self._index.entries(folder.path, by_date=True)

    def _list(self, path: tuple[str, ...]) -> None:
        directory = self._folders[path]
        words = {letter: atom(word) for letter, word in layout.keywords(directory).items()}
        self._index.clear(path)
        self._index.begin()
        try:
            for part in ("cur", "new"):
                for name, state in _files(directory / part):
                    told = layout.parsed(name)
                    stands, date = [part, os.fsencode(name)], datetime.fromtimestamp(int(state.st_mtime), UTC)
                    size = _size(directory / part / name, told, state)
                    marks = layout.flags(told.letters, words) if part == "cur" else ()
                    # The same name in both: a message on its way, or two; what differs is found by its digest later.
                    self._index.add(path, told.key, stands, size, marks, date) or self._index.add(path, f"{part}/{told.key}", stands, size, marks, date)
        except OSError as error:
            raise MoveError("folder", folder="/".join(path), said=error.strerror or str(error)) from error
        finally:
            self._index.done()
        self._listed.add(path)

    def fetch(self, folder: Folder, keys: Sequence[str]) -> Iterator[Message]:
        """Yield messages with CRLF line ends where their file has LF; one that cannot be read is left out."""
        if folder.path not in self._listed:
            self._list(folder.path)
        missing = []
        for key in keys:
            message = self._message(folder.path, key)
            if message:
                yield message
            else:
                missing.append(key)
        if missing:
            # Somebody marked them meanwhile, which renames a file: look once more.
            self._list(folder.path)
            yield from filter(None, (self._message(folder.path, key) for key in missing))

    def _message(self, path: tuple[str, ...], key: str) -> Message | None:
        found = self._index.find(path, key)
        if found is None:
            return None
        entry, stands = found
        part, name = msgspec.msgpack.decode(stands, type=tuple[str, bytes])
        try:
            whole = body(content(self._folders[path] / part / os.fsdecode(name))())
        except OSError:
            return None
        return Message(Entry(entry.key, whole.size, entry.flags, entry.date), whole)

    def close(self) -> None:
        """Forget what was listed."""
        self._index.close()


def content(file: Path) -> Pieces:
    """Return what a message's file holds, as it is carried."""
    raw = layout.pieces(file)
    return raw if layout.parsed(file.name).as_is else lambda: carried(raw)


def _size(file: Path, told: layout.Name, state: os.stat_result) -> int:
    """Return the bytes of a message as it is carried; names of Dovecot tell it, any other file is read."""
    if told.full is not None and told.size == state.st_size and not told.as_is:
        return told.full
    try:
        return measured(content(file)())[0]
    except OSError:
        return state.st_size


def _files(directory: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files of a directory; links and pipes too, so that none is passed over in silence."""
    if not directory.is_dir():
        return
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                state = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if not stat.S_ISDIR(state.st_mode):
                yield entry.name, state
