"""The folder of an archive on the disk: how it begins, how it grows, and how it goes on after any end of the program."""

import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from bascule.move.archive import record
from bascule.move.archive.record import Facts, Record
from bascule.move.archive.seal import SEAL, seal, sums_line
from bascule.move.errors import MoveError
from bascule.move.files.disk import settle

FACTS, README, MANIFEST, SUMS = "archive.json", "LISEZ-MOI.txt", "manifest.jsonl", "SHA256SUMS"
MAIL, VAULT, DRAFTS, NEXT, LOCK = "courrier", "coffre", "tmp", "tmp/next", "tmp/lock"
_DRAFT = re.compile(r"\d{10}|next\.draft|colon:?")


class _Step(msgspec.Struct, frozen=True):
    """What `tmp/next` begins with: lengths of both lists, and the chain, before the step."""

    manifest: int
    sums: int
    chain: str


def facts(root: Path) -> Facts | None:
    """Return what an archive says of itself; None when there is none.

    Raises:
        MoveError: It cannot be read, or is of another time (`archive-damaged`).
    """
    try:
        return msgspec.json.decode((root / FACTS).read_bytes(), type=Facts)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise MoveError("archive-damaged", file=str(root / FACTS), line="1") from error


def contents(root: Path, told: Facts) -> Iterator[tuple[Record, str]]:
    """Yield every record with the chain up to it, those of a step that was cut short among them; nothing is changed.

    Raises:
        MoveError: A line is not what was written (`archive-damaged`).
    """
    step = _pending(root)
    yield from record.records(root / MANIFEST, told.id, step[0].manifest if step else None)
    if step:
        yield from record.parsed(step[1], step[0].chain, root / NEXT)


def place(root: Path, one: Record) -> Path:
    """Return where a file of a record is now: in its place, or still a draft when the program ended in between."""
    draft = root / DRAFTS / f"{one.number:010d}"
    return draft if not (root / one.file).exists() and draft.exists() else root / one.file


def _pending(root: Path) -> tuple[_Step, list[bytes]] | None:
    try:
        lines = (root / NEXT).read_bytes().splitlines(keepends=True)
        return msgspec.json.decode(lines[0], type=_Step), lines[1:]
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, IndexError) as error:
        raise MoveError("archive-damaged", file=str(root / NEXT), line="1") from error


class Store:
    """An archive open for writing, by one program at a time.

    Args:
        root: Its folder; made when it is missing.
        recipients: Whom a new one is encrypted for.

    Raises:
        MoveError: The folder holds something else, somebody else writes, or the archive is damaged.
        OSError: Writing.
    """

    def __init__(self, root: Path, recipients: tuple[str, ...] = ()) -> None:
        self.root = root
        known = facts(root)
        if known is None and root.exists() and (not root.is_dir() or any(entry.name != DRAFTS for entry in root.iterdir())):
            raise MoveError("no-archive", file=str(root))
        (root / DRAFTS).mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = FileLock(root / LOCK, timeout=0)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise MoveError("archive-busy", file=str(root)) from error
        try:
            self.facts = known or self._begin(recipients)
            self._recover()
            if not (root / README).exists():
                self.unseal()
                self.put(README, files("bascule.move.archive").joinpath("readme.txt").read_bytes())
            self.chain, self.number = self.facts.id, 0
        except BaseException:
            self._lock.release()
            raise

    def _begin(self, recipients: tuple[str, ...]) -> Facts:
        made = Facts(id=secrets.token_hex(16), recipients=recipients)
        # First of all: without it, the next run would take what stands here for somebody else's.
        self.put(FACTS, msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n")
        return made

    def put(self, name: str, data: bytes) -> None:
        """Write a small file whole, or not at all."""
        (self.root / name).parent.mkdir(exist_ok=True, mode=0o700)
        draft = self.root / DRAFTS / "next.draft"
        try:
            _written(draft, data)
            draft.replace(self.root / name)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        settle((self.root / name).parent)

    def _recover(self) -> None:
        if step := _pending(self.root):
            self._finish(*step)
        for entry in os.scandir(self.root / DRAFTS):
            if _DRAFT.fullmatch(entry.name):
                Path(entry.path).unlink()

    def read(self) -> Iterator[Record]:
        """Yield every record, and find where the manifest goes on."""
        for one, chain in contents(self.root, self.facts):
            self.chain, self.number = chain, one.number
            yield one

    def draft(self, number: int) -> Path:
        """Return where the file of a coming record is prepared."""
        return self.root / DRAFTS / f"{number:010d}"

    def add(self, new: Sequence[Record]) -> None:
        """Let drafts take their names, and their lines stand in manifest and sums: all of it or nothing."""
        if not new:
            return
        step = _Step(_size(self.root / MANIFEST), _size(self.root / SUMS), self.chain)
        lines, chain = [], self.chain
        for one in new:
            text, chain = record.line(one, chain)
            lines.append(text)
        self.unseal()
        self.put(NEXT, msgspec.json.encode(step) + b"\n" + b"".join(lines))
        self._finish(step, lines)
        self.chain, self.number = chain, new[-1].number

    def _finish(self, step: _Step, lines: list[bytes]) -> None:
        """Do what `tmp/next` says; doing it again changes nothing."""
        sums, changed = [], set()
        for one, _ in record.parsed(lines, step.chain, self.root / NEXT):
            if one.kind != "message":
                continue
            sums.append(sums_line(one.sha256, one.file))
            with suppress(FileNotFoundError):
                self.draft(one.number).rename(self.root / one.file)
                changed.add((self.root / one.file).parent)
        for directory in changed:
            settle(directory)
        _grow(self.root / MANIFEST, step.manifest, b"".join(lines))
        _grow(self.root / SUMS, step.sums, b"".join(sums))
        settle(self.root)
        (self.root / NEXT).unlink()

    def unseal(self) -> None:
        """Take the seal away: what it says is about to be wrong."""
        (self.root / SEAL).unlink(missing_ok=True)

    def close(self) -> None:
        """Seal what is not sealed, and let others write."""
        try:
            if not (self.root / SEAL).exists():
                self.put(SEAL, seal(self.root))
        finally:
            self._lock.release()


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _written(file: Path, data: bytes) -> None:
    with file.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _grow(file: Path, length: int, data: bytes) -> None:
    """Let a list hold data after its first bytes, and nothing else."""
    with file.open("r+b" if file.exists() else "xb") as out:
        out.truncate(length)
        out.seek(length)
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
