"""The six layers of one deployment, each from 0 to 4, from the facts of the catalogue and what was seen.

The ladders are told, with their reasons, in docs/method.md. No country is named here: inside and outside are
measured against the set of countries whose powers the user trusts.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from bascule.assess.cite import Citations, age_days
from bascule.assess.interval import STEPS, Bound, combine
from bascule.catalogue import Catalogue, line, seat
from bascule.model import SELF, Claim, Dependency, Deployment, IfCut, Interval, Option, Role, Service, Sourced

_HOLDERS = {"one": (3, 3), "many": (4, 4)}
_COPYLEFT = ("GPL", "AGPL", "LGPL", "MPL", "EUPL", "CECILL", "EPL", "OSL")
_PERMISSIVE = ("CECILL-B",)
_CLOSED = {"proprietary": 0, "source-available": 1, "SSPL-1.0": 1, "BUSL-1.1": 1, "Elastic-2.0": 1}
"""The last three are licences that the Open Source Initiative does not hold to be open source: one may look, not sell."""


class Setting(msgspec.Struct, frozen=True):
    """What the layers are measured with.

    Attributes:
        hosts: Who was seen serving each domain's site: the machines under what the firm runs there itself.
    """

    catalogue: Catalogue
    trusted: frozenset[str]
    on: date
    cite: Citations
    hosts: Mapping[str, tuple[str, ...]] = {}


class Subject(msgspec.Struct, frozen=True):
    """The dependency measured, with its catalogue entries; None where the catalogue does not know."""

    row: Dependency
    service: Service | None
    deployment: Deployment | None

    @property
    def operator(self) -> str:
        """Who runs it: by the deployment when it is known."""
        return self.deployment.operator if self.deployment else self.row.organisation

    @property
    def own(self) -> bool:
        """Whether the firm runs it itself."""
        return self.operator == SELF


def subject(row: Dependency, setting: Setting) -> Subject:
    """Look a dependency up."""
    service = setting.catalogue.services.get(row.service or "")
    return Subject(row, service, setting.catalogue.deployments.get(row.deployment or ""))


def control(it: Subject, setting: Setting) -> list[Bound]:
    """Who decides: 0 a power outside decides over operator and owner, 3 all inside, 4 nobody decides alone."""
    if it.own:
        return _own_control(it, setting)
    return _either(it, _chain_bounds(it.operator, setting), _own_control(it, setting))


def _own_control(it: Subject, setting: Setting) -> list[Bound]:
    licence = licence_layer(it, setting)
    if it.service is None:
        return [Bound(3, 4, quality=1.0)]
    return [Bound(*((3, 4) if bound.low >= 2 else (0, 3)), bound.because) for bound in licence]


def _either(it: Subject, rented: list[Bound], own: list[Bound]) -> list[Bound]:
    """When nothing tells whether the firm rents a program or runs it itself, both readings stay possible."""
    if not _may_be_own(it):
        return rented
    there, here = combine(rented), combine(own)
    return _told(min(there.low, here.low), max(there.high, here.high), (*there.because, *here.because), there.conflict)


def _may_be_own(it: Subject) -> bool:
    return it.deployment is None and it.service is not None and any(entry.option is Option.SELF for entry in it.service.deployments)


def _told(low: int, high: int, because: tuple[str, ...], conflict: bool) -> list[Bound]:
    """Return bounds that combine to [low, high], and to a conflict when they come from one."""
    ends = ((low, low), (high, high)) if conflict else ((low, high),)
    return [Bound(*end, because) for end in ends]


def _chain_bounds(operator: str, setting: Setting) -> list[Bound]:
    """Bounds by the countries of an operator and its owners; rival majority owners are measured apart, and may conflict."""
    entry = setting.catalogue.organisations.get(operator)
    country = seat(operator, setting.catalogue)
    if entry is None or country is None:
        return []
    inside = country in setting.trusted
    names = [name for name, _ in setting.cite.organisation(entry, Claim.COUNTRY)]
    age = min(age_days(fact, setting.on) for fact in entry.facts if fact.claim is Claim.COUNTRY)
    owners = setting.catalogue.owners(operator, setting.on)
    if not owners:
        known = [name for name, _ in setting.cite.organisation(entry, Claim.ULTIMATE)]
        high = 3 if inside else 0 if known else 1
        return [Bound(3 if known and inside else 0, high, (*names, *known), age_days=age)]
    return [_owned(operator, inside, link.organisation, (*names, setting.cite.owner(operator, link)), age_days(link, setting.on), setting) for link in owners]


def _owned(operator: str, inside: bool, owner: str, names: tuple[str, ...], age: int, setting: Setting) -> Bound:
    above = line(owner, setting.catalogue, setting.on)
    entries = [entry for member in above.members if (entry := setting.catalogue.organisations.get(member))]
    because = (*names, *(name for entry in entries for name, _ in setting.cite.organisation(entry, Claim.COUNTRY)))
    outside = [country for country in above.countries if country not in setting.trusted]
    if outside:
        return Bound(0, 1 if inside else 0, because, age_days=age)
    if above.ultimate is None or any(seat(member, setting.catalogue) is None for member in above.members):
        return Bound(0, 3 if inside else 1, because, age_days=age)
    return Bound(3 if inside else 1, 3 if inside else 1, because, age_days=age)


def operation(it: Subject, setting: Setting) -> list[Bound]:
    """Who runs it, on whose machines: 0 an operator outside, 1 machines of one outside, 3 all inside, 4 own machines."""
    low, high, names, conflict = _machines(it, setting)
    if it.own:
        return _told(low, high, names, conflict)
    operators, found = _chain_bounds(it.operator, setting), []
    for operator in operators:
        if operator.high < 3:
            found.append(Bound(0, operator.high, operator.because))
        else:
            found += _told(low if operator.low >= 3 else 0, high, (*operator.because, *names), conflict)
    if combine(operators).conflict:
        because = tuple(name for bound in found for name in bound.because)
        found = _told(min(bound.low for bound in found), max(bound.high for bound in found), because, True)
    return _either(it, found, [Bound(1, 4)])


def _machines(it: Subject, setting: Setting) -> tuple[int, int, tuple[str, ...], bool]:
    """Return (low, high, facts, conflict) of the hosts; several possible ones leave anything between the worst and the best."""
    below = _seen_below(it, setting)
    if below:
        found = [_machine(provider, it, setting) for provider in below]
        because = tuple(name for one in found for name in one.because)
        return min(one.low for one in found), max(one.high for one in found), because, any(one.conflict for one in found)
    hosts = it.deployment.hosting if it.deployment else ()
    if it.deployment is None or not hosts:
        return 1, 4 if it.own else 3, (), False
    seen = [_machine(host.provider, it, setting) for host in hosts]
    names = [name for host, one in zip(hosts, seen, strict=True) for name in (setting.cite.hosting(it.deployment, host), *one.because)]
    return min(one.low for one in seen), max(one.high for one in seen), tuple(names), any(one.conflict for one in seen)


def _seen_below(it: Subject, setting: Setting) -> tuple[str, ...]:
    """Return who was seen serving what the firm runs itself; nothing for what does not stand on a domain's site."""
    return setting.hosts.get(it.row.subject, ()) if it.own and it.row.role is Role.SOFTWARE else ()


def _machine(provider: str, it: Subject, setting: Setting) -> Interval:
    """Return how far inside a host is: 1 outside, 3 inside, 4 the firm's own."""
    if provider == SELF:
        own = 4 if it.own else 3
        return combine([Bound(own, own)])
    owners = [Bound(*((3, 3) if bound.low >= 3 else (1, 1) if bound.high < 3 else (1, 3)), bound.because) for bound in _chain_bounds(provider, setting)]
    return combine(owners or [Bound(1, 3)])


def data(it: Subject, setting: Setting) -> list[Bound]:
    """Where the data lies and who holds the keys: 0 outside, 2 inside in foreign hands, 3 inside, 4 the customer alone has keys."""
    bounds = []
    below = _seen_below(it, setting)
    if below:
        low, high, names, _ = _machines(it, setting)
        bounds.append(Bound(2 if low >= 3 else 0, 2 if high < 3 else 4, names))
    elif it.own and it.deployment and {host.provider for host in it.deployment.hosting} == {SELF}:
        bounds.append(Bound(3, 4, (setting.cite.operator(it.deployment),)))
    if it.service:
        for name, fact in setting.cite.service(it.service, Claim.KEYS):
            bounds.append(_dated(4 if fact.value == "customer" else 0, 4 if fact.value == "customer" else 3, name, fact, setting, 180))
        for name, fact in setting.cite.service(it.service, Claim.DATA_PLACE):
            bounds.append(_dated(*_lies(str(fact.value), setting), name, fact, setting, 180))
    for host in it.deployment.hosting if it.deployment else ():
        if host.country and it.deployment and len(it.deployment.hosting) == 1:
            bounds.append(_dated(*_lies(host.country, setting), setting.cite.hosting(it.deployment, host), host, setting, 180))
    if it.row.host_country:
        bounds.append(Bound(*_lies(it.row.host_country, setting), it.row.evidence[:1], quality=1.0, half_life_days=30))
    return bounds


