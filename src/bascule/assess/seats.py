"""For how many users a tool is paid, and how many are users of it: what invoices, lists, lists of applications and `firm.toml` count."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from bascule.model import Dependency, Evidence, Firm, Kind, Role, Witness, evidence_id

_MOST = 10**6
_CARRYING = (Role.MAILBOX, Role.OPERATOR)
_SEATS = "ANSWER tool-seats"


class _Count(NamedTuple):
    """A number of seats, by what decides between several: an invoice before a list, the later before the earlier."""

    billed: bool
    seen_at: datetime
    source: str
    seats: int


def seated(rows: Iterable[Dependency], evidence: Iterable[Evidence], firm: Firm | None) -> tuple[Dependency, ...]:
    """Return the rows with their seats and users, where files tell them.

    Within one file several lines of one tool add up. What the firm says of a function goes to the one tool that carries it by
    the firm's own papers, or to its mailboxes, once; of several tools none gets it.
    """
    rows = tuple(rows)
    wanted = {name for row in rows for name in row.evidence}
    found = {name: item for item in evidence if item.kind in (Kind.FILE, Kind.ANSWER) and (name := evidence_id(item)) in wanted}
    told = tuple(_counted(row, [found[name] for name in row.evidence if name in found]) for row in rows)
    said = {entry.id: entry.seats for entry in firm.functions if entry.seats} if firm else {}
    return tuple(
        msgspec.structs.replace(row, seats=said[row.function]) if row.seats is None and row.function in said and _carries_alone(row, told) else row
        for row in told
    )


def _counted(row: Dependency, items: list[Evidence]) -> Dependency:
    counts = [count for item in items if (count := _count(item))]
    users = [number for item in items if isinstance(item.value, dict) and "what" in item.value and (number := number_of(item.value.get("users"))) is not None]
    best = max(counts, default=None)
    same = [count.seats for count in counts if best and count[:3] == best[:3]]
    return msgspec.structs.replace(row, seats=sum(same) if same else None, users=max(users, default=None))


def _count(item: Evidence) -> _Count | None:
    if item.kind is Kind.ANSWER:
        said = item.value[0] if item.question.startswith(_SEATS) and isinstance(item.value, list) and item.value else None
        seats = number_of(int(said) if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) < len(str(_MOST)) else said)
    else:
        seats = number_of(item.value.get("seats")) if isinstance(item.value, dict) else None
    return _Count(item.kind is Kind.FILE, item.seen_at, item.source, seats) if seats else None


def number_of(value: object) -> int | None:
    """Return a whole number that may count people; None when it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST else None


def _carries_alone(row: Dependency, rows: tuple[Dependency, ...]) -> bool:
    """Say whether a row is the one to bear what the firm says of a function: of one service at several domains, the row that is paid, else the first."""
    named = {Witness.LIST, Witness.ACCOUNTS}
    rivals = [one for one in rows if one.function == row.function and one.role in _CARRYING and (named & set(one.sources) or one.role is Role.MAILBOX)]
    first = min(rivals, key=lambda one: (one.cost_eur_month is None, one.id), default=None)
    return row is first and len({one.service or one.organisation for one in rivals}) == 1
