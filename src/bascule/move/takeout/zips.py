"""Members of zip files as data that is read from any place: nothing is unpacked to the disk, and no declared size is believed.

Zips are from strangers. The directory is judged before it is loaded; a member gives no byte more than it declares, and declares no more than `_RATIO` times
what it holds packed. Going back costs at most one stretch between two of the places where the state of unpacking is kept.
"""

import os
import struct
import zipfile
import zlib
from collections import OrderedDict
from pathlib import Path

from bascule.move.errors import MoveError

_BLOCK = 1024 * 1024
_CACHED = 24
_MOST_PLACES = 512
_FIRST_STRETCH = 32
"""Blocks between two places at which the state is kept, at least."""
_PACKED = 256 * 1024
_RATIO, _RATIO_FROM = 200, 64 * 1024 * 1024
_MOST_MEMBERS, _DIRECTORY_BYTES = 200_000, 64 * 1024 * 1024
_LOCAL = struct.Struct("<4s5H3L2H")
_END, _END_64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q")
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, ValueError, struct.error, UnicodeError, EOFError)


def mails(path: Path) -> list[zipfile.ZipInfo]:
    """Return the mbox members of a zip.

    Raises:
        MoveError: It is none, is broken (`archive`), locked by a password (`locked-archive`), or would unpack to far more than it is (`bomb`).
    """
    try:
        _judge(path)
        with zipfile.ZipFile(path) as archive:
            found = [one for one in archive.infolist() if one.filename.lower().endswith(".mbox") and not one.is_dir()]
    except OSError as error:
        raise MoveError("archive", file=str(path), said=error.strerror or str(error)) from error
    except _BROKEN as error:
        raise MoveError("archive", file=str(path), said=str(error)) from error
    for one in found:
        if one.flag_bits & 1:
            raise MoveError("locked-archive", file=str(path), member=one.filename)
        if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise MoveError("archive", file=str(path), said=f"method {one.compress_type}")
        if one.file_size > _RATIO_FROM and one.file_size > _RATIO * one.compress_size:
            raise MoveError("bomb", file=str(path), member=one.filename)
    return sorted(found, key=lambda one: one.filename)


def _judge(path: Path) -> None:
    """Refuse a directory that is too large to be loaded."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END.size - 0xFFFF))
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or at + _END.size > len(tail):
            raise zipfile.BadZipFile("not a zip file, or its end is missing")
        _, _, _, _, count, length, _, _ = _END.unpack_from(tail, at)
        before = size - len(tail) + at - 20
        if count == 0xFFFF or length == 0xFFFFFFFF:
            file.seek(max(0, before))
            locator = file.read(20)
            if not locator.startswith(b"PK\x06\x07"):
                raise zipfile.BadZipFile("zip64 without its end")
            file.seek(struct.unpack("<Q", locator[8:16])[0])
            _, _, _, _, _, _, _, count, length, _ = _END_64.unpack(file.read(_END_64.size))
    if count > _MOST_MEMBERS or length > _DIRECTORY_BYTES:
        raise MoveError("bomb", file=str(path), member="")


class Member:
    """One member, read from any place.

    Attributes:
        size: Bytes that it declares.
        damaged: Whether what was unpacked from front to back was not what its checksum says.
    """

    def __init__(self, path: Path, info: zipfile.ZipInfo) -> None:
        self.size, self.damaged = info.file_size, False
        self._file = path.open("rb", buffering=0)
        self._stored = info.compress_type == zipfile.ZIP_STORED
        self._file.seek(info.header_offset)
        local = _LOCAL.unpack(self._file.read(_LOCAL.size))
        if local[0] != b"PK\x03\x04":
            raise OSError("a member without its head")
        self._from = info.header_offset + _LOCAL.size + local[9] + local[10]
        self._packed = info.compress_size
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._stretch = max(_FIRST_STRETCH, self.size // _BLOCK // _MOST_PLACES)
        self._places: dict[int, tuple[int, zlib._Decompress]] = {0: (0, zlib.decompressobj(-15))}
        self._at, self._read, self._state = 0, 0, zlib.decompressobj(-15)
        self._sum, self._summed, self._wanted_sum = 0, 0, info.CRC

    def read(self, start: int, length: int) -> bytes:
        """Return bytes from a place on.

        Raises:
            OSError: The member is damaged, or ends before its declared size.
        """
        length = min(length, self.size - start)
        if length <= 0:
            return b""
        first, last = start // _BLOCK, (start + length - 1) // _BLOCK
        whole = b"".join(self._block(number) for number in range(first, last + 1))
        place = start - first * _BLOCK
        return whole[place : place + length]

    def _block(self, number: int) -> bytes:
        if number in self._blocks:
            self._blocks.move_to_end(number)
            return self._blocks[number]
        if self._stored:
            return self._keep(number, self._raw(number * _BLOCK, min(_BLOCK, self.size - number * _BLOCK)))
        near = number - number % self._stretch
        place = max(one for one in self._places if one <= near)
        if not place <= self._at <= number:
            self._at, (self._read, state) = place, self._places[place]
            self._state = state.copy()
        while True:
            if self._at % self._stretch == 0 and self._at not in self._places:
                self._places[self._at] = (self._read, self._state.copy())
            block = self._keep(self._at, self._unpacked(min(_BLOCK, self.size - self._at * _BLOCK)))
            self._at += 1
            if self._at > number:
                return block

    def _raw(self, start: int, length: int) -> bytes:
        found = b"" if start + length > self._packed else os.pread(self._file.fileno(), length, self._from + start)
        if len(found) < length:
            raise OSError("the archive ends too early")
        return found

    def _unpacked(self, length: int) -> bytes:
        out = b""
        while len(out) < length:
            packed = self._state.unconsumed_tail
            if not packed:
                packed = self._raw(self._read, min(_PACKED, self._packed - self._read)) if self._read < self._packed else b""
                self._read += len(packed)
            try:
                more = self._state.decompress(packed, length - len(out))
            except zlib.error as error:
                raise OSError(str(error)) from error
            if not more and (self._state.eof or not packed):
                raise OSError("the member ends before its declared size")
            out += more
        return out

    def _keep(self, number: int, block: bytes) -> bytes:
        self._blocks[number] = block
        if len(self._blocks) > _CACHED:
            self._blocks.popitem(last=False)
        if number == self._summed:
            self._sum, self._summed = zlib.crc32(block, self._sum), number + 1
            if number * _BLOCK + len(block) == self.size and self._sum != self._wanted_sum:
                self.damaged = True
        return block

    def close(self) -> None:
        """Close the file."""
        self._file.close()
