"""A Takeout export that is read: each message once, where its labels say.

The same message stands in several files when labels were exported one by one. It is known again by the number that its From line bears and by its bytes;
two messages with the same bytes and different numbers are two.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bascule.move.errors import MoveError
from bascule.move.files.index import Index
from bascule.move.files.lines import body, measured
from bascule.move.item import Entry, Folder, Message
from bascule.move.mbox.content import content, marks
from bascule.move.mbox.data import Data, FileData
from bascule.move.mbox.split import Part, parts
from bascule.move.protocol import Note
from bascule.move.takeout.labels import CHOICES, labels, standing
from bascule.move.takeout.zips import Member, mails

LARGEST = 512 * 1024 * 1024
"""Bytes of one message that are unpacked; such a provider takes 50 MB at most."""
_PART = re.compile(r"^(.*?)-?(\d{3})\.zip$", re.IGNORECASE)
_NUMBER = re.compile(rb"^From (\d{1,20})@")
_HEAD = 64 * 1024


class TakeoutSource:
    """Reads an export.

    Args:
        root: One of its zips (those beside it with the same name and another number belong to it), a folder of zips, or a folder where it was unpacked.
        choice: What becomes of several labels: `keywords`, `first` or `copies`.

    Raises:
        MoveError: It is not there (`source-missing`), holds no mail (`not-takeout`), several exports lie together (`several-exports`), a zip is broken or
            hostile (`archive`, `locked-archive`, `bomb`), or there is no such choice (`option`).
    """

    def __init__(self, root: Path, choice: str = "keywords") -> None:
        if choice not in CHOICES:
            raise MoveError("option", name="labels", value=choice, choices=", ".join(CHOICES))
        self._choice, self._index, self._notes = choice, Index(), list[Note]()
        self._folders: dict[tuple[str, ...], str | None] = {}
        self._data: list[Data] = []
        self._listed = False
        zips, files = export(root)
        self._missing = gaps(zips)
        if self._missing:
            self._notes.append(Note("missing-part", (), ", ".join(self._missing)))
        self._names = [f"{one.name}:{info.filename}" for one in zips for info in mails(one)] + [one.name for one in files]
        try:
            self._members = [Member(one, info) for one in zips for info in mails(one)]
            self._data = [*self._members, *(FileData(one) for one in files)]
        except OSError as error:
            raise MoveError("archive", file=str(root), said=str(error)) from error
        if not self._data:
            raise MoveError("not-takeout", file=str(root))

    def folders(self) -> list[Folder]:
        """Return the folders that the labels make. The whole export is read for it."""
        self._list()
        taken: set[str] = set()
        found = []
        for path in filter(self._folders.__contains__, self._index.paths()):
            use = self._folders[path]
            found.append(Folder(path=path, use=use if use not in taken else None))
            taken |= {use} if use else set()
        return sorted(found, key=lambda folder: folder.path)

    def notes(self) -> list[Note]:
        """Return what was seen and is not carried, or carried as a part only."""
        return self._notes

    def entries(self, folder: Folder) -> Iterator[list[Entry]]:
        """Yield the messages of a folder, in the order of the export."""
        self._list()
        yield from self._index.entries(folder.path)

    def _list(self) -> None:
        if self._listed:
            return
        self._index.begin()
        for number, data in enumerate(self._data):
            last, said = None, ""
            try:
                for part in parts(data):
                    last = part
                    self._note(number, data, part)
            except OSError as error:
                said = str(error)
            if last and last.cut:
                self._notes.append(Note("cut", (self._names[number],), str(last.start)))
            if said or (isinstance(data, Member) and data.damaged):
                self._notes.append(Note("damaged", (self._names[number],), said or "CRC-32"))
                self._unknown(f"{self._names[number]} ({said or 'CRC-32'})")
        for name in self._missing:
            self._unknown(name)
        self._index.done()
        self._listed = True

    def _unknown(self, name: str) -> None:
        """Nobody knows what else was in a file: one thing that is never given keeps the receipt from saying that nothing is missing."""
        self._folders.setdefault(("INBOX",), None)
        self._index.add(("INBOX",), name, None, 0, (), None)

    def _note(self, number: int, data: Data, part: Part) -> None:
        flags, date = marks(data, part)
        head = data.read(part.begin, min(_HEAD, part.end - part.begin)).replace(b"\r\n", b"\n")
        end = 0 if head.startswith(b"\n") else head.find(b"\n\n")
        told = labels(head if end < 0 else head[: end + 1])
        place = standing(told, self._choice)
        too_large = part.end - part.begin > LARGEST
        size, digest = (part.end - part.begin, hashlib.sha256(b"%d:%d" % (number, part.start)).digest()) if too_large else measured(content(data, part))
        if (known := _NUMBER.match(part.line)) and not self._index.add(("", "seen"), f"{known[1].decode()} {digest.hex()}", None, 0, (), None):
            return
        for path, use in place.folders:
            self._folders.setdefault(path, use)
            self._index.add(path, self._index.free_key(path, digest), (number, part), size, place.flags if told is not None else flags, date)

    def fetch(self, folder: Folder, keys: Sequence[str]) -> Iterator[Message]:
        """Yield messages; one that is damaged, or larger than any mail can be, is left out."""
        self._list()
        for key in self._index.ordered(folder.path, list(keys)):
            found = self._index.find(folder.path, key)
            stands = msgspec.msgpack.decode(found[1], type=tuple[int, Part] | None) if found else None
            if found is None or stands is None or stands[1].end - stands[1].begin > LARGEST:
                continue
            entry, (number, part) = found[0], stands
            try:
                whole = body(content(self._data[number], part))
            except OSError:
                continue
            if whole.digest.hex()[:32] == key[:32]:
                yield Message(Entry(key, whole.size, entry.flags, entry.date), whole)

    def close(self) -> None:
        """Close the files and forget what was listed."""
        for data in self._data:
            if isinstance(data, (Member, FileData)):
                data.close()
        self._index.close()


def export(root: Path) -> tuple[list[Path], list[Path]]:
    """Return the zips of an export and the mbox files of an unpacked one.

    Raises:
        MoveError: It is not there (`source-missing`), or several exports lie together (`several-exports`).
    """
    if not root.exists():
        raise MoveError("source-missing", file=str(root))
    if root.is_file():
        if root.suffix.lower() == ".mbox":
            return [], [root]
        name = _PART.match(root.name)
        beside = (one for one in root.parent.iterdir() if name and (part := _PART.match(one.name)) and part[1] == name[1] and one.is_file())
        return sorted(beside) or [root], []
    zips = sorted(one for one in root.iterdir() if one.suffix.lower() == ".zip" and one.is_file())
    names = sorted({found[1] for one in zips if (found := _PART.match(one.name))})
    if len(names) > 1:
        raise MoveError("several-exports", file=str(root), names=", ".join(names))
    return zips, sorted(one for one in root.rglob("*.mbox") if one.is_file() and not one.is_symlink())


def gaps(zips: Sequence[Path]) -> list[str]:
    """Return the names of the parts that are missing between those that are there."""
    found = {int(part[2]): part for one in zips if (part := _PART.match(one.name))}
    first = next(iter(found.values()), None)
    if first is None:
        return []
    return [first[0].replace(first[2] + ".", f"{number:03d}.") for number in range(1, max(found)) if number not in found]
