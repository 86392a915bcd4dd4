"""A file of variables (`.env`): the NAMES only. No value is ever kept, compared or repeated, not even in an error.

A value may go on for some lines within quotes; these are passed over, and so is what is no plain upper-case name: the last line
of a key that lost its quotes looks like `abCD=`.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bascule import guard
from bascule.read.errors import InputError
from bascule.read.named import Names, What
from bascule.read.reading import Item

_FILE = re.compile(r"(?:.*\.)?env(?:\.[\w-]+)*(?:\.gz|\.zst)?", re.IGNORECASE)
_LINE = re.compile(rb"\s*(?:export\s+)?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)\s*=\s*(.?)", re.DOTALL)
LONGEST_NAME = 64


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is one, by its name: `.env`, `.env.production`, `prod.env`."""
    return _FILE.fullmatch(path.name) is not None and guard.is_text(head)


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield one observation a variable name."""
    names, closing = Names(path, What.VARIABLE), b""
    for number, line in guard.lines(path):
        if line is None:
            yield InputError("too-large", path, str(number), limit="4 MB")
            continue
        if closing:
            closing = b"" if _ends(line, closing) else closing
            continue
        found = _LINE.match(line)
        if found is None:
            if line.strip() and not line.lstrip().startswith(b"#"):
                yield InputError("no-variable", path, str(number))
            continue
        if found[2] in (b'"', b"'", b"`") and not _ends(line[found.end() :], found[2]):
            closing = found[2]
        if len(found[1]) <= LONGEST_NAME and (fault := names.add(found[1].decode("ascii"), number)):
            yield fault
            return
    yield from names.observations(name, at)


def _ends(line: bytes, quote: bytes) -> bool:
    """Say whether a quote is closed on a line; one after a backslash is part of the value."""
    return re.search(rb"(?<!\\)" + quote, line) is not None
