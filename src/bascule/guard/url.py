"""Addresses of pages, read strictly: what two programs could read in two ways is no address here."""

from ipaddress import ip_address
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from bascule.guard.address import BlockedError

_SAFE = "!#$%&'()*+,/:;=?@[]~-._"
_MAX_URL = 2048
_SCHEMES = {"http": 80, "https": 443}


class Target(msgspec.Struct, frozen=True):
    """Where a request goes.

    Attributes:
        host: Lower-case A-label name, or an IP address in its plain spelling, without brackets.
        path: Path and query, percent-encoded, never empty.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The address in the one spelling that is sent."""
        return f"{self.origin}{self.path}"

    @property
    def origin(self) -> str:
        """Scheme, host and port; the usual port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _SCHEMES[self.scheme] else f":{self.port}")

    @property
    def literal(self) -> bool:
        """Whether the host is an address and needs no look-up."""
        return _is_address(self.host)


def target(text: str, base: str | None = None) -> Target:
    """Return where an address leads, relative to the page that named it.

    Raises:
        BlockedError: It is no http(s) address, carries a password, or its host could be read in two ways.
    """
    try:
        parts = urlsplit(urljoin(base or "", text.strip()))
        port, host = parts.port, (parts.hostname or "").rstrip(".")
    except ValueError as error:
        raise BlockedError(f"this address cannot be read ({error})") from error
    if parts.scheme not in _SCHEMES:
        raise BlockedError(f"{parts.scheme or 'this'}: only http and https are followed")
    if parts.username is not None or parts.password is not None:
        raise BlockedError("an address with a user name in it is not followed")
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    found = Target(parts.scheme, plain_host(host), _SCHEMES[parts.scheme] if port is None else port, path)
    if len(found.url) > _MAX_URL:
        raise BlockedError("this address is too long")
    return found


def plain_host(text: str) -> str:
    """Return a host name as lower-case A-labels, or an address as it is.

    Raises:
        BlockedError: It is a number in disguise (`0x7f.1`, `2130706433`), a name of this machine, or no host name.
    """
    if _is_address(text):
        return text
    try:
        name = text.encode("ascii").decode().lower() if text.isascii() else text.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise BlockedError("this host name cannot be written in DNS") from error
    labels = name.split(".")
    if len(labels) < 2 or len(name) > 253 or not all(_is_label(label) for label in labels):
        raise BlockedError(f"{name[:80]} is no host name of the Internet")
    if _is_number(labels[-1]):
        raise BlockedError(f"{name[:80]} is a number in disguise")
    return name


def _is_label(label: str) -> bool:
    return 0 < len(label) <= 63 and label.isascii() and label[0] != "-" and label[-1] != "-" and all(char.isalnum() or char in "-_" for char in label)


def _is_number(label: str) -> bool:
    """Say whether browsers and libraries would take a host that ends so for an IPv4 address (WHATWG URL, "ends in a number")."""
    return label.isdigit() or label.lower().startswith("0x")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text
