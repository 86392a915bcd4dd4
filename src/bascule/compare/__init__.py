"""What really changed? Two looks at the same domains become their drift; pure, and without a clock."""

from collections.abc import Iterable

from bascule.compare.records import answers, differing
from bascule.compare.shifts import Side, shifted
from bascule.model import FIRM, Dependency, Evidence
from bascule.model.drift import Drift

__all__ = ["compare"]


def compare(old: Iterable[Evidence], old_rows: Iterable[Dependency], new: Iterable[Evidence], new_rows: Iterable[Dependency]) -> Drift:
    """Return what changed from one look to the other.

    Both sides are identified by the caller with one catalogue, so that better knowledge is no change.

    Args:
        old: The answers of the first look, in any order.
        old_rows: What they mean.
        new: The answers of the second look.
        new_rows: What these mean.
    """
    before, after = answers(old), answers(new)
    was, now = ({subject for subject, _ in side} - {FIRM} for side in (before, after))
    changes = tuple(differing(before, after))
    shifts = tuple(shifted(Side(before, old_rows), Side(after, new_rows), was & now, changes))
    return Drift(subjects=tuple(sorted(was & now)), only_before=tuple(sorted(was - now)), only_after=tuple(sorted(now - was)), records=changes, shifts=shifts)
