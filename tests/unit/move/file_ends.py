"""Ends of a move that need no server, each filled or read in its own way: one line an end."""

import json
import os
import stat
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from bascule.move import Body, Entry, Folder, Message, Source, Target
from bascule.move.archive.source import ArchiveSource
from bascule.move.archive.target import ArchiveTarget
from bascule.move.maildir.source import MaildirSource
from bascule.move.maildir.target import MaildirTarget
from bascule.move.mbox.source import MboxSource
from bascule.move.mbox.target import MboxTarget
from bascule.move.pst import PstSource
from bascule.move.takeout.source import TakeoutSource
from tests.unit.move.memory import MemorySource, MemoryTarget

Mail = dict[tuple[str, ...], list[bytes]]
AT = datetime(2020, 2, 29, 12, 30, 59, tzinfo=UTC)
PLAIN: Mail = {
    ("INBOX",): [
        b"Subject: a\r\n\r\nun\r\n",
        b"Subject: a\r\n\r\nun\r\n",
        b"\r\nsans en-tete\r\n",
        b"Subject: b\r\n\r\nde\r\n\r\nFrom moi\r\n>From toi\r\n\r\n",
    ],
    ("Projets", "Été 日本"): [
        b"Message-ID: <1@x>\r\n\r\n1\r\n",
        b"Message-ID: <1@x>\r\n\r\n2\r\n",
        b"Subject: nul\r\n\r\na\0b\0\r\n",
        b"\xff\xfe: \x80\r\n\r\n\x00\r\n",
    ],
}
"""Messages with CRLF line ends that every source can hold: twice the same, no header, no blank before From, NUL bytes, a broken header."""


def message(number: int, body: bytes, flags: tuple[str, ...] = ("\\Seen",), date: datetime | None = AT) -> Message:
    return Message(Entry(str(number), len(body), flags, date), Body(body))


def tree(root: Path) -> dict[str, tuple[str, int, int]]:
    """Return digest, size and time of each file below a folder."""
    files = [root] if root.is_file() else [one for one in root.rglob("*") if one.is_file()]
    return {str(one): (sha256(one.read_bytes()).hexdigest(), one.stat().st_size, one.stat().st_mtime_ns) for one in files}


def _lf(body: bytes) -> bytes:
    return body.replace(b"\r\n", b"\n")


def _quoted(body: bytes) -> bytes:
    lines = body.split(b"\n")
    return b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)


def mbox_bytes(bodies: Sequence[bytes], line: bytes = b"From a@exemple.fr Sat Feb 29 12:30:59 2020") -> bytes:
    return b"".join(line + b"\n" + _quoted(_lf(body)) + b"\n" for body in bodies)


def _maildir(root: Path, mail: Mail) -> Callable[[], Source]:
    target = MaildirTarget(root / "m")
    for path, bodies in mail.items():
        target.open(Folder(path=path))
        target.store([message(number, body) for number, body in enumerate(bodies)])
    return lambda: MaildirSource(root / "m")


def _plain_folders(root: Path, mail: Mail) -> Callable[[], Source]:
    for path, bodies in mail.items():
        folder = (root / "p").joinpath(*path)
        for part in ("cur", "new", "tmp"):
            (folder / part).mkdir(parents=True)
        for number, body in enumerate(bodies):
            file = folder / ("cur" if number % 2 else "new") / f"{number}.host{':2,S' if number % 2 else ''}"
            file.write_bytes(_lf(body))
            os.utime(file, (AT.timestamp(), AT.timestamp()))
    return lambda: MaildirSource(root / "p")


def _mbox(root: Path, mail: Mail) -> Callable[[], Source]:
    for path, bodies in mail.items():
        names = [f"{level}.sbd" for level in path[:-1]] + [path[-1]]
        file = (root / "b").joinpath(*names)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(mbox_bytes(bodies))
    return lambda: MboxSource(root / "b")


def _own_mbox(root: Path, mail: Mail) -> Callable[[], Source]:
    target = MboxTarget(root / "o")
    for path, bodies in mail.items():
        target.open(Folder(path=path))
        target.store([message(number, body) for number, body in enumerate(bodies)])
    return lambda: MboxSource(root / "o")


