"""What the check reads an end with."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import msgspec

from bascule.move.address import Address
from bascule.move.ends import Access
from bascule.move.errors import MoveError


class Seen(msgspec.Struct, frozen=True):
    """One thing as it stands at an end.

    Attributes:
        key: Its key there.
        digest: SHA-256 of its bytes.
        flags: Marks in lower case, without “recent”.
        date: When it arrived, aware; None when the end keeps none.
    """

    key: str
    digest: bytes
    flags: frozenset[str] = frozenset()
    date: datetime | None = None


class Reader(Protocol):
    """Reads an end from beginning to end, and changes nothing."""

    def read(self, path: tuple[str, ...]) -> Iterator[Seen]:
        """Yield everything that stands in a folder; nothing when there is no such folder.

        Raises:
            MoveError: The end cannot be read.
        """
        ...

    def close(self) -> None:
        """End the conversation."""
        ...


def reader(end: Address, access: Access) -> Reader:
    """Return a reader for an end.

    Raises:
        MoveError: Nothing can read such an end (`no-source`), or it lets nobody in.
    """
    from bascule.move.verify.graph import GraphReader
    from bascule.move.verify.imap import ImapReader

    if end.scheme in ("imap", "imaps"):
        return ImapReader(end, access)
    if end.scheme == "graph":
        return GraphReader(end, access)
    raise MoveError("no-source", kind=end.scheme, kinds="imap, imaps, graph")
