"""Which encoding a text is in: what evidence must be in, and what office programs write."""

import codecs
from pathlib import Path

from bascule.guard.errors import GuardError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EURO_9 = 0xA4
_C1 = range(0x80, 0xA0)
_NO_CP1252 = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))


def detect(data: bytes) -> str:
    """Return the codec of an office text: by its BOM, else UTF-8 if it is that, else windows-1252 or ISO 8859-15.

    The two last differ for a French text by where they put the euro: a byte A4 and none of 80 to 9F is ISO 8859-15.
    """
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return codec
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        used = set(data)
        if used & _NO_CP1252 or (_EURO_9 in used and not used.intersection(_C1)):
            return "iso8859-15"
        return "cp1252"
    return "utf-8"


def decode(data: bytes, path: Path) -> str:
    """Return an office text decoded by `detect`.

    Raises:
        GuardError: `encoding`: it holds zero bytes, or is not what its BOM says.
    """
    try:
        text = data.decode(detect(data))
    except UnicodeDecodeError as error:
        raise GuardError("encoding", path, reason=error.reason) from error
    if "\0" in text:
        raise GuardError("encoding", path, reason="zero bytes: this is no text")
    return text


def is_text(data: bytes) -> bool:
    """Say whether the start of a file is text in one of those encodings: no control bytes but tab, line and page ends."""
    codec = detect(data)
    if codec in ("utf-16", "utf-32"):
        unit = 2 if codec == "utf-16" else 4
        data = data[: len(data) // unit * unit]
    text = data.decode(codec, "ignore")
    return not any(ord(char) < 32 and char not in "\t\n\r\f\x1a" for char in text[:4096])
