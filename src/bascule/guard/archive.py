"""Zip archives (spreadsheets, later others), judged by their directory before anything is unpacked."""

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from zlib import error as ZlibError

from bascule.guard.errors import GuardError
from bascule.guard.limits import CHUNK, MAX_MEMBERS, MAX_RATIO, MAX_UNPACKED, RATIO_FROM

_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_END_64_MARK = b"PK\x06\x07"
_ENTRY = 512
_PACKED = (".zip", ".7z", ".rar", ".gz", ".zst", ".bz2", ".xz", ".tar", ".xlsx", ".xlsm", ".ods", ".docx", ".jar")
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error, UnicodeError)


class Archive:
    """A zip file whose declared sizes are within limits; members are read in pieces, never beyond their declared size."""

    def __init__(self, path: Path) -> None:
        """Open and judge the archive.

        Raises:
            GuardError: `unreadable`, `bad-archive`, `too-large`, or `bomb` with the member as place.
        """
        self.path = path
        try:
            _check_directory_size(path)
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise GuardError("unreadable", path, reason=error.strerror or type(error).__name__) from error
        except _BROKEN as error:
            raise GuardError("bad-archive", path, reason=str(error)) from error
        try:
            self._check(self._zip.infolist())
        except GuardError:
            self._zip.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _check(self, members: list[zipfile.ZipInfo]) -> None:
        if sum(member.file_size for member in members) > MAX_UNPACKED:
            raise GuardError("bomb", self.path, limit=f"{MAX_UNPACKED // 2**20} MB")
        for member in members:
            if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * member.compress_size:
                raise GuardError("bomb", self.path, member.filename, limit=f"{MAX_RATIO}:1")
            if member.filename.lower().endswith(_PACKED):
                raise GuardError("bad-archive", self.path, member.filename, reason="an archive within the archive")
            if member.flag_bits & 1:
                raise GuardError("bad-archive", self.path, member.filename, reason="locked by a password")

    @property
    def names(self) -> frozenset[str]:
        """Names of all members."""
        return frozenset(self._zip.namelist())

    def pieces(self, member: str) -> Iterator[bytes]:
        """Yield a member's content in pieces; nothing when there is no such member.

        Raises:
            GuardError: `corrupt`, with the member as place.
        """
        if member not in self.names:
            return
        try:
            with self._zip.open(member) as file:
                while piece := file.read(CHUNK):
                    yield piece
        except (*_BROKEN, OSError) as error:
            raise GuardError("corrupt", self.path, member, reason=str(error)) from error


def _check_directory_size(path: Path) -> None:
    """Refuse a directory of too many members before it is loaded; zip64 too: within our limits nobody needs it."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END.size - 0xFFFF - 20))
        tail = file.read()
    at = tail.rfind(_END_MARK)
    if at < 0 or at + _END.size > len(tail):
        raise zipfile.BadZipFile("not a zip file")
    _, _, _, _, count, directory_size, _, _ = _END.unpack_from(tail, at)
    if count > MAX_MEMBERS or directory_size > MAX_MEMBERS * _ENTRY:
        raise GuardError("bomb", path, limit=f"{MAX_MEMBERS} members")
    if tail[max(0, at - 20) : at].startswith(_END_64_MARK):
        raise zipfile.BadZipFile("zip64")
