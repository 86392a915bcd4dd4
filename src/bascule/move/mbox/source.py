"""mbox files that are read: streamed by their places, never loaded, never changed.

A message is known by its digest, so that a file may grow or be compacted between two runs.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bascule.move.errors import MoveError
from bascule.move.files.index import Index
from bascule.move.files.lines import body, measured
from bascule.move.item import Entry, Folder, Message
from bascule.move.mbox import layout
from bascule.move.mbox.content import QUOTING, content, marks
from bascule.move.mbox.data import FileData
from bascule.move.mbox.split import Part, parts
from bascule.move.protocol import Note

_LOOKED_AT = 1024 * 1024


class MboxSource:
    """Reads one mbox, or all in a folder.

    Args:
        root: The file or folder.
        quoting: How `From ` at the beginning of a line is quoted: `mboxrd`, `mboxo` or `none`.

    Raises:
        MoveError: There is no such thing (`source-missing`), no mbox in it (`not-mbox`), or no such rule (`option`).
    """

    def __init__(self, root: Path, quoting: str = "mboxrd") -> None:
        if quoting not in QUOTING:
            raise MoveError("option", name="quoting", value=quoting, choices=", ".join(QUOTING))
        if not root.exists():
            raise MoveError("source-missing", file=str(root))
        self._files = layout.folders(root)
        if not self._files or (root.is_file() and not layout.is_mbox(root, {f"{root.name}.msf"} if not root.stat().st_size else set())):
            raise MoveError("not-mbox", file=str(root))
        self._quoting, self._index = quoting, Index()
        self._listed: set[tuple[str, ...]] = set()
        self._notes: list[Note] = []

    def folders(self) -> list[Folder]:
        """Return one folder an mbox."""
        return [Folder(path=path) for path in self._files]

    def entries(self, folder: Folder) -> Iterator[list[Entry]]:
        """Yield the messages of an mbox in their order."""
        self._list(folder.path)
        yield from self._index.entries(folder.path)

    def notes(self) -> list[Note]:
        """Return what was seen and is not carried, or carried as a part only."""
        return self._notes

    def _list(self, path: tuple[str, ...]) -> None:
        self._index.clear(path)
        self._index.begin()
        data = self._opened(path)
        first = last = None
        try:
            for part in parts(data):
                first, last = first or part, part
                size, digest = measured(content(data, part, self._quoting))
                flags, date = marks(data, part)
                self._index.add(path, self._index.free_key(path, digest), part, size, flags, date)
            before = first.start if first else data.size
            if data.read(0, min(before, _LOOKED_AT)).strip(b"\0 \t\r\n"):
                # Nobody knows whether it was mail: one thing that is never given keeps the receipt from saying that nothing is missing.
                self._index.add(path, "0", None, before, (), None)
                self._notes.append(Note("no-beginning", path, str(before)))
        except OSError as error:
            raise MoveError("folder", folder="/".join(path), said=error.strerror or str(error)) from error
        finally:
            self._index.done()
            data.close()
        self._listed.add(path)
        if last and last.cut:
            self._notes.append(Note("cut", path, f"{last.start}"))

    def _opened(self, path: tuple[str, ...]) -> FileData:
        try:
            return FileData(self._files[path])
        except OSError as error:
            raise MoveError("folder", folder="/".join(path), said=error.strerror or str(error)) from error

    def fetch(self, folder: Folder, keys: Sequence[str]) -> Iterator[Message]:
        """Yield messages; one whose bytes are no longer those that were listed is left out."""
        if folder.path not in self._listed:
            self._list(folder.path)
        data = self._opened(folder.path)
        try:
            for key in self._index.ordered(folder.path, list(keys)):
                found = self._index.find(folder.path, key)
                part = msgspec.msgpack.decode(found[1], type=Part | None) if found else None
                if found and part:
                    entry = found[0]
                    try:
                        whole = body(content(data, part, self._quoting))
                    except OSError:
                        continue
                    if whole.digest.hex()[:32] == key[:32]:
                        yield Message(Entry(key, whole.size, entry.flags, entry.date), whole)
        finally:
            data.close()

    def close(self) -> None:
        """Forget what was listed."""
        self._index.close()
