"""From tools to functions: a function stops when nothing of it is left, and degrades when some of it is gone."""

from collections.abc import Iterable, Mapping

from bascule.catalogue import Catalogue
from bascule.model import NOBODY, Dependency, FunctionState, IfCut, Role, Status

Effects = Mapping[str, tuple[IfCut, int]]
_MINOR = frozenset({Role.SENDER, Role.TENANT, Role.THIRD_PARTY, Role.CERTIFICATE})


def states(rows: tuple[Dependency, ...], effects: Effects, critical: frozenset[str], catalogue: Catalogue) -> tuple[FunctionState, ...]:
    """Return the state of each function that the firm has, in the catalogue's order.

    Roles of one domain stand in series (a gateway before a mailbox); tools of one role, and domains, beside each other.
    """
    rows = tuple(row for row in rows if row.organisation != NOBODY)
    used = {row.function for row in rows}
    order = [name for name in catalogue.functions if name in used] + sorted(used - set(catalogue.functions))
    return tuple(_state(name, [row for row in rows if row.function == name], effects, name in critical) for name in order)


def _state(name: str, rows: list[Dependency], effects: Effects, critical: bool) -> FunctionState:
    hit = [row for row in rows if row.id in effects]
    used = [row for row in rows if row.status is not Status.CONFIGURED] or rows
    carrying = [row for row in used if row.role not in _MINOR] or used
    strands = [_series(strand, effects) for strand in _strands(carrying)]
    effect, hours, because = None, None, tuple(row.id for row in hit)
    if strands and all(found is not None and found[0] is IfCut.STOPS for found in strands):
        stopping = [found for found in strands if found]
        effect, hours = IfCut.STOPS, max(found[1] for found in stopping)
        because = tuple(name for found in stopping for name in found[2])
    elif hit:
        worst = min(hit, key=lambda row: (effects[row.id][0].severity, effects[row.id][1]))
        effect = effects[worst.id][0].at_worst(IfCut.DEGRADES)
        hours = min(effects[row.id][1] for row in hit if effects[row.id][0].severity <= effect.severity)
    weaker = min((effects[row.id][1] for row in hit), default=None)
    earlier = weaker if effect is IfCut.STOPS and weaker is not None and hours is not None and weaker < hours else None
    told = because if earlier is None else tuple(dict.fromkeys((*because, *(row.id for row in hit if effects[row.id][1] == earlier))))
    return FunctionState(function=name, critical=critical, effect=effect, after_hours=hours, weaker_after_hours=earlier, because=told)


def _strands(rows: Iterable[Dependency]) -> list[list[Dependency]]:
    """Split what stands beside each other: each domain, and within it each operator with all that stands before it."""
    domains: dict[str, tuple[list[Dependency], list[Dependency]]] = {}
    for row in rows:
        operators, others = domains.setdefault(row.subject, ([], []))
        (operators if row.role is Role.OPERATOR else others).append(row)
    return [strand for operators, others in domains.values() for strand in ([[one, *others] for one in operators] or [others])]


def _series(rows: list[Dependency], effects: Effects) -> tuple[IfCut, int, tuple[str, ...]] | None:
    found = [(effects[row.id][0], effects[row.id][1], row.id) for row in rows if row.id in effects]
    if not found:
        return None
    effect, hours, _ = min(found, key=lambda one: (one[0].severity, one[1]))
    return effect, hours, tuple(name for kind, _, name in found if kind is effect)
