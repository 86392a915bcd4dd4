"""How much may be read, and is it safely written? The one place for limits on files.

This package holds its file part; addresses are judged beside it.
"""

from bascule.guard.archive import Archive
from bascule.guard.atomic import write_bytes, write_text
from bascule.guard.bounded import chunks, head, lines, read_bytes, read_text
from bascule.guard.encoding import decode, detect, is_text
from bascule.guard.errors import GuardError, WriteError

__all__ = [
    "Archive",
    "GuardError",
    "WriteError",
    "chunks",
    "decode",
    "detect",
    "head",
    "is_text",
    "lines",
    "read_bytes",
    "read_text",
    "write_bytes",
    "write_text",
]
