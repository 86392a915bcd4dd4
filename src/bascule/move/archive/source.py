"""An archive that is read, to bring everything back; nothing in it changes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from bascule.move.archive import store, vault
from bascule.move.archive.record import Record
from bascule.move.errors import MoveError
from bascule.move.files.index import Index
from bascule.move.item import PIECE, Body, Entry, Folder, Message


class ArchiveSource:
    """Reads an archive by its manifest.

    Args:
        root: Its folder.
        identity: Opens an encrypted one: `AGE-SECRET-KEY-1…`, or its file; "" for none.

    Raises:
        MoveError: It is no archive, damaged, or cannot be opened.
    """

    def __init__(self, root: Path, identity: str = "") -> None:
        told = store.facts(root)
        if told is None:
            raise MoveError("source-missing" if not root.is_dir() else "no-archive", file=str(root))
        if told.recipients and not identity:
            raise MoveError("identity-missing", file=str(root))
        self._root, self._facts = root, told
        self._opener = vault.Opener(identity) if told.recipients else None
        self._index, self._folders = Index(), dict[tuple[str, ...], Folder]()
        self._index.begin()
        for one, _ in store.contents(root, told):
            self._note(self._opener.unsealed(one) if self._opener else one)
        self._index.done()

    def _note(self, one: Record) -> None:
        if one.kind == "folder":
            self._folders.setdefault(one.folder, Folder(path=one.folder, use=one.use, generation=self._facts.id))
            return
        date = datetime.fromisoformat(one.date) if one.date else None
        self._index.add(one.folder, f"{one.number:010d}", (one.number, one.file, one.sha256), one.size, one.flags, date)

    def folders(self) -> list[Folder]:
        """Return the folders in the order in which they came, empty ones too."""
        return list(self._folders.values())

    def entries(self, folder: Folder) -> Iterator[list[Entry]]:
        """Yield what stands in a folder, in the order in which it came."""
        yield from self._index.entries(folder.path)

    def fetch(self, folder: Folder, keys: Sequence[str]) -> Iterator[Message]:
        """Yield messages; one that is not there, or whose bytes are not what was stored, is left out."""
        for key in keys:
            found = self._index.find(folder.path, key)
            if found is None:
                continue
            number, file, digest = msgspec.msgpack.decode(found[1], type=tuple[int, str, str])
            try:
                body = self._body(store.place(self._root, Record(number=number, kind="message", file=file)))
            except (OSError, MoveError):
                continue
            if body.digest.hex() == digest:
                yield Message(found[0], body)

    def _body(self, file: Path) -> Body:
        with file.open("rb") as data:
            if self._opener:
                return self._opener.body(data)
            whole = Body()
            while piece := data.read(PIECE):
                whole.write(piece)
        return whole

    def close(self) -> None:
        """Forget what was listed."""
        self._index.close()
