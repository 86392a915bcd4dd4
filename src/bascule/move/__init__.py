"""Is it really over there now? Carries what is in one tool into another, loses nothing, and can prove it."""

from bascule.move.address import Address, address
from bascule.move.ends import Access, needs_secret, source, target
from bascule.move.errors import BusyError, CutError, MoveError
from bascule.move.item import Body, Entry, Folder, Message
from bascule.move.journal import Journal
from bascule.move.protocol import Note, Place, Source, Stored, Target
from bascule.move.run import Mover, Progress
from bascule.move.verify import verify

__all__ = [
    "Access",
    "Address",
    "Body",
    "BusyError",
    "CutError",
    "Entry",
    "Folder",
    "Journal",
    "Message",
    "MoveError",
    "Mover",
    "Note",
    "Place",
    "Progress",
    "Source",
    "Stored",
    "Target",
    "address",
    "needs_secret",
    "source",
    "target",
    "verify",
]