def _takeout(root: Path, mail: Mail) -> Callable[[], Source]:
    parts: list[bytes] = []
    for path, bodies in mail.items():
        # Labels stand in the message itself: what has them is put before the body that must come through.
        labels = b'X-Gmail-Labels: "%s"\r\n' % ("Inbox" if path == ("INBOX",) else "/".join(path)).encode()
        for body in bodies:
            parts.append(mbox_bytes([labels + body], b"From %d@xxx Sat Feb 29 12:30:59 +0000 2020" % len(parts)))
    (root / "t").mkdir()
    with zipfile.ZipFile(root / "t" / "takeout-1-001.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Takeout/Mail/All mail.mbox", b"".join(parts))
    return lambda: TakeoutSource(root / "t")


def stand_in(folder: Path, mail: Mail, *, status: int = 0, before: str = "") -> Path:
    """Write a stand-in for `readpst`: it writes what the real one writes with -r, lots drawn anew at each run. Return its folder, for PATH."""
    told = {"/".join(("Outlook", *("Inbox" if level == "INBOX" else level for level in path))): mbox_bytes(bodies).hex() for path, bodies in mail.items()}
    folder.mkdir(exist_ok=True)
    script = folder / "readpst"
    script.write_text(
        f"#!{sys.executable}\n"
        "import json, os, random, sys\n"
        f"{before}\n"
        "out = sys.argv[sys.argv.index('-o') + 1]\n"
        f"for path, text in json.loads({json.dumps(told)!r}).items():\n"
        "    os.makedirs(os.path.join(out, path), exist_ok=True)\n"
        "    data = bytes.fromhex(text).replace(b'LOT', b'LibPST-iamunique-%d_-_-' % random.getrandbits(31))\n"
        "    open(os.path.join(out, path, 'mbox'), 'wb').write(data)\n"
        f"print('Error opening File' if {status} else '')\n"
        f"sys.exit({status})\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


def _pst(root: Path, mail: Mail) -> Callable[[], Source]:
    program = stand_in(root / "bin", mail)
    (root / "a.pst").write_bytes(b"!BDN")

    def connect() -> Source:
        before = os.environ["PATH"]
        os.environ["PATH"] = f"{program}{os.pathsep}{before}"
        try:
            return PstSource(root / "a.pst")
        finally:
            os.environ["PATH"] = before

    return connect


def _archive(root: Path, mail: Mail) -> Callable[[], Source]:
    target = ArchiveTarget(root / "v")
    for path, bodies in mail.items():
        target.open(Folder(path=path))
        target.store([message(number, body) for number, body in enumerate(bodies)])
    target.close()
    return lambda: ArchiveSource(root / "v")


def _memory(root: Path, mail: Mail) -> Callable[[], Source]:
    return lambda: MemorySource({path: [(str(number), body) for number, body in enumerate(bodies)] for path, bodies in mail.items()})


SOURCES: dict[str, Callable[[Path, Mail], Callable[[], Source]]] = {
    "memory": _memory,
    "maildir": _maildir,
    "maildir in plain folders": _plain_folders,
    "mbox": _mbox,
    "mbox of our own": _own_mbox,
    "takeout": _takeout,
    "pst (stand-in for readpst)": _pst,
    "archive": _archive,
}


def _memory_target(_root: Path) -> Callable[[], Target]:
    shelf: dict[tuple[str, ...], list[bytes]] = {}
    return lambda: MemoryTarget(shelf)


TARGETS: dict[str, Callable[[Path], Callable[[], Target]]] = {
    "memory": _memory_target,
    "maildir": lambda root: lambda: MaildirTarget(root / "m"),
    "mbox folder": lambda root: lambda: MboxTarget(root / "b"),
    "mbox file": lambda root: lambda: MboxTarget(root / "one.mbox"),
    "archive": lambda root: lambda: ArchiveTarget(root / "v"),
}
READERS = {"maildir": "maildir:{root}/m", "mbox folder": "mbox:{root}/b", "mbox file": "mbox:{root}/one.mbox", "archive": "archive:{root}/v"}
"""How the verifying reader is asked for what a target holds."""
