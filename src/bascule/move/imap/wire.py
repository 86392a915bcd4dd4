"""The conversation with an IMAP server, line by line: RFC 9051 (and 3501), literals without waiting (RFC 7888), TLS (RFC 8314)."""

import re
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress

import msgspec

from bascule.move.errors import CutError, MoveError
from bascule.move.item import IN_MEMORY, Body

Part = bytes | Body
"""What an answer is made of: text, or a literal (`Body` where it was asked for)."""

MAX_LINE = 32 * 1024 * 1024
"""A SEARCH of a million messages is one line of up to 12 MB; a much longer one is no honest answer."""
MAX_BODY = 4 * 1024**3
"""No server takes or gives a larger message."""
_MOST_PARTS = 40
_LITERAL = re.compile(rb"~?\{(\d{1,12})\+?\}$")
_READ = 256 * 1024


class Answer(msgspec.Struct, frozen=True):
    """One answer: `tag` is `*`, `+` or the tag of a command; `parts` the rest of the line, cut at each literal."""

    tag: bytes
    parts: list[Part]

    @property
    def text(self) -> bytes:
        """The answer up to its first literal."""
        head = self.parts[0]
        return head if isinstance(head, bytes) else b""


class Wire:
    """One connection: sends lines and literals, reads whole answers.

    Args:
        host: Name or address; the certificate must be for it.
        port: TCP port.
        tls: Whether to speak TLS from the first byte.
        context: What certificates are trusted.
        patience_s: Longest silence before the connection counts as cut.
    """

    def __init__(self, host: str, port: int, *, tls: bool, context: ssl.SSLContext, patience_s: float = 60.0) -> None:
        self.host, self._context, self._patience = host, context, patience_s
        self._buffer, self._at = bytearray(), 0
        try:
            self._socket: socket.socket = socket.create_connection((host, port), timeout=patience_s)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                self._wrap()
        except ssl.SSLCertVerificationError as error:
            raise MoveError("certificate", host=host, said=error.verify_message) from error
        except (OSError, ssl.SSLError) as error:
            raise CutError(f"{host}:{port}: {error}") from error

    def _wrap(self) -> None:
        self._socket = self._context.wrap_socket(self._socket, server_hostname=self.host)

    def secure(self) -> None:
        """Go on under TLS, after STARTTLS was agreed.

        Raises:
            MoveError: The certificate is not trusted, or something was said before the encryption (an attack: RFC 9051, section 11.1).
            CutError: The connection broke.
        """
        if self._at < len(self._buffer):
            raise MoveError("certificate", host=self.host, said="the server spoke before encryption")
        try:
            self._wrap()
        except ssl.SSLCertVerificationError as error:
            raise MoveError("certificate", host=self.host, said=error.verify_message) from error
        except (OSError, ssl.SSLError) as error:
            raise CutError(str(error)) from error

    def close(self) -> None:
        """Hang up; whoever waits for an answer in another thread is woken."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            self._socket.close()

    def patience(self, size: int) -> None:
        """Be patient in proportion to what is under way: an honest slow line carries 20 kB in a second."""
        self._socket.settimeout(self._patience + size / 20_000)

    def send(self, pieces: Iterable[bytes]) -> None:
        """Send pieces in order, joined as far as they are small.

        Raises:
            CutError: The connection broke.
        """
        waiting, size = [], 0
        try:
            for piece in pieces:
                waiting.append(piece)
                size += len(piece)
                if size >= _READ:
                    self._socket.sendall(b"".join(waiting))
                    waiting, size = [], 0
            self._socket.sendall(b"".join(waiting))
        except (OSError, ssl.SSLError) as error:
            raise CutError(str(error)) from error

    def answer(self, body: Callable[[bytes], bool] | None = None) -> Answer:
        """Read one whole answer; a literal whose text before it satisfies `body` comes as a `Body`.

        Raises:
            CutError: The connection broke, in silence or in the middle.
        """
        line = self._line()
        tag, _, rest = line.partition(b" ")
        parts: list[Part] = []
        total = 0
        while literal := _LITERAL.search(rest):
            size, before = int(literal[1]), rest[: literal.start()]
            total += size
            if len(parts) > _MOST_PARTS or total > MAX_BODY:
                raise CutError(f"an answer of more than {total} bytes")
            parts += [before, self._body(size) if body and body(before) else self._small(size)]
            rest = self._line()
        return Answer(tag, [*parts, rest])

    def _small(self, size: int) -> bytes:
        if size > MAX_LINE:
            raise CutError(f"a literal of {size} bytes where a name was expected")
        return b"".join(self._exactly(size))

    def _body(self, size: int) -> Body:
        if size <= IN_MEMORY:
            return Body(b"".join(self._exactly(size)))
        body = Body()
        for piece in self._exactly(size):
            body.write(piece)
        return body

    def _line(self) -> bytes:
        seen = self._at
        while (end := self._buffer.find(b"\r\n", seen)) < 0:
            if len(self._buffer) - self._at > MAX_LINE:
                raise CutError("a line without end")
            waiting = len(self._buffer) - self._at
            self._fill()
            seen = self._at + max(0, waiting - 1)
        line = self._copied(end)
        self._at = end + 2
        return line

    def _copied(self, end: int) -> bytes:
        """Return what was read up to a place, copied once."""
        with memoryview(self._buffer) as whole, whole[self._at : end] as part:
            return bytes(part)

    def _exactly(self, size: int) -> Iterable[bytes]:
        while size:
            if self._at == len(self._buffer):
                self._fill()
            piece = self._copied(self._at + size)
            self._at += len(piece)
            size -= len(piece)
            yield piece

    def _fill(self) -> None:
        if self._at:
            del self._buffer[: self._at]
            self._at = 0
        try:
            read = self._socket.recv(_READ)
        except (OSError, ssl.SSLError) as error:
            raise CutError(str(error) or "no answer") from error
        if not read:
            raise CutError("the server hung up")
        self._buffer += read
