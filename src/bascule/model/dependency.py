"""What traces mean: which services a firm uses, in which roles; what stays open; where the sources disagree."""

from decimal import Decimal
from enum import StrEnum

import msgspec

from bascule.model.fingerprint import Role


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what an audit holds; every key is written, also when it is null."""


class Status(StrEnum):
    """IN_USE was seen working or is paid for; CONFIGURED was set up once; DECLARED is the firm's own word."""

    IN_USE = "in-use"
    CONFIGURED = "configured"
    DECLARED = "declared"


class Witness(StrEnum):
    """Who speaks for a dependency: the firm's LIST of tools, its ACCOUNTS, its PROGRAMS (applications, machines, traffic), or the records of the DOMAIN."""

    LIST = "list"
    ACCOUNTS = "accounts"
    PROGRAMS = "programs"
    DOMAIN = "domain"


class Dependency(Record, frozen=True, kw_only=True):
    """A firm's use of a service for a function, in a role.

    Attributes:
        use: What the firm says that it does with it (`firm.toml`).
        organisation: Catalogue id; `self`, `none`, `domain:<registrable domain>` or `as:<number>` otherwise.
        jurisdictions: Sorted ISO 3166-1 codes of the operator and its owners up to the ultimate one, as far as known.
        host_country: Where the network says that the machine stands; never a jurisdiction.
        confidence: 0 to 1, that the row is right as written.
        evidence: Ids of the observations behind it, the decisive one first.
        because: Ids of the fingerprints that gave it away, as `facts` quotes them.
        also: Organisations that rival readings of the same records would name.
        seats: For how many users it is paid, by invoices, else by the list, else by `firm.toml`.
        users: How many users a list of applications counts: that they may sign in, not that they do.
        sources: Which kinds of source name it; they agree on it.
        contradictions: Ids of the contradictions in which it is one of the sides.
    """

    id: str
    subject: str
    function: str
    use: str | None = None
    role: Role
    service: str | None = None
    deployment: str | None = None
    organisation: str
    ultimate_owner: str | None = None
    jurisdictions: tuple[str, ...] = ()
    host_country: str | None = None
    confidence: float
    status: Status
    cost_eur_month: Decimal | None = None
    evidence: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    seats: int | None = None
    users: int | None = None
    sources: tuple[Witness, ...] = ()
    contradictions: tuple[str, ...] = ()


class Ask(Record, frozen=True, kw_only=True):
    """The cheapest question that would settle an unknown; the sentence is made in the report."""

    question: str
    args: dict[str, str] = {}


class Unknown(Record, frozen=True, kw_only=True):
    """Something seen and not recognised, or a role that the records leave open."""

    id: str
    subject: str
    function: str
    role: Role
    seen: str
    ask: Ask
    cost_eur_month: Decimal | None = None


class Side(Record, frozen=True, kw_only=True):
    """What some sources agree on, where others say something else.

    Attributes:
        organisation: The one that they name, as a dependency names it.
        dependencies: Ids, at least one.
    """

    sources: tuple[Witness, ...]
    organisation: str
    dependencies: tuple[str, ...]


class Contradiction(Record, frozen=True, kw_only=True):
    """Sources that name different providers for one function; no verdict on which of them is right.

    Attributes:
        role: In which the records of the domain name theirs; `operator` where only the firm's own papers speak.
        sides: At least two, those of the firm's own words first.
        ask: The cheapest question that would settle it.
    """

    id: str
    function: str
    role: Role
    sides: tuple[Side, ...]
    ask: Ask


class Identification(Record, frozen=True, kw_only=True):
    """What the traces mean. `unmatched` counts private labels that match nothing; they are kept nowhere else."""

    dependencies: tuple[Dependency, ...]
    unknowns: tuple[Unknown, ...]
    unmatched: int = 0
