"""From an address to something that can be read or written: one line an end in each table."""

import ssl
from collections.abc import Callable
from pathlib import Path

import msgspec

from bascule.move.address import Address
from bascule.move.archive.source import ArchiveSource
from bascule.move.archive.target import ArchiveTarget
from bascule.move.errors import MoveError
from bascule.move.graph.api import Api
from bascule.move.graph.source import GraphSource
from bascule.move.imap.session import Door, Session
from bascule.move.imap.source import ImapSource
from bascule.move.imap.target import ImapTarget
from bascule.move.maildir.source import MaildirSource
from bascule.move.maildir.target import MaildirTarget
from bascule.move.mbox.source import MboxSource
from bascule.move.mbox.target import MboxTarget
from bascule.move.protocol import Source, Target
from bascule.move.pst import PstSource
from bascule.move.signin import Bearer, Fixed, Ticket
from bascule.move.takeout.source import TakeoutSource
from bascule.move.web import Web


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How to get into an end.

    Attributes:
        password: Secret of the user; never shown.
        token: OAuth 2.0 access token, instead of a password; never shown.
        ticket: Gives access tokens and renews them, instead of either.
        ca_file: Certificates to trust beside the system's, PEM.
        insecure: Whether secrets may cross the network in the clear.
        identity: Opens an encrypted archive: `AGE-SECRET-KEY-1…` or the file in which it stands; never shown.
        recipients: Whom a new archive is encrypted for (age).
    """

    password: str = ""
    token: str = ""
    ticket: Ticket | None = None
    ca_file: Path | None = None
    insecure: bool = False
    identity: str = ""
    recipients: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Access(…)"

    @property
    def bearer(self) -> Bearer | None:
        """What gives access tokens; None when a password lets in."""
        return self.ticket or (Fixed(self.token) if self.token else None)

    def trusted(self) -> ssl.SSLContext:
        """Return what certificates are trusted: the system's, and those of `ca_file`.

        Raises:
            MoveError: No certificates can be read from that file (`ca-file`).
        """
        context = ssl.create_default_context()
        if self.ca_file:
            try:
                context.load_verify_locations(self.ca_file)
            except (OSError, ssl.SSLError) as error:
                raise MoveError("ca-file", file=str(self.ca_file), said=str(error)) from error
        return context


def source(end: Address, access: Access) -> Callable[[], Source]:
    """Return how to connect to an end that is read.

    Raises:
        MoveError: Nothing can be read from such an end (`no-source`).
    """
    if end.scheme not in _SOURCES:
        raise MoveError("no-source", kind=end.scheme, kinds=", ".join(_SOURCES))
    return _SOURCES[end.scheme](end, access)


def target(end: Address, access: Access) -> Callable[[], Target]:
    """Return how to connect to an end that is written to.

    Raises:
        MoveError: Nothing can be written to such an end (`no-target`).
    """
    if end.scheme not in _TARGETS:
        raise MoveError("no-target", kind=end.scheme, kinds=", ".join(_TARGETS))
    return _TARGETS[end.scheme](end, access)


def needs_secret(end: Address) -> bool:
    """Return whether an end asks who one is."""
    return not end.path


def _door(end: Address, access: Access) -> Door:
    return Door(
        host=end.host,
        port=end.port,
        tls=end.scheme == "imaps",
        user=end.user,
        password=access.password,
        plain=access.insecure or end.loopback,
        context=access.trusted(),
    )


def _session(end: Address, access: Access) -> Callable[[], Session]:
    """Return how to log in; a token that the server refuses is renewed once."""
    door, bearer = _door(end, access), access.bearer

    def enter() -> Session:
        if bearer is None:
            return Session(door)
        token = bearer.get()
        try:
            return Session(msgspec.structs.replace(door, token=token))
        except MoveError as error:
            if error.code != "refused-login" or access.ticket is None:
                raise
        return Session(msgspec.structs.replace(door, token=bearer.instead_of(token)))

    return enter


def _imap_source(end: Address, access: Access) -> Callable[[], Source]:
    session = _session(end, access)
    return lambda: ImapSource(session())


def _imap_target(end: Address, access: Access) -> Callable[[], Target]:
    session = _session(end, access)
    return lambda: ImapTarget(session())


def _graph_source(end: Address, access: Access) -> Callable[[], Source]:
    base, bearer = f"https://{end.host}:{end.port}/v1.0", access.bearer
    if not end.host or bearer is None:
        raise MoveError("sign-in-needed", host=end.host)
    return lambda: GraphSource(base, end.user, Api(base, end.user, bearer, Web(access.ca_file)))


def _file(end: Address) -> Path:
    if end.path is None:
        raise MoveError("address", address=str(end))
    return end.path


_SOURCES: dict[str, Callable[[Address, Access], Callable[[], Source]]] = {
    "imaps": _imap_source,
    "imap": _imap_source,
    "graph": _graph_source,
    "maildir": lambda end, _: lambda: MaildirSource(_file(end)),
    "mbox": lambda end, _: lambda: MboxSource(_file(end), end.options.get("quoting", "mboxrd")),
    "takeout": lambda end, _: lambda: TakeoutSource(_file(end), end.options.get("labels", "keywords")),
    "pst": lambda end, _: lambda: PstSource(_file(end)),
    "archive": lambda end, access: lambda: ArchiveSource(_file(end), access.identity),
}
_TARGETS: dict[str, Callable[[Address, Access], Callable[[], Target]]] = {
    "imaps": _imap_target,
    "imap": _imap_target,
    "maildir": lambda end, _: lambda: MaildirTarget(_file(end)),
    "mbox": lambda end, _: lambda: MboxTarget(_file(end)),
    "archive": lambda end, access: lambda: ArchiveTarget(_file(end), access.recipients, access.identity),
}
