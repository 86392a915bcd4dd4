"""What really changed? Only two answers that both came are held side by side; everything else is silence, and no change."""

from bascule.compare.operators import moved
from bascule.compare.records import changed_records
from bascule.compare.side import Side
from bascule.model import Drift

__all__ = ["Side", "compare"]


def compare(old: Side, new: Side) -> Drift:
    """Return what changed, sorted by subject; both sides must have been identified with the same catalogue."""
    return Drift(dependencies=tuple(moved(old, new)), records=tuple(changed_records(old, new)))
