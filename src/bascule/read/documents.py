"""Documents of other programs that are read as a whole, JSON, CSV and XML, within limits; their faults named by line."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bascule import guard
from bascule.read.errors import InputError
from bascule.read.named import MAX_DOCUMENT
from bascule.read.tool_words import words
from bascule.read.xml import Handler, feed_pieces


def json_document(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises:
        InputError: `bad-document` with the line; what stands there is not repeated.
        GuardError: The file cannot be read.
    """
    try:
        return json.loads(guard.read_text(path, MAX_DOCUMENT).lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise InputError("bad-document", path, str(error.lineno), reason=f"JSON: {error.msg}") from error
    except RecursionError as error:
        raise InputError("bad-document", path, "1", reason="nested too deeply") from error
    except ValueError as error:
        raise InputError("bad-document", path, "1", reason="JSON: a number too long") from error


def listed(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; anything else is left aside."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def mapping(value: object) -> dict[str, Any]:
    """Return an object, or an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """Return a string, or an empty one."""
    return value if isinstance(value, str) else ""


def xml_document(path: Path, handler: Handler) -> None:
    """Call the handler for all that an XML file holds.

    Raises:
        InputError: `bad-document`.
        GuardError: The file cannot be read.
    """
    try:
        feed_pieces(guard.chunks(path), path, None, handler)
    except guard.GuardError as error:
        if error.code != "bad-archive":
            raise
        raise InputError("bad-document", path, error.place, reason=f"XML: {error.details.get('reason', '')}") from error


def headings(line: str) -> tuple[str, list[str]]:
    """Return what stands between the columns of a CSV file, and its headings in plain words; none when they cannot be read."""
    line = line.lstrip("\ufeff").rstrip("\r\n")
    mark = max(",;\t", key=line.count)
    try:
        return mark, [words(cell) for cell in next(csv.reader([line], delimiter=mark), [])]
    except csv.Error:
        return mark, []


def csv_rows(path: Path, lines: list[str], mark: str, width: int) -> Iterator[tuple[int, list[str]] | InputError]:
    """Yield (line, cells) below the headings; a row of fewer columns than `width` is a fault, an empty one nothing."""
    rows = csv.reader(lines, delimiter=mark)
    try:
        next(rows, None)
        for row in rows:
            if len(row) >= width:
                yield rows.line_num, row
            elif any(cell.strip() for cell in row):
                yield InputError("bad-row", path, str(rows.line_num), found=str(len(row)), expected=str(width))
    except csv.Error as error:
        yield InputError("bad-document", path, str(rows.line_num), reason=f"CSV: {error}")


Columns = tuple[str, dict[str, int]]
"""What stands between the columns, and where each thing stands."""
Take = Callable[[int, list[str], dict[str, int]], InputError | None]
"""Takes the cells of a line, with its number and where each thing stands; returns what is wrong with it."""


def csv_list(path: Path, columns: Callable[[str], Columns | None], missing: str, take: Take) -> Iterator[InputError]:
    """Hand each row of a small CSV list over, and yield what is wrong; the end comes early when it is too much.

    Args:
        path: The list.
        columns: Reads the headings; None when they are those of something else.
        missing: What is said then.
        take: Gets each row.
    """
    lines = guard.read_text(path, MAX_DOCUMENT).splitlines()
    found = columns(lines[0]) if lines else None
    if found is None:
        yield InputError("bad-document", path, "1", reason=missing)
        return
    mark, at = found
    for row in csv_rows(path, lines, mark, max(at.values()) + 1):
        fault = row if isinstance(row, InputError) else take(*row, at)
        if fault:
            yield fault
            if fault.code == "too-many":
                return


def host_of(address: str) -> str:
    """Return the host of an address, nothing when it is none."""
    try:
        return (urlsplit(address.strip()).hostname or "").rstrip(".")
    except ValueError:
        return ""
