"""An archive that is written to; only added to, never changed."""

import errno
import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from bascule.move.archive import store, vault
from bascule.move.archive.record import Record
from bascule.move.archive.store import Store
from bascule.move.errors import MoveError
from bascule.move.files.disk import settle, settle_all
from bascule.move.item import Body, Folder, Message
from bascule.move.maildir import layout
from bascule.move.maildir.keywords import learned
from bascule.move.protocol import Place, Stored

_ROOM = (errno.ENOSPC, errno.EDQUOT)
_SHELF = 1000
"""Encrypted files in one directory."""


class ArchiveTarget:
    """Adds to an archive.

    Args:
        root: Its folder; made when it is missing.
        recipients: Whom a new one is encrypted for; empty for the clear. One that stands keeps its own.
        identity: Opens what another machine wrote; "" for none.

    Raises:
        MoveError: It cannot be written to.
    """

    def __init__(self, root: Path, recipients: tuple[str, ...] = (), identity: str = "") -> None:
        told = store.facts(root)
        if told and recipients and set(recipients) != set(told.recipients):
            raise MoveError("recipients-differ", file=str(root))
        self._root, self._where, self._generation = root, "", ""
        self._path: tuple[str, ...] = ()
        self._words: dict[str, str] = {}
        self._writer = vault.Writer(told.recipients if told else recipients) if (told and told.recipients) or (not told and recipients) else None
        self._words_draft = root / store.DRAFTS / "next.draft"
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("CREATE TABLE held (place TEXT, number INTEGER, file TEXT, size INTEGER, digest BLOB, PRIMARY KEY (place, number)) WITHOUT ROWID")
        self._places: dict[str, str] = {}
        try:
            self._store = Store(root, recipients)
            try:
                self._memory = self._remember(identity) if self._writer else None
                self._read()
            except BaseException:
                self._store.close()
                raise
            self._mark = ":" if self._takes_colons() else ";"
        except OSError as error:
            raise self._failed(error) from error

    def _remember(self, identity: str) -> vault.Memory:
        sealed = self._root / store.VAULT / "index.age"
        blank = not (self._root / store.MANIFEST).exists()
        known, new = vault.memory(self._store.facts.id, sealed, identity, self._writer if blank else None)
        if new:
            self._store.unseal()
            self._store.put(f"{store.VAULT}/index.age", new)
        return known

    def _read(self) -> None:
        self._db.execute("BEGIN")
        for one in self._store.read():
            self._note(one)
        self._db.execute("COMMIT")

    def _note(self, one: Record) -> None:
        place = one.where or "\0".join(one.folder)
        if one.kind == "folder":
            self._places[place] = one.file
            return
        digest = self._memory.masked(one.number, bytes.fromhex(one.seen)) if self._memory else bytes.fromhex(one.sha256)
        self._db.execute("INSERT INTO held VALUES (?, ?, ?, ?, ?)", (place, one.number, one.file, one.size, digest))

    def _takes_colons(self) -> bool:
        """Return whether the disk takes the letter that parts flags in the names of a Maildir; those of sticks for other systems do not."""
        probe = self._root / store.DRAFTS / "colon:"
        try:
            probe.touch()
            probe.unlink()
        except OSError as error:
            if error.errno in _ROOM:
                raise
            return False
        return True

    def open(self, folder: Folder) -> Place:
        """Note the folder if it is new. Its mark is the number of the next line of the manifest."""
        path = ("INBOX",) if len(folder.path) == 1 and folder.path[0].upper() == "INBOX" else folder.path
        self._path, self._generation = path, folder.generation
        self._where = self._memory.where(path) if self._memory else "\0".join(path)
        try:
            if self._where not in self._places:
                self._begin(path, folder.use)
            if not self._memory:
                self._words = layout.keywords(self._root / self._places[self._where])
        except OSError as error:
            raise self._failed(error) from error
        return Place(path=path, generation=self._store.facts.id, mark=self.mark())

    def _begin(self, path: tuple[str, ...], use: str | None) -> None:
        one = Record(number=self._store.number + 1, kind="folder", folder=path, use=use)
        if not self._memory:
            one = msgspec.structs.replace(one, file=self._directory(path))
            _make(self._root / one.file)
        self._store.add([self._hidden(one, one)])
        self._places[self._where] = one.file

    def _directory(self, path: tuple[str, ...]) -> str:
        """Return the directory of a new folder; two names that Maildir++ cannot tell apart get one each."""
        mail = self._root / store.MAIL
        name = str(layout.directory(mail, path).relative_to(self._root))
        if self._mark != ":":
            # Disks for other systems refuse more than colons; the manifest knows the true name.
            name = name.translate(dict.fromkeys(map(ord, '"*:<>?\\|'), "_"))
        taken = set(self._places.values())
        return name if name not in taken else f"{name}~{hashlib.sha256(self._where.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"

    def _hidden(self, plain: Record, outer: Record) -> Record:
        """Return what the manifest says of a plain record: all of it, or in an encrypted archive what tells nothing."""
        if not (self._memory and self._writer):
            return plain
        sealed = self._writer.seal(msgspec.structs.replace(plain, file=""))
        shown = Record(number=plain.number, kind=plain.kind, file=outer.file, size=outer.size, sha256=outer.sha256, where=self._where, sealed=sealed)
        if plain.kind == "message":
            shown = msgspec.structs.replace(shown, seen=self._memory.masked(plain.number, bytes.fromhex(plain.sha256)).hex())
        return shown

    def mark(self) -> str:
        """Return the number of the next line."""
        return str(self._store.number + 1)

    def held(self, since: str, wanted: Callable[[int], bool]) -> Iterator[tuple[str, bytes]]:
        """Yield key and digest of what the folder holds from a line on and is on the disk; sizes in an encrypted archive are others.

        Raises:
            MoveError: The archive ends before that line: it is an older copy of itself (`archive-older`).
        """
        if int(since or 0) > self._store.number + 1:
            raise MoveError("archive-older", file=str(self._root))
        rows = self._db.execute("SELECT number, file, size, digest FROM held WHERE place = ? AND number >= ? ORDER BY number", (self._where, int(since or 0)))
        for number, file, size, digest in rows:
            with suppress(FileNotFoundError):
                if (self._memory or wanted(size)) and (self._root / file).stat().st_size == size:
                    yield _key(number), digest

    def store(self, messages: Sequence[Message]) -> list[Stored]:
        """Write messages and their lines: all of them or none."""
        first = self._store.number + 1
        numbered = list(enumerate(messages, first))
        try:
            if not self._memory:
                self._learn(messages)
            lines = [self._written(number, message) for number, message in numbered]
            settle_all(self._store.draft(number) for number, _ in numbered)
            self._store.add(lines)
        except OSError as error:
            if not (self._root / store.NEXT).exists():
                for draft in (self._words_draft, *(self._store.draft(number) for number, _ in numbered)):
                    with suppress(OSError):
                        draft.unlink()
            raise self._failed(error) from error
        for one in lines:
            self._note(one)
        return [Stored(key=_key(number)) for number, _ in numbered]

    def _learn(self, messages: Sequence[Message]) -> None:
        directory = self._root / self._places[self._where]
        self._store.unseal()
        self._words = learned(directory, self._words, messages, self._words_draft)

    def _written(self, number: int, message: Message) -> Record:
        entry, body = message.entry, message.body
        plain = Record(
            number=number,
            kind="message",
            size=body.size,
            sha256=body.digest.hex(),
            folder=self._path,
            date=entry.date.isoformat() if entry.date else "",
            flags=entry.flags,
            source=f"{self._generation}/{entry.key}",
        )
        draft = self._store.draft(number)
        if self._writer:
            return self._hidden(plain, self._encrypted(number, body, draft))
        with draft.open("wb") as out:
            for piece in body.pieces():
                out.write(piece)
            out.flush()
            seconds = entry.date.timestamp() if entry.date else time.time()
            os.utime(out.fileno(), (seconds, seconds))
        letters, _ = layout.letters(entry.flags, self._words)
        name = f"{int(seconds)}.B{number:010d}.bascule,S={body.size}{self._mark}2,{letters}"
        return msgspec.structs.replace(plain, file=f"{self._places[self._where]}/cur/{name}")

    def _encrypted(self, number: int, body: Body, draft: Path) -> Record:
        if self._writer is None:
            raise AssertionError("in the clear")
        with draft.open("w+b") as out:
            self._writer.write(body.pieces(), out)
            out.flush()
            out.seek(0)
            digest = hashlib.file_digest(out, "sha256").hexdigest()
        shelf = f"{store.VAULT}/{number // _SHELF:07d}"
        if not (self._root / shelf).is_dir():
            (self._root / shelf).mkdir(exist_ok=True, parents=True, mode=0o700)
            settle((self._root / shelf).parent)
        return Record(number=number, kind="message", file=f"{shelf}/{_key(number)}.age", size=draft.stat().st_size, sha256=digest)

    def _failed(self, error: OSError) -> MoveError:
        said = error.strerror or str(error)
        return MoveError("disk-full", file=str(self._root), said=said) if error.errno in _ROOM else MoveError("archive-disk", file=str(self._root), said=said)

    def close(self) -> None:
        """Seal the archive."""
        self._db.close()
        with suppress(OSError):
            # Without room there is no seal; the next run makes it.
            self._store.close()


def _key(number: int) -> str:
    return f"{number:010d}"


def _make(directory: Path) -> None:
    """Make a folder of Maildir++, and the inbox that it hangs on."""
    inbox = directory.name == store.MAIL
    for place in (directory,) if inbox else (directory, directory.parent):
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        if place == directory and not inbox:
            (directory / "maildirfolder").touch(mode=0o600)
        settle(place)
