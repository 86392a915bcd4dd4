"""How much may be read, is it safely written, may this address be reached? The one place for limits."""

from bascule.guard.address import BlockedError, Gate, refusal
from bascule.guard.archive import Archive
from bascule.guard.atomic import write_bytes, write_text
from bascule.guard.bounded import blocks, chunks, head, lines, read_bytes, read_text
from bascule.guard.encoding import decode, detect, is_text
from bascule.guard.errors import GuardError, WriteError
from bascule.guard.ports import MAIL, WEB
from bascule.guard.url import Target, plain_host, target

__all__ = [
    "MAIL",
    "WEB",
    "Archive",
    "BlockedError",
    "Gate",
    "GuardError",
    "Target",
    "WriteError",
    "blocks",
    "chunks",
    "decode",
    "detect",
    "head",
    "is_text",
    "lines",
    "plain_host",
    "read_bytes",
    "read_text",
    "refusal",
    "target",
    "write_bytes",
    "write_text",
]
