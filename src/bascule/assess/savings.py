"""Which subscriptions may be spent for nothing: paid twice, or paid and little used, as far as files and records show.

The thresholds are conventions, told in docs/method.md.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

from bascule.assess.contradictions import SEVERAL, SINGLE, agree, names_mailbox, shown
from bascule.assess.seats import number_of
from bascule.catalogue import Catalogue
from bascule.model import FIRM, Dependency, Evidence, Kind, Reason, Role, Saving, Status, Waste, Witness, evidence_id

COMPARABLE = Decimal("0.2")
"""Two tools are used alike when the cheaper costs at least this share of the dearer."""
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
SAME_SIZE = Decimal("0.05")
"""Two bills may be one paid twice when they differ by less than this share."""
UNUSED_DAYS = 90
"""Nobody has signed in for long when the last time lies so many days before the last sign-in that the same list knows."""
_MOST_BILLS = 100
"""So many bills of one tool may stand in one file for two of them to be told alike."""
UNUSED_SEATS, UNUSED_SHARE = 2, Decimal("0.2")
"""Seats without a user are told from so many on, when they are this share of those billed."""


def savings(rows: Iterable[Dependency], evidence: Iterable[Evidence], domains: Iterable[str], catalogue: Catalogue) -> tuple[Saving, ...]:
    """Return what may be saved, the dearest first; a tool is told once, for the first reason that holds.

    Each is a thing to look at: somebody may sign in by another way, a bill may be for another part, a domain may not have been given.

    Args:
        rows: With their seats and users.
        evidence: What they point to.
        domains: All domains of the firm that were asked about.
        catalogue: Who keeps mailboxes.
    """
    rows, evidence = tuple(rows), tuple(evidence)
    paid = [row for row in rows if row.service and row.cost_eur_month]
    items = _files(paid, evidence)
    found = [*_elsewhere(paid, rows, tuple(domains), catalogue), *_unused(paid, rows, items, _last_days(evidence)), *_twice(paid, items), *_empty_seats(paid)]
    once = {saving.dependencies: saving for saving in reversed(found)}
    return tuple(sorted([*_doubled(paid), *once.values()], key=lambda saving: (-saving.cost_eur_month, saving.function, saving.dependencies)))


def _doubled(paid: list[Dependency]) -> Iterator[Saving]:
    for function in sorted({row.function for row in paid} - SEVERAL - {"domain-name", "dns"}):
        alike = sorted((row for row in paid if row.function == function and row.role in (Role.OPERATOR, Role.MAILBOX)), key=lambda row: (-_cost(row), row.id))
        alike = [row for row in alike if _cost(row) >= _cost(alike[0]) * COMPARABLE]
        if len({row.service for row in alike}) > 1:
            less = sum(map(_cost, alike[1:]), Decimal(0))
            yield Saving(kind=Waste.DOUBLED, reason=Reason.SEVERAL, function=function, dependencies=tuple(row.id for row in alike), cost_eur_month=less)


def _elsewhere(paid: list[Dependency], rows: tuple[Dependency, ...], domains: tuple[str, ...], catalogue: Catalogue) -> Iterator[Saving]:
    """Yield what is paid for a function of which every domain of the firm surely shows another provider in the one place."""
    for row in paid:
        if row.subject == FIRM and row.function in SINGLE and (row.function != "email" or names_mailbox(row, catalogue)):
            seen = shown(row.function, rows, domains, catalogue)
            if seen and not agree([row], seen):
                yield _idle(row, Reason.ELSEWHERE, _cost(row))


def _unused(paid: list[Dependency], rows: tuple[Dependency, ...], items: dict[str, list[Evidence]], ends: dict[str, date]) -> Iterator[Saving]:
    """Yield what nobody uses by every list of applications that holds it, unless the records show it at work: people sign in there by another way."""
    at_work = {row.service for row in rows if Witness.DOMAIN in row.sources and row.status is Status.IN_USE}
    for row in paid:
        if row.service in at_work:
            continue
        listed = [item for item in items[row.id] if isinstance(item.value, dict) and item.value.get("what") == "app"]
        told = [_idle_app(item.value, ends.get(item.source)) for item in listed]
        if told and all(told) and told[0]:
            yield _idle(row, told[0], _cost(row))


def _idle_app(value: dict[str, Any], end: date | None) -> Reason | None:
    """Say why an application looks unused; None when it does not, or the list does not tell."""
    last = _day(value.get("last"))
    if number_of(value.get("users")) == 0:
        return Reason.NO_USERS
    if number_of(value.get("sign_ins")) == 0 or (last and end and (end - last).days > UNUSED_DAYS):
        return Reason.NO_SIGN_IN
    return None


def _last_days(evidence: Iterable[Evidence]) -> dict[str, date]:
    """Return the last sign-in that each list knows: a list that is old, or copied later, must not make its tools look unused."""
    ends: dict[str, date] = {}
    for item in evidence:
        if item.kind is Kind.FILE and isinstance(item.value, dict) and item.value.get("what") == "app" and (day := _day(item.value.get("last"))):
            ends[item.source] = max(day, ends.get(item.source, day))
    return ends


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _twice(paid: list[Dependency], items: dict[str, list[Evidence]]) -> Iterator[Saving]:
    """Yield tools of which one file holds two bills of one size, under two labels, at one time.

    Where a file holds very many bills of a tool, they are for single things bought there, and each of a size that others have by chance.
    """
    for row in paid:
        files: dict[str, list[_Bill]] = {}
        for item in items[row.id]:
            if one := _bill(item):
                files.setdefault(item.source, []).append(one)
        alike = [one.monthly for bills in files.values() if len(bills) <= _MOST_BILLS for one, other in combinations(sorted(bills), 2) if one.doubles(other)]
        if alike:
            yield Saving(kind=Waste.DOUBLED, reason=Reason.TWICE, function=row.function, dependencies=(row.id,), cost_eur_month=min(alike))


class _Bill(NamedTuple):
    monthly: Decimal
    first: date
    last: date

    def doubles(self, higher: "_Bill") -> bool:
        """Say whether a bill that is not lower may be this one once more."""
        return higher.monthly - self.monthly < higher.monthly * SAME_SIZE and max(self.first, higher.first) <= min(self.last, higher.last)


def _bill(item: Evidence) -> _Bill | None:
    """Return what a line of a ledger or statement tells of a bill; None where it tells no amount a month, or no time."""
    value = item.value if isinstance(item.value, dict) and "what" not in item.value else {}
    amount, first, last = str(value.get("monthly_eur")), _day(value.get("first")), _day(value.get("last"))
    return _Bill(Decimal(amount), first, last) if _AMOUNT.fullmatch(amount) and first and last else None


def _empty_seats(paid: list[Dependency]) -> Iterator[Saving]:
    for row in paid:
        if row.seats and row.users:
            empty = row.seats - row.users
            if empty >= UNUSED_SEATS and empty >= row.seats * UNUSED_SHARE:
                yield _idle(row, Reason.SEATS, (_cost(row) * empty / row.seats).quantize(Decimal("0.01")))


def _idle(row: Dependency, reason: Reason, cost: Decimal) -> Saving:
    return Saving(kind=Waste.IDLE, reason=reason, function=row.function, dependencies=(row.id,), cost_eur_month=cost)


def _files(rows: list[Dependency], evidence: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    """Return the lines of files behind each row."""
    wanted = {name for row in rows for name in row.evidence}
    found = {name: item for item in evidence if item.kind is Kind.FILE and (name := evidence_id(item)) in wanted}
    return {row.id: [found[name] for name in row.evidence if name in found] for row in rows}


def _cost(row: Dependency) -> Decimal:
    return row.cost_eur_month or Decimal(0)
