"""What the check reads an end with."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec

from bascule.move.address import Address
from bascule.move.ends import Access
from bascule.move.errors import MoveError


class Seen(msgspec.Struct, frozen=True):
    """One thing as it stands at an end.

    Attributes:
        key: Its key there.
        digest: SHA-256 of its bytes.
        flags: Marks in lower case, without “recent”; None when the end does not tell.
        date: When it arrived, aware; None when the end keeps none.
    """

    key: str
    digest: bytes
    flags: frozenset[str] | None = frozenset()
    date: datetime | None = None


class Flaw(msgspec.Struct, frozen=True):
    """Something at an end that is not as it was written, whatever the journal says.

    Attributes:
        file: Which file, or line of a list (`manifest.jsonl:7`).
        what: `damaged`, `absent`, `stray` (nothing speaks of it), `line` (of a list), `unsealed` (the last run did not come to its end).
        digest: Of the message that was in it; empty when nobody can tell, None when it held none.
    """

    file: str
    what: str
    digest: bytes | None = None


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


@runtime_checkable
class Auditing(Protocol):
    """A reader that can say of its end what is damaged in itself."""

    def flaws(self) -> Iterator[Flaw]:
        """Yield everything that is not as it was written."""
        ...


def reader(end: Address, access: Access) -> Reader:
    """Return a reader for an end.

    Raises:
        MoveError: Nothing can read such an end (`no-source`), or it lets nobody in.
    """
    opened = _READERS.get(end.scheme)
    if opened is None:
        raise MoveError("no-source", kind=end.scheme, kinds=", ".join(_READERS))
    return opened(end, access)


def _imap(end: Address, access: Access) -> Reader:
    from bascule.move.verify.imap import ImapReader

    return ImapReader(end, access)


def _graph(end: Address, access: Access) -> Reader:
    from bascule.move.verify.graph import GraphReader

    return GraphReader(end, access)


def _maildir(end: Address, _access: Access) -> Reader:
    from bascule.move.verify.maildir import MaildirReader

    return MaildirReader(_file(end))


def _mbox(end: Address, _access: Access) -> Reader:
    from bascule.move.verify.mbox import MboxReader

    return MboxReader(_file(end), end.options.get("quoting", "mboxrd"))


def _takeout(end: Address, _access: Access) -> Reader:
    from bascule.move.verify.takeout import TakeoutReader

    return TakeoutReader(_file(end), end.options.get("labels", "keywords"))


def _pst(end: Address, _access: Access) -> Reader:
    from bascule.move.verify.pst import PstReader

    return PstReader(_file(end))


def _archive(end: Address, access: Access) -> Reader:
    from bascule.move.verify.archive import ArchiveReader

    return ArchiveReader(_file(end), access.identity)


def _file(end: Address) -> Path:
    if end.path is None:
        raise MoveError("address", address=str(end))
    return end.path


_READERS: dict[str, Callable[[Address, Access], Reader]] = {
    "imaps": _imap,
    "imap": _imap,
    "graph": _graph,
    "maildir": _maildir,
    "mbox": _mbox,
    "takeout": _takeout,
    "pst": _pst,
    "archive": _archive,
}
