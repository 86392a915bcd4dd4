"""One message, two ways to end its lines: CRLF as it travels (RFC 5322, section 2.1), LF in the files of most servers.

The rule, in one place. A file without any CRLF is taken to have LF line ends, and is carried with CRLF: so do servers when they give such a file out.
Any other file is carried byte by byte, mixed line ends included. Digests are those of the carried form.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator

from bascule.move.item import Body

Pieces = Callable[[], Iterator[bytes]]
"""Content that can be read again and again, in pieces."""
_BLOCK = 1024 * 1024


def is_bare(pieces: Iterable[bytes]) -> bool:
    """Return whether no line ends with CRLF."""
    last = b""
    for piece in pieces:
        if b"\r\n" in piece or (last == b"\r" and piece[:1] == b"\n"):
            return False
        last = piece[-1:] or last
    return True


def carried(pieces: Pieces) -> Iterator[bytes]:
    """Yield what stands in a file as it is carried."""
    if not is_bare(pieces()):
        yield from pieces()
        return
    for piece in pieces():
        yield piece.replace(b"\n", b"\r\n")


def folds(pieces: Iterable[bytes]) -> bool:
    """Return whether a message can be kept with LF line ends and be given back exactly."""
    tail = b""
    for piece in pieces:
        text = tail + piece
        # A line end without CR, or behind two of them, would not come back after CRLF → LF → CRLF.
        if piece.count(b"\n") != text.count(b"\r\n") - tail.count(b"\r\n") or b"\r\r\n" in text:
            return False
        tail = text[-2:]
    return True


def folded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a message with LF instead of CRLF."""
    held = b""
    for piece in pieces:
        text = held + piece
        held = b"\r" if text.endswith(b"\r") else b""
        yield text[: len(text) - len(held)].replace(b"\r\n", b"\n")
    if held:
        yield held


def blocks(pieces: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Yield content in blocks that end with a line where they can; the truth value says whether a block begins a line."""
    held, begins = b"", True
    for piece in pieces:
        held += piece
        cut = held.rfind(b"\n") + 1
        if not cut and len(held) > _BLOCK and not b"From ".startswith(held.lstrip(b">")[:5]):
            cut = len(held)
        if cut:
            yield begins, held[:cut]
            begins = held[cut - 1 : cut] == b"\n"
            held = held[cut:]
    if held:
        yield begins, held


def measured(pieces: Iterable[bytes]) -> tuple[int, bytes]:
    """Return size and SHA-256 of content, without keeping it."""
    size, digest = 0, hashlib.sha256()
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return size, digest.digest()


def body(pieces: Iterable[bytes]) -> Body:
    """Return content as something to carry."""
    whole = Body()
    for piece in pieces:
        whole.write(piece)
    return whole
