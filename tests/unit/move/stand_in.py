"""A stand-in for a mail server, scripted on loopback: honest by itself, and it lies where the test says so."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

Lie = Callable[[bytes, bytes], bytes | None]
"""Takes a command without its tag, and the honest answer; returns what is sent instead, None to hang up without a word."""
GONE = b"\0 and hangs up"
"""At the end of what is said: hang up after it."""
_LITERAL = re.compile(rb"~?\{(\d+)(\+?)\}$")
_QUOTED = re.compile(rb'"((?:\\.|[^"\\])*)"')


@dataclass
class Box:
    """One folder: UID → bytes, in order."""

    mail: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    next: int = 1

    def add(self, data: bytes) -> int:
        self.mail[self.next] = data
        self.next += 1
        return self.next - 1


def honest(_command: bytes, answer: bytes) -> bytes:
    return answer


class StandIn:
    """Answers as long as the `with` lasts.

    Args:
        mail: What is in the inbox.
        lie: What to say instead of the truth.
        can: Its abilities.
        greeting: How it greets.
    """

    def __init__(
        self, mail: list[bytes] | None = None, lie: Lie = honest, can: bytes = b"IMAP4rev1 LITERAL+ UIDPLUS MULTIAPPEND", greeting: bytes = b""
    ) -> None:
        self.boxes = {b"INBOX": Box()}
        for data in mail or []:
            self.boxes[b"INBOX"].add(data)
        self.lie, self.can = lie, can
        self.greeting = greeting or b"* OK stand-in\r\n"
        self.asked: list[bytes] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.address = f"imap://u@127.0.0.1:{self.port}/"
        self._lines: list[socket.socket] = []

    @property
    def inbox(self) -> list[bytes]:
        return list(self.boxes[b"INBOX"].mail.values())

    def __enter__(self) -> "StandIn":
        threading.Thread(target=self._open, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for line in (self._door, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _open(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._door.accept()
                self._lines.append(line)
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError, ValueError, IndexError), line, line.makefile("rb") as file:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.sendall(self.greeting)
            talk = _Talk(self)
            for tag, command, literals in _commands(file, line):
                self.asked.append(command)
                said = self.lie(command, talk.answer(tag, command, literals))
                if said is None:
                    return
                line.sendall(said.removesuffix(GONE))
                if command.upper() == b"LOGOUT" or said.endswith(GONE):
                    return


def _commands(file, line: socket.socket) -> Iterator[tuple[bytes, bytes, list[bytes]]]:  # type: ignore[no-untyped-def]
    while raw := file.readline():
        text, literals = raw.rstrip(b"\r\n"), []
        while found := _LITERAL.search(text):
            if not found[2]:
                line.sendall(b"+ go on\r\n")
            literals.append(file.read(int(found[1])))
            text = text[: found.start()] + file.readline().rstrip(b"\r\n")
        tag, _, command = text.partition(b" ")
        yield tag, command, literals


class _Talk:
    """One connection: what is open, and the honest answer to each command."""

    def __init__(self, server: StandIn) -> None:
        self.server = server
        self.open = Box()

    def answer(self, tag: bytes, command: bytes, literals: list[bytes]) -> bytes:
        words = command.upper().split()
        handler = getattr(self, "_" + b"_".join(words[: 2 if words[0] == b"UID" else 1]).decode().lower(), None)
        told, code = handler(command, literals) if handler else (b"", b"")
        return bytes(told) + tag + b" OK " + (b"[" + code + b"] " if code else b"") + b"done\r\n"

    def _box(self, command: bytes) -> tuple[bytes, Box]:
        found = _QUOTED.search(command)
        name = found[1] if found else command.split()[1]
        return name, self.server.boxes.setdefault(name, Box())

    def _capability(self, _command: bytes, _literals: list[bytes]) -> tuple[bytes, bytes]:
        return b"* CAPABILITY " + self.server.can + b"\r\n", b""

    def _list(self, _command: bytes, _literals: list[bytes]) -> tuple[bytes, bytes]:
        return b"".join(b'* LIST () "/" "%s"\r\n' % name for name in self.server.boxes), b""

    def _status(self, command: bytes, _literals: list[bytes]) -> tuple[bytes, bytes]:
        name, box = self._box(command)
        return b'* STATUS "%s" (UIDVALIDITY %d UIDNEXT %d)\r\n' % (name, box.validity, box.next), b""

    def _select(self, command: bytes, _literals: list[bytes]) -> tuple[bytes, bytes]:
        _, self.open = self._box(command)
        count = (len(self.open.mail), self.open.validity, self.open.next)
        return b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n* OK [UIDNEXT %d] x\r\n" % count, b"READ-WRITE"

    _examine = _select

    def _uid_search(self, command: bytes, _literals: list[bytes]) -> tuple[bytes, bytes]:
        since = int(command.upper().rpartition(b"UID ")[2].partition(b":")[0])
        return b"* SEARCH" + b"".join(b" %d" % uid for uid in self.open.mail if uid >= since) + b"\r\n", b""

    def _uid_fetch(self, command: bytes, _literals: list[bytes], *, by_uid: bool = True) -> tuple[bytes, bytes]:
        wanted = command.split()[2 if by_uid else 1]
        told = [self._line(place, uid, command) for place, uid in enumerate(self.open.mail, 1) if _within(uid if by_uid else place, wanted)]
        return b"".join(told), b""

    def _fetch(self, command: bytes, literals: list[bytes]) -> tuple[bytes, bytes]:
        return self._uid_fetch(command, literals, by_uid=False)

    def _line(self, place: int, uid: int, command: bytes) -> bytes:
        data = self.open.mail[uid]
        body = b" BODY[] {%d}\r\n%s" % (len(data), data) if b"BODY.PEEK[]" in command else b""
        told = (place, uid, b'FLAGS (\\Seen) INTERNALDATE "25-Oct-2020 02:30:00 +0100"', len(data), body)
        return b"* %d FETCH (UID %d %s RFC822.SIZE %d%s)\r\n" % told

    def _append(self, command: bytes, literals: list[bytes]) -> tuple[bytes, bytes]:
        _, box = self._box(command)
        uids = b",".join(b"%d" % box.add(data) for data in literals)
        return b"", b"APPENDUID %d %s" % (box.validity, uids) if b"UIDPLUS" in self.server.can else b""


def _within(number: int, wanted: bytes) -> bool:
    for run in wanted.split(b","):
        first, _, last = run.partition(b":")
        if int(first) <= number and (last == b"*" or number <= int(last or first)):
            return True
    return False
