"""What trace gives a service away, in which role, how strongly."""

from enum import StrEnum

from bascule.model.fact import Sourced


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
