"""Who sells what, on whose machines: the sourced nouns of the catalogue."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from bascule.model.fact import Fact, Sourced
from bascule.model.fingerprint import Fingerprint

SELF = "self"
"""The firm itself, as operator or host of a deployment."""

NOBODY = "none"
"""The organisation of a role that is known to be filled by no one, such as the mailbox of a domain without mail."""


class OwnerKind(StrEnum):
    """MAJORITY and CONTROL lead up to the ultimate owner; MINORITY is shown and decides nothing."""

    MAJORITY = "majority"
    CONTROL = "control"
    MINORITY = "minority"


class Owner(Sourced, frozen=True, kw_only=True):
    """A dated link from an organisation to one that owns part of it."""

    organisation: str
    kind: OwnerKind
    share_pct: float | None = None
    since: date | None = None
    until: date | None = None


class IfCut(StrEnum):
    """What happens to the one that needs when the other is gone; from worst to mildest."""

    STOPS = "stops"
    DEGRADES = "degrades"
    NO_UPDATE = "no_update"

    @property
    def severity(self) -> int:
        """0 for the worst."""
        return list(IfCut).index(self)

    def at_worst(self, limit: "IfCut") -> "IfCut":
        """Return the milder of the two: what remains of this effect when something lets it be no worse than `limit`."""
        return max(self, limit, key=lambda effect: effect.severity)


class Need(Sourced, frozen=True, kw_only=True):
    """Another service that a deployment cannot, or can hardly, do without.

    Attributes:
        kind: auth, infra, updates, index, push, payment, client, licence, model.
        after_hours: How long it goes on working once the other is gone.
    """

    service: str
    kind: str
    if_cut: IfCut
    after_hours: int


class Hosting(Sourced, frozen=True, kw_only=True):
    """On whose machines a deployment runs, and in which country these stand, when that was read."""

    provider: str
    country: str | None = None
    role: str = "primary"


class Option(StrEnum):
    """Who runs it: the vendor, the firm itself, or a third operator."""

    VENDOR = "vendor"
    SELF = "self"
    PARTNER = "partner"


class Deployment(Sourced, frozen=True, kw_only=True):
    """Software × operator × host × place: the thing that can be switched off."""

    id: str
    option: Option
    operator: str
    hosting: tuple[Hosting, ...] = ()
    needs: tuple[Need, ...] = ()


class Transfer(Sourced, frozen=True, kw_only=True):
    """One way in which data leaves (an export) or enters (an import) a service.

    Attributes:
        data: What travels (`mail`, `documents`, `customers` …).
        method: ui, api, protocol or file.
        official: Documented by the vendor.
        open_format: Documented and readable by others; None when that was not read.
    """

    data: str
    method: str
    format: str
    official: bool = True
    open_format: bool | None = None
    limits: str = ""


class Price(Sourced, frozen=True, kw_only=True):
    """A list price, on the day it was read.

    Attributes:
        per: user, organisation, domain, GB …
        period: month, year or once.
        tax: excluded, included or unknown.
    """

    plan: str
    amount: Decimal
    currency: str
    per: str
    period: str
    tax: str = "unknown"
    country: str | None = None
    valid_from: date | None = None


class Flow(StrEnum):
    """How a person lets a program in: by a code typed in at another device (RFC 8628), or by a page that leads back to it (RFC 8252)."""

    DEVICE = "device"
    CODE = "code"


class SignIn(Sourced, frozen=True, kw_only=True):
    """How a program is let into a service with OAuth 2.0, by a client id that the firm registers itself.

    Attributes:
        protocol: What is reached with it: imap or graph.
        hosts: Servers that it opens.
        device_url: Where a device asks for its code; empty for another flow. `{tenant}` stands for the customer's directory.
        authorize_url: The page on which a person says yes; empty for another flow.
        token_url: Where tokens are given and renewed.
        tenant: What `{tenant}` is when the person names none.
        scopes: What is asked for.
        register_url: Where the firm registers its client.
        app_password_url: How to make a password for programs, where one is taken instead.
        more: Further pages that were read for it.
    """

    protocol: str
    hosts: tuple[str, ...]
    flow: Flow
    device_url: str = ""
    authorize_url: str = ""
    token_url: str
    tenant: str = ""
    scopes: tuple[str, ...]
    register_url: str = ""
    app_password_url: str = ""
    more: tuple[str, ...] = ()


class ServiceKind(StrEnum):
    """What is sold or given: a service, a program, machines, people's work, a model, a system."""

    SAAS = "saas"
    SOFTWARE = "software"
    IAAS = "iaas"
    MSP = "msp"
    MODEL = "model"
    OS = "os"


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that a firm uses under one name.

    Attributes:
        names: Names in other languages than that of `name` (`{"en": …}`).
        aliases: Other spellings that people write in lists and banks print on statements.
        functions: What it is used for; the first is the usual one.
    """

    id: str
    name: str
    names: dict[str, str] = {}
    aliases: tuple[str, ...] = ()
    functions: tuple[str, ...]
    kind: ServiceKind
    facts: tuple[Fact, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    exports: tuple[Transfer, ...] = ()
    imports: tuple[Transfer, ...] = ()
    prices: tuple[Price, ...] = ()
    sign_in: tuple[SignIn, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()


class Organisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A legal person, or a community, with its owners and its services."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    owners: tuple[Owner, ...] = ()
    services: tuple[Service, ...] = ()
