"""Looks through an archive with code of its own: every file, every line, everything that is there and belongs to nothing."""

import base64
import hashlib
import hmac
import json
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from bascule.model import Difference, Verification
from bascule.move.errors import MoveError
from bascule.move.verify.reader import Flaw, Seen

_TABLE = """CREATE TABLE file (
    name TEXT PRIMARY KEY, key TEXT, place TEXT, manifest TEXT, sums TEXT, size INTEGER, digest BLOB, flags TEXT, date TEXT, actual TEXT
) WITHOUT ROWID"""
_CHAINED = re.compile(rb',"chain":"([0-9a-f]{64})"\}\n\Z')
_SUM = re.compile(rb"(\\?)([0-9a-f]{64})  (.+)\n\Z", re.DOTALL)
_PIECE = 64 * 1024
_LONGEST = 2 * 1024 * 1024
_MOST = 1000
_LOCK = "tmp/lock"
_OF_MESSAGE = re.compile(r"courrier/(?:[^/]+/)?(?:cur|new)/|coffre/\d+/")


class ArchiveReader:
    """One archive.

    Args:
        root: Its folder.
        identity: Opens an encrypted one; without it, bytes are checked as they lie there, and messages known by this machine's memory.

    Raises:
        MoveError: There is none.
    """

    def __init__(self, root: Path, identity: str = "") -> None:
        if not (root / "archive.json").is_file():
            raise MoveError("no-archive", file=str(root))
        self._root = root
        self._flaws: list[Flaw] = []
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(_TABLE)
        self._db.execute("BEGIN")
        number, self._hidden = self._facts()
        self._age: Any = import_module("pyrage") if identity and self._hidden else None
        self._identities = _identities(self._age, identity) if self._age else []
        self._secret = _secret(number) if self._hidden else None
        ends = self._under_way()
        self._manifest(number, ends[0] if ends else None)
        self._sums(ends[1] if ends else None)
        self._seal()
        self._stray(ends is not None)

    def _facts(self) -> tuple[str, bool]:
        try:
            told = json.loads((self._root / "archive.json").read_bytes())
            return str(told["id"]), bool(told["recipients"])
        except (ValueError, KeyError, TypeError):
            self._flaws.append(Flaw("archive.json", "damaged"))
            return "", (self._root / "coffre").is_dir()

    def _under_way(self) -> tuple[int, int] | None:
        """Return how long both lists were when a run that has not ended began its last step."""
        file = self._root / "tmp" / "next"
        if not file.exists():
            return None
        try:
            told = json.loads(file.read_bytes().split(b"\n", 1)[0])
            return int(told["manifest"]), int(told["sums"])
        except (ValueError, KeyError, TypeError):
            self._flaws.append(Flaw("tmp/next", "damaged"))
            return None

    def _lines(self, name: str, end: int | None) -> Iterator[tuple[int, bytes]]:
        if not (self._root / name).exists():
            return
        place = 0
        with (self._root / name).open("rb") as lines:
            for number, text in enumerate(iter(lambda: lines.readline(_LONGEST), b""), 1):
                if end is not None and place >= end:
                    return
                place += len(text)
                yield number, text

    def _manifest(self, number: str, end: int | None) -> None:
        # After a wrong line the chain may go on from what it says or from what it should say: one flipped bit is one flaw.
        before = {number}
        for count, text in self._lines("manifest.jsonl", end):
            found = _CHAINED.search(text)
            body = text[: found.start()] + b"}" if found else text
            after = {hashlib.sha256(one.encode() + body).hexdigest() for one in before}
            told = found[1].decode() if found else ""
            right = told in after
            if not right:
                self._flaws.append(Flaw(f"manifest.jsonl:{count}", "line"))
            before = {told} if right else after | {told}
            try:
                self._enter(json.loads(body))
            except (ValueError, KeyError, TypeError, AttributeError):
                if right:
                    self._flaws.append(Flaw(f"manifest.jsonl:{count}", "line"))

    def _enter(self, told: dict[str, Any]) -> None:
        if told["kind"] != "message":
            return
        number, name, outer = int(told["number"]), str(told["file"]), str(told["sha256"])
        place, digest = str(told.get("where", "")), b""
        if self._hidden and self._identities:
            told = json.loads(self._opened(base64.b64decode(told["sealed"])))
        if not self._hidden or self._identities:
            place, digest = "\0".join(told["folder"]), bytes.fromhex(told["sha256"])
        elif self._secret:
            mask = hmac.digest(self._secret, b"seen\0%d" % number, "sha256")
            digest = bytes(one ^ other for one, other in zip(bytes.fromhex(told["seen"]), mask, strict=True))
        flags = " ".join(told.get("flags", ())).lower() if not self._hidden or self._identities else None
        row = (name, f"{number:010d}", place, outer, int(told.get("size", 0)), digest, flags, told.get("date") or None)
        self._db.execute("INSERT OR REPLACE INTO file (name, key, place, manifest, size, digest, flags, date) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _opened(self, data: bytes) -> bytes:
        try:
            return bytes(self._age.decrypt(data, self._identities))
        except self._age.DecryptError as error:
            raise MoveError("wrong-identity", said=str(error)) from None

    def _sums(self, end: int | None) -> None:
        for count, text in self._lines("SHA256SUMS", end):
            found = _sum(text)
            if found is None:
                self._flaws.append(Flaw(f"SHA256SUMS:{count}", "line"))
                continue
            self._db.execute("INSERT INTO file (name, sums) VALUES (?, ?) ON CONFLICT DO UPDATE SET sums = excluded.sums", found)

    def _seal(self) -> None:
        if not (self._root / "SCEAU.sha256").exists():
            self._flaws.append(Flaw("SCEAU.sha256", "unsealed"))
            return
        for count, text in self._lines("SCEAU.sha256", None):
            found = _sum(text)
            if found is None:
                self._flaws.append(Flaw(f"SCEAU.sha256:{count}", "line"))
                continue
            name, digest = found
            self._db.execute("INSERT OR REPLACE INTO file (name, sums, place) VALUES (?, ?, NULL)", (name, digest))

    def _stray(self, under_way: bool) -> None:
        """Note what is there and no list speaks of."""
        # Without a seal nobody knows what else belongs here; messages are in SHA256SUMS, unless a run is in the midst of a step.
        sealed = (self._root / "SCEAU.sha256").exists()
        for top, _, names in os.walk(self._root):
            for name in names:
                whole = _text(os.path.relpath(os.path.join(top, name), self._root))  # noqa: PTH118 - a million names
                if whole in (_LOCK, "SCEAU.sha256") or not (sealed or (_OF_MESSAGE.match(whole) and not under_way)):
                    continue
                if not self._db.execute("SELECT 1 FROM file WHERE name = ?", (whole,)).fetchone():
                    self._flaws.append(Flaw(whole, "stray"))

    def read(self, path: tuple[str, ...]) -> Iterator[Seen]:
        """Yield the messages of a folder that are there, by the bytes that are there now."""
        if self._hidden and not (self._identities or self._secret):
            raise MoveError("identity-missing", file=str(self._root))
        place = "\0".join(path)
        if self._hidden and not self._identities and self._secret:
            place = hmac.digest(self._secret, b"where\0" + place.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]
        rows = self._db.execute("SELECT name, key, manifest, digest, flags, date FROM file WHERE place = ? AND manifest IS NOT NULL ORDER BY key", (place,))
        for name, key, told, digest, flags, date in rows.fetchall():
            actual = self._actual(name)
            now = self._plain(name, actual == told, digest)
            if now is not None:
                yield Seen(key, now, None if flags is None else frozenset(flags.split()), datetime.fromisoformat(date) if date else None)

    def _plain(self, name: str, intact: bool, digest: bytes) -> bytes | None:
        """Return the digest of a message as it comes out of its file now."""
        if not self._hidden:
            actual = self._actual(name)
            return bytes.fromhex(actual) if actual else None
        if not intact:
            return None
        if not self._identities:
            return digest
        into = _Digest()
        with (self._root / name).open("rb") as file:
            try:
                self._age.decrypt_io(file, into, self._identities)
            except (self._age.DecryptError, OSError):
                return None
        return into.hash.digest()

    def _actual(self, name: str) -> str:
        """Return the digest of a file as it is, read once; "" when there is no such plain file."""
        known = self._db.execute("SELECT actual FROM file WHERE name = ?", (name,)).fetchone()[0]
        if known is not None:
            return str(known)
        found = ""
        try:
            where = self._root / name
            if stat.S_ISREG(where.lstat().st_mode):
                with where.open("rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
        except (OSError, ValueError):
            found = ""
        self._db.execute("UPDATE file SET actual = ? WHERE name = ?", (found, name))
        return found

    def count(self) -> int:
        """Return how many messages the manifest speaks of."""
        return int(self._db.execute("SELECT count(*) FROM file WHERE manifest IS NOT NULL").fetchone()[0])

    def flaws(self) -> Iterator[Flaw]:
        """Yield everything in the archive that is not as it was written."""
        yield from self._flaws
        lines = {flaw.file.partition(":")[0] for flaw in self._flaws if flaw.what == "line"}
        names = self._db.execute("SELECT name, manifest, sums, digest FROM file ORDER BY name").fetchall()
        for name, manifest, sums, digest in names:
            actual = self._actual(name)
            if actual and actual == manifest == sums:
                continue
            if manifest is None:
                yield from self._beside(name, actual, sums)
            elif not actual:
                yield Flaw(name, "absent", digest)
            elif actual == manifest:
                # The list that contradicts the file is the damaged one.
                if "SHA256SUMS" not in lines or sums is not None:
                    yield Flaw(f"SHA256SUMS: {name}", "line")
            elif actual != sums:
                yield Flaw(name, "damaged", digest)

    def _beside(self, name: str, actual: str, sums: str) -> Iterator[Flaw]:
        """Yield what is wrong with a file that only sums or seal speak of."""
        if not actual:
            yield Flaw(name, "absent")
        elif actual != sums:
            yield Flaw(name, "damaged")

    def close(self) -> None:
        """Forget what was read."""
        self._db.close()


def audit(root: Path) -> Verification:
    """Look through an archive without its journal, and without any key.

    Raises:
        MoveError: There is none.
    """
    archive = ArchiveReader(root)
    flaws = list(archive.flaws())
    named = tuple(Difference(folder=(), key=flaw.file, what=flaw.what) for flaw in flaws[:_MOST])
    messages = sum(flaw.digest is not None for flaw in flaws)
    return Verification(identical=archive.count() - messages, different=len(flaws), differences=named)


class _Digest(BytesIO):
    """Takes bytes and keeps their digest only."""

    def __init__(self) -> None:
        super().__init__()
        self.hash = hashlib.sha256()

    def write(self, piece: Any) -> int:
        self.hash.update(piece)
        return len(piece)


def _sum(text: bytes) -> tuple[str, str] | None:
    found = _SUM.match(text)
    if found is None:
        return None
    name = found[3].replace(b"\\\\", b"\\") if found[1] else found[3]
    return name.decode("utf-8", "backslashreplace"), found[2].decode()


def _text(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace").replace(os.sep, "/")


def _secret(number: str) -> bytes | None:
    file = user_data_path("bascule", appauthor=False) / "archives" / f"{number}.key"
    return file.read_bytes() if re.fullmatch(r"[0-9a-f]{32}", number) and file.is_file() else None


def _identities(age: Any, identity: str) -> list[Any]:
    try:
        text = identity if identity.startswith("AGE-SECRET-KEY-") else Path(identity).expanduser().read_text()
        return [age.x25519.Identity.from_str(line.strip()) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    except (OSError, ValueError, age.IdentityError):
        raise MoveError("identity") from None
