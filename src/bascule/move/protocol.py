"""What a source and a target promise. They know nothing of each other and meet in `item` alone."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from bascule.move.item import Entry, Folder, Message


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A folder of the target, open for writing.

    Attributes:
        path: Its name at the target, from the root down.
        generation: Changes when the ids of the folder lose their meaning.
        mark: Where what is stored from now on begins; `held` takes it. "" where the target has no such mark.
    """

    path: tuple[str, ...]
    generation: str = ""
    mark: str = ""


class Stored(msgspec.Struct, frozen=True):
    """What became of one message.

    Attributes:
        key: Its key at the target; None when the target does not tell.
        said: Why it was not stored, in the target's own words; "" when it was.
        lost: Flags that the target cannot keep.
    """

    key: str | None = None
    said: str = ""
    lost: tuple[str, ...] = ()


class Note(msgspec.Struct, frozen=True):
    """Something that a source saw and that no message can tell.

    Attributes:
        what: `cut` (the file ends in the midst of a message), `no-beginning` (bytes before the first message), `damaged`, `missing-part`,
            `mail-only`, `all-mail` or `foreign`.
        path: The folder.
        details: Words for the sentence.
    """

    what: str
    path: tuple[str, ...] = ()
    details: str = ""


@runtime_checkable
class Telling(Protocol):
    """A source that has more to say than its messages."""

    def notes(self) -> list[Note]:
        """Return what was seen while listing."""
        ...


class Source(Protocol):
    """An end that is read. Nothing at it changes, whatever is asked of it.

    Every call may raise `CutError` (try again), `BusyError` (wait, then try again) or `MoveError` (give up).
    """

    def folders(self) -> list[Folder]:
        """Return the folders that hold messages, parents before children."""
        ...

    def entries(self, folder: Folder) -> Iterator[list[Entry]]:
        """Yield what stands in a folder, oldest first, in lists of bounded length."""
        ...

    def fetch(self, folder: Folder, keys: Sequence[str]) -> Iterator[Message]:
        """Yield the messages with these keys, in any order; one that has gone is left out."""
        ...

    def close(self) -> None:
        """End the conversation."""
        ...


class Target(Protocol):
    """An end that is written to; nothing that stands there is changed or deleted.

    Every call may raise `CutError`, `BusyError` or `MoveError`, as with a source.
    """

    def open(self, folder: Folder) -> Place:
        """Return the place for a folder of the source; it is made when it is missing. Later `store` go there."""
        ...

    def store(self, messages: Sequence[Message]) -> list[Stored]:
        """Store messages in the place opened last; return what became of each, in order.

        A `CutError` leaves open which of them arrived: `held` from the place's mark finds those that did.
        """
        ...

    def mark(self) -> str:
        """Return the mark of the place opened last, as it is now."""
        ...

    def held(self, since: str, wanted: Callable[[int], bool]) -> Iterator[tuple[str, bytes]]:
        """Yield key and digest of what the place opened last holds from a mark on ("" for all), if its size is wanted."""
        ...

    def close(self) -> None:
        """End the conversation."""
        ...
