"""A stand-in for a mail server with a folder of any size: it makes its messages up and only counts what it is given.

Run as a program: its port stands on standard output.
"""

import re
import socket
import sys
import threading
from contextlib import suppress

_SET = re.compile(rb"UID FETCH ([\d:,]+) ")
_LITERAL = re.compile(rb"\{(\d+)\+\}\r\n$")


def body(number: int) -> bytes:
    return b"From: a@exemple.fr\r\nSubject: %d\r\nMessage-ID: <%d@exemple.fr>\r\n\r\n%s\r\n" % (number, number, b"texte " * (number % 90))


class Million:
    """Serves `count` messages with every second UID, so that no range saves room."""

    def __init__(self, count: int) -> None:
        self.count, self.stored = count, 0

    def serve(self, line: socket.socket) -> None:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError), line, line.makefile("rb", 1 << 18) as file:
            line.sendall(b"* OK [CAPABILITY IMAP4rev1 LITERAL+ UIDPLUS MULTIAPPEND ESEARCH] x\r\n")
            while raw := file.readline():
                tag, _, command = raw.rstrip(b"\r\n").partition(b" ")
                added = 0
                while literal := _LITERAL.search(raw):
                    file.read(int(literal[1]))
                    raw = file.readline()
                    added += 1
                code = b""
                if added:
                    code = b"[APPENDUID 7 %d:%d] " % (self.stored + 1, self.stored + added)
                    self.stored += added
                line.sendall(self.told(command) + tag + b" OK " + code + b"done\r\n")

    def told(self, command: bytes) -> bytes:
        verb = command.upper()
        if verb.startswith(b"CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1 LITERAL+ UIDPLUS MULTIAPPEND ESEARCH\r\n"
        if verb.startswith(b"LIST"):
            return b'* LIST () "/" INBOX\r\n'
        if verb.startswith(b"STATUS"):
            return b"* STATUS INBOX (UIDVALIDITY 7 UIDNEXT %d)\r\n" % (self.stored + 1)
        if verb.startswith((b"SELECT", b"EXAMINE")):
            held = self.stored if verb.startswith(b"SELECT") else self.count
            return b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT %d] x\r\n" % (held, held + 1)
        if verb.startswith(b"UID SEARCH") and self.count:
            return b'* ESEARCH (TAG "x") UID ALL ' + b",".join(b"%d" % uid for uid in range(1, 2 * self.count, 2)) + b"\r\n"
        if found := _SET.match(command):
            whole = b"BODY.PEEK" in command
            return b"".join(self.line(uid, whole=whole) for run in found[1].split(b",") for uid in _run(run))
        return b""

    def line(self, uid: int, *, whole: bool) -> bytes:
        data = body(uid)
        told = b" BODY[] {%d}\r\n%s" % (len(data), data) if whole else b""
        return b'* %d FETCH (UID %d FLAGS (\\Seen) INTERNALDATE "25-Oct-2020 02:30:00 +0100" RFC822.SIZE %d%s)\r\n' % (uid, uid, len(data), told)


def _run(text: bytes) -> range:
    first, _, last = text.partition(b":")
    return range(int(first), int(last or first) + 1)


def main() -> None:
    door = socket.create_server(("127.0.0.1", 0))
    print(door.getsockname()[1], flush=True)
    server = Million(int(sys.argv[1]))
    while True:
        line, _ = door.accept()
        threading.Thread(target=server.serve, args=(line,), daemon=True).start()


if __name__ == "__main__":
    main()
