"""Mail as it is: everything that makes messages and folders hard, written into a real account."""

import imaplib
from collections import Counter
from datetime import UTC, datetime

from world.cyrus import Cyrus
from world.dovecot import PASSWORD, Dovecot

Server = Dovecot | Cyrus

HEAD = b"From: a@exemple.fr\r\nTo: b@exemple.fr\r\nSubject: Essai %d\r\nDate: Mon, 2 Mar 2020 10:00:00 +0100\r\nMessage-ID: <%d@exemple.fr>\r\n"
FOLDERS = ("INBOX", "Sent", "Projets/&AMk-t&AOk- &- fils", "&ZeVnLIqe-", 'avec "guillemets" et \\barre', "Vide")
"""As the server writes them: special use, two levels in French, Japanese, quotation marks, and one without mail."""

ODD = {
    "without Message-ID": b"From: a@exemple.fr\r\nSubject: sans\r\n\r\ncorps\r\n",
    "without headers": b"\r\nrien que du texte\r\n",
    "broken headers": b"From a@exemple.fr\r\nceci n'est pas un en-tete\r\n: vide\r\n\xff\xfe\r\n\r\n\x80\x81\r\n",
    "without line end": b"Subject: fin\r\n\r\nsans fin de ligne",
    "one long line": b"Subject: long\r\n\r\n" + b"x" * 70_000 + b"\r\n",
    "dots and froms": b"Subject: points\r\n\r\n.\r\n..\r\nFrom moi\r\n>From toi\r\n",
    "literal in text": b"Subject: {5}\r\n\r\n* 1 FETCH (BODY[] {5}\r\n)\r\nA1 OK\r\n",
    "zero bytes": b"Subject: z\xc3\xa9ro\r\n\r\na\0b\0\0c\r\n",
    "a euro of another age": b"Subject: 5 \x80\r\n\r\n5 \x80 \xa4\r\n",
    "eight bits": "Subject: été\r\n\r\nça va\r\n".encode(),
}
Content = dict[str, Counter[tuple[bytes, str, frozenset[str]]]]
"""Folder → how often each (bytes, date, flags) occurs."""


def client(server: Server, user: str) -> imaplib.IMAP4:
    """Return Python's own client, logged in."""
    connection = imaplib.IMAP4("127.0.0.1", server.port)
    connection.login(user, PASSWORD)
    return connection


def quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def fill(server: Server, user: str, count: int = 60, folders: tuple[str, ...] = FOLDERS) -> None:
    """Write an account with everything that is hard in it, and `count` plain messages."""
    with client(server, user) as box:
        for folder in folders[1:]:
            box.create(quoted(folder))
        for number, body in enumerate(ODD.values()):
            put(box, folders[number % 4], body, "(\\Seen $Forwarded)" if number % 2 else "(NonJunk Cl_ient-7)", number)
        for number in range(count):
            body = HEAD % (number, number // 2) + b"\r\n" + b"texte %d\r\n" % (number // 2) * (1 + number % 50)
            put(box, folders[number % 5], body, ("()", "(\\Seen)", "(\\Flagged \\Answered)", "(\\Deleted \\Draft)")[number % 4], number)
        twice = HEAD % (9, 9) + b"\r\ndeux fois\r\n"
        for _ in range(2):
            put(box, "INBOX", twice, "()", 3)


def put(box: imaplib.IMAP4, folder: str, body: bytes, flags: str, number: int) -> None:
    date = datetime.fromtimestamp(1_500_000_000 + number * 86_400, UTC)
    kind = "~" if b"\0" in body else ""
    tag = box._new_tag()  # imaplib's own append knows no literal8 (RFC 3516)
    head = f"{quoted(folder)} {flags} {imaplib.Time2Internaldate(date)} {kind}{{{len(body)}+}}\r\n"
    box.send(tag + b" APPEND " + head.encode() + body + b"\r\n")
    while not (said := box._get_line()).startswith(tag):
        pass
    assert b" OK" in said, said


def content(server: Server, user: str) -> Content:
    """Return everything that an account holds, read with Python's own client."""
    found: Content = {}
    with client(server, user) as box:
        for line in box.list()[1]:
            name = _name(line)
            if b"\\Noselect" in (line[0] if isinstance(line, tuple) else line):
                continue
            assert box.select(quoted(name), readonly=True)[0] == "OK", name
            found[name] = Counter()
            lines = box.fetch("1:*", "(FLAGS INTERNALDATE BODY.PEEK[])")[1] if int(box.response("EXISTS")[1][0] or 0) else []
            for line_of in lines:
                if isinstance(line_of, tuple):
                    flags = frozenset(flag.decode() for flag in imaplib.ParseFlags(line_of[0])) - {"\\Recent"}
                    date = datetime(*imaplib.Internaldate2tuple(line_of[0])[:6]).isoformat()  # type: ignore[index]
                    found[name][line_of[1], date, flags] += 1
    return found


def _name(line: object) -> str:
    if isinstance(line, tuple):
        return bytes(line[1]).decode()
    assert isinstance(line, bytes)
    raw = line.decode().split(') "/" ', 1)[-1].split(') "." ', 1)[-1]
    return raw[1:-1].replace('\\"', '"').replace("\\\\", "\\") if raw.startswith('"') else raw
