"""mbox files that are written to: only ever appended to, under a lock.

Before anything is appended, the length of the file is noted beside it (`.Name.bascule`) and on the disk. What a cut leaves behind that length is ours:
whole messages stay, a piece of one is taken away again, and nothing else ever is.
"""

import errno
import os
import re
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bascule.move.errors import BusyError, MoveError
from bascule.move.files.lines import measured
from bascule.move.item import Folder, Message
from bascule.move.mbox import layout
from bascule.move.mbox.content import content, written
from bascule.move.mbox.data import FileData
from bascule.move.mbox.split import parts
from bascule.move.protocol import Place, Stored

_ROOM = (errno.ENOSPC, errno.EDQUOT)
_STALE_S = 600
_LINE = 1024
_HEAD = re.compile(rb"From bascule-l(\d{1,15})-[^\n]*\n")


class MboxTarget:
    """Appends to mbox files, one a folder.

    Args:
        root: A folder; or a file, when one stands there or the name ends in `.mbox`: the inbox goes into it, other folders into `NAME.sbd` beside it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._single = root.is_file() or (not root.exists() and root.suffix.lower() in (".mbox", ".mbx"))
        self._file = root
        self._path: tuple[str, ...] = ()

    def open(self, folder: Folder) -> Place:
        """Make the file if it is missing, and mend what a cut left in it. Its mark is its length."""
        self._path = folder.path
        try:
            if not self._single:
                self._root.mkdir(parents=True, exist_ok=True)
            known = layout.folders(self._root)
            self._file = known.get(folder.path) or layout.file(self._root, folder.path, single=self._single)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            if not self._file.exists():
                self._file.touch(mode=0o600)
            self._companions()
            self._mend()
            state = self._file.stat()
        except OSError as error:
            raise self._failed(error) from error
        seen = next((path for path, file in known.items() if file == self._file), None)
        path = seen or layout.path(self._root, self._file, single=self._single)
        return Place(path=path, generation=str(state.st_ino), mark=str(state.st_size))

    def _companions(self) -> None:
        """Give each file above in the tree, for a reader that looks for the file and then for its `.sbd`."""
        for above in self._file.parents:
            if above.suffix != ".sbd" or above == self._root:
                break
            above.with_suffix("").touch(mode=0o600)

    @property
    def _noted(self) -> Path:
        return self._file.with_name(f".{self._file.name}.bascule")

    def _mend(self) -> None:
        """Take away the piece of a message that a cut left behind the noted length; whole messages stay."""
        try:
            mark = int(self._noted.read_text())
        except (FileNotFoundError, ValueError):
            return
        with self._locked():
            data = FileData(self._file)
            try:
                whole = _whole(data, mark)
                size = data.size
            finally:
                data.close()
            if whole < size:
                with self._file.open("r+b") as file:
                    file.truncate(whole)
                    os.fsync(file.fileno())
        self._noted.unlink()

    def mark(self) -> str:
        """Return the length of the file."""
        return str(self._file.stat().st_size)

    def held(self, since: str, wanted: Callable[[int], bool]) -> Iterator[tuple[str, bytes]]:
        """Yield place and digest of the messages from a length on."""
        try:
            data = FileData(self._file)
        except OSError as error:
            raise self._failed(error) from error
        try:
            for part in parts(data, int(since or 0)):
                size, digest = measured(content(data, part))
                if wanted(size):
                    yield str(part.start), digest
        finally:
            data.close()

    def store(self, messages: Sequence[Message]) -> list[Stored]:
        """Append messages and bring them to the disk."""
        done: list[Stored] = []
        try:
            with self._locked():
                self._append(messages, done)
        except OSError as error:
            with suppress(OSError):
                self._mend()
            raise self._failed(error) from error
        return done

    def _append(self, messages: Sequence[Message], done: list[Stored]) -> None:
        with self._file.open("r+b") as file:
            end = file.seek(0, 2)
            draft = self._noted.with_suffix(".new")
            with draft.open("w") as note:
                note.write(str(end))
                note.flush()
                os.fsync(note.fileno())
            draft.replace(self._noted)
            _settle(self._file.parent)
            file.write(_gap(self._file, end))
            now = datetime.now(UTC)
            for message in messages:
                key = str(file.tell())
                pieces, lost = written(message.body, message.entry.flags, message.entry.date, now)
                for piece in pieces:
                    file.write(piece)
                done.append(Stored(key=key, lost=lost))
            file.flush()
            os.fsync(file.fileno())
        self._noted.unlink()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock that mail programs respect: a file `NAME.lock` (RFC 4155 leaves it open; so do procmail, mutt and Dovecot).

        Raises:
            BusyError: Another program holds it.
        """
        lock = self._file.with_name(self._file.name + ".lock")
        if _left(lock):
            lock.unlink(missing_ok=True)
        try:
            number = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            raise BusyError(f"{lock} is there", 5.0) from None
        try:
            os.write(number, f"{os.getpid()} {socket.gethostname()}\n".encode())
            os.close(number)
            yield
        finally:
            lock.unlink(missing_ok=True)

    def _failed(self, error: OSError) -> MoveError:
        said = error.strerror or str(error)
        return MoveError("full", said=said) if error.errno in _ROOM else MoveError("folder", folder="/".join(self._path), said=said)

    def close(self) -> None:
        """Nothing stays open."""


def _left(lock: Path) -> bool:
    """Return whether a lock was left by a run on this machine that is over, or is old."""
    try:
        words = lock.read_text().split()
        old = time.time() - lock.stat().st_mtime > _STALE_S
        if len(words) != 2 or words[1] != socket.gethostname() or not words[0].isdecimal():
            return old
        os.kill(int(words[0]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        return False
    return False


def _whole(data: FileData, mark: int) -> int:
    """Return where the whole messages end that were appended from a mark on; the size of the file when what follows is not ours alone."""
    place = mark
    start = mark + len(data.read(mark, 2)) - len(data.read(mark, 2).lstrip(b"\n"))
    while (ours := _HEAD.match(data.read(start, _LINE))) and data.read(end := start + ours.end() + int(ours[1]), 1) == b"\n":
        place = start = end + 1
    rest = data.read(start, _LINE)
    begun = b"From bascule-l".startswith(rest[:14])
    return place if begun and all(part.start == start for part in parts(data, start)) else data.size


def _gap(path: Path, end: int) -> bytes:
    """Return what is missing for a message to begin after what stands in a file: its last line end, and an empty line."""
    data = FileData(path)
    try:
        tail = data.read(max(0, end - 4), min(4, end))
    finally:
        data.close()
    if not tail or tail.endswith((b"\n\n", b"\r\n\r\n")):
        return b""
    return b"\n" if tail.endswith(b"\n") else b"\n\n"


def _settle(directory: Path) -> None:
    number = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
