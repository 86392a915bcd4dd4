"""What is carried: folders, what stands in them, and one whole thing with its digest."""

import hashlib
import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO

import msgspec

IN_MEMORY = 1024 * 1024
"""Bytes of one thing that are held in memory; what is larger waits in a file without a name."""
UNKNOWN_SIZE = -1
"""Of a thing whose end does not say how large it is before it gives it."""
PIECE = 256 * 1024


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """One folder of an end.

    Attributes:
        path: Names from the root down, as people read them (`("Projets", "Été")`); the inbox is `("INBOX",)`.
        use: Special use (RFC 6154) in lower case without backslash: `sent`, `drafts`, `trash`, `junk`, `archive`, `all`, `flagged`; None for any other.
        generation: What must be equal for ids to mean the same thing as before (UIDVALIDITY); "" where ids never change their meaning.
    """

    path: tuple[str, ...]
    use: str | None = None
    generation: str = ""


class Entry(msgspec.Struct, frozen=True):
    """One line of a folder's list: enough to know the thing again, without its content.

    Attributes:
        key: Stable within the folder and its generation.
        size: Bytes, as the end says (some servers only estimate); `UNKNOWN_SIZE` when it does not.
        flags: What people marked (system flags and keywords), sorted.
        date: When it arrived, aware; None when unknown.
    """

    key: str
    size: int
    flags: tuple[str, ...] = ()
    date: datetime | None = None


class Body:
    """The bytes of one thing, hashed while they come; in memory when small, else in a temporary file.

    Attributes:
        size: Bytes so far.
        zero: Whether a byte 0 is among them.
        high: Whether a byte 0x80 is among them.
    """

    __slots__ = ("_data", "_file", "_hash", "high", "size", "zero")

    def __init__(self, data: bytes = b"") -> None:
        self._data = data
        self._file: IO[bytes] | None = None
        self._hash = hashlib.sha256(data)
        self.size = len(data)
        self.zero, self.high = b"\0" in data, b"\x80" in data

    def write(self, piece: bytes) -> None:
        """Add the next bytes."""
        self._hash.update(piece)
        self.size += len(piece)
        self.zero, self.high = self.zero or b"\0" in piece, self.high or b"\x80" in piece
        if self._file is None and self.size <= IN_MEMORY:
            self._data += piece
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the body, and has no name to leave behind
            self._file.write(self._data)
            self._data = b""
        self._file.write(piece)

    @property
    def digest(self) -> bytes:
        """SHA-256 of the bytes."""
        return self._hash.digest()

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes in order, in pieces that fit in memory; may be asked again."""
        if self._file is None:
            yield self._data
            return
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece


class Message(msgspec.Struct, frozen=True):
    """One whole message, as the source gave it."""

    entry: Entry
    body: Body
