"""Encryption with age (age-encryption.org/v1), by the library pyrage where it is installed.

It is the optional extra `archive`: whoever keeps an archive in the clear does not need it. The program `age` would be started for each message; this library is
called, takes streams, and is one file without dependencies.
"""

import base64
import hashlib
import hmac
import io
import os
import secrets
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import msgspec
from platformdirs import user_data_path

from bascule.move.archive.record import Record
from bascule.move.errors import MoveError
from bascule.move.item import Body

_KEY_BYTES = 32
_MOST_IDENTITY = 64 * 1024
_SECRET = "AGE-SECRET-KEY-"


class Writer:
    """Encrypts for others; cannot read what it wrote."""

    def __init__(self, recipients: tuple[str, ...]) -> None:
        age = _library()
        self._age, self._recipients = age, []
        for one in recipients:
            try:
                self._recipients.append(age.x25519.Recipient.from_str(one))
            except age.RecipientError as error:
                raise MoveError("recipient", recipient=one) from error

    def write(self, pieces: Iterable[bytes], out: IO[bytes]) -> None:
        """Encrypt bytes into a file."""
        self._age.encrypt_io(io.BufferedReader(_Pieces(pieces)), out, self._recipients)

    def seal(self, record: Record) -> str:
        """Return a record as text that the identity alone can read."""
        return base64.b64encode(self.encrypted(msgspec.json.encode(record))).decode()

    def encrypted(self, data: bytes) -> bytes:
        """Return a few bytes, encrypted."""
        return bytes(self._age.encrypt(data, self._recipients))


class Opener:
    """Decrypts with an identity.

    Args:
        identity: `AGE-SECRET-KEY-1…`, or the file in which it stands.

    Raises:
        MoveError: It is none (`identity`).
    """

    def __init__(self, identity: str) -> None:
        self._age = _library()
        try:
            text = identity if identity.startswith(_SECRET) else _read(Path(identity).expanduser())
            keys = [line.strip() for line in text.splitlines() if line.strip().startswith(_SECRET)]
            self._identities = [self._age.x25519.Identity.from_str(key) for key in keys]
        except (OSError, UnicodeDecodeError, self._age.IdentityError):
            # The cause may hold the secret itself; it goes no further.
            raise MoveError("identity") from None
        if not self._identities:
            raise MoveError("identity")

    def body(self, file: IO[bytes]) -> Body:
        """Return what a file holds.

        Raises:
            MoveError: It is for others, or damaged (`wrong-identity`).
        """
        whole = Body()
        try:
            self._age.decrypt_io(file, _Into(whole), self._identities)
        except (self._age.DecryptError, OSError) as error:
            raise MoveError("wrong-identity", said=str(error)) from error
        return whole

    def opened(self, data: bytes) -> bytes:
        """Return a few bytes, decrypted.

        Raises:
            MoveError: They are for others, or damaged (`wrong-identity`).
        """
        try:
            return bytes(self._age.decrypt(data, self._identities))
        except self._age.DecryptError as error:
            raise MoveError("wrong-identity", said=str(error)) from error

    def unsealed(self, record: Record) -> Record:
        """Return a record as it would stand in the clear, with the file and number of the sealed one."""
        inner = msgspec.json.decode(self.opened(base64.b64decode(record.sealed)), type=Record)
        return msgspec.structs.replace(inner, number=record.number, file=record.file)


class Memory:
    """By what a writer knows again what it cannot read: a random key that turns names and digests into noise for everybody else."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def where(self, path: tuple[str, ...]) -> str:
        """Return the tag of a folder."""
        return hmac.new(self._key, b"where\0" + "\0".join(path).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]

    def masked(self, number: int, digest: bytes) -> bytes:
        """Return a message's digest as only this key can read it; the same again gives the digest. No number masks two digests."""
        mask = hmac.new(self._key, b"seen\0%d" % number, hashlib.sha256).digest()
        return bytes(one ^ other for one, other in zip(digest, mask, strict=True))


def memory(archive: str, sealed: Path, identity: str, writer: Writer | None = None) -> tuple[Memory, bytes]:
    """Return the writer's memory of an archive, and its key encrypted for the archive when it is new.

    Args:
        archive: The archive's number.
        sealed: Where the archive keeps the key for whoever holds the identity.
        identity: Opens it where this machine does not know the key; "" for none.
        writer: Makes a new key when there is none anywhere.

    Raises:
        MoveError: Another machine wrote here, and no identity was given (`archive-key`).
    """
    own = user_data_path("bascule", appauthor=False) / "archives" / f"{archive}.key"
    if own.is_file() and len(key := own.read_bytes()) == _KEY_BYTES:
        return Memory(key), b""
    if sealed.exists():
        if not identity:
            raise MoveError("archive-key", file=str(sealed.parent.parent))
        key, new = Opener(identity).opened(sealed.read_bytes()), b""
    elif writer:
        key = secrets.token_bytes(_KEY_BYTES)
        new = writer.encrypted(key)
    else:
        raise MoveError("archive-key", file=str(sealed.parent.parent))
    own.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(key)
        out.flush()
        os.fsync(out.fileno())
    return Memory(key), new


class _Pieces(io.RawIOBase):
    """Pieces as a stream."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._rest = iter(pieces), b""

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        length = min(len(room), len(self._rest))
        room[:length], self._rest = self._rest[:length], self._rest[length:]
        return length


class _Into:
    """A stream into a body."""

    def __init__(self, whole: Body) -> None:
        self._whole = whole

    def write(self, piece: bytes) -> int:
        self._whole.write(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""


def _read(file: Path) -> str:
    with file.open("rb") as lines:
        return lines.read(_MOST_IDENTITY).decode()


def _library() -> ModuleType:
    try:
        return import_module("pyrage")
    except ImportError as error:
        raise MoveError("no-age") from error
