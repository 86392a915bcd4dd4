"""XML of spreadsheets and exports, read as a stream: no document type, no entities of its own, a bounded depth."""

from collections.abc import Iterable
from pathlib import Path
from xml.parsers import expat

from bascule.guard import Archive, GuardError

MAX_DEPTH = 100


class Handler:
    """What is made of the elements of a document; names come without their namespace."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an opening tag."""

    def end(self, name: str) -> None:
        """Take a closing tag."""

    def text(self, data: str) -> None:
        """Take a piece of text."""


def feed(archive: Archive, member: str, handler: Handler) -> None:
    """Call the handler for all that a member holds; a member that is not there holds nothing.

    Raises:
        GuardError: `bad-archive`, or as the archive.
    """
    feed_pieces(archive.pieces(member), archive.path, member, handler)


def feed_pieces(pieces: Iterable[bytes], path: Path, place: str | None, handler: Handler) -> None:
    """Call the handler for all that the pieces of a document hold; no piece, no document.

    Raises:
        GuardError: `bad-archive`.
    """
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise GuardError("bad-archive", path, place, reason="nested too deeply")
        handler.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(_local(name))

    def doctype(*_: object) -> None:
        raise GuardError("bad-archive", path, place, reason="a document type")

    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, handler.text
    parser.StartDoctypeDeclHandler = doctype
    empty = True
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            empty = False
        if not empty:
            parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise GuardError("bad-archive", path, place, reason=str(error)) from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def integer(text: str | None, otherwise: int) -> int:
    """Return a number of an attribute, within reason."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise
