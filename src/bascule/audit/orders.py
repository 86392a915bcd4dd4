"""Which cut-offs are simulated: those of every audit, and the one that a person chooses."""

from datetime import date
from typing import TypedDict, Unpack

import msgspec

from bascule.assess import Citations, Order, Reach, cutoff
from bascule.catalogue import Catalogue
from bascule.model import Audit, Cutoff, Degree, Dependency, Effect, Scenario, ScenarioKind

_DECISION = "vendor-decision"
_STANDARD = ("order-us", "order-cn", "order-fr")


class Choice(TypedDict, total=False):
    """What a person may choose: a power (code), an organisation or a service (id or name), a scenario (id), days of notice."""

    power: str | None
    organisation: str | None
    service: str | None
    scenario: str | None
    notice_days: int | None


def standard_orders(rows: tuple[Dependency, ...], catalogue: Catalogue) -> list[Order]:
    """Return what every audit simulates: orders of three powers, the decision and the failure of the most used organisation."""
    orders = [order_for(catalogue, power=catalogue.scenarios[name].power) for name in _STANDARD if name in catalogue.scenarios]
    counts: dict[str, int] = {}
    for row in rows:
        if row.organisation in catalogue.organisations:
            counts[row.organisation] = counts.get(row.organisation, 0) + 1
    most = min(counts, key=lambda name: (-counts[name], name), default=None)
    if most is not None:
        orders += [order_for(catalogue, organisation=most, scenario=kind) for kind in (_DECISION, "failure") if kind in catalogue.scenarios]
    return orders


def order_for(catalogue: Catalogue, **choice: Unpack[Choice]) -> Order:
    """Return the order that a person named: a power, an organisation, a service or a scenario of the catalogue.

    Raises:
        ValueError: The name is not in the catalogue, a scenario does not say whose (`whom`), or two choices contradict each other
            (`clash`); the arguments are `(kind, name)`.
    """
    power, said = choice.get("power"), choice.get("organisation")
    organisation = _named(said, catalogue) if said else None
    service = _service_named(wish, catalogue) if (wish := choice.get("service")) else None
    chosen = _scenario(catalogue, power, organisation, service, choice.get("scenario"))
    where = power.upper() if power else chosen.power
    who = organisation or chosen.organisation
    if where is not None and where not in catalogue.jurisdictions:
        raise ValueError("power", where)
    if who is not None and who not in catalogue.organisations:
        raise ValueError("organisation", who)
    if service is not None and service not in catalogue.services:
        raise ValueError("service", service)
    if (organisation or service) if chosen.kind is ScenarioKind.POWER else power:
        raise ValueError("clash", chosen.id)
    if chosen.power is not None and where != chosen.power:
        raise ValueError("clash", chosen.id)
    if where is None and who is None and service is None:
        raise ValueError("whom", chosen.id)
    days = choice.get("notice_days")
    hours = chosen.notice_hours if days is None else days * 24
    seller = who or (catalogue.publisher[service] if service else None)
    return Order(chosen, where if not seller else None, seller, service, hours)


def _named(name: str, catalogue: Catalogue) -> str:
    """Return the organisation that a person means: by id, by name, or by what it sells."""
    if name in catalogue.organisations:
        return name
    found = catalogue.names.find(name)
    sellers = {catalogue.publisher[service] for service in found.services} if found else set()
    return found.organisation if found and found.organisation else sellers.pop() if len(sellers) == 1 else name


def _service_named(name: str, catalogue: Catalogue) -> str:
    """Return the service that a person means: by id or by name."""
    found = None if name in catalogue.services else catalogue.names.find(name)
    return found.services[0] if found and len(found.services) == 1 else name


def _scenario(catalogue: Catalogue, power: str | None, organisation: str | None, service: str | None, scenario: str | None) -> Scenario:
    if scenario is not None:
        if scenario not in catalogue.scenarios:
            raise ValueError("scenario", scenario)
        return catalogue.scenarios[scenario]
    if organisation or service:
        return catalogue.scenarios.get(_DECISION, _bare(_DECISION, ScenarioKind.DECISION))
    wanted = (power or "US").upper()
    known = [entry for entry in catalogue.scenarios.values() if entry.power == wanted and entry.kind is ScenarioKind.POWER]
    return known[0] if known else _derived(wanted, catalogue)


def _derived(power: str, catalogue: Catalogue) -> Scenario:
    """An order of a power that no scenario tells about: by its own laws that can stop, through their threads; by the general pattern, without any."""
    laws = [law for law in catalogue.laws.values() if law.jurisdiction == power and Effect.STOP in law.effects]
    bare = _bare(f"order-{power.lower()}", ScenarioKind.POWER)
    reach = tuple(degree for degree in Degree if any(degree in law.reach for law in laws))
    return msgspec.structs.replace(bare, laws=tuple(law.id for law in laws), reach=reach or bare.reach)


def _bare(name: str, kind: ScenarioKind) -> Scenario:
    """The general pattern of a scenario, without laws."""
    return Scenario(id=name, kind=kind, name={}, question={}, reach=(Degree.SEAT, Degree.OWNER, Degree.PLACE))


def simulate(order: Order, rows: tuple[Dependency, ...], critical: frozenset[str], catalogue: Catalogue, on: date, cite: Citations) -> Cutoff:
    """Return one cut-off; the facts behind it are added to `cite`."""
    return cutoff(order, rows, critical, catalogue, Reach(order, catalogue, on, cite), cite)


def resimulate(made: Audit, catalogue: Catalogue, **choice: Unpack[Choice]) -> Audit:
    """Return the audit with one cut-off in the place of its own, and the facts behind it.

    Raises:
        ValueError: What was named is not in the catalogue; see `order_for`.
    """
    cite = Citations()
    on = made.as_of
    order = order_for(catalogue, **choice)
    cut = simulate(order, made.dependencies, frozenset(made.critical), catalogue.as_of(on), on, cite)
    facts = {fact.id: fact for fact in (*made.facts, *cite.quoted())}
    return msgspec.structs.replace(made, cutoffs=(cut,), facts=tuple(facts[name] for name in sorted(facts)))
