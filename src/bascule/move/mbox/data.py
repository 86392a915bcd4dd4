"""Bytes that can be read from any place: a file, or a member of an archive."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from bascule.move.item import PIECE


class Data(Protocol):
    """Something long that is never loaded whole."""

    @property
    def size(self) -> int:
        """Bytes in all."""
        ...

    def read(self, start: int, length: int) -> bytes:
        """Return bytes from a place on; fewer at the end.

        Raises:
            OSError: They cannot be read.
        """
        ...


class FileData:
    """A file, opened for reading alone."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.size = os.fstat(self._file.fileno()).st_size

    def read(self, start: int, length: int) -> bytes:
        """Return bytes from a place on."""
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), length, start)
        self._file.seek(start)
        return self._file.read(length)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def span(data: Data, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes between two places in pieces.

    Raises:
        OSError: Fewer are there than asked for.
    """
    while start < end:
        piece = data.read(start, min(PIECE, end - start))
        if not piece:
            raise OSError("the file ends too early")
        yield piece
        start += len(piece)
