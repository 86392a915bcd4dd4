"""What stops, after how many hours, through which chain: a graph walked from the one that is cut to the firm.

Edges: a role (the operator of a mailbox), a host, a need of a deployment, and the functions that rest on the name.
"""

from collections.abc import Iterable, Iterator

import msgspec

from bascule.assess.cite import Citations
from bascule.assess.functions import states
from bascule.assess.reach import Order, Reach
from bascule.catalogue import Catalogue
from bascule.model import (
    FIRM,
    NOBODY,
    SELF,
    Cutoff,
    Degree,
    Dependency,
    Deployment,
    Function,
    Hit,
    IfCut,
    Need,
    Option,
    Role,
    RoleEffect,
    ScenarioKind,
    Service,
    ServiceKind,
    Status,
)

_MAX_DEPTH = 6
_OWN_ACCOUNT = frozenset({"auth", "licence", "client", "payment"})
_MINOR = frozenset({Role.THIRD_PARTY, Role.SENDER, Role.TENANT})
_PARALLEL = frozenset({Role.DNS, Role.HOST, Role.INFRASTRUCTURE})


class Blow(msgspec.Struct, frozen=True):
    """One way in which an order reaches a dependency."""

    effect: IfCut
    after_hours: int
    chain: tuple[str, ...]
    thread: Degree | None = None

    @property
    def rank(self) -> tuple[int, int, bool, int]:
        """The worst, then the soonest, then what holds the operator itself, then the shortest explained."""
        return self.effect.severity, self.after_hours, self.thread is None, len(self.chain)


class Walk:
    """One order walked over one firm's dependencies."""

    def __init__(self, order: Order, catalogue: Catalogue, reach: Reach, cite: Citations) -> None:
        self._order, self._catalogue, self._reach, self._cite = order, catalogue, reach, cite

    def blows(self, rows: tuple[Dependency, ...]) -> dict[str, Blow]:
        """Return the worst blow by dependency id."""
        direct = {row.id: blow for row in rows if (blow := self._worst(self._on_row(row))) is not None}
        softened = {row.id: _with_spare(row, rows, direct) for row in rows if row.id in direct}
        return self._spread(rows, softened)

    def _on_row(self, row: Dependency) -> Iterator[Blow]:
        service, deployment = self._entries(row)
        edge = _edge(row, self._catalogue.functions.get(row.function))
        facts, thread = self._held(row, deployment)
        if facts is not None and not _has_grace(deployment):
            copy = _own_copy(row, service, deployment)
            effect, hours = (copy, 0) if copy else (edge.if_cut, edge.after_hours)
            yield self._blow(effect, hours, facts, row, thread)
        soil = self._reach.soil(row.host_country)
        if soil is not None and row.evidence:
            yield self._blow(edge.if_cut, edge.after_hours, soil, row)
        if deployment is not None:
            yield from self._under(deployment, edge, row)

    def _held(self, row: Dependency, deployment: Deployment | None) -> tuple[tuple[str, ...] | None, Degree | None]:
        """Return the facts by which the order reaches the service, its organisation or who operates it, and by which thread."""
        named = self._reach.service(row.service or "")
        if named is not None:
            return named, None
        others = () if deployment is None or deployment.operator == SELF else (deployment.operator,)
        for organisation in (row.organisation, *others):
            facts = self._reach.organisation(organisation)
            if facts is not None:
                return facts, self._reach.thread(organisation)
        return None, None

    def _under(self, deployment: Deployment, edge: RoleEffect, row: Dependency) -> Iterator[Blow]:
        """What the deployment stands on: machines, then needs."""
        machine = self._reach.machine(deployment)
        if machine is not None:
            yield self._blow(edge.if_cut, edge.after_hours, machine, row)
        part = self._reach.part(deployment)
        if part is not None:
            yield self._blow(edge.if_cut.at_worst(IfCut.DEGRADES), edge.after_hours, part, row)
        for effect, hours, facts in self._needs(deployment, frozenset({deployment.id})):
            milder = effect.at_worst(edge.if_cut)
            yield self._blow(milder, hours, facts, row)

    def _needs(self, deployment: Deployment, seen: frozenset[str]) -> Iterator[tuple[IfCut, int, tuple[str, ...]]]:
        for need in deployment.needs:
            facts = self._needed(need, seen) if self._concerns(need) else None
            if facts is not None:
                deeper_effect, hours, cited = facts
                effect = need.if_cut.at_worst(deeper_effect)
                yield effect, need.after_hours + hours, (*cited, self._cite.need(deployment, need))

    def _concerns(self, need: Need) -> bool:
        """A vendor's decision takes away the firm's own accounts: what signs it in or licenses it, not what serves its suppliers."""
        return self._order.scenario.kind is not ScenarioKind.DECISION or need.kind in _OWN_ACCOUNT

    def _needed(self, need: Need, seen: frozenset[str]) -> tuple[IfCut, int, tuple[str, ...]] | None:
        """Return how the needed service is reached: itself, its maker, its machines, or its own needs."""
        facts = self._reach.service(need.service)
        facts = facts if facts is not None else self._reach.organisation(self._catalogue.publisher[need.service])
        if facts is not None:
            return IfCut.STOPS, 0, facts
        sold = [entry for entry in self._catalogue.services[need.service].deployments if entry.option is Option.VENDOR and entry.id not in seen]
        if not sold or len(seen) > _MAX_DEPTH:
            return None
        machine = self._reach.machine(sold[0])
        if machine is not None:
            return IfCut.STOPS, 0, machine
        deeper = sorted(self._needs(sold[0], seen | {sold[0].id}), key=lambda found: (found[0].severity, found[1]))
        return deeper[0] if deeper else None

    def _entries(self, row: Dependency) -> tuple[Service | None, Deployment | None]:
        return self._catalogue.services.get(row.service or ""), self._catalogue.deployments.get(row.deployment or "")

    def _blow(self, effect: IfCut, hours: int, facts: tuple[str, ...], row: Dependency, thread: Degree | None = None) -> Blow:
        links = (*facts, row.id, *row.evidence[:1])
        return Blow(effect, self._order.notice_hours + hours, tuple(dict.fromkeys(links)), thread)

    def _worst(self, blows: Iterable[Blow]) -> Blow | None:
        return min(blows, key=lambda blow: blow.rank, default=None)

    def _spread(self, rows: tuple[Dependency, ...], blows: dict[str, Blow]) -> dict[str, Blow]:
        """Carry what strikes the name, the name service, the host in full over to what rests on them, within one domain.

        Tools that a list merely names stand beside each other: which of them rests on which is not known.
        """
        result = dict(blows)
        for cause in sorted(rows, key=lambda row: row.id):
            blow, function = blows.get(cause.id), self._catalogue.functions.get(cause.function)
            if blow is None or function is None or cause.subject == FIRM or blow.effect.severity > _edge(cause, function).if_cut.severity:
                continue
            for support in function.supports:
                for row in _resting(cause, support.function, rows):
                    carried = Blow(support.if_cut, blow.after_hours + support.after_hours, (*blow.chain, row.id, *row.evidence[:1]))
                    result[row.id] = min((carried, result.get(row.id, carried)), key=lambda one: one.rank)
        return result


def _edge(row: Dependency, function: Function | None) -> RoleEffect:
    """Return what the function suffers when the one in this role is gone.

    When `functions.toml` says nothing: a stop, or a loss for what merely calls in. What was set up once may be in use no more: a loss at most.
    """
    usual = IfCut.DEGRADES if row.role in _MINOR else IfCut.STOPS
    edges = [edge for edge in function.roles if edge.role is row.role] if function else []
    edge = edges[0] if edges else RoleEffect(role=row.role, if_cut=usual, after_hours=0, why={})
    milder = edge.if_cut.at_worst(IfCut.DEGRADES) if row.status is Status.CONFIGURED else edge.if_cut
    return msgspec.structs.replace(edge, if_cut=milder)


def _has_grace(deployment: Deployment | None) -> bool:
    """Say whether what is installed goes on until its licence is checked again: then the need says when it stops, not the order."""
    return deployment is not None and any(need.kind == "licence" for need in deployment.needs)


def _own_copy(row: Dependency, service: Service | None, deployment: Deployment | None) -> IfCut | None:
    """A program that the firm runs itself goes on when its maker is cut off; only what comes from the maker stops.

    When nothing tells whether the firm runs it or rents it, it degrades: one of the two readings goes on.
    """
    if deployment is not None:
        return IfCut.NO_UPDATE if deployment.operator == SELF else None
    if service is None or service.kind not in (ServiceKind.SOFTWARE, ServiceKind.OS, ServiceKind.MODEL):
        return IfCut.NO_UPDATE if row.role is Role.SOFTWARE else None
    rented = any(entry.option is Option.VENDOR for entry in service.deployments)
    return IfCut.DEGRADES if rented and row.role is not Role.SOFTWARE else IfCut.NO_UPDATE


def _with_spare(row: Dependency, rows: tuple[Dependency, ...], blows: dict[str, Blow]) -> Blow:
    """Two name services of two operators: one that stops leaves the other."""
    blow = blows[row.id]
    if row.role not in _PARALLEL or blow.effect is not IfCut.STOPS:
        return blow
    peers = [peer for peer in rows if (peer.subject, peer.function, peer.role) == (row.subject, row.function, row.role)]
    spare = any(peer.id not in blows for peer in peers)
    return Blow(IfCut.DEGRADES, blow.after_hours, blow.chain, blow.thread) if spare else blow


def _resting(cause: Dependency, function: str, rows: tuple[Dependency, ...]) -> list[Dependency]:
    """Return the rows that carry a function of the same domain: where mail is kept, where the site is served."""
    carrying = {Role.MAILBOX, Role.HOST, Role.OPERATOR, Role.CDN}
    beside = [row for row in rows if row.subject == cause.subject and row.function == function and row.id != cause.id]
    return [row for row in beside if row.role in carrying and row.organisation != NOBODY]


def cutoff(order: Order, rows: tuple[Dependency, ...], critical: frozenset[str], catalogue: Catalogue, reach: Reach, cite: Citations) -> Cutoff:
    """Return what stops and what degrades when an order takes effect, soonest first, each with its chain."""
    blows = Walk(order, catalogue, reach, cite).blows(rows)
    hit = [(blow, row) for row in rows if (blow := blows.get(row.id))]
    hits = [(blow, Hit(dependency=row.id, function=row.function, after_hours=blow.after_hours, thread=blow.thread, chain=blow.chain)) for blow, row in hit]
    hits.sort(key=lambda pair: (pair[1].after_hours, pair[1].function, pair[1].dependency))
    return Cutoff(
        id=_name(order),
        scenario=order.scenario.id,
        power=order.power,
        organisation=order.organisation,
        service=order.service,
        notice_hours=order.notice_hours,
        stops=tuple(hit for blow, hit in hits if blow.effect is IfCut.STOPS),
        degrades=tuple(hit for blow, hit in hits if blow.effect is not IfCut.STOPS),
        functions=states(rows, {name: (blow.effect, blow.after_hours) for name, blow in blows.items()}, critical, catalogue),
    )


def _name(order: Order) -> str:
    parts = (order.scenario.id, order.power, order.organisation, order.service, str(order.notice_hours) if order.notice_hours else None)
    return "c:" + "/".join(part for part in parts if part)
