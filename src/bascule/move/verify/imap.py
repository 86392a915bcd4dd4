"""Reads an account with Python's own IMAP client: another code path than the one that wrote it."""

import hashlib
import imaplib
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from bascule.move.address import Address
from bascule.move.ends import Access
from bascule.move.errors import CutError, MoveError
from bascule.move.verify.reader import Seen

_LISTED = re.compile(rb'\(([^)]*)\) (?:NIL|"((?:\\.|[^"])*)") (.*)$', re.DOTALL)
_SHIFTED = re.compile(rb"\+|&([^-]*)-")
_AT_ONCE = 1000
_BYTES = 8 * 1024 * 1024
_UNREADABLE = (ValueError, IndexError, TypeError, AttributeError, MemoryError)
"""What Python's client does with answers that are none."""
_PATIENCE_S = 120.0


class ImapReader:
    """One account, opened read-only."""

    def __init__(self, end: Address, access: Access) -> None:
        self._end, self._access, self._token = end, access, ""
        self._open = ""
        try:
            self._enter()
        except imaplib.IMAP4.error as error:
            raise MoveError("refused-login", host=end.host, user=end.user, said=str(error)) from error
        except ssl.SSLCertVerificationError as error:
            raise MoveError("certificate", host=end.host, said=error.verify_message) from error
        except OSError as error:
            raise CutError(str(error)) from error
        except _UNREADABLE as error:
            raise CutError(f"an answer that cannot be read: {error}") from error

    def _enter(self) -> None:
        """Connect and log in; a token that the server refuses is renewed once."""
        self._connect()
        try:
            self._login()
        except imaplib.IMAP4.error:
            if self._access.ticket is None:
                raise
            self._access.ticket.instead_of(self._token)
            self.close()
            self._connect()
            self._login()
        # What a server can do after the login is more than what it said before (RFC 9051, section 6.2.3).
        self._server.capabilities = tuple(self._server.capability()[1][0].decode("ascii", "replace").upper().split())

    def _connect(self) -> None:
        end, context = self._end, self._access.trusted()
        if end.scheme == "imaps":
            self._server: imaplib.IMAP4 = imaplib.IMAP4_SSL(end.host, end.port, ssl_context=context, timeout=_PATIENCE_S)
            return
        self._server = imaplib.IMAP4(end.host, end.port, timeout=_PATIENCE_S)
        if "STARTTLS" in self._server.capabilities:
            self._server.starttls(context)
        elif not (self._access.insecure or end.loopback):
            raise MoveError("plain-text", host=end.host)

    def _login(self) -> None:
        end, access = self._end, self._access
        if bearer := access.bearer:
            self._token = bearer.get()
            said = [f"user={end.user}\1auth=Bearer {self._token}\1\1".encode()]
            # A refused token comes as a challenge that wants an empty answer before the refusal.
            self._server.authenticate("XOAUTH2", lambda _: said.pop() if said else b"")
        elif "AUTH=PLAIN" in self._server.capabilities:
            self._server.authenticate("PLAIN", lambda _: f"\0{end.user}\0{access.password}".encode())
        else:
            self._server.login(end.user, access.password)

    def _ask(self, step: Callable[[], tuple[str, list[Any]]]) -> list[Any]:
        """Return the lines of an answer; when the line breaks because a token has ended, they are asked for once more with a new one."""
        try:
            return step()[1]
        except (imaplib.IMAP4.abort, OSError):
            if self._access.ticket is None:
                raise
            self._enter()
            self._server.select(self._open, readonly=True)
            return step()[1]

    def read(self, path: tuple[str, ...]) -> Iterator[Seen]:
        """Yield everything in a folder, by rising sequence number."""
        try:
            raw = self._raw(path)
            if raw is None:
                return
            self._open = raw
            status, told = self._server.select(raw, readonly=True)
            if status != "OK":
                raise MoveError("folder", folder="/".join(path), said=_text(told[0]))
            count = int(told[0] or 0)
            for first in range(1, count + 1, _AT_ONCE):
                for keys in self._portions(first, min(first + _AT_ONCE - 1, count)):
                    yield from self._whole(keys)
        except (imaplib.IMAP4.error, OSError) as error:
            raise CutError(str(error)) from error
        except _UNREADABLE as error:
            raise CutError(f"an answer that cannot be read: {error}") from error

    def _raw(self, path: tuple[str, ...]) -> str | None:
        """Return the server's name of a folder, between quotes; one below a prefix (`INBOX.Sent`) where none is called just so."""
        below = None
        for line in self._server.list()[1]:
            whole = b"".join([line[0].rpartition(b"{")[0], line[1]]) if isinstance(line, tuple) else line
            found = _LISTED.match(whole) if isinstance(whole, bytes) else None
            if found is None:
                continue
            raw = found[3].strip()
            if not isinstance(line, tuple) and raw.startswith(b'"'):
                raw = re.sub(rb"\\(.)", rb"\1", raw[1:-1])
            levels = _readable(raw).split(_text(found[2])) if found[2] else [_readable(raw)]
            if levels[0].upper() == "INBOX":
                levels[0] = "INBOX"
            quoted = '"' + raw.decode("latin-1").replace("\\", "\\\\").replace('"', '\\"') + '"'
            if path == tuple(levels):
                return quoted
            if path == tuple(levels[1:]):
                below = below or quoted
        return below

    def _portions(self, first: int, last: int) -> Iterator[list[bytes]]:
        """Yield UIDs in portions whose messages fit in memory together."""
        portion: list[bytes] = []
        size = 0
        for line in self._ask(lambda: self._server.fetch(f"{first}:{last}", "(UID RFC822.SIZE)")):
            told = line if isinstance(line, bytes) else b""
            uid, length = re.search(rb"UID (\d+)", told), re.search(rb"RFC822\.SIZE (\d+)", told)
            if uid is None or length is None:
                continue
            if portion and size + int(length[1]) > _BYTES:
                yield portion
                portion, size = [], 0
            portion.append(uid[1])
            size += int(length[1])
        if portion:
            yield portion

    def _whole(self, keys: list[bytes]) -> Iterator[Seen]:
        lines = self._ask(lambda: self._server.uid("FETCH", b",".join(keys).decode(), "(UID FLAGS INTERNALDATE BODY.PEEK[])"))
        for place, line in enumerate(lines):
            if not isinstance(line, tuple):
                continue
            # What follows the literal stands in the next line; servers may tell flags before or after it.
            after = lines[place + 1] if place + 1 < len(lines) else b""
            told = line[0] + (after if isinstance(after, bytes) else b"")
            uid, flags = re.search(rb"UID (\d+)", told), re.search(rb"FLAGS \(([^)]*)\)", told)
            if uid:
                marks = frozenset(flag for flag in (flags[1] if flags else b"").decode("utf-8", "replace").lower().split() if flag != "\\recent")
                yield Seen(uid[1].decode(), hashlib.sha256(self._true(uid[1].decode(), line[1])).digest(), marks, _date(told))

    def _true(self, uid: str, body: bytes) -> bytes:
        """Return a message with its bytes 0, which BODY[] may not carry: some servers write 0x80 for them there, and BINARY[] (RFC 3516) gives them."""
        if b"\x80" not in body or "BINARY" not in self._server.capabilities:
            return body
        try:
            lines = self._server.uid("FETCH", uid, "(BINARY.PEEK[])")[1]
        except imaplib.IMAP4.error:
            return body
        binary = next((line[1] for line in lines if isinstance(line, tuple)), b"")
        return binary if binary.replace(b"\0", b"\x80") == body else body

    def close(self) -> None:
        """Log out."""
        with suppress(imaplib.IMAP4.error, OSError):
            self._server.logout()


def _readable(raw: bytes) -> str:
    """Return a name in modified UTF-7 by way of Python's UTF-7, which differs in two letters."""
    try:
        return _SHIFTED.sub(_in_utf7, raw).decode("utf-7")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def _in_utf7(found: re.Match[bytes]) -> bytes:
    if found[0] == b"+":
        return b"+-"
    return b"+" + found[1].replace(b",", b"/") + b"-" if found[1] else b"&"


def _date(told: bytes) -> datetime | None:
    found = imaplib.Internaldate2tuple(told)
    if found is None:
        return None
    return datetime.fromtimestamp(time.mktime(found), UTC)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
