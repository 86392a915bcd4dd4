"""A plain XML file as a stream of leaf elements: bounded text, faults with their line."""

from collections.abc import Callable, Iterable
from pathlib import Path

from bascule.read.errors import InputError
from bascule.read.xml import Handler, parse

MAX_TEXT = 1000
"""Characters kept of one element; a longer text is cut."""

Leaf = Callable[[tuple[str, ...], str, dict[str, str], int], None]
"""Takes a path from the root, the text, the attributes and the line on which the element ends; called when it ends."""


def leaves(pieces: Iterable[bytes], path: Path, take: Leaf) -> InputError | None:
    """Call `take` for each element as it ends, names without namespace; return what breaks the reading off."""
    broken = parse(pieces, _Leaves(take))
    return InputError("bad-xml", path, str(broken.line), reason=broken.reason) if broken else None


class _Leaves(Handler):
    def __init__(self, take: Leaf) -> None:
        self._take = take
        self._at: list[str] = []
        self._attributes: list[dict[str, str]] = []
        self._text = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._at.append(name)
        self._attributes.append({key: value[:MAX_TEXT] for key, value in attributes.items()} if attributes else attributes)
        self._text = ""

    def end(self, name: str) -> None:
        self._take(tuple(self._at), self._text.strip(), self._attributes.pop(), self.line)
        self._at.pop()
        self._text = ""

    def text(self, data: str) -> None:
        if len(self._text) < MAX_TEXT:
            self._text += data[:MAX_TEXT]
