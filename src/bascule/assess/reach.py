"""Whom a scenario reaches, and by which thread: seat, owner, establishment, machine."""

from datetime import date

import msgspec

from bascule.assess.cite import Citations
from bascule.catalogue import Catalogue, line
from bascule.model import SELF, Claim, Degree, Deployment, Effect, Hosting, Law, Scenario, ScenarioKind


class Order(msgspec.Struct, frozen=True):
    """A scenario made definite: who gives it or fails, and when it takes effect.

    Attributes:
        service: Set when only this service is concerned.
    """

    scenario: Scenario
    power: str | None = None
    organisation: str | None = None
    service: str | None = None
    notice_hours: int = 0


class Reach:
    """Answers, with the facts that say so, whether an order reaches an organisation, a machine or a service."""

    def __init__(self, order: Order, catalogue: Catalogue, on: date, cite: Citations) -> None:
        self.order = order
        self._catalogue, self._on, self._cite = catalogue, on, cite
        self._countries = catalogue.members(order.power) if order.power else frozenset[str]()
        self._known: dict[str, tuple[str, ...] | None] = {}
        self._threads: dict[str, Degree] = {}

    def _laws(self, thread: Degree) -> tuple[str, ...]:
        """Cite the laws in force by which the power can make somebody stop, through this thread."""
        laws = [self._catalogue.laws[name] for name in self.order.scenario.laws if name in self._catalogue.laws]
        return tuple(self._cite.law(law) for law in laws if Effect.STOP in law.effects and thread in law.reach and self._in_force(law))

    def _in_force(self, law: Law) -> bool:
        return (law.valid_from is None or law.valid_from <= self._on) and (law.valid_to is None or self._on < law.valid_to)

    def organisation(self, name: str) -> tuple[str, ...] | None:
        """Return the facts by which the order reaches an organisation, cause first; None when it does not."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> tuple[str, ...] | None:
        if self.order.scenario.kind is not ScenarioKind.POWER:
            return self._by_owner(name) if self.order.organisation else None
        ways = ((Degree.SEAT, self._seat), (Degree.OWNER, self._through_owners), (Degree.PRESENCE, self._established))
        for thread, way in ways:
            facts = way(name) if thread in self.order.scenario.reach else None
            if facts is not None:
                self._threads[name] = thread
                return (*self._laws(thread), *facts)
        return None

    def thread(self, name: str) -> Degree | None:
        """Return by which thread an organisation was found to be held."""
        return self._threads.get(name)

    def _established(self, name: str) -> tuple[str, ...] | None:
        return self._claim(name, Claim.PRESENCE)

    def _seat(self, name: str) -> tuple[str, ...] | None:
        return self._claim(name, Claim.COUNTRY)

    def _claim(self, name: str, claim: Claim) -> tuple[str, ...] | None:
        entry = self._catalogue.organisations.get(name)
        facts = self._cite.organisation(entry, claim) if entry else []
        found = tuple(fact_id for fact_id, fact in facts if fact.value in self._countries)
        return found or None

    def _through_owners(self, name: str) -> tuple[str, ...] | None:
        for member in line(name, self._catalogue, self._on).members[1:]:
            seat = self._seat(member)
            if seat is not None:
                return (*seat, *self._path(name, member))
        return None

    def _path(self, name: str, top: str) -> tuple[str, ...]:
        """Return the ownership links from `top` down to `name`."""
        for link in self._catalogue.owners(name, self._on):
            cited = self._cite.owner(name, link)
            if link.organisation == top:
                return (cited,)
            if top in line(link.organisation, self._catalogue, self._on).members:
                return (*self._path(link.organisation, top), cited)
        return ()

    def _by_owner(self, name: str) -> tuple[str, ...] | None:
        target = self.order.organisation
        if self.order.service is not None:
            return None
        if name == target:
            return ()
        members = line(name, self._catalogue, self._on).members[1:]
        decides = self.order.scenario.kind is ScenarioKind.DECISION
        return self._path(name, target) if decides and target and target in members else None

    def service(self, name: str) -> tuple[str, ...] | None:
        """Return facts when the order names this very service."""
        return () if self.order.service == name else None

    def machine(self, deployment: Deployment) -> tuple[str, ...] | None:
        """Return the facts by which the order reaches every machine that a deployment runs on."""
        reached = [self._host(deployment, host) for host in deployment.hosting]
        if not reached or any(facts is None for facts in reached):
            return None
        return tuple(dict.fromkeys(name for facts in reached if facts for name in facts))

    def part(self, deployment: Deployment) -> tuple[str, ...] | None:
        """Return the facts by which the order reaches one of the machines, when it does not reach all."""
        reached = [facts for host in deployment.hosting if (facts := self._host(deployment, host))]
        return reached[0] if reached and len(reached) < len(deployment.hosting) else None

    def _host(self, deployment: Deployment, host: Hosting) -> tuple[str, ...] | None:
        """Return the facts by which the order reaches one host: its operator, or the soil on which it stands.

        A vendor that closes the firm's accounts goes on renting its machines to others.
        """
        if self.order.scenario.kind is ScenarioKind.DECISION:
            return None
        facts = None if host.provider == SELF else self.organisation(host.provider)
        on_soil = Degree.PLACE in self.order.scenario.reach and host.country is not None and host.country in self._countries
        if host.provider == SELF or (facts is None and not on_soil):
            return None
        return (*(facts if facts is not None else self._laws(Degree.PLACE)), self._cite.hosting(deployment, host))

    def soil(self, country: str | None) -> tuple[str, ...] | None:
        """Return the laws when a machine was seen standing on the soil of the power."""
        on_soil = Degree.PLACE in self.order.scenario.reach and country is not None and country in self._countries
        return self._laws(Degree.PLACE) if on_soil else None
