"""Who sells what, on whose machines: the sourced nouns of the catalogue."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

SELF = "self"
"""The firm itself, as operator or host of a deployment."""

NOBODY = "none"
"""The organisation of a role that is known to be filled by no one, such as the mailbox of a domain without mail."""


class Sourced(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something that somebody read somewhere on some day.

    Attributes:
        source: URL of the page that says so.
        read_on: The day on which that page was read.
        title: What the page is, when its address does not tell.
        partial: The page supports the value in part only, or the value is inferred from it.
    """

    source: str
    read_on: date
    title: str = ""
    partial: bool = False


class Claim(StrEnum):
    """What a plain fact is about. The value's type: text, unless another is named here."""

    LEGAL_NAME = "legal_name"
    COUNTRY = "country"  # ISO 3166-1, of the registered seat
    PRESENCE = "presence"  # ISO 3166-1, of an establishment beside the seat
    ULTIMATE = "ultimate"  # nobody above: listed, founders, state, foundation, community, cooperative, private
    SIREN = "siren"
    LEI = "lei"
    VAT = "vat"
    ICS = "ics"
    COLLECTS = "collects"  # bool: takes payments for other sellers, so that its name alone does not tell what was bought
    WIKIDATA = "wikidata"
    STATUS = "status"  # active, ended, renamed
    STATUS_SINCE = "status_since"  # ISO 8601 date
    SUCCESSOR = "successor"
    LICENCE = "licence"  # SPDX id, proprietary, source-available, service
    HOLDERS = "holders"  # of the copyright: one, many
    DATA_PLACE = "data_place"  # ISO 3166-1 or EU: where customers' data lies
    KEYS = "keys"  # vendor, customer: who can read what is stored
    NEEDS_COMPLETE = "needs_complete"  # bool: the listed needs are all that the vendor declares
    INTEREST = "interest"  # who gains when this is recommended
    CAUTION = "caution"  # a sourced thing to know before choosing it


class Fact(Sourced, frozen=True, kw_only=True):
    """One claim with its value and its source.

    Attributes:
        en: The same sentence in English, where the value is a French one (`caution`, `interest`).
    """

    claim: Claim
    value: str | int | bool
    en: str = ""


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


class Channel(StrEnum):
    """In which kind of record a trace is looked for."""

    MX = "mx"
    SPF = "spf_include"
    TXT = "txt"
    DKIM_CNAME = "dkim_cname"
    DKIM_SELECTOR = "dkim_selector"
    AUTODISCOVER = "autodiscover"
    SRV = "srv"
    NS = "ns"
    SOA = "soa"
    CNAME = "cname"
    CAA = "caa"
    ASN = "asn"
    TLS_ISSUER = "tls_issuer"
    REGISTRAR = "registrar"
    TENANT = "tenant"
    HEADER = "header"
    COOKIE = "cookie"
    HTML = "html"
    GENERATOR = "generator"
    SCRIPT_HOST = "script_host"
    SCRIPT = "script"
    LABEL = "bank_label"
    VAT = "invoice_vat"
    ICS = "ics"
    DOMAIN = "domain"  # host that people reach to use it
    SSO_APP = "sso_app_id"
    PACKAGE = "package"  # package URL without version
    IMAGE = "image"  # container image without tag
    RESOURCE = "iac_resource"  # provider or resource type of infrastructure as code
    VARIABLE = "env_name"


class Match(StrEnum):
    """SUFFIX ends on a label boundary; PREFIX and EXACT ignore case; REGEX is searched."""

    SUFFIX = "suffix"
    EXACT = "exact"
    PREFIX = "prefix"
    REGEX = "regex"


class Strength(StrEnum):
    """PROOF needs no company; STRONG decides when nothing contradicts; WEAK never decides alone."""

    PROOF = "proof"
    STRONG = "strong"
    WEAK = "weak"


class Role(StrEnum):
    """In which position a service stands towards the firm."""

    GATEWAY = "gateway"
    MAILBOX = "mailbox"
    TENANT = "tenant"
    SENDER = "sender"
    INFRASTRUCTURE = "infrastructure"
    SOFTWARE = "software"
    OPERATOR = "operator"
    HOST = "host"
    CDN = "cdn"
    THIRD_PARTY = "third-party"
    REGISTRAR = "registrar"
    DNS = "dns"
    CERTIFICATE = "certificate"


class Fingerprint(Sourced, frozen=True, kw_only=True):
    """What trace gives a service away, in which role, how strongly, and what it does not prove.

    Attributes:
        not_proof_of: Conclusions that this trace forbids (`mailbox`, `in-use` …).
        examples_pos: Records as they are seen in which the trace is found.
        examples_neg: Records that look alike in which it must not be found.
        selectors: Of a DKIM trace, the selectors under which the provider has its customers publish; asked of every domain.
    """

    channel: Channel
    match: Match = Match.SUFFIX
    pattern: str
    role: Role
    strength: Strength
    not_proof_of: tuple[str, ...] = ()
    examples_pos: tuple[str, ...]
    examples_neg: tuple[str, ...]
    selectors: tuple[str, ...] = ()


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
    fingerprints: tuple[Fingerprint, ...] = ()


class Organisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A legal person, or a community, with its owners and its services."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    owners: tuple[Owner, ...] = ()
    services: tuple[Service, ...] = ()
