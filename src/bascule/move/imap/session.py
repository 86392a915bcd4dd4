"""A session with an IMAP server: greeting, encryption, login, commands and what they answer."""

import base64
import re
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

import msgspec

from bascule.move.errors import BusyError, CutError, MoveError
from bascule.move.imap.reply import Refused, Reply
from bascule.move.imap.syntax import quoted
from bascule.move.imap.wire import Answer, Wire
from bascule.move.item import Body
from bascule.move.said import LONGEST_WAIT_S, words

_CODE = re.compile(rb"\[([A-Z0-9.-]+)(?: ([^\]]*))?\]", re.IGNORECASE)
_WAIT = re.compile(rb"(?:back-?off(?: time)?|retry(?: in| after)?|try again in)\D{0,12}(\d{1,9}) ?(ms|milli|s\b|sec|min)?", re.IGNORECASE)
_BUSY = {b"UNAVAILABLE", b"INUSE"}
_OUTSIDE = {b"AUTHENTICATIONFAILED", b"EXPIRED"}
"""RFC 5530: said in the middle of a session, what let us in has ended."""
_THROTTLED = re.compile(rb"throttl|too many (?:requests|commands|connections|simultaneous)|rate limit|bandwidth|back-?off", re.IGNORECASE)
_UNITS = {b"ms": 0.001, b"milli": 0.001, b"min": 60.0}
_MOST = 2_000_000
_MOST_BYTES = 64 * 1024 * 1024
"""Answers to one command: more is no honest conversation."""


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """How to get in.

    Attributes:
        password: Secret of the user, or `token` for OAuth 2.0 (XOAUTH2); neither is ever shown.
        plain: Whether the password may cross the line in the clear.
    """

    host: str
    port: int
    tls: bool
    user: str
    password: str = ""
    token: str = ""
    plain: bool = False
    context: ssl.SSLContext

    def __repr__(self) -> str:
        return f"Door({self.user}@{self.host}:{self.port})"


