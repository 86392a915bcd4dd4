"""The XML of an invoice within a PDF (Factur-X, ZUGFeRD: an embedded file, PDF/A-3), without reading the PDF itself.

An embedded file is a stream, and a stream never stands within another object (ISO 32000, 7.5.7): it is found by walking over the
streams of the file and unpacking the first bytes of each. Nothing of the PDF is run, shown or followed.
"""

import re
import zlib
from functools import lru_cache
from pathlib import Path

from bascule import guard

MAX_PDF = 60 * 1024 * 1024
MAX_XML = 20 * 1024 * 1024
MAX_STREAMS = 20_000
_STREAM = re.compile(rb"stream\r?\n")
_SIGNS = (b"CrossIndustryInvoice", b"CrossIndustryDocument", b"schema:xsd:Invoice-2", b"schema:xsd:CreditNote-2")
_LOOK = 4096


def attached(path: Path) -> bytes | None:
    """Return the XML that a PDF carries, or None.

    Raises:
        GuardError: The file cannot be read, is too large, or the XML unpacks to more than `MAX_XML`.
    """
    stat = path.stat() if path.exists() else None
    return _attached(path, stat.st_size if stat else 0, stat.st_mtime_ns if stat else 0)


@lru_cache(maxsize=1)
def _attached(path: Path, _size: int, _changed: int) -> bytes | None:
    data = guard.read_bytes(path, MAX_PDF)
    for number, match in enumerate(_STREAM.finditer(data)):
        if number >= MAX_STREAMS:
            return None
        start = match.end()
        plain = data[start : start + _LOOK]
        if plain.lstrip(b"\xef\xbb\xbf\r\n ").startswith(b"<") and any(sign in plain for sign in _SIGNS):
            return data[start : data.find(b"endstream", start)].rstrip()[:MAX_XML]
        if data[start] & 0x0F == 8 and _is_invoice(plain):
            return _unpacked(data, start, path)
    return None


def _is_invoice(packed: bytes) -> bool:
    try:
        text = zlib.decompressobj().decompress(packed, _LOOK)
    except zlib.error:
        return False
    return any(sign in text for sign in _SIGNS)


def _unpacked(data: bytes, start: int, path: Path) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data[start:], MAX_XML)
    except zlib.error as error:
        raise guard.GuardError("corrupt", path, reason=str(error)) from error
    if not unpacker.eof:
        raise guard.GuardError("bomb", path, limit=f"{MAX_XML // 2**20} MB") if len(text) >= MAX_XML else guard.GuardError("corrupt", path, reason="cut short")
    return text
