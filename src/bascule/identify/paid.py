"""What the firm's accounts say: the suppliers that it pays."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec

from bascule.catalogue import Catalogue, Named, plain
from bascule.identify.declared import amount
from bascule.identify.rows import Rows
from bascule.model import FIRM, Channel, Dependency, Evidence, Kind, Outcome, Role, Service, Status, Strength

_BILLS = (Channel.LABEL, Channel.VAT, Channel.ICS)
_SAME_BILL = Decimal("0.15")
"""A declared price and a bill tell of the same thing when they differ by less than this share."""
_SURE, _LIKELY, _OPEN = 0.9, 0.6, 0.4
"""How sure a bill makes a reading: one that decides, one by a weak fingerprint, one of several that fit."""
_MONTH = 31


class _Reading(msgspec.Struct, frozen=True):
    """A service that a bill may be for."""

    service: str
    sure: float


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
    label = _behind(label, catalogue) or label
    if _dormant(item, value):
        cost = None
    found = _services(label, value, catalogue)
    organisation = _organisation(label, value, catalogue)
    taken = organisation in catalogue.collectors or any(_takes(reading.service, catalogue) for reading in found)
    if len(found) == 1 and found[0].sure >= _SURE and not taken:
        _bill(found[0].service, _SURE, (), item, cost, catalogue, rows)
        return True
    if taken:
        organisation = organisation or catalogue.publisher[found[0].service]
        rows.unknown(FIRM, "other", Role.OPERATOR, label, "paid-through", cost, name=label, organisation=organisation)
        return True
    if found:
        known = [reading for reading in found if any(row.service == reading.service for row in rows.all())]
        first = (known if len(known) == 1 else found)[0]
        _bill(first.service, first.sure, (catalogue.publisher[reading.service] for reading in found), item, cost, catalogue, rows)
        return True
    if organisation is None:
        return False
    services = tuple(service.id for service in catalogue.organisations[organisation].services)
    _seller(item, label, cost, Named(services, organisation, 1.0), catalogue, rows)
    return True


def _bill(service: str, sure: float, also: Iterable[str], item: Evidence, cost: Decimal | None, catalogue: Catalogue, rows: Rows) -> None:
    """Let a bill strengthen the row of a service that is seen already, else add the service by the bill alone."""
    if sure >= _SURE and rows.strengthen(service, [item], cost, Status.IN_USE):
        return
    entry = catalogue.services[service]
    deployment = entry.deployments[0].id if len(entry.deployments) == 1 else None
    organisation = catalogue.publisher[service]
    rows.add(FIRM, entry.functions[0], Role.OPERATOR, organisation, sure, [item], service=service, cost=cost, deployment=deployment, also=also)


def _behind(label: str, catalogue: Catalogue) -> str | None:
    """Return what stands behind the name of one that takes payments for other sellers; None when it is not one, or stands alone.

    Before a star a name that nobody knows is taken for a collector's too, when what stands behind it is known.
    """
    before, _, behind = (part.strip() for part in label.partition("*"))
    if before and behind and catalogue.names.exact(before) is None and catalogue.names.exact(behind) is not None:
        return behind
    words = label.replace("*", " ").split()
    for count in (3, 2, 1):
        named = catalogue.names.exact(" ".join(words[:count])) if len(words) > count else None
        if named is not None:
            organisation = named.organisation or (catalogue.publisher[named.services[0]] if len(named.services) == 1 else None)
            own = any(catalogue.publisher[name] == organisation for name in _named(label, catalogue))
            return " ".join(words[count:]) if organisation in catalogue.collectors and not own else None
    return None


def _named(label: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the services that the whole label names, as it is written."""
    named = catalogue.names.exact(label)
    return named.services if named else ()


def _takes(service: str, catalogue: Catalogue) -> bool:
    """Say whether a service is the taking of payments for others itself, so that paying through it says nothing of using it."""
    return catalogue.publisher[service] in catalogue.collectors and catalogue.services[service].functions[0] == "payment"


def _dormant(item: Evidence, value: dict[str, object]) -> bool:
    """Say whether two bills are overdue at the end of the file: what is paid no longer costs nothing."""
    every, last = value.get("every_months"), value.get("last")
    if not isinstance(every, int) or not isinstance(last, str):
        return False
    try:
        return (item.seen_at.date() - date.fromisoformat(last)).days > _MONTH * (2 * every + 1)
    except ValueError:
        return False


def _services(label: str, value: dict[str, object], catalogue: Catalogue) -> list[_Reading]:
    """Return what a bill may be for, by name, VAT number, creditor identifier and fingerprint of the label; the first that decides ends it.

    A weak fingerprint, or several that fit, decides nothing: each is a reading, less sure.
    """
    named = catalogue.names.find(label) if plain(label) else None
    if named and len(named.services) == 1 and named.sure == 1:
        return [_Reading(named.services[0], _SURE)]
    for channel, text in ((Channel.VAT, value.get("vat")), (Channel.ICS, value.get("ics")), (Channel.LABEL, label)):
        traces = catalogue.traces.find(channel, str(text)) if text else []
        services = list(dict.fromkeys(trace.service.id for trace in traces))
        if len(services) == 1:
            return [_Reading(services[0], _SURE if any(trace.fingerprint.strength is not Strength.WEAK for trace in traces) else _LIKELY)]
        if services and channel is Channel.LABEL:
            return [_Reading(service, _OPEN) for service in services]
    return []


def _organisation(label: str, value: dict[str, object], catalogue: Catalogue) -> str | None:
    """Return the seller, by its name or one of its numbers."""
    named = catalogue.names.find(label)
    if named is not None and named.sure == 1 and (named.organisation or len(named.services) == 1):
        return named.organisation or catalogue.publisher[named.services[0]]
    return next((found for key in ("vat", "ics") if (found := catalogue.taxed.get(str(value.get(key) or "")))), None)


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