def _lies(place: str, setting: Setting) -> tuple[int, int]:
    """Return what a place leaves possible; a union that is trusted in part only leaves everything."""
    countries = setting.catalogue.members(place) - {place} or {place}
    inside, outside = countries & setting.trusted, countries - setting.trusted
    return 1 if not outside else 0, 4 if inside else 1


def _dated(low: int, high: int, name: str, thing: Sourced, setting: Setting, half_life: int) -> Bound:
    quality = 0.5 if thing.partial else 0.7
    return Bound(low, high, (name,), quality, age_days(thing, setting.on), half_life)


def licence_layer(it: Subject, setting: Setting) -> list[Bound]:
    """Can the software be taken away: 0 proprietary, 1 source to look at, 2 permissive, 3 copyleft of one holder, 4 of many."""
    if it.service is None:
        return []
    bounds = []
    holders = setting.cite.service(it.service, Claim.HOLDERS)
    for name, fact in setting.cite.service(it.service, Claim.LICENCE):
        value = str(fact.value)
        if value in _CLOSED:
            bounds.append(_dated(_CLOSED[value], _CLOSED[value], name, fact, setting, 365))
        elif any(_is_copyleft(part) for part in value.replace("(", "").split()):
            free = _dated(3, 4, name, fact, setting, 365)
            bounds += [free, *(_held(free, holder, str(said.value)) for holder, said in holders)]
        elif value != "service":
            bounds.append(_dated(2, 2, name, fact, setting, 365))
    return bounds


def _held(free: Bound, name: str, holders: str) -> Bound:
    low, high = _HOLDERS.get(holders, (free.low, free.high))
    return msgspec.structs.replace(free, low=low, high=high, because=(*free.because, name))


def exit_layer(it: Subject, setting: Setting) -> list[Bound]:
    """Can one leave: 0 nothing comes out, 1 part of it, 2 or 3 a documented open format, 4 one's own machine holds it all."""
    if it.service is None:
        return []
    best: tuple[int, int] | None = None
    names = []
    for transfer in it.service.exports:
        names.append(setting.cite.transfer(it.service, transfer, "export"))
        step = (0, 0) if transfer.method == "none" else (2, 3) if transfer.official and transfer.open_format else (1, 2) if transfer.official else (0, 1)
        best = max(best, step) if best else step
    licence = licence_layer(it, setting)
    free = [bound for bound in licence if bound.low >= 2]
    closed = len(free) < len(licence)
    bounds = [Bound(3, 4, free[0].because)] if it.own and free else []
    if best is not None and (closed or not bounds):
        keeps_all = (it.own or _may_be_own(it)) and not closed
        bounds.append(Bound(best[0], 4 if keeps_all else best[1], tuple(names)))
    return bounds


def chain(it: Subject, setting: Setting) -> list[Bound]:
    """What else it cannot do without: 0 a hard need outside, 2 a soft one, 4 none; unknown above what is known."""
    if it.deployment is None:
        return []
    claims = setting.cite.service(it.service, Claim.NEEDS_COMPLETE) if it.service else []
    complete = [name for name, fact in claims if fact.value is True]
    found = list(_needs(it.deployment, setting))
    low = min((need.low for need in found), default=STEPS) if complete else 0
    high = min((need.high for need in found), default=STEPS)
    conflict = any(need.conflict for need in found)
    if (low, high) == (0, STEPS) and not conflict:
        return []
    names = [name for need in found if need.high == high for name in need.because]
    return _told(low, high, (*names, *complete), conflict)


def _needs(deployment: Deployment, setting: Setting) -> Iterator[Interval]:
    """Yield what each need leaves possible: 0 a hard need outside, 2 a soft one, 4 one inside; both ends when nobody knows."""
    for need in deployment.needs:
        name = setting.cite.need(deployment, need)
        makers = _chain_bounds(setting.catalogue.publisher[need.service], setting)
        step = 0 if need.if_cut is IfCut.STOPS else 2
        ends = [Bound(*((4, 4) if maker.low >= 3 else (step, step) if maker.high < 3 else (step, 4)), maker.because) for maker in makers]
        seen = combine(ends or [Bound(step, 4)])
        yield msgspec.structs.replace(seen, because=(name, *seen.because))


def _is_copyleft(licence: str) -> bool:
    return licence.upper().startswith(_COPYLEFT) and not licence.upper().startswith(_PERMISSIVE)
