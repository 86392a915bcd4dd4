"""What a reader gives: evidence, faults and notes, each as it comes."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from bascule.model import Evidence
from bascule.model.firm import Firm
from bascule.read.errors import InputError


class InputNote(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the user may want to know and that is no fault.

    Attributes:
        code: In a folder `skipped` (kind not known) and `empty`; `repeated` (the same file twice); `skipped-types` (of a
            harvest: `types`); `shared-cost` (a row with one cost for several tools: `place`, `cost`); `no-supplier` (a ledger
            without bills on supplier accounts); `no-payment` (a statement or an invoice without a payment to a supplier);
            `left-alone` (in a folder, a file about people: `kind`); `reduced` (what was
            kept of such a file: `kept`, `rare`, `others`, all numbers).
    """

    code: str
    path: str
    details: dict[str, str] = {}


Item = Evidence | InputError | InputNote | Firm
"""What stands in a file: a fault is an item like the others, so that a broken line does not lose the rest."""


class Reader(Protocol):
    """A module of this room that reads one kind of file."""

    def recognise(self, path: Path, head: bytes) -> bool:
        """Say whether the file is of this kind, by its first bytes (unpacked), then by its suffix."""
        ...

    def read(self, path: Path, name: str, at: datetime) -> Iterator[Item]:
        """Yield what the file holds, in file order.

        Args:
            path: The file.
            name: How evidence names it: its path relative to the INPUT, with `/`.
            at: `seen_at` of what carries no date itself.

        Raises:
            GuardError: The file cannot be read on; what was yielded before still counts.
        """
        ...


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What all inputs of one firm said."""

    evidence: tuple[Evidence, ...] = ()
    errors: tuple[InputError, ...] = ()
    notes: tuple[InputNote, ...] = ()
    firm: Firm | None = None
