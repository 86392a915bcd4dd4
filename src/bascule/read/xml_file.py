"""A plain XML file as a stream of leaf elements: no document type, bounded depth and text, faults with their line."""

from collections.abc import Callable, Iterable
from pathlib import Path
from xml.parsers import expat

from bascule.guard.limits import MAX_LINE
from bascule.read.errors import InputError

MAX_DEPTH = 60
MAX_TEXT = 1000
"""Characters kept of one element; a longer text is cut."""

Leaf = Callable[[tuple[str, ...], str, dict[str, str], int], None]
"""Takes a path from the root, the text, the attributes and the line on which the element ends; called when it ends."""


def leaves(pieces: Iterable[bytes], path: Path, take: Leaf) -> InputError | None:
    """Call `take` for each element as it ends, names without namespace; return what breaks the reading off."""
    at: list[str] = []
    attributes: list[dict[str, str]] = []
    text = ""
    refused = ""
    parser = expat.ParserCreate(None, " ")
    parser.buffer_text = True

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal text
        if len(at) >= MAX_DEPTH:
            raise ValueError("nested too deeply")
        at.append(name.rpartition(" ")[2])
        attributes.append({key.rpartition(" ")[2]: value[:MAX_TEXT] for key, value in given.items()} if given else {})
        text = ""

    def end(_: str) -> None:
        nonlocal text
        take(tuple(at), text.strip(), attributes.pop(), parser.CurrentLineNumber)
        at.pop()
        text = ""

    def words(data: str) -> None:
        nonlocal text
        if len(text) < MAX_TEXT:
            text += data[:MAX_TEXT]

    def doctype(*_: object) -> None:
        raise ValueError("a document type")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, words
    parser.StartDoctypeDeclHandler = doctype
    try:
        fed = 0
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > MAX_LINE:
                raise ValueError("a tag without an end")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        refused = expat.ErrorString(error.code)
    except (ValueError, LookupError) as error:
        refused = str(error)
    return InputError("bad-xml", path, str(parser.CurrentLineNumber), reason=refused) if refused else None
