"""Spreadsheets as rows of text, read as a stream and never wider than what stands in them.

python-calamine lays a sheet out as a full rectangle before it gives a row: a file of 5 kB with a word in A1 and one in
XFD1048576 asks it for 512 GB and aborts the process, which no caller can catch. Here such a sheet is two short rows.
"""

from collections.abc import Iterator
from pathlib import Path

from bascule.guard import Archive, GuardError
from bascule.read import ods, xlsx
from bascule.read.cells import Row


def is_sheet(head: bytes) -> bool:
    """Say whether a file is a zip archive, as spreadsheets are."""
    return head.startswith(b"PK\x03\x04")


def sheets(path: Path) -> Iterator[tuple[str, list[Row]]]:
    """Yield each sheet's name and its rows that hold something, with their numbers from 1.

    Raises:
        GuardError: The file is no spreadsheet, is unsafe to open, or holds too many cells.
    """
    with Archive(path) as archive:
        if xlsx.WORKBOOK in archive.names:
            yield from xlsx.sheets(archive)
        elif ods.CONTENT in archive.names:
            yield from ods.sheets(archive)
        else:
            raise GuardError("bad-archive", path, reason="neither XLSX nor ODS")
