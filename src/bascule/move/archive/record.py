"""The manifest's lines, each chained to the one before."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from bascule.move.errors import MoveError

_LONGEST = 1024 * 1024
_CHAINED = re.compile(rb',"chain":"([0-9a-f]{64})"}\n\Z')


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What `archive.json` says.

    Attributes:
        id: Random, in hexadecimal; the manifest's chain begins with it.
        recipients: Whom it is encrypted for (age); empty when it is not.
    """

    format: Literal["bascule-archive"] = "bascule-archive"
    version: Literal[1] = 1
    id: str
    recipients: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line, without its chain.

    Attributes:
        number: Of the line, from 1 on.
        kind: A folder, or a message.
        file: Where it is, from the archive's root; the directory of a folder.
        size: Bytes of the file.
        sha256: Digest of the file, in hexadecimal.
        folder: Path at the source.
        use: Special use of a folder.
        date: When a message arrived (RFC 3339).
        flags: What people marked.
        source: What it was called at the source: generation and key.
        where: In an encrypted archive, a keyed digest of the folder's name.
        seen: There, the masked digest of the message.
        sealed: There, this record as it would stand in the clear, encrypted (age, base64); `size` and `sha256` in it are the message's own.
    """

    number: int
    kind: Literal["folder", "message"]
    file: str = ""
    size: int = 0
    sha256: str = ""
    folder: tuple[str, ...] = ()
    use: str | None = None
    date: str = ""
    flags: tuple[str, ...] = ()
    source: str = ""
    where: str = ""
    seen: str = ""
    sealed: str = ""


def line(record: Record, chain: str) -> tuple[bytes, str]:
    """Return a record as a line of the manifest after a chain, and the chain as it goes on."""
    text = msgspec.json.encode(record)
    chain = _next(chain, text)
    return text[:-1] + b',"chain":"' + chain.encode() + b'"}\n', chain


def _next(chain: str, text: bytes) -> str:
    return hashlib.sha256(chain.encode() + text).hexdigest()


def records(file: Path, chain: str, end: int | None = None) -> Iterator[tuple[Record, str]]:
    """Yield the records of a manifest, each with the chain up to it.

    Args:
        file: The manifest; none is an empty one.
        chain: What it begins with.
        end: Bytes that count; all when None.

    Raises:
        MoveError: A line is not what was written (`archive-damaged`).
    """
    if not file.exists():
        return
    place = number = 0
    with file.open("rb") as lines:
        while (end is None or place < end) and (text := lines.readline(_LONGEST)):
            place, number = place + len(text), number + 1
            record, chain = _read(text, chain, file, number)
            yield record, chain


def _read(text: bytes, chain: str, file: Path, number: int) -> tuple[Record, str]:
    found = _CHAINED.search(text)
    if found is None or _next(chain, text[: found.start()] + b"}") != found[1].decode():
        raise MoveError("archive-damaged", file=str(file), line=str(number))
    return msgspec.json.decode(text[: found.start()] + b"}", type=Record), found[1].decode()


def parsed(lines: list[bytes], chain: str, file: Path) -> Iterator[tuple[Record, str]]:
    """Yield the records of lines that are about to be added."""
    for number, text in enumerate(lines, 1):
        record, chain = _read(text, chain, file, number)
        yield record, chain
