"""Who speaks for each dependency: the firm's list, its accounts, its programs, the records of its domains."""

from collections.abc import Iterable

import msgspec

from bascule.model import Dependency, Evidence, Kind, Witness, evidence_id

_ORDER = tuple(Witness)


def witnessed(rows: Iterable[Dependency], evidence: Iterable[Evidence]) -> tuple[Dependency, ...]:
    """Return the rows, each with the kinds of source that name it, the firm's own words first."""
    rows = tuple(rows)
    wanted = {name for row in rows for name in row.evidence}
    spoken = {name: _witness(item) for item in evidence if (name := evidence_id(item)) in wanted}
    return tuple(msgspec.structs.replace(row, sources=_sorted(spoken[name] for name in row.evidence if name in spoken)) for row in rows)


def _sorted(found: Iterable[Witness]) -> tuple[Witness, ...]:
    return tuple(sorted(set(found), key=_ORDER.index))


def _witness(item: Evidence) -> Witness:
    if item.kind is Kind.ANSWER:
        return Witness.LIST
    if item.kind is not Kind.FILE:
        return Witness.DOMAIN
    return Witness.PROGRAMS if isinstance(item.value, dict) and "what" in item.value else Witness.ACCOUNTS
