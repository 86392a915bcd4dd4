"""What comes out: a firm's dependencies, what exposes each, what stops when, what instead."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from bascule.model.dependency import Contradiction, Dependency, Record, Unknown
from bascule.model.evidence import Evidence
from bascule.model.law import Degree
from bascule.model.organisation import IfCut


class Cited(Record, frozen=True, kw_only=True):
    """A fact of the catalogue as an audit quotes it; `because` and `chain` point to its id."""

    id: str
    about: str
    claim: str
    value: str | int | float | bool
    source: str
    read_on: date
    method: str = "human"
    partial: bool = False
    en: str = ""


class Interval(Record, frozen=True, kw_only=True):
    """A value known within bounds. No evidence is the whole range; a conflict between sources is kept and flagged."""

    low: int
    high: int
    confidence: float
    because: tuple[str, ...] = ()
    conflict: bool = False


class Exposure(Record, frozen=True, kw_only=True):
    """Six layers (0 to 4) and four questions (0 to 100) of one dependency; the higher, the safer."""

    id: str
    dependency: str
    control: Interval
    operation: Interval
    data: Interval
    licence: Interval
    exit: Interval
    chain: Interval
    decide: Interval
    stop: Interval
    read: Interval
    leave: Interval


class Hit(Record, frozen=True, kw_only=True):
    """One dependency that a scenario reaches.

    Attributes:
        thread: By which an order holds its operator, when it holds it directly.
        chain: Ids of facts, dependencies and evidence, the cause first.
    """

    dependency: str
    function: str
    after_hours: int
    thread: Degree | None = None
    chain: tuple[str, ...]


class FunctionState(Record, frozen=True, kw_only=True):
    """What becomes of a whole function: one tool of two that stops makes it degrade.

    Attributes:
        effect: None when nothing reaches it.
        weaker_after_hours: When it begins to suffer, where that is before it stops.
        because: Dependencies whose hits decide.
    """

    function: str
    critical: bool
    effect: IfCut | None
    after_hours: int | None
    weaker_after_hours: int | None = None
    because: tuple[str, ...]


class Cutoff(Record, frozen=True, kw_only=True):
    """What stops and what degrades under one scenario; conditional, never a probability."""

    id: str
    scenario: str
    power: str | None
    organisation: str | None = None
    service: str | None = None
    notice_hours: int = 0
    stops: tuple[Hit, ...]
    degrades: tuple[Hit, ...]
    functions: tuple[FunctionState, ...]


class Candidate(Record, frozen=True, kw_only=True):
    """An alternative for one dependency, measured as the present tool is.

    Attributes:
        interest: Facts that say who gains when it is recommended.
        cautions: Facts to know before choosing.
        because: What says that it can take over.
    """

    id: str
    dependency: str
    function: str
    service: str
    deployment: str | None
    organisation: str
    jurisdictions: tuple[str, ...]
    fit: int
    exposure: Exposure
    setup_hours: tuple[float, float] | None
    effort_hours_user: tuple[float, float] | None
    price_eur_user_month: Decimal | None
    interest: tuple[str, ...]
    cautions: tuple[str, ...]
    because: tuple[str, ...]


class CatalogueStamp(Record, frozen=True, kw_only=True):
    """With which data the audit was made."""

    version: str
    date: date


class Credit(Record, frozen=True, kw_only=True):
    """Whose data an answer was found in, for the page to name."""

    publisher: str
    title: str
    url: str
    licence: str


class NetworkStamp(Record, frozen=True, kw_only=True):
    """The table that told which network an address stands in.

    Attributes:
        date: The day of its data.
    """

    date: date
    sources: tuple[Credit, ...]


class Note(Record, frozen=True, kw_only=True):
    """Something to tell about the inputs: code and arguments, the sentence is made in the report."""

    code: str
    args: dict[str, str] = msgspec.field(default_factory=dict)


class Waste(StrEnum):
    """DOUBLED: one function is paid for more than once; IDLE: a tool is paid for, and something shows that it is little used or not at all."""

    DOUBLED = "doubled"
    IDLE = "idle"


class Reason(StrEnum):
    """What makes a subscription look spent for nothing.

    SEVERAL: several tools are paid for one function; TWICE: two bills of one size for one tool; ELSEWHERE: the domains show another
    provider in the one place that there is; NO_USERS: a list of applications counts nobody; NO_SIGN_IN: nobody signed in for long;
    SEATS: more seats are billed than a list of applications counts users.
    """

    SEVERAL = "several"
    TWICE = "twice"
    ELSEWHERE = "elsewhere"
    NO_USERS = "no-users"
    NO_SIGN_IN = "no-sign-in"
    SEATS = "seats"


class Saving(Record, frozen=True, kw_only=True):
    """Money that may be spent for nothing; a thing to look at, never a verdict.

    Attributes:
        reason: None in audits of earlier versions.
        dependencies: Ids, the dearest first.
        cost_eur_month: What would be saved: all but the dearest of several tools, the smaller of two bills, the seats without a user,
            the whole of an idle tool.
    """

    kind: Waste
    reason: Reason | None = None
    function: str
    dependencies: tuple[str, ...]
    cost_eur_month: Decimal


class Audit(Record, frozen=True, kw_only=True):
    """One firm, all the stages. Elements refer to each other by id.

    Attributes:
        as_of: The day for which it holds.
        networks: The table of networks that was asked; None when none was.
        trusted: Countries whose powers the user trusts.
        critical: Functions that the firm, or the method when the firm says nothing, counts as critical.
        first: Ids of dependencies to look at first, the most urgent first.
        savings: Subscriptions that are doubled or idle, the dearest first.
        contradictions: Functions for which the sources name different providers.
    """

    schema: str = "bascule.audit/1"
    name: str | None
    people: int | None
    subjects: tuple[str, ...]
    as_of: date
    catalogue: CatalogueStamp
    networks: NetworkStamp | None = None
    trusted: tuple[str, ...]
    critical: tuple[str, ...]
    dependencies: tuple[Dependency, ...]
    unknowns: tuple[Unknown, ...]
    exposure: tuple[Exposure, ...]
    cutoffs: tuple[Cutoff, ...]
    alternatives: tuple[Candidate, ...]
    first: tuple[str, ...]
    plan: None = None
    facts: tuple[Cited, ...]
    evidence: tuple[Evidence, ...]
    notes: tuple[Note, ...] = ()
    savings: tuple[Saving, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
