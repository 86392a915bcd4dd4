"""Small files that unpack to a gigabyte, made in no time: one packed megabyte of zeros, repeated."""

import gzip
import struct
import zlib

import zstandard

MEGABYTE = b"\0" * 2**20
TIMES = 1024


def gzip_bomb() -> bytes:
    return gzip.compress(MEGABYTE) * TIMES


def zstd_bomb() -> bytes:
    return zstandard.compress(MEGABYTE) * TIMES


def deflated(times: int) -> tuple[bytes, int]:
    """Return a raw deflate stream of that many megabytes of zeros, and its checksum."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(times):
        check = zlib.crc32(MEGABYTE, check)
    return piece * times + packer.flush(zlib.Z_FINISH), check


def zipped(name: str, data: bytes, check: int, size: int, times: int = 1, declared_count: int | None = None) -> bytes:
    """Return a zip archive of one deflated member, listed `times` times, whatever its declared size."""
    fields = (20, 0, 8, 0, 0, check, len(data), size, len(name), 0)
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields) + name.encode() + data
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, *fields, 0, 0, 0, 0, 0) + name.encode()
    count = times if declared_count is None else declared_count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(entry) * times, len(local), 0)
    return local + entry * times + end


def zip_bomb(name: str = "xl/workbook.xml") -> bytes:
    data, check = deflated(TIMES)
    return zipped(name, data, check, TIMES * len(MEGABYTE))
