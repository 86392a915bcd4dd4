"""Powers, laws, scenarios and functions: what can happen, and to what."""

from datetime import date
from enum import StrEnum

import msgspec

from bascule.model.fact import Sourced
from bascule.model.fingerprint import Role
from bascule.model.organisation import IfCut

Text = dict[str, str]
"""The same sentence by language code; `fr` and `en` are always there."""


class Effect(StrEnum):
    """What a law lets its power do through a provider."""

    STOP = "stop"
    READ = "read"
    CHANGE = "change"


class Degree(StrEnum):
    """By which thread a power holds an organisation or a machine.

    SEAT: the operator is registered there. OWNER: one of its owners up to the ultimate one is.
    PRESENCE: it has an establishment there. PLACE: the machine stands there.
    """

    SEAT = "seat"
    OWNER = "owner"
    PRESENCE = "presence"
    PLACE = "place"


class Jurisdiction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A country (ISO 3166-1 alpha-2) or the union it belongs to (`EU`, `EEA`)."""

    code: str
    name: Text
    member_of: tuple[str, ...] = ()
    membership: Sourced | None = None


class Law(Sourced, frozen=True, kw_only=True):
    """A dated instrument that lets a power compel somebody.

    Attributes:
        instrument: Its official reference.
        compels: Who can be compelled, in plain words.
        effects: To stop, to read, to change.
        reach: By which threads.
        valid_from, valid_to: None when unknown, or still in force.
    """

    id: str
    jurisdiction: str
    name: Text
    instrument: str
    compels: Text
    effects: tuple[Effect, ...]
    reach: tuple[Degree, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    note: Text = msgspec.field(default_factory=dict)


class Precedent(Sourced, frozen=True, kw_only=True):
    """A public case of the same kind, told in one sentence, with what is disputed."""

    text: Text
    when: str


class ScenarioKind(StrEnum):
    """Who throws the switch: a power, one organisation's decision, or an accident."""

    POWER = "power"
    DECISION = "decision"
    FAILURE = "failure"


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One "what if".

    Attributes:
        power: Jurisdiction that gives the order; None when the user names it.
        organisation: Who decides or fails; None when the user names it.
        reach: Degrees by which the order reaches somebody.
        notice_hours: Between the announcement and the cut.
        retrievable: Whether data can still be fetched after the cut; None when nobody knows.
    """

    id: str
    kind: ScenarioKind
    name: Text
    question: Text
    power: str | None = None
    organisation: str | None = None
    reach: tuple[Degree, ...] = ()
    notice_hours: int = 0
    retrievable: bool | None = None
    laws: tuple[str, ...] = ()
    precedents: tuple[Precedent, ...] = ()


class RoleEffect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a function suffers when the one in `role` is gone, and why."""

    role: Role
    if_cut: IfCut
    after_hours: int
    why: Text


class Support(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Another function of the same subject that rests on this one."""

    function: str
    if_cut: IfCut
    after_hours: int
    why: Text


class Function(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something that a firm does with digital tools.

    Attributes:
        critical: Whether a small firm counts it as critical when its `firm.toml` says nothing; a convention, shown as one.
        words: Headings and words by which lists name it, both languages.
    """

    id: str
    name: Text
    words: tuple[str, ...] = ()
    critical: bool = False
    roles: tuple[RoleEffect, ...] = ()
    supports: tuple[Support, ...] = ()


class Alternative(Sourced, frozen=True, kw_only=True):
    """A service that can take over a function.

    Attributes:
        fit: 0 to 3, how much of an ordinary use it covers.
        needs, loses: What it asks for and what one gives up, in plain words.
        effort_hours_user, setup_hours: Working hours; ranges [low, high]; None when nobody has published any.
    """

    service: str
    deployment: str | None = None
    fit: int
    needs: Text = msgspec.field(default_factory=dict)
    loses: Text = msgspec.field(default_factory=dict)
    setup_hours: tuple[float, float] | None = None
    effort_hours_user: tuple[float, float] | None = None


class AlternativeSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The alternatives of one function, in no order of merit."""

    function: str
    alternatives: tuple[Alternative, ...]
