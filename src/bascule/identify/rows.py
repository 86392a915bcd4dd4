"""Rows in the making: the same service in the same role is one dependency, however many traces speak for it."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import msgspec

from bascule.catalogue import Trace
from bascule.model import Ask, Dependency, Evidence, Role, Status, Unknown, evidence_id

_RANK = {Status.IN_USE: 2, Status.CONFIGURED: 1, Status.DECLARED: 0}
Key = tuple[str, Role, str | None, str]


class Rows:
    """Collects dependencies and unknowns; `finished` returns them in an order that no input order changes."""

    def __init__(self, quoting: bool = True) -> None:
        """Begin without rows; `quoting` them with the ids of their evidence and traces takes time that a table without these columns saves."""
        self._quoting = quoting
        self._rows: dict[str, dict[Key, Dependency]] = {}
        self._unknowns: dict[str, Unknown] = {}
        self._ids: dict[int, str] = {}
        self._costs: dict[tuple[str, Key], dict[tuple[int, datetime, str], Decimal]] = {}

    def add(
        self,
        subject: str,
        function: str,
        role: Role,
        organisation: str,
        confidence: float,
        evidence: Iterable[Evidence],
        *,
        service: str | None = None,
        status: Status = Status.IN_USE,
        also: Iterable[str] = (),
        country: str | None = None,
        cost: Decimal | None = None,
        deployment: str | None = None,
        trace: Trace | None = None,
    ) -> None:
        """Add a reading, or strengthen the row that already says the same."""
        proof = tuple(evidence) if self._quoting or cost is not None else ()
        rows, key = self._rows.setdefault(subject, {}), (function, role, service, organisation)
        new = Dependency(
            id=_name("d", subject, function, role, service or organisation),
            subject=subject,
            function=function,
            role=role,
            service=service,
            organisation=organisation,
            confidence=round(confidence, 3),
            status=status,
            evidence=tuple(dict.fromkeys([self._id(item) for item in proof])) if self._quoting else (),
            because=(trace.id,) if trace and self._quoting else (),
            also=tuple(sorted(set(also) - {organisation})) if also else (),
            host_country=country,
            cost_eur_month=self._cost(subject, key, status, cost, proof),
            deployment=deployment,
        )
        old = rows.get(key)
        rows[key] = new if old is None else _merge(old, new)

    def _id(self, item: Evidence) -> str:
        """Return the id of an observation, computed once; observations outlive the rows."""
        found = self._ids.get(id(item))
        if found is None:
            found = self._ids[id(item)] = evidence_id(item)
        return found

    def _cost(self, subject: str, key: Key, status: Status, cost: Decimal | None, proof: tuple[Evidence, ...]) -> Decimal | None:
        """Return what a row costs in all.

        What was paid takes the place of what a list only declares, and a later ledger or list that of an earlier one: all tell
        of the same bill. Within one file several lines add up.
        """
        if cost is None and (subject, key) not in self._costs:
            return None
        told = self._costs.setdefault((subject, key), {})
        if cost is not None and proof:
            place = (_RANK[status], proof[0].seen_at, proof[0].source)
            told[place] = told.get(place, Decimal(0)) + cost
        return told[max(told)] if told else None

    def trace(
        self,
        subject: str,
        trace: Trace,
        confidence: float,
        evidence: Iterable[Evidence],
        *,
        role: Role | None = None,
        status: Status = Status.IN_USE,
        also: Iterable[str] = (),
        country: str | None = None,
    ) -> None:
        """Add what a fingerprint gives away, in its own role or the one given; mail roles belong to the function email."""
        place = role or trace.fingerprint.role
        function = "email" if place in MAIL_ROLES else _function(trace, place)
        organisation, service = trace.organisation.id, trace.service.id
        self.add(subject, function, place, organisation, confidence, evidence, service=service, status=status, also=also, country=country, trace=trace)

    def strengthen(self, service: str, evidence: Iterable[Evidence], cost: Decimal | None, status: Status) -> bool:
        """Let the firm's own files speak for a service already seen in use: its cost and evidence join that row; False when none was."""
        seen = [row for row in self.all() if row.service == service and row.role in _CARRYING]
        if not seen:
            return False
        row = min(seen, key=lambda one: (_CARRYING.index(one.role), one.id))
        sure = max(row.confidence, _PAID) if status is Status.IN_USE else row.confidence
        self.add(row.subject, row.function, row.role, row.organisation, sure, evidence, service=service, status=status, cost=cost)
        return True

    def unknown(self, subject: str, function: str, role: Role, seen: str, question: str, cost: Decimal | None = None, **args: str) -> None:
        """Add something that stays open, with the question that would settle it."""
        name = _name("u", subject, function, role, seen)
        ask = Ask(question=question, args=args)
        self._unknowns[name] = Unknown(id=name, subject=subject, function=function, role=role, seen=seen, ask=ask, cost_eur_month=cost)

    def settle(self, question: str) -> None:
        """Drop the unknowns that ask a question, once something answers it."""
        self._unknowns = {name: item for name, item in self._unknowns.items() if item.ask.question != question}

    def open(self, subject: str, function: str, role: Role) -> bool:
        """Say whether a place is known to be open."""
        return any((item.subject, item.function, item.role) == (subject, function, role) for item in self._unknowns.values())

    def of(self, subject: str, *roles: Role) -> list[Dependency]:
        """Return the rows of a subject, in these roles when some are given."""
        return [row for row in self._rows.get(subject, {}).values() if not roles or row.role in roles]

    def all(self) -> list[Dependency]:
        """Return the rows so far."""
        return [row for rows in self._rows.values() for row in rows.values()]

    def finished(self) -> tuple[tuple[Dependency, ...], tuple[Unknown, ...]]:
        """Return rows and unknowns, each sorted by id."""
        rows = sorted(self.all(), key=lambda row: (row.id, row.organisation))
        return tuple(rows), tuple(sorted(self._unknowns.values(), key=lambda item: item.id))


_PAID = 0.9
"""How sure a bill makes a reading."""
_CARRYING = (Role.MAILBOX, Role.GATEWAY, Role.OPERATOR, Role.HOST, Role.SOFTWARE, Role.REGISTRAR, Role.DNS, Role.CDN)
"""Roles in which a service carries a function, the one that a bill most likely pays for first."""
MAIL_ROLES = frozenset({Role.GATEWAY, Role.MAILBOX, Role.TENANT, Role.SENDER, Role.INFRASTRUCTURE})
_SITE_ROLES = frozenset({Role.SOFTWARE, Role.HOST, Role.CDN})
_NAME_ROLES = {Role.REGISTRAR: "domain-name", Role.DNS: "dns", Role.CERTIFICATE: "certificate"}


def _function(trace: Trace, role: Role) -> str:
    if role in _SITE_ROLES:
        return "website"
    return _NAME_ROLES.get(role, trace.service.functions[0])


def _merge(old: Dependency, new: Dependency) -> Dependency:
    return msgspec.structs.replace(
        old,
        confidence=max(old.confidence, new.confidence),
        status=max(old.status, new.status, key=_RANK.__getitem__),
        evidence=tuple(dict.fromkeys((*old.evidence, *new.evidence))),
        because=tuple(dict.fromkeys((*old.because, *new.because))),
        also=tuple(sorted({*old.also, *new.also})),
        host_country=old.host_country or new.host_country,
        deployment=old.deployment or new.deployment,
        cost_eur_month=new.cost_eur_month,
    )


def _name(prefix: str, subject: str, function: str, role: Role, what: str) -> str:
    return f"{prefix}:{subject}/{function}/{role}/{what}"
