"""The move itself: list, copy, note; run again, it goes on where it was, and a finished one writes nothing.

Nothing is trusted to memory. Before anything is stored, the journal notes where the place ends (its mark); after it, what became of each thing.
Whatever happens in between, everything behind the mark that the journal does not know is read again and recognised by its digest.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

import msgspec

from bascule.model import Receipt
from bascule.move.ahead import Ahead
from bascule.move.errors import BusyError, CutError, MoveError
from bascule.move.item import IN_MEMORY, UNKNOWN_SIZE, Folder, Message
from bascule.move.journal import Journal
from bascule.move.protocol import Source, Stored, Target, Telling

BATCH = 100
"""Messages that are stored together at most."""
BATCH_BYTES = 8 * 1024 * 1024
_AHEAD_BYTES = 2 * BATCH_BYTES
_OVERHEAD = 1500
"""Bytes that a message takes in memory beside its own."""
_TRIES = 6
"""Times that one step is tried, while nothing gets through at all."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 300.0
_OVER = ("OVERQUOTA", "quota")


class Closing(Protocol):
    """An end that can be closed."""

    def close(self) -> None:
        """End the conversation."""
        ...


End = TypeVar("End", bound=Closing)


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a move is.

    Attributes:
        stage: `list`, `copy`, `wait` or `note`.
        folder: Its path, joined by `/`.
        done: Things settled in this run, out of `total`.
        size: Bytes stored in this run.
        wait_s: How long is waited, when `stage` is `wait`; `said` are the words of the server, or what broke; for a `note`, what it is about.
        details: Words for a note.
    """

    stage: str
    folder: str = ""
    done: int = 0
    total: int = 0
    size: int = 0
    wait_s: float = 0.0
    said: str = ""
    details: str = ""


class Line(Generic[End]):
    """One end, connected anew whenever it was lost."""

    def __init__(self, connect: Callable[[], End]) -> None:
        self._connect = connect
        self._end: End | None = None

    def get(self) -> End:
        """Return the end, connected."""
        if self._end is None:
            self._end = self._connect()
        return self._end

    def holds(self, end: End) -> bool:
        """Return whether this is still the end that is connected."""
        return self._end is end

    def drop(self) -> None:
        """Hang up; the next `get` connects anew."""
        end, self._end = self._end, None
        if end is not None:
            with suppress(CutError, BusyError, MoveError, OSError):
                end.close()


class Mover:
    """Carries everything from a source to a target.

    Args:
        source: Connects to the source.
        target: Connects to the target.
        journal: The memory of this move.
        see: Told of progress.
        sleep: How to wait, in seconds.
    """

    def __init__(
        self,
        source: Callable[[], Source],
        target: Callable[[], Target],
        journal: Journal,
        see: Callable[[Progress], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._source, self._target, self._journal = Line(source), Line(target), journal
        self._see, self._sleep = see, sleep
        self._done = self._size = self._total = self._tries = 0

    def run(self, *, dry: bool = False) -> Receipt:
        """List and copy; return the receipt.

        Args:
            dry: Only list.

        Raises:
            MoveError: The move cannot go on; the journal says how far it came.
        """
        try:
            folders = self._again(self._list)
            self._total = sum(self._journal.unfinished(number) for number, _ in folders)
            for number, folder in folders if not dry else ():
                self._again(lambda number=number, folder=folder: self._copy(number, folder))  # type: ignore[misc]
            return self._journal.receipt()
        finally:
            self._source.drop()
            self._target.drop()

    def _again(self, step: "Callable[[], T]") -> "T":
        """Do a step until it succeeds: with new connections after a cut, after a wait when the server asks for one.

        Raises:
            MoveError: Nothing got through in several tries (`unreachable`).
        """
        while True:
            try:
                return step()
            except (CutError, BusyError) as error:
                self._source.drop()
                self._target.drop()
                self._tries += 1
                if self._tries >= _TRIES:
                    raise MoveError("unreachable", said=str(error)) from error
                wait = getattr(error, "wait_s", None) or min(_FIRST_WAIT_S * 2 ** (self._tries - 1), _LONGEST_WAIT_S)
                self._tell("wait", "", wait_s=wait, said=str(error))
                self._sleep(wait)

    def _tell(self, stage: str, folder: str, wait_s: float = 0.0, said: str = "") -> None:
        self._see(Progress(stage=stage, folder=folder, done=self._done, total=self._total, size=self._size, wait_s=wait_s, said=said))

    def _list(self) -> list[tuple[int, Folder]]:
        source = self._source.get()
        found = []
        for folder in source.folders():
            number = self._journal.folder(folder)
            for entries in source.entries(folder):
                self._journal.note(number, entries)
                self._tell("list", "/".join(folder.path))
            self._journal.noted(number)
            found.append((number, folder))
        for note in source.notes() if isinstance(source, Telling) else ():
            self._see(Progress(stage="note", folder="/".join(note.path), said=note.what, details=note.details))
        return found

    def _copy(self, number: int, folder: Folder) -> None:
        try:
            if not self._journal.unfinished(number):
                if not self._journal.opened(number):
                    # An empty folder is somebody's order, too.
                    self._prepare(number, folder)
                return
            self._prepare(number, folder)
        except MoveError as error:
            if error.code != "folder":
                raise
            # A folder that the target does not take holds up no other.
            self._journal.refused(number, error.details.get("said", ""))
            return
        pages = self._journal.open_keys(number)
        with Ahead(self._messages(number, folder, pages), _weight, _AHEAD_BYTES, self._source.drop) as messages:
            for batch in _batches(messages):
                self._store(number, batch)
                self._tell("copy", "/".join(folder.path))

    def _prepare(self, number: int, folder: Folder) -> None:
        """Open the place, and recognise what stands there already."""
        target = self._target.get()
        place = target.open(folder)
        mark = self._journal.mark(number, place)
        sizes = self._journal.sizes(number) if mark is None else frozenset({UNKNOWN_SIZE})
        wanted = _any if UNKNOWN_SIZE in sizes else sizes.__contains__
        self._journal.hold(number, place, target.held(mark or "", wanted), first=mark is None)

    def _messages(self, number: int, folder: Folder, pages: Iterator[list[str]]) -> Iterator[Message]:
        source = self._source.get()
        for keys in pages:
            missing = set(keys)
            for message in source.fetch(folder, keys):
                missing.discard(message.entry.key)
                yield message
            if not self._source.holds(source):
                # Whoever hangs up while we read may have taken the rest of the answer: nothing follows from its absence.
                raise CutError("the reading was given up")
            if missing:
                self._journal.withheld(number, missing)

    def _store(self, number: int, batch: list[Message]) -> None:
        target = self._target.get()
        left = self._journal.claim(number, batch)
        if left:
            stored = target.store(left)
            self._journal.settle(number, left, stored, target.mark())
            _full(stored)
        self._tries = 0
        self._done += len(batch)
        self._size += sum(message.body.size for message in left)


T = TypeVar("T")


def _weight(message: Message) -> int:
    return min(message.body.size, IN_MEMORY) + _OVERHEAD


def _any(_size: int) -> bool:
    return True


def _batches(messages: "Ahead[Message]") -> Iterator[list[Message]]:
    batch: list[Message] = []
    size = 0
    for message in messages:
        if batch and (len(batch) == BATCH or size + message.body.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += message.body.size
    if batch:
        yield batch


def _full(stored: list[Stored]) -> None:
    """Stop when the target has no room: everything that follows would be refused too.

    Raises:
        MoveError: `full`, in the target's words.
    """
    if said := next((one.said for one in stored if any(word.lower() in one.said.lower() for word in _OVER)), None):
        raise MoveError("full", said=said)
