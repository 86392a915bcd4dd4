"""Which subscriptions may be spent for nothing: doubled ones, and those of which nothing is to be seen."""

from collections.abc import Iterable
from decimal import Decimal

from bascule.catalogue import Catalogue
from bascule.model import FIRM, Dependency, Evidence, Kind, Outcome, Role, Saving, Waste

_SEVERAL = frozenset(("website", "hosting", "domain-name", "dns", "cdn", "certificate", "other", "payment", "advertising", "ai"))
"""Functions for which a firm reasonably pays several suppliers."""
_COMPARABLE = Decimal("0.2")
"""Two tools are used alike when the cheaper costs at least this share of the dearer."""


def savings(rows: Iterable[Dependency], evidence: Iterable[Evidence], catalogue: Catalogue) -> tuple[Saving, ...]:
    """Return what may be saved, the dearest first.

    Doubled: at least two services are paid for one function, at comparable cost. Idle: a mail service is paid for, it stands in
    no record of any domain, and every domain of the firm answered where its mail goes: only then the records could have shown it.
    """
    paid = [row for row in rows if row.service and row.cost_eur_month]
    return tuple(sorted([*_doubled(paid), *_idle(paid, list(evidence), catalogue)], key=lambda saving: (-saving.cost_eur_month, saving.function)))


def _doubled(paid: list[Dependency]) -> Iterable[Saving]:
    for function in sorted({row.function for row in paid} - _SEVERAL):
        alike = sorted((row for row in paid if row.function == function and row.role in (Role.OPERATOR, Role.MAILBOX)), key=lambda row: (-_cost(row), row.id))
        alike = [row for row in alike if _cost(row) >= _cost(alike[0]) * _COMPARABLE]
        if len({row.service for row in alike}) > 1:
            yield Saving(
                kind=Waste.DOUBLED, function=function, dependencies=tuple(row.id for row in alike), cost_eur_month=sum(map(_cost, alike[1:]), Decimal(0))
            )


def _idle(paid: list[Dependency], evidence: list[Evidence], catalogue: Catalogue) -> Iterable[Saving]:
    asked = [item for item in evidence if item.kind is Kind.DNS and item.subject != FIRM and item.question.lower() == f"mx {item.subject}".lower()]
    if not asked or any(item.outcome is not Outcome.PRESENT for item in asked):
        return
    for row in paid:
        if row.subject == FIRM and row.function == "email" and catalogue.traces.holds_mailboxes(row.service or ""):
            yield Saving(kind=Waste.IDLE, function=row.function, dependencies=(row.id,), cost_eur_month=_cost(row))


def _cost(row: Dependency) -> Decimal:
    return row.cost_eur_month or Decimal(0)
