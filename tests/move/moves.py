"""A move from address to address, and the check of it, as the tests of real servers make them."""

from collections.abc import Callable
from pathlib import Path

from bascule.model import Receipt, Verification
from bascule.move import Access, Journal, Mover, address, source, target
from bascule.move.verify import reader, verify
from world.dovecot import PASSWORD

KEY = Access(password=PASSWORD)


def never(_seconds: float) -> None:
    raise AssertionError("nothing is waited for")


def carry(journal: Path, here: str, there: str, sleep: Callable[[float], None] = never) -> Receipt:
    kept = Journal(journal, here, there)
    try:
        return Mover(source(address(here), KEY), target(address(there), KEY), kept, sleep=sleep).run()
    finally:
        kept.close()


def checked(journal: Path) -> Verification:
    kept = Journal(journal)
    ends = [reader(address(end), KEY) for end in (kept.source, kept.target)]
    try:
        return verify(kept, *ends)
    finally:
        kept.close()
        for end in ends:
            end.close()
