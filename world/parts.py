"""What the world is made of, as its TOML files say it: providers, and the firms that rest on them."""

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

HERE = Path(__file__).parent
Ask = Literal["smtp", "rdap", "tenant"]


class Certificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a server shows.

    Attributes:
        issuer: `O=` of the authority that seems to have signed; our own test root signs all of them.
        names: DNS names; without them, those of the server that shows it.
        state: `good`, `expired` or `self-signed`.
    """

    issuer: str = "Let's Encrypt"
    names: tuple[str, ...] = ()
    state: Literal["good", "expired", "self-signed"] = "good"


class Page(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A site: the first name shows the page, the others lead there; their addresses are those of the zones.

    Attributes:
        body: The page itself; `file` names it beside the TOML file instead.
        headers: Sent with the page, in order; a name may come twice.
        texts: What stands at other paths (`/robots.txt`).
        plain: No TLS at all.
    """

    names: tuple[str, ...]
    body: str = ""
    file: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    texts: dict[str, str] = {}
    certificate: Certificate = Certificate()
    plain: bool = False


class Greeter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mail server: the host whose addresses it listens on, the name in its greeting, the certificate after STARTTLS."""

    host: str
    greeting: str = ""
    starttls: bool = True
    certificate: Certificate = Certificate(issuer="DigiCert Inc")

    @property
    def hostname(self) -> str:
        """The name in the greeting."""
        return self.greeting or self.host


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom firms rest on: its zones, the number of the network that holds its addresses, its servers."""

    name: str
    asn: int = 0
    zones: dict[str, str]
    pages: tuple[Page, ...] = ()
    greeters: tuple[Greeter, ...] = ()


class Registration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the registry says about a name."""

    registrar: str
    iana_id: int
    created: date = date(2012, 3, 14)
    expires: date = date(2027, 3, 14)
    status: tuple[str, ...] = ("active",)


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of a right audit, decided by the rules and not by what the program says.

    Attributes:
        service: Only where the rules name one product.
        alternatives: Other organisations that are right too in this row (a network or a domain for a catalogue that does not know its owner).
        ask: The row needs `--ask` of this kind.
        unless: The row goes when `--ask` of this kind knows better.
        optional: Right when told, no fault when not: the rules leave it open.
    """

    function: str
    role: str
    organisation: str
    service: str | None = None
    status: str | None = None
    alternatives: tuple[str, ...] = ()
    optional: bool = False
    ask: Ask | None = None
    unless: Ask | None = None


class Open(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question that a right audit leaves open."""

    function: str
    role: str
    optional: bool = False
    ask: Ask | None = None
    unless: Ask | None = None


class Firm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A made-up firm, with what a right audit of its domain says.

    Attributes:
        mirrors: Which real kind of set-up this is.
        delegation: Name servers that the registry names when they differ from those of the zone.
        served: False when no server holds the zone.
        tenant: What Microsoft's look-up answers.
    """

    domain: str
    mirrors: str
    zone: str = ""
    delegation: tuple[str, ...] = ()
    served: bool = True
    pages: tuple[Page, ...] = ()
    greeters: tuple[Greeter, ...] = ()
    registration: Registration | None = None
    tenant: Literal["Managed", "Federated", "Unknown"] = "Unknown"
    expected: tuple[Expected, ...] = ()
    expected_unknown: tuple[Open, ...] = ()
    not_claimed: tuple[str, ...] = ()

    @property
    def asks(self) -> frozenset[str]:
        """The kinds of `--ask` that change what a right audit says."""
        rows: tuple[Expected | Open, ...] = (*self.expected, *self.expected_unknown)
        return frozenset(ask for row in rows for ask in (row.ask, row.unless) if ask)


def firms() -> list[Firm]:
    """Return the firms, in file-name order."""
    return [msgspec.toml.decode(path.read_bytes(), type=Firm) for path in sorted((HERE / "firms").glob("*.toml"))]


def providers() -> list[Provider]:
    """Return the providers, in file-name order."""
    return [msgspec.toml.decode(path.read_bytes(), type=Provider) for path in sorted((HERE / "providers").glob("*.toml"))]