class Session:
    """A logged-in connection.

    Attributes:
        abilities: What the server says it can, in capitals.
    """

    def __init__(self, door: Door) -> None:
        self._count = 0
        self._inside = False
        self._open: set[bytes] = set()
        self._early: dict[bytes, Answer] = {}
        self.abilities: frozenset[bytes] = frozenset()
        self.wire = Wire(door.host, door.port, tls=door.tls, context=door.context)
        try:
            self._enter(door)
        except BaseException:
            self.wire.close()
            raise

    def _enter(self, door: Door) -> None:
        greeting = self.wire.answer()
        if greeting.text[:2].upper() not in (b"OK", b"PR"):
            self._away(greeting)
        self._learn(greeting.text)
        if not self.abilities:
            self.learn()
        if not door.tls and b"STARTTLS" in self.abilities:
            if self.command(b"STARTTLS").refused is None:
                self.wire.secure()
            self.learn()
        elif not door.tls and not door.plain:
            raise MoveError("plain-text", host=door.host)
        if greeting.text[:7].upper() != b"PREAUTH":
            self._login(door)
        self._inside = True
        self.learn()

    def _login(self, door: Door) -> None:
        if door.token:
            secret = f"user={door.user}\1auth=Bearer {door.token}\1\1"
            reply = self._authenticate(b"XOAUTH2", secret.encode())
        elif b"AUTH=PLAIN" in self.abilities:
            reply = self._authenticate(b"PLAIN", f"\0{door.user}\0{door.password}".encode())
        elif b"LOGINDISABLED" in self.abilities:
            raise MoveError("plain-text", host=door.host)
        else:
            reply = self.command(b"LOGIN ", quoted(door.user), b" ", quoted(door.password))
        if reply.refused:
            raise MoveError("refused-login", host=door.host, user=door.user, said=reply.refused.said)

    def _authenticate(self, way: bytes, secret: bytes) -> Reply:
        said = base64.b64encode(secret)
        if b"SASL-IR" in self.abilities:
            return self.command(b"AUTHENTICATE ", way, b" ", said, challenge=b"")
        return self.command(b"AUTHENTICATE ", way, challenge=said)

    def learn(self) -> None:
        """Ask what the server can."""
        for values in self.command(b"CAPABILITY").lists(b"CAPABILITY"):
            self.abilities = frozenset(value.upper() for value in values if isinstance(value, bytes))

    def _learn(self, text: bytes) -> None:
        if (code := _CODE.search(text)) and code[1].upper() == b"CAPABILITY":
            self.abilities = frozenset((code[2] or b"").upper().split())

    def close(self) -> None:
        """Say goodbye and hang up; without a word when answers are still on their way, however large they are."""
        try:
            if not self._open:
                self.command(b"LOGOUT")
        except (CutError, BusyError, MoveError):
            pass
        finally:
            self.wire.close()

    def start(self, *pieces: bytes) -> bytes:
        """Send a command without waiting for its answer; return its tag."""
        return self.start_large(pieces)

    def start_large(self, pieces: Iterable[bytes]) -> bytes:
        """Send a command piece by piece, so that it need not fit in memory; return its tag."""
        self._count += 1
        tag = b"B%d" % self._count
        self._open.add(tag)
        self.wire.send(chain((tag, b" "), pieces, (b"\r\n",)))
        return tag

    def start_waiting(self, head: bytes, literals: Sequence[tuple[bytes, Body]]) -> bytes:
        """Send a command whose literals the server wants to be asked for one by one; return its tag.

        When it refuses in the middle, its refusal is what `end` reads next.
        """
        self._count += 1
        tag = b"B%d" % self._count
        self._open.add(tag)
        waiting = tag + b" " + head
        for before, body in literals:
            self.wire.send([waiting, before])
            while (answer := self.wire.answer()).tag != b"+":
                if self._ended(answer) and answer.tag == tag:
                    return tag
            self.wire.send(body.pieces())
            waiting = b""
        self.wire.send([b"\r\n"])
        return tag

    def command(self, *pieces: bytes, challenge: bytes | None = None) -> Reply:
        """Send a command and return how it ended, with what was answered before.

        Args:
            pieces: The command, without tag and line end.
            challenge: What to answer when the server asks to go on.
        """
        return self.end(self.start(*pieces), challenge=challenge)

    def end(self, tag: bytes, challenge: bytes | None = None) -> Reply:
        """Wait for the end of a command that was started."""
        answers: list[Answer] = []
        size = 0
        for answer in self.answers(tag, challenge=challenge):
            if answer.tag == tag:
                return self.reply(answer, answers)
            answers.append(answer)
            size += 200 + sum(len(part) for part in answer.parts if isinstance(part, bytes))
            if size > _MOST_BYTES:
                raise CutError("an answer without end")
        raise AssertionError("a command ends with its tag")

    def answers(self, *tags: bytes, body: Callable[[bytes], bool] | None = None, challenge: bytes | None = None) -> Iterator[Answer]:
        """Yield each answer up to and with those that end the commands; a server may work on several at once and mix their answers.

        Raises:
            CutError: The connection broke, or the server said BYE.
        """
        left = set(tags)
        for _ in range(_MOST):
            while early := left & self._early.keys():
                tag = early.pop()
                left.discard(tag)
                yield self._early.pop(tag)
            if not left:
                return
            answer = self.wire.answer(body)
            if answer.tag == b"+":
                # A refused token comes as a challenge that wants an empty answer before the refusal (XOAUTH2).
                if challenge is not None:
                    self.wire.send([challenge, b"\r\n"])
                    challenge = b""
            elif not self._ended(answer):
                yield answer
        raise CutError("answers without end")

    def _ended(self, answer: Answer) -> bool:
        """Return whether an answer ends a command; it is kept until somebody waits for it.

        Raises:
            CutError: The server says goodbye, or ends what was never begun.
        """
        if answer.tag == b"*":
            if answer.text[:3].upper() == b"BYE":
                self._away(answer)
            return False
        if answer.tag not in self._open:
            raise CutError(f"an answer to a command that was never sent: {words(answer.tag)[:40]}")
        self._open.discard(answer.tag)
        self._early[answer.tag] = answer
        return True

    def reply(self, answer: Answer, answers: Iterable[Answer]) -> Reply:
        """Return how a command ended.

        Raises:
            BusyError: The server asks for patience.
            CutError: It does not know us any more, as when a token has ended; a new connection shows a new one.
        """
        code = _CODE.search(answer.text[:400])
        name, argument = (code[1].upper(), code[2] or b"") if code else (b"", b"")
        if answer.text[:2].upper() == b"OK":
            return Reply(name, argument, list(answers))
        said = words(answer.text)
        if name in _BUSY or _THROTTLED.search(answer.text):
            raise BusyError(said, _wait(answer.text))
        if self._inside and name in _OUTSIDE:
            raise CutError(said)
        return Reply(name, argument, list(answers), Refused(name.decode("ascii", "replace"), said))

    def _away(self, answer: Answer) -> None:
        if _THROTTLED.search(answer.text) or any(b"[" + code in answer.text.upper() for code in _BUSY):
            raise BusyError(words(answer.text), _wait(answer.text))
        raise CutError(words(answer.text))


def _wait(text: bytes) -> float | None:
    found = _WAIT.search(text)
    return min(int(found[1]) * _UNITS.get((found[2] or b"s").lower(), 1.0), LONGEST_WAIT_S) if found else None
