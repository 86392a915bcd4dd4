"""Values known within bounds: evidence narrows, silence is the whole range, contradiction is kept and flagged."""

from collections.abc import Iterable

import msgspec

from bascule.model import Interval

STEPS = 4
"""Layers run from 0 to 4."""


class Bound(msgspec.Struct, frozen=True):
    """What one piece of evidence leaves possible.

    Attributes:
        quality: 1 seen by a scan, 0.7 on a vendor's page, 0.5 in part or second hand, 0.4 remembered.
        half_life_days: After how long half of its worth is gone: 30 records, 180 sub-contractors, 365 owners.
    """

    low: int
    high: int
    because: tuple[str, ...] = ()
    quality: float = 0.7
    age_days: int = 0
    half_life_days: int = 365

    @property
    def worth(self) -> float:
        """Quality that has aged."""
        return self.quality * float(2 ** (-self.age_days / self.half_life_days))


def combine(bounds: Iterable[Bound], top: int = STEPS) -> Interval:
    """Intersect what each piece of evidence leaves possible; an empty intersection keeps the union and flags a conflict.

    Confidence is (1 - width / top) times the worth of the best piece; nothing known is the whole range and 0.
    """
    known = list(bounds)
    if not known:
        return Interval(low=0, high=top, confidence=0.0)
    low, high = max(bound.low for bound in known), min(bound.high for bound in known)
    conflict = low > high
    if conflict:
        low, high = min(bound.low for bound in known), max(bound.high for bound in known)
    because = tuple(dict.fromkeys(name for bound in known for name in bound.because))
    sure = (1 - (high - low) / top) * max(bound.worth for bound in known)
    return Interval(low=low, high=high, confidence=round(sure, 3), because=because, conflict=conflict)


def weigh(parts: Iterable[tuple[float, Interval]]) -> Interval:
    """Return the weighted sum of layers as a question from 0 to 100; weights sum to 1.

    Both ends are weighed apart: a narrower layer never widens the answer.
    """
    rows = list(parts)
    low = sum(weight * row.low for weight, row in rows) * 100 / STEPS
    high = sum(weight * row.high for weight, row in rows) * 100 / STEPS
    because = tuple(dict.fromkeys(name for _, row in rows for name in row.because))
    sure = sum(weight * row.confidence for weight, row in rows)
    conflict = any(row.conflict for _, row in rows)
    return Interval(low=round(low), high=round(high), confidence=round(sure, 3), because=because, conflict=conflict)


def weakest(*layers: Interval) -> Interval:
    """Return the interval of the weakest of several layers: a chain holds as its weakest link."""
    because = tuple(dict.fromkeys(name for layer in layers for name in layer.because))
    return Interval(
        low=min(layer.low for layer in layers),
        high=min(layer.high for layer in layers),
        confidence=min(layer.confidence for layer in layers),
        because=because,
        conflict=any(layer.conflict for layer in layers),
    )
