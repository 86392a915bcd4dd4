"""The two ends of a move as people write them: `imaps://contact%40exemple.fr@mail.exemple.fr/`."""

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import msgspec

from bascule.move.errors import MoveError

_PORTS = {"imaps": 993, "imap": 143, "graph": 443}
_HOSTLESS = frozenset({"graph"})
"""Kinds whose server may be left out: `graph://NAME`."""
_FILES = frozenset({"maildir", "mbox", "takeout", "pst", "archive"})
_OPTIONS = {"mbox": frozenset({"quoting"}), "takeout": frozenset({"labels"})}
"""What may stand after `?` in the address of a file; any other `?` belongs to its name."""


_SERVER_OPTIONS = frozenset({"client_id", "tenant"})
"""What may stand after `?` in the address of a server."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """One end.

    Attributes:
        scheme: What it is (`imaps`).
        host: Server in lower case, with its port; empty for a file, and where the kind has a usual one.
        path: File or folder; None for a server.
        options: What stands after `?`.
    """

    scheme: str
    user: str = ""
    host: str = ""
    port: int = 0
    path: Path | None = None
    options: dict[str, str] = {}

    @property
    def loopback(self) -> bool:
        """Whether the server is this machine itself."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        asked = f"?{urlencode(sorted(self.options.items()))}" if self.options else ""
        if self.path:
            return f"{self.scheme}:{self.path}{asked}"
        return f"{self.scheme}://{quote(self.user, safe='')}@{self.host}:{self.port}/{asked}"


def address(text: str, user: str = "") -> Address:
    """Return an end from its address (RFC 3986).

    Args:
        text: The address.
        user: Replaces the name in it, for one of several accounts; of a file or folder, it is the name below it, so that no two accounts meet.

    Raises:
        MoveError: It cannot be read, names no known kind, or holds a password (`address`, `unknown-kind`, `password-in-address`).
    """
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if colon and scheme in _FILES and not rest.startswith("//"):
        if not rest:
            raise MoveError("address", address=text)
        name, _, told = rest.rpartition("?")
        chosen = {key: values[-1] for key, values in parse_qs(told, keep_blank_values=True).items()} if name else {}
        if not chosen or not set(chosen) <= _OPTIONS.get(scheme, frozenset()):
            name, chosen = rest, {}
        if user and (user in (".", "..") or set(user) & {"/", "\\", "\0"}):
            raise MoveError("address", address=user)
        return Address(scheme=scheme, path=Path(name, user).expanduser().absolute(), options=chosen)
    if scheme not in _PORTS:
        raise MoveError("unknown-kind", address=_hidden(text), kinds=", ".join(sorted([*_PORTS, *_FILES])))
    try:
        parts = urlsplit(text)
        port = parts.port or _PORTS[scheme]
        (parts.hostname or "").encode("idna")  # what is no name of a host is said here, not where it is looked up
    except ValueError as error:
        raise MoveError("address", address=_hidden(text)) from error
    if parts.password is not None:
        raise MoveError("password-in-address", address=_hidden(text))
    name = user or unquote(parts.username or "")
    host = parts.hostname or ""
    if scheme in _HOSTLESS and "@" not in parts.netloc:
        name, host = user or unquote(parts.netloc), ""
    if not (host or scheme in _HOSTLESS) or not name or parts.path not in ("", "/"):
        raise MoveError("address", address=_hidden(text))
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if not set(options) <= _SERVER_OPTIONS:
        # What is kept of an address stands in the journal: nothing unknown may, it could be a secret.
        raise MoveError("address", address=_hidden(text))
    return Address(scheme=scheme, user=name, host=host, port=port, options=options)


def _hidden(text: str) -> str:
    """Return an address without what may be a password: all between the first colon and the last @, and all behind a question mark."""
    plain, asked, _ = text.partition("?")
    head, at, tail = plain.rpartition("@") if "@" in plain else (plain, "", "")
    start = head.find("://") + 3 if "://" in head else 0
    user, colon, _ = head[start:].partition(":")
    return f"{head[:start]}{user}{colon and ':…'}{at}{tail}{asked and '?…'}"
