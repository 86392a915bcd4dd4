"""Two ends in memory that keep every promise, and a wrapper that breaks at the call one chooses."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from bascule.move import Body, CutError, Entry, Folder, Message, Place, Stored

Mail = dict[tuple[str, ...], list[tuple[str, bytes]]]
"""Folder → (key, bytes) in order."""


class MemorySource:
    def __init__(self, mail: Mail, generation: str = "1") -> None:
        self.mail, self.generation = mail, generation

    def folders(self) -> list[Folder]:
        return [Folder(path=path, generation=self.generation) for path in self.mail]

    def entries(self, folder: Folder) -> Iterator[list[Entry]]:
        yield [Entry(key, len(data)) for key, data in self.mail[folder.path]]

    def fetch(self, folder: Folder, keys: Sequence[str]) -> Iterator[Message]:
        for key, data in self.mail[folder.path]:
            if key in keys:
                yield Message(Entry(key, len(data)), Body(data))

    def close(self) -> None:
        pass


class MemoryTarget:
    """Keeps mail beyond its own life in `shelf`, as a server does beyond a connection."""

    def __init__(self, shelf: dict[tuple[str, ...], list[bytes]], *, tells_keys: bool = True) -> None:
        self.shelf, self.tells_keys = shelf, tells_keys
        self.place: tuple[str, ...] = ()

    def open(self, folder: Folder) -> Place:
        self.place = folder.path
        self.shelf.setdefault(folder.path, [])
        return Place(path=folder.path, generation="7", mark=self.mark())

    def mark(self) -> str:
        return str(len(self.shelf[self.place]) + 1)

    def held(self, since: str, wanted: Callable[[int], bool]) -> Iterator[tuple[str, bytes]]:
        for number, data in enumerate(self.shelf[self.place], 1):
            if number >= int(since or 1) and wanted(len(data)):
                yield str(number), sha256(data).digest()

    def store(self, messages: Sequence[Message]) -> list[Stored]:
        return [self.put(b"".join(message.body.pieces())) for message in messages]

    def put(self, data: bytes) -> Stored:
        if b"REFUSE ME" in data:
            return Stored(said="[CANNOT] not this one")
        self.shelf[self.place].append(data)
        return Stored(key=str(len(self.shelf[self.place])) if self.tells_keys else None)

    def close(self) -> None:
        pass


class Broken:
    """Lets `after` calls through and breaks at the next: before it acts, or when it acted already and the answer is lost."""

    def __init__(self, end: Any, countdown: list[int], *, late: bool) -> None:
        self._end, self._countdown, self._late = end, countdown, late

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._end, name)
        if name not in ("folders", "entries", "fetch", "open", "store", "held", "mark"):
            return call

        def counted(*arguments: Any) -> Any:
            self._countdown[0] -= 1
            breaks = self._countdown[0] == 0
            if breaks and not self._late:
                raise CutError("cut before")
            result = call(*arguments)
            if breaks:
                if name in ("entries", "fetch", "held"):
                    return _half(result)
                raise CutError("cut after")
            return result

        return counted


def _half(values: Iterator[Any]) -> Iterator[Any]:
    for number, value in enumerate(values):
        if number == 1:
            raise CutError("cut in the middle")
        yield value
    raise CutError("cut at the end")
