"""What to look at first: what is critical, what goes soonest, and where something safer exists."""

from collections.abc import Iterable

from bascule.model import Candidate, Cutoff, Dependency, Exposure, Role

_WORTH_FIRST = 3


def first(
    rows: tuple[Dependency, ...],
    cutoffs: Iterable[Cutoff],
    exposures: Iterable[Exposure],
    candidates: Iterable[Candidate],
    critical: frozenset[str],
) -> tuple[str, ...]:
    """Return up to three dependency ids, the most urgent first, one a function.

    Ordered by: critical function, stopped by how many scenarios, how soon, how much safer the best alternative is.
    Only what stops somewhere and has an alternative that is harder to stop is worth a first step.
    """
    stop = {item.dependency: item.stop for item in exposures}
    gain: dict[str, int] = {}
    for candidate in candidates:
        better = candidate.exposure.stop.low - stop[candidate.dependency].low
        gain[candidate.dependency] = max(gain.get(candidate.dependency, 0), better)
    hits: dict[str, list[int]] = {}
    for cut in cutoffs:
        for hit in cut.stops:
            hits.setdefault(hit.dependency, []).append(hit.after_hours)
    urgent = [row for row in rows if row.id in hits and gain.get(row.id, 0) > 0]
    urgent.sort(key=lambda row: (row.function not in critical, row.role is not Role.MAILBOX, -len(hits[row.id]), min(hits[row.id]), -gain[row.id], row.id))
    chosen: dict[str, str] = {}
    for row in urgent:
        chosen.setdefault(row.function, row.id)
    return tuple(chosen.values())[:_WORTH_FIRST]
