"""What do the firm's files say? Each kind of file has a module here; the first that recognises a file reads it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from bascule.read import camt, evidence, fec, firm, inputs, invoice, massdns, ofx, qif, statement, tools, zdns
from bascule.read.errors import CODES, InputError
from bascule.read.reading import InputNote, Item, Reader, Reading

__all__ = ["CODES", "READERS", "InputError", "InputNote", "Item", "Reader", "Reading", "read_inputs", "stream_inputs"]

READERS: dict[str, Reader] = {
    "firm": firm,
    "massdns": massdns,
    "zdns": zdns,
    "evidence": evidence,
    "fec": fec,
    "camt": camt,
    "invoice": invoice,
    "ofx": ofx,
    "qif": qif,
    "statement": statement,
    "tools": tools,
}
"""Kinds of file in the order in which they are tried: the strictest first."""


def read_inputs(paths: Iterable[Path | str], seen_at: datetime) -> Reading:
    """Return what the inputs of one firm say: a file, or a folder with all its files (sorted, hidden ones skipped).

    Never raises for what stands in a file: that is in `errors`, and the rest still counts.

    Args:
        paths: Files and folders. An unknown kind of file is an error when it is given by name, a note within a folder.
        seen_at: Date of what bears none itself, aware UTC.
    """
    return inputs.read_all(READERS, paths, seen_at)


def stream_inputs(paths: Iterable[Path | str], seen_at: datetime) -> Iterator[Item]:
    """Yield the same items one by one, for evidence that does not fit in memory."""
    return inputs.stream_all(READERS, paths, seen_at)
