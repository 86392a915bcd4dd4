"""Every source and target that the promises are asked of: one line each at the end of this file.

A new kind of end needs a function that writes `mail` where its source finds it, or one that returns how to connect to an empty target.
"""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from bascule.move import Access, Source, Target, address, source, target
from tests.move.account import client, content, put, quoted
from tests.unit.move.file_ends import SOURCES as FILE_SOURCES
from tests.unit.move.file_ends import TARGETS as FILE_TARGETS
from tests.unit.move.file_ends import tree
from tests.unit.move.memory import MemorySource, MemoryTarget
from world.dovecot import PASSWORD

Letters = dict[tuple[str, ...], list[bytes]]
ACCESS = Access(password=PASSWORD)


class SourceEnd(msgspec.Struct, frozen=True):
    """A source that holds the mail of the test.

    Attributes:
        connect: Opens it anew.
        state: Returns all that it holds, by other means, to be compared.
        missing: A key of the right form that it does not have.
    """

    connect: Callable[[], Source]
    state: Callable[[], Any]
    missing: str = "4000000"


class TargetEnd(msgspec.Struct, frozen=True):
    """An empty target.

    Attributes:
        connect: Opens it anew; what was stored is still there.
        refusable: A message that it refuses; None when it takes all.
        marks: Whether it can say where what is stored from now on begins.
    """

    connect: Callable[[], Target]
    refusable: bytes | None = None
    marks: bool = True


def memory_source(_request: pytest.FixtureRequest, _folder: Path, letters: Letters) -> SourceEnd:
    mail = {path: [(str(number), data) for number, data in enumerate(bodies, 1)] for path, bodies in letters.items()}
    return SourceEnd(lambda: MemorySource(mail), lambda: {path: list(bodies) for path, bodies in mail.items()})


def memory_target(_request: pytest.FixtureRequest, _folder: Path) -> TargetEnd:
    shelf: Letters = {}
    return TargetEnd(lambda: MemoryTarget(shelf), b"REFUSE ME")


def _user(folder: Path) -> str:
    return "p-" + "".join(letter if letter.isalnum() else "-" for letter in folder.name).lower()


def imap_source(fixture: str, separator: str, prefix: str = "") -> Callable[[pytest.FixtureRequest, Path, Letters], SourceEnd]:
    def made(request: pytest.FixtureRequest, folder: Path, letters: Letters) -> SourceEnd:
        server, user = request.getfixturevalue(fixture), _user(folder)
        with client(server, user) as box:
            for path, bodies in letters.items():
                name = "INBOX" if path == ("INBOX",) else prefix + separator.join(path).replace("é", "&AOk-").replace("É", "&AMk-")
                if name != "INBOX":
                    box.create(quoted(name))
                for number, data in enumerate(bodies):
                    put(box, name, data, "(\\Seen)", number)
        return SourceEnd(source(address(server.address(user)), ACCESS), lambda: content(server, user))

    return made


def imap_target(fixture: str, refusable: bytes | None = None) -> Callable[[pytest.FixtureRequest, Path], TargetEnd]:
    def made(request: pytest.FixtureRequest, folder: Path) -> TargetEnd:
        server = request.getfixturevalue(fixture)
        return TargetEnd(target(address(server.address(_user(folder))), ACCESS), refusable)

    return made


def graph_source(request: pytest.FixtureRequest, _folder: Path, letters: Letters) -> SourceEnd:
    """The stand-in for Microsoft Graph, which is no vendor's server."""
    server, office = request.getfixturevalue("graph"), request.getfixturevalue("authorization")
    office.good["given"] = office.user
    for path, bodies in letters.items():
        known = {"known": "inbox"} if path == ("INBOX",) else {}
        server.folders["/".join(path)] = (path[-1], "/".join(path[:-1]), known)
        server.mail["/".join(path)] = [({"id": f"{path[-1]}+{number}==", "isRead": True}, data) for number, data in enumerate(bodies)]
    access = Access(token="given", ca_file=request.getfixturevalue("papers")[0])
    end = address(f"graph://{quote(office.user)}@localhost:{server.port}/")
    return SourceEnd(source(end, access), lambda: (deepcopy(server.mail), deepcopy(server.folders), {verb for verb, _ in server.asked} - {"GET"}))


def file_source(kind: str) -> Callable[[pytest.FixtureRequest, Path, Letters], SourceEnd]:
    return lambda _request, folder, letters: SourceEnd(FILE_SOURCES[kind](folder, letters), lambda: tree(folder))


def file_target(kind: str) -> Callable[[pytest.FixtureRequest, Path], TargetEnd]:
    return lambda _request, folder: TargetEnd(FILE_TARGETS[kind](folder))


SOURCES: dict[str, Callable[[pytest.FixtureRequest, Path, Letters], SourceEnd]] = {
    "memory": memory_source,
    "imap-dovecot": imap_source("old", "/"),
    "imap-cyrus": imap_source("second", ".", "INBOX."),
    "graph": graph_source,
    "maildir": file_source("maildir"),
    "maildir-plain": file_source("maildir in plain folders"),
    # An mbox of others, a PST and an export cannot hold a message without a last line end: their promises stand in tests/unit/move/test_file_sources.py.
    "mbox": file_source("mbox of our own"),
    "archive": file_source("archive"),
}
TARGETS: dict[str, Callable[[pytest.FixtureRequest, Path], TargetEnd]] = {
    "memory": memory_target,
    "imap-dovecot": imap_target("new"),
    "imap-cyrus": imap_target("second", b"this is no header\r\n\r\n"),
    "maildir": file_target("maildir"),
    "mbox": file_target("mbox folder"),
    "mbox-file": file_target("mbox file"),
    "archive": file_target("archive"),
}
