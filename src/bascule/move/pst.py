"""A PST that is read, through the program `readpst` (libpst): its mail is written into a private folder, and read from there as mbox files.

A PST does not hold messages as they travelled, but their parts; `readpst` puts them together again. Two things in what it writes are drawn by lot at each
run: the marks between parts, and the names of invitations. They are numbered anew here, message by message, so that the same PST gives the same bytes.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from bascule.move.errors import MoveError
from bascule.move.item import Entry, Folder, Message
from bascule.move.mbox.source import MboxSource
from bascule.move.protocol import Note

_PROGRAM = "readpst"
_OPTIONS = ("-r", "-D", "-t", "e", "-q", "-j", "0")
"""One mbox a folder, in folders; the folder of deleted things too, which it would pass over; mail alone; one process."""
_BASE_S, _BYTES_A_SECOND = 120.0, 500_000
_DEEP = 64
"""A folder that is named `..` leads the program one level up; so far down, it stays in the private folder."""
_LOT = re.compile(rb"(LibPST-iamunique-)(\d+)(_-_-)|(name=\"i)(\d+)(\.ics\")")
_LINE = 1024 * 1024
_SAID = 2000
_USES = {
    "sent": ("sent items", "éléments envoyés", "gesendete elemente"),
    "trash": ("deleted items", "éléments supprimés", "gelöschte elemente"),
    "drafts": ("drafts", "brouillons", "entwürfe"),
    "junk": ("junk e-mail", "junk email", "courrier indésirable", "junk-e-mail"),
}
_USE = {name: use for use, names in _USES.items() for name in names}
_INBOX = ("inbox", "boîte de réception", "posteingang")


class PstSource:
    """Reads a PST.

    Raises:
        MoveError: It is not there (`source-missing`), `readpst` is not (`program-missing`), or it could not read it (`pst`, `pst-slow`).
    """

    def __init__(self, file: Path, *, limit_s: float | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bascule-pst-", ignore_cleanup_errors=True)
        try:
            deep = converted(file, Path(self._folder.name), limit_s)
            for mbox in deep.rglob("mbox*"):
                _number(mbox)
            self._root = _top(deep)
            self._mail = MboxSource(self._root)
        except MoveError as error:
            self._folder.cleanup()
            if error.code == "not-mbox":
                raise MoveError("pst-empty", file=str(file)) from None
            raise
        except BaseException:
            self._folder.cleanup()
            raise
        # Names at the top are those of the program's language; the inbox is known by them.
        self._paths = {_renamed(folder.path): folder for folder in self._mail.folders()}

    def folders(self) -> list[Folder]:
        """Return the folders, with their use where the name tells it."""
        return [Folder(path=path, use=_USE.get(path[0].casefold()) if len(path) == 1 else None) for path in self._paths]

    def notes(self) -> list[Note]:
        """Return what was seen and is not carried, or carried as a part only."""
        return [Note("mail-only"), *self._mail.notes()]

    def entries(self, folder: Folder) -> Iterator[list[Entry]]:
        """Yield the messages of a folder in their order."""
        return self._mail.entries(self._paths[folder.path])

    def fetch(self, folder: Folder, keys: Sequence[str]) -> Iterator[Message]:
        """Yield messages as `readpst` put them together."""
        return self._mail.fetch(self._paths[folder.path], keys)

    def close(self) -> None:
        """Take the private folder away."""
        self._mail.close()
        self._folder.cleanup()


def converted(file: Path, private: Path, limit_s: float | None = None) -> Path:
    """Have `readpst` write the mail of a PST below a private folder; return where.

    Raises:
        MoveError: As for the source.
    """
    if not file.is_file():
        raise MoveError("source-missing", file=str(file))
    program = shutil.which(_PROGRAM)
    if program is None:
        raise MoveError("program-missing", program=_PROGRAM)
    out = private.joinpath(*["p"] * _DEEP)
    out.mkdir(parents=True)
    limit_s = limit_s or _BASE_S + file.stat().st_size / _BYTES_A_SECOND
    with tempfile.TemporaryFile() as said:
        command = [program, *_OPTIONS, "-o", str(out), str(file.absolute())]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=out, start_new_session=True, env=_environment()) as process:
            try:
                status = process.wait(limit_s)
            except subprocess.TimeoutExpired:
                raise MoveError("pst-slow", file=str(file), minutes=str(max(1, round(limit_s / 60)))) from None
            finally:
                _end(process)
        said.seek(0)
        words = said.read(_SAID).decode("utf-8", "replace").strip().replace(str(out), "")
    if status:
        raise MoveError("pst", file=str(file), said=words.splitlines()[-1] if words else f"status {status}")
    if any(one for one in private.rglob("mbox*") if out not in one.parents):
        raise MoveError("pst", file=str(file), said="a folder named ..")
    return out


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the program and whatever it started; the group is its own."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _number(mbox: Path) -> None:
    """Replace what is drawn by lot by numbers that count from 1 in each message."""
    if not mbox.is_file() or mbox.is_symlink():
        return
    draft = mbox.with_name("." + mbox.name)
    seen: dict[bytes, bytes] = {}

    def counted(found: re.Match[bytes]) -> bytes:
        head, lot, tail = (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6])
        return head + seen.setdefault(lot, b"%d" % (len(seen) + 1)) + tail

    with mbox.open("rb") as old, draft.open("xb") as new:
        while line := old.readline(_LINE):
            if line.startswith(b"From "):
                seen.clear()
            new.write(_LOT.sub(counted, line))
    draft.replace(mbox)


def _top(folder: Path) -> Path:
    """Return the folder that holds the mailbox, below those that only name the file."""
    for _ in range(2):
        inside = list(folder.iterdir())
        if len(inside) != 1 or not inside[0].is_dir() or inside[0].is_symlink():
            break
        deeper = list(inside[0].iterdir())
        if any(one.name.startswith("mbox") for one in deeper) or not deeper:
            break
        folder = inside[0]
    return folder


def _renamed(path: tuple[str, ...]) -> tuple[str, ...]:
    return ("INBOX", *path[1:]) if path[0].casefold() in _INBOX else path
