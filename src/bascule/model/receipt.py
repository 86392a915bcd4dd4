"""What a move did, thing by thing: the proof that somebody can keep."""

from datetime import datetime
from enum import StrEnum

import msgspec


class ItemState(StrEnum):
    """Where one thing stands. Every thing that the source showed is in exactly one state."""

    MOVED = "moved"
    THERE = "already_there"
    REFUSED = "refused"
    PENDING = "pending"


class ReceiptItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing.

    Attributes:
        folder: Path at the source, from the root down.
        key: Its key there.
        place: Path at the target; empty when it is not there.
        size: Bytes.
        date: When it arrived at the source, aware.
        digest: SHA-256 in hexadecimal; "" when it was never read.
        flags: What people marked at the source.
        said: Why it is not there, in the server's words.
    """

    folder: tuple[str, ...]
    key: str
    state: ItemState
    place: tuple[str, ...] = ()
    size: int = 0
    date: datetime | None = None
    digest: str = ""
    flags: tuple[str, ...] = ()
    said: str = ""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """How many things are in each state; together they are all that the source showed."""

    moved: int = 0
    already_there: int = 0
    refused: int = 0
    pending: int = 0

    @property
    def complete(self) -> bool:
        """Whether everything is at the target."""
        return not self.refused and not self.pending

    @property
    def total(self) -> int:
        """Everything that the source showed."""
        return self.moved + self.already_there + self.refused + self.pending


class FolderReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """One folder.

    Attributes:
        folder: Path at the source.
        place: Path at the target; empty when nothing was stored there yet.
    """

    folder: tuple[str, ...]
    place: tuple[str, ...] = ()
    receipt: Receipt = Receipt()


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the check of both sides found otherwise than the receipt says.

    Attributes:
        folder: At the source; empty when it is the target itself that is not as it was written, and `key` names a file or a line of it.
        what: `missing` at the target, `changed` at the source since, `new` at the source since, `flags` or `date` not kept; of an archive `damaged`, `absent`,
            `stray`, `line` or `unsealed`.
        details: What was expected and what was found; of an archive, the file.
    """

    folder: tuple[str, ...]
    key: str
    what: str
    details: str = ""


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What reading both sides once more found.

    Attributes:
        identical: Things at the target with the very bytes of the source.
        different: How many are not; `differences` names the first thousand.
        refused: Things that were refused when they were moved.
        pending: Things that were never carried, those new at the source among them.
    """

    identical: int = 0
    different: int = 0
    refused: int = 0
    pending: int = 0
    differences: tuple[Difference, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything is at the target, byte by byte."""
        return not self.different and not self.refused and not self.pending
