"""XML of spreadsheets and exports, read as a stream: no document type, no entities of its own, a bounded depth."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from bascule.guard import Archive, GuardError
from bascule.guard.limits import MAX_LINE

MAX_DEPTH = 100


class Broken(NamedTuple):
    """Why a document could not be read to its end."""

    line: int
    reason: str


class Handler:
    """What is made of the elements of a document; names come without their namespace.

    Attributes:
        line: That on which the element ends that is being taken.
    """

    line = 0

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
    """Call the handler for all that the pieces of a document in UTF-8 hold; no piece, no document.

    Raises:
        GuardError: `bad-archive`.
    """
    if broken := parse(pieces, handler, "utf-8"):
        raise GuardError("bad-archive", path, place, reason=f"{broken.reason}: line {broken.line}")


def parse(pieces: Iterable[bytes], handler: Handler, encoding: str | None = None) -> Broken | None:
    """Call the handler for all that the pieces of a document hold; return what breaks the reading off."""
    parser = expat.ParserCreate(encoding, " ")
    parser.buffer_text = True
    depth = fed = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")
        handler.start(_local(name), {_local(key): value for key, value in attributes.items()} if attributes else {})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.line = parser.CurrentLineNumber
        handler.end(_local(name))

    def doctype(*_: object) -> None:
        raise ValueError("a document type")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, handler.text
    parser.StartDoctypeDeclHandler = doctype
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > MAX_LINE:
                raise ValueError("a tag without an end")
        if fed:
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        return Broken(parser.CurrentLineNumber, expat.ErrorString(error.code))
    except (ValueError, LookupError) as error:
        return Broken(parser.CurrentLineNumber, str(error))
    return None


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def integer(text: str | None, otherwise: int) -> int:
    """Return a number of an attribute, within reason."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise
