"""Files read in pieces and within limits; `.gz` and `.zst` are unpacked on the way, known by their first bytes.

Nothing is unpacked further than one piece ahead of its reader, so a bomb costs a piece of memory and no more.
"""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from bascule.guard.encoding import decode
from bascule.guard.errors import GuardError
from bascule.guard.limits import CHUNK, HEAD, MAX_LINE, MAX_RATIO, MAX_UNPACKED, MAX_WINDOW, RATIO_FROM

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


def chunks(path: Path) -> Iterator[bytes]:
    """Yield the unpacked content in non-empty pieces of at most `CHUNK` bytes.

    Raises:
        GuardError: `unreadable`, `corrupt`, or `bomb` when it unpacks to more than `MAX_RATIO` times its size.
    """
    try:
        with path.open("rb", buffering=0) as file:
            start = file.read(4)
            file.seek(0)
            if start.startswith(_GZIP):
                yield from _watched(path, _gunzip(file))
            elif start == _ZSTD:
                yield from _watched(path, _unzstd(file))
            else:
                while piece := file.read(CHUNK):
                    yield piece
    except OSError as error:
        raise GuardError("unreadable", path, reason=error.strerror or type(error).__name__) from error
    except (zlib.error, zstandard.ZstdError, EOFError) as error:
        raise GuardError("corrupt", path, reason=str(error)) from error


def _watched(path: Path, pieces: Iterator[bytes]) -> Iterator[bytes]:
    packed, unpacked = path.stat().st_size, 0
    for piece in pieces:
        unpacked += len(piece)
        if unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed:
            raise GuardError("bomb", path, limit=f"{MAX_RATIO}:1")
        yield piece


def _gunzip(file: BinaryIO) -> Iterator[bytes]:
    """Unpack all members; zero bytes after the last one are padding, as gzip(1) takes them."""
    unpacker, data = zlib.decompressobj(wbits=31), b""
    while True:
        data = data or file.read(CHUNK)
        if not data:
            if not unpacker.eof:
                raise EOFError("ends in the middle of a gzip member")
            return
        if unpacker.eof:
            data = data.lstrip(b"\0")
            if not data:
                continue
            unpacker = zlib.decompressobj(wbits=31)
        if piece := unpacker.decompress(data, CHUNK):
            yield piece
        data = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail


def _unzstd(file: BinaryIO) -> Iterator[bytes]:
    """Unpack all frames. The library ends a frame that is cut short in silence: our seal after it must come out whole."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
    held = b""
    with unpacker.stream_reader(cast("BinaryIO", _Sealed(file)), read_size=CHUNK, read_across_frames=True) as reader:
        while piece := reader.read(CHUNK):
            held += piece
            if len(held) > len(_SEAL):
                yield held[: -len(_SEAL)]
                held = held[-len(_SEAL) :]
    if held != _SEAL:
        raise EOFError("ends in the middle of a zstd frame")


_SEAL = b"bascule: end of file"
_SEAL_FRAMES = zstandard.compress(_SEAL[:10]) + zstandard.compress(_SEAL[10:])


class _Sealed:
    """A file followed by the seal in two frames: swallowed as content of a cut frame, its halves would not be adjacent."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._seal = _SEAL_FRAMES

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        if not data:
            data, self._seal = self._seal, b""
        return data


def head(path: Path, size: int = HEAD) -> bytes:
    """Return the first unpacked bytes, by which the kind of a file is recognised."""
    start = b""
    for piece in chunks(path):
        start += piece
        if len(start) >= size:
            break
    return start[:size]


def read_bytes(path: Path, limit: int = MAX_UNPACKED) -> bytes:
    """Return the whole unpacked content.

    Raises:
        GuardError: `too-large` beyond `limit`, or as `chunks`.
    """
    pieces, size = [], 0
    for piece in chunks(path):
        size += len(piece)
        if size > limit:
            raise GuardError("too-large", path, limit=f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 1024} kB")
        pieces.append(piece)
    return b"".join(pieces)


def read_text(path: Path, limit: int = MAX_UNPACKED) -> str:
    """Return the whole content as text, in the encodings that office programs write (see `decode`)."""
    return decode(read_bytes(path, limit), path)


def lines(path: Path, max_line: int = MAX_LINE) -> Iterator[tuple[int, bytes | None]]:
    r"""Yield (number from 1, line without its `\n` or `\r\n`); a line beyond `max_line` (at least `CHUNK`) is skipped and yielded as None."""
    number, rest, skipping = 0, b"", False
    for piece in chunks(path):
        first, *others = piece.split(b"\n")
        if not others:
            rest, skipping = (b"", True) if skipping or len(rest) + len(first) > max_line else (rest + first, False)
            continue
        number += 1
        yield number, None if skipping or len(rest) + len(first) > max_line else _chomp(rest + first)
        *whole, rest = others
        skipping = False
        for line in map(_chomp, whole) if b"\r" in piece else whole:
            number += 1
            yield number, line
    if rest or skipping:
        yield number + 1, None if skipping else _chomp(rest)


def blocks(pieces: Iterable[bytes], max_line: int = MAX_LINE) -> Iterator[bytes | None]:
    r"""Yield whole lines, many at a time, each ended by its `\n`; a line beyond `max_line` (at least the longest piece) is skipped and yielded as None."""
    rest, skipping = b"", False
    for piece in pieces:
        first, end = piece.find(b"\n") + 1, piece.rfind(b"\n") + 1
        too_long = skipping or len(rest) + (first - 1 if end else len(piece)) > max_line
        if not end:
            rest, skipping = (b"", True) if too_long else (rest + piece, False)
            continue
        if too_long:
            yield None
        if block := piece[first:end] if too_long else rest + piece[:end]:
            yield block
        rest, skipping = piece[end:], False
    if rest or skipping:
        yield None if skipping else rest + b"\n"


def _chomp(line: bytes) -> bytes:
    return line[:-1] if line.endswith(b"\r") else line
