"""From readings to an audit of one firm."""

from collections.abc import Iterable
from datetime import date

import msgspec

from bascule.assess import Citations, Order, Reach, Setting, cutoff, exposure, exposures
from bascule.catalogue import Catalogue
from bascule.identify import identify, subjects
from bascule.model import (
    Audit,
    CatalogueStamp,
    Claim,
    Cutoff,
    Degree,
    Dependency,
    Effect,
    Evidence,
    Firm,
    FirmFunction,
    Kind,
    Note,
    Outcome,
    Scenario,
    ScenarioKind,
    evidence_id,
)
from bascule.plan import alternatives, first

_EEA_AND_CH = "eea+ch"
_DECISION = "vendor-decision"
_LONGEST_RECORD = 4096
_STANDARD = ("order-us", "order-cn", "order-fr")


def trusted_countries(choice: str | tuple[str, ...] | None, catalogue: Catalogue) -> frozenset[str]:
    """Return the countries of a trusted set: `eu`, `eea`, `eea+ch` (when nothing is chosen), `fr`, or a list of codes."""
    if choice is not None and not isinstance(choice, str):
        return frozenset(code.upper() for code in choice)
    parts = (choice or _EEA_AND_CH).upper().split("+")
    return frozenset(code for part in parts for code in catalogue.members(part) if code not in ("EU", "EEA"))


def audit(evidence: Iterable[Evidence], firm: Firm | None, catalogue: Catalogue, on: date, notes: Iterable[Note] = ()) -> Audit:
    """Return the audit of one firm on a day; what was seen or read later is left out."""
    evidence = list(evidence)
    seen = [item for item in evidence if item.seen_at.date() <= on]
    catalogue = catalogue.as_of(on)
    meaning = identify(seen, catalogue, on)
    rows = tuple(_told(row, firm) for row in meaning.dependencies)
    cite = Citations()
    trusted = trusted_countries(firm.trusted if firm else None, catalogue)
    setting = Setting(catalogue, trusted, on, cite)
    critical = _critical(firm, catalogue)
    exposed = exposures(rows, setting)
    cuts = tuple(simulate(order, rows, critical, catalogue, on, cite) for order in standard_orders(rows, catalogue))
    candidates = alternatives(
        rows,
        catalogue,
        on,
        lambda row: exposure(row, setting),
        lambda service, claim: [name for name, _ in cite.service(service, Claim(claim))],
    )
    for name in {name for row in rows for name in row.because}:
        cite.trace(name, catalogue)
    wanted = {name for row in rows for name in row.evidence}
    told = (*notes, *_notes(evidence, seen, meaning.unmatched))
    return Audit(
        name=firm.name if firm else None,
        people=firm.people if firm else None,
        subjects=tuple(subjects(seen)),
        as_of=on,
        catalogue=CatalogueStamp(version=catalogue.version, date=catalogue.date),
        trusted=tuple(sorted(trusted)),
        critical=tuple(sorted(critical)),
        dependencies=rows,
        unknowns=meaning.unknowns,
        exposure=exposed,
        cutoffs=cuts,
        alternatives=candidates,
        first=first(rows, cuts, exposed, candidates, critical),
        facts=cite.quoted(),
        evidence=_kept(seen, wanted),
        notes=told,
    )


def _kept(seen: Iterable[Evidence], wanted: set[str]) -> tuple[Evidence, ...]:
    """Return the observations with their ids, absent and unanswered ones too; of the firm's ledgers only what a dependency leans on.

    Pages lose their body and endless records their end: both stay in the evidence file.
    """
    found = {name: item for item in seen if (name := evidence_id(item)) in wanted or item.kind is not Kind.FILE}
    return tuple(msgspec.structs.replace(_short(item), id=name) for name, item in sorted(found.items()))


def _short(item: Evidence) -> Evidence:
    if isinstance(item.value, dict) and "body" in item.value:
        return msgspec.structs.replace(item, value={**item.value, "body": "", "truncated": True})
    if isinstance(item.value, list) and any(isinstance(part, str) and len(part) > _LONGEST_RECORD for part in item.value):
        return msgspec.structs.replace(item, value=[part[:_LONGEST_RECORD] if isinstance(part, str) else part for part in item.value])
    return item


def _notes(evidence: list[Evidence], seen: list[Evidence], unmatched: int) -> list[Note]:
    """Return what the reader of the audit must know about the observations."""
    counts = {
        "labels-unmatched": unmatched,
        "unanswered": sum(item.outcome is Outcome.UNREACHABLE for item in seen),
        "left-out-later": len(evidence) - len(seen),
    }
    return [Note(code=code, args={"count": str(count)}) for code, count in counts.items() if count]


def _told(row: Dependency, firm: Firm | None) -> Dependency:
    entry = _entry(row.function, firm)
    return msgspec.structs.replace(row, use=entry.use) if entry and entry.use else row


def _entry(function: str, firm: Firm | None) -> FirmFunction | None:
    return next((entry for entry in firm.functions if entry.id == function), None) if firm else None


def _critical(firm: Firm | None, catalogue: Catalogue) -> frozenset[str]:
    """Return the functions that count as critical: the firm's word, else the convention of `functions.toml`."""
    usual = {name for name, function in catalogue.functions.items() if function.critical}
    said = {entry.id: entry.critical for entry in firm.functions if entry.critical is not None} if firm else {}
    return frozenset(name for name in (*usual, *said) if said.get(name, name in usual))


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


def order_for(
    catalogue: Catalogue,
    *,
    power: str | None = None,
    organisation: str | None = None,
    service: str | None = None,
    scenario: str | None = None,
    notice_days: int | None = None,
) -> Order:
    """Return the order that a person named: a power, an organisation, a service or a scenario of the catalogue.

    Raises:
        ValueError: The name is not in the catalogue, a scenario does not say whose (`whom`), or two choices contradict each other
            (`clash`); the arguments are `(kind, name)`.
    """
    organisation = _named(organisation, catalogue) if organisation else None
    service = _service_named(service, catalogue) if service else None
    chosen = _scenario(catalogue, power, organisation, service, scenario)
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
    hours = chosen.notice_hours if notice_days is None else notice_days * 24
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


def resimulate(
    made: Audit,
    catalogue: Catalogue,
    *,
    power: str | None = None,
    organisation: str | None = None,
    service: str | None = None,
    scenario: str | None = None,
    notice_days: int | None = None,
) -> Audit:
    """Return the audit with one cut-off in the place of its own, and the facts behind it.

    Raises:
        ValueError: What was named is not in the catalogue; see `order_for`.
    """
    cite = Citations()
    on = made.as_of
    order = order_for(catalogue, power=power, organisation=organisation, service=service, scenario=scenario, notice_days=notice_days)
    cut = simulate(order, made.dependencies, frozenset(made.critical), catalogue.as_of(on), on, cite)
    facts = {fact.id: fact for fact in (*made.facts, *cite.quoted())}
    return msgspec.structs.replace(made, cutoffs=(cut,), facts=tuple(facts[name] for name in sorted(facts)))
