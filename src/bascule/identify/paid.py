"""What the firm's accounts say: the suppliers that it pays."""

from collections.abc import Iterable
from decimal import Decimal

from bascule.catalogue import Catalogue, Named, plain
from bascule.identify.declared import amount
from bascule.identify.rows import Rows
from bascule.model import FIRM, Channel, Dependency, Evidence, Kind, Outcome, Role, Service, Status

_BILLS = (Channel.LABEL, Channel.VAT, Channel.ICS)
_SAME_BILL = Decimal("0.15")
"""A declared price and a bill tell of the same thing when they differ by less than this share."""


def paid(evidence: Iterable[Evidence], catalogue: Catalogue, rows: Rows) -> int:
    """Add a row for each supplier that the catalogue knows, with its cost a month; return how many labels match nothing.

    What matches nothing may be a patient, a client or an employee: its label goes no further than this function.
    """
    unmatched = set()
    for item in evidence:
        value = item.value if item.kind is Kind.FILE and item.outcome is Outcome.PRESENT else None
        if isinstance(value, dict) and not _supplier(item, value, catalogue, rows):
            unmatched.add(plain(str(value.get("label"))))
    return len(unmatched)


def _supplier(item: Evidence, value: dict[str, object], catalogue: Catalogue, rows: Rows) -> bool:
    label, cost = str(value.get("label") or ""), amount(str(value.get("monthly_eur") or ""))
    service = _service(label, value, catalogue)
    if service is not None:
        if not rows.strengthen(service, [item], cost, Status.IN_USE):
            entry = catalogue.services[service]
            deployment = entry.deployments[0].id if len(entry.deployments) == 1 else None
            organisation = catalogue.publisher[service]
            rows.add(FIRM, entry.functions[0], Role.OPERATOR, organisation, 0.9, [item], service=service, cost=cost, deployment=deployment)
        return True
    named = catalogue.names.find(label)
    if named is None or named.organisation is None or named.sure < 1:
        return False
    _seller(item, label, cost, named, catalogue, rows)
    return True


def _service(label: str, value: dict[str, object], catalogue: Catalogue) -> str | None:
    for channel, text in ((Channel.ICS, value.get("ics")), (Channel.VAT, value.get("vat")), (Channel.LABEL, label)):
        traces = catalogue.traces.find(channel, str(text)) if text else []
        services = {trace.service.id for trace in traces}
        if len(services) == 1:
            return services.pop()
    named = catalogue.names.find(label) if plain(label) else None
    return named.services[0] if named and len(named.services) == 1 and named.sure == 1 else None


def _seller(item: Evidence, label: str, cost: Decimal | None, named: Named, catalogue: Catalogue, rows: Rows) -> None:
    """A bill names the seller, not the product: it goes to the one tool of that seller that is known or has that price, else it is asked."""
    known = [row for row in rows.all() if row.organisation == named.organisation and row.service and _may_be_billed(row, catalogue)]
    fitting = known if len(known) == 1 else [row for row in known if _same_bill(row, cost)]
    if len(fitting) == 1 and fitting[0].service:
        rows.strengthen(fitting[0].service, [item], cost, Status.IN_USE)
        return
    choices = [name for name in named.services if _is_billed(catalogue.services[name])] or list(named.services)
    rows.unknown(FIRM, "other", Role.OPERATOR, label, "which-service", cost, name=label, choices=", ".join(choices))


def _may_be_billed(row: Dependency, catalogue: Catalogue) -> bool:
    """Say whether a bill of the seller may be for this tool: one that costs nothing, by the firm's word, is not."""
    paid_for = row.cost_eur_month is None or row.cost_eur_month > 0
    return paid_for and row.role in (Role.OPERATOR, Role.MAILBOX) and _is_billed(catalogue.services[row.service or ""])


def _is_billed(service: Service) -> bool:
    """Say whether the catalogue knows a price of a service, or how a bill names it."""
    return bool(service.prices) or any(trace.channel in _BILLS for trace in service.fingerprints)


def _same_bill(row: Dependency, cost: Decimal | None) -> bool:
    return cost is not None and row.cost_eur_month is not None and abs(row.cost_eur_month - cost) <= cost * _SAME_BILL
