"""What do the firm's files say? Each kind of file has a module here; the first that recognises a file reads it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from bascule.read import (
    apps,
    bookmarks,
    camt,
    compose,
    environment,
    evidence,
    fec,
    firm,
    inputs,
    inventory,
    invoice,
    manifest,
    massdns,
    ofx,
    qif,
    statement,
    terraform,
    tools,
    traffic,
    zdns,
)
from bascule.read.asked import Asked, AskedReader
from bascule.read.errors import CODES, InputError
from bascule.read.reading import InputNote, Item, Reader, Reading

__all__ = ["CODES", "PRIVATE", "READERS", "Asked", "InputError", "InputNote", "Item", "Reader", "Reading", "read_inputs", "stream_inputs"]

READERS: dict[str, Reader] = {
    "firm": firm,
    "massdns": massdns,
    "zdns": zdns,
    "evidence": evidence,
    "fec": fec,
    "terraform": terraform,
    "apps": apps,
    "inventory": inventory,
    "manifest": manifest,
    "compose": compose,
    "environment": environment,
    "camt": camt,
    "invoice": invoice,
    "ofx": ofx,
    "qif": qif,
    "statement": statement,
    "tools": tools,
}
"""Kinds of file in the order in which they are tried: the strictest first."""
PRIVATE: dict[str, AskedReader] = {
    "logs": traffic,
    "bookmarks": bookmarks,
}
"""Kinds of file about what people do, by the word with which a person asks for them; known before all others, so that none is read as another."""
NOTHING_ASKED = Asked()


def read_inputs(paths: Iterable[Path | str], seen_at: datetime, asked: Asked = NOTHING_ASKED) -> Reading:
    """Return what the inputs of one firm say: a file, or a folder with all its files (sorted, hidden ones skipped).

    Never raises for what stands in a file: that is in `errors`, and the rest still counts.

    Args:
        paths: Files and folders. An unknown kind of file is an error when it is given by name, a note within a folder.
        seen_at: Date of what bears none itself, aware UTC.
        asked: Which files about people may be read, and by which names services are known; none unless said.
    """
    return inputs.read_all(inputs.Registry(READERS, PRIVATE, asked), paths, seen_at)


def stream_inputs(paths: Iterable[Path | str], seen_at: datetime, asked: Asked = NOTHING_ASKED) -> Iterator[Item]:
    """Yield the same items one by one, for evidence that does not fit in memory."""
    return inputs.stream_all(inputs.Registry(READERS, PRIVATE, asked), paths, seen_at)
