"""A second look at both sides, by code that shares nothing with the move but its journal."""

from bascule.move.verify.compare import verify
from bascule.move.verify.reader import Reader, Seen, reader

__all__ = ["Reader", "Seen", "reader", "verify"]
