"""What both commands of a move share: the two ends, progress, and faults in the person's language."""

import socket
import sqlite3
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from rich.live import Live
from rich.text import Text

from bascule.cli.accounts import accounts
from bascule.cli.context import Speaker, Stop
from bascule.cli.secrets import asked, secrets
from bascule.cli.signing import Client, placed, signed_in
from bascule.move import Access, Address, BusyError, CutError, Journal, MoveError, Mover, Progress, address, needs_secret, source, target
from bascule.move.archive.receipts import expected, keep
from bascule.report import move_error, move_note

_WRONG_USE = frozenset({
    "address", "unknown-kind", "password-in-address", "no-source", "no-target", "plain-text", "other-journal", "option", "not-https", "tenant",
    "sign-in-needed", "recipient", "recipients-differ", "encrypt-what", "no-age", "identity-missing", "archive-key",
})  # fmt: skip
_INPUT = frozenset({
    "ca-file", "token", "journal", "source-missing", "not-maildir", "not-mbox", "not-takeout", "several-exports", "archive", "locked-archive", "bomb",
    "program-missing", "pst", "pst-slow", "pst-empty", "no-folder", "no-archive", "archive-damaged", "archive-gone", "archive-older", "identity",
    "wrong-identity",
})  # fmt: skip
_NO_ROOM = frozenset({"disk-full", "archive-disk"})
_NOT_WRITTEN, _INCOMPLETE, INTERRUPTED = 4, 5, 130
_EVERY_S = 5.0


@contextmanager
def failing(speaker: Speaker) -> Iterator[None]:
    """Turn what ends a move into a sentence and an exit status: wrong use 2, bad input 3, no room here 4, not finished 5, Ctrl-C 130."""
    try:
        yield
    except MoveError as error:
        status = 2 if error.code in _WRONG_USE else 3 if error.code in _INPUT else _NOT_WRITTEN if error.code in _NO_ROOM else _INCOMPLETE
        raise Stop(status, move_error(error.code, error.details, speaker.words)) from None
    except (CutError, BusyError) as error:
        raise Stop(_INCOMPLETE, move_error("unreachable", {"said": str(error)}, speaker.words)) from None
    except (TimeoutError, ConnectionError, socket.gaierror, ssl.SSLError) as error:
        raise Stop(_INCOMPLETE, move_error("unreachable", {"said": str(error)}, speaker.words)) from None
    except (sqlite3.Error, OSError) as error:
        raise Stop(_NOT_WRITTEN, move_error("disk", {"said": str(error)}, speaker.words)) from None
    except KeyboardInterrupt:
        raise Stop(INTERRUPTED, move_error("interrupted", {}, speaker.words)) from None


class Keys(msgspec.Struct, frozen=True):
    """Where secrets come from, and whom to trust: the options that every move has.

    Attributes:
        file: With secrets; `-` for standard input, None to ask the person.
        ca_file: Certificates to trust beside the system's.
        insecure: Whether a password may cross the network in the clear.
        client_id: What the firm registered Bascule as, where one signs in with OAuth 2.0.
        remember: Whether the keyring keeps what renews a sign-in.
        recipients: Whom a new archive is encrypted for.
    """

    file: str | None = None
    ca_file: Path | None = None
    insecure: bool = False
    client_id: str = ""
    remember: bool = False
    recipients: tuple[str, ...] = ()


class Move(msgspec.Struct, frozen=True):
    """One account: where from and where to, and how to get in.

    Attributes:
        failed: Why nobody can get in, when a sign-in failed; else empty.
    """

    ends: tuple[Address, Address]
    access: tuple[Access, Access]
    failed: str = ""


def ends(texts: tuple[str, str], keys: Keys, speaker: Speaker, *, only_target: bool = False) -> tuple[tuple[Address, Address], tuple[Access, Access]]:
    """Return both ends of a move and how to get into them; the person is asked for what no file tells."""
    places = (placed(address(texts[0])), placed(address(texts[1])))
    known = secrets(keys.file, speaker)
    old = _access(places[0], known.get("source", {}), keys, speaker, wanted=not only_target)
    return places, (old, _access(places[1], known.get("target", {}), keys, speaker, wanted=True))


def _access(place: Address, told: dict[str, str], keys: Keys, speaker: Speaker, *, wanted: bool) -> Access:
    password, token = told.get("password", ""), told.get("token", "")
    ticket = None
    if wanted and needs_secret(place) and not (password or token):
        ticket = signed_in(place, told, speaker, Client(keys.client_id, keys.ca_file, keys.remember))
        password = "" if ticket else asked(f"{place.user}@{place.host}", speaker)
    identity = told.get("identity", "")
    known = Access(password=password, token=token, ticket=ticket, identity=identity)
    return msgspec.structs.replace(known, ca_file=keys.ca_file, insecure=keys.insecure, recipients=keys.recipients)


def pairs(texts: tuple[str, str], people: Path | None, keys: Keys, speaker: Speaker) -> list[Move]:
    """Return the one account of two addresses, or each account of a list, whose names replace those in the addresses."""
    if people is None:
        return [Move(*ends(texts, keys, speaker))]
    known = secrets(keys.file, speaker)
    found = []
    for account in accounts(people, speaker):
        places = (placed(address(texts[0], account.old)), placed(address(texts[1], account.new)))
        told = [dict(known.get(end, {})) for end in ("source", "target")]
        for table, password in zip(told, (account.old_password, account.new_password), strict=True):
            if password:
                table.update(password=password, token="")
        try:
            with failing(speaker):
                old, new = (_access(place, table, keys, speaker, wanted=True) for place, table in zip(places, told, strict=True))
            found.append(Move(places, (old, new)))
        except Stop as stop:
            if stop.status != _INCOMPLETE:
                raise
            # One person who does not sign in holds up no other.
            found.append(Move(places, (Access(), Access()), stop.message))
    return found


def run(move: Move, journal: Journal, speaker: Speaker, *, dry: bool) -> None:
    """Carry one account, with progress."""
    connect, connect_target = source(move.ends[0], move.access[0]), target(move.ends[1], move.access[1])
    archive = move.ends[1].path if move.ends[1].scheme == "archive" else None
    if move.access[1].recipients and archive is None:
        raise MoveError("encrypt-what", kind=move.ends[1].scheme)
    if archive:
        expected(archive, journal.generations())
    with Watching(speaker) as watching:
        receipt = Mover(connect, connect_target, journal, watching.see).run(dry=dry)
    if archive and not dry:
        try:
            keep(archive, journal.source, receipt, journal.by_folder(), datetime.now(UTC))
        except OSError as error:
            raise MoveError("archive-disk", file=str(archive), said=error.strerror or str(error)) from error


class Watching:
    """Shows how far a move is: redrawn on a terminal, else one line every few seconds; a wait is always said, with its reason."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._live = Live(console=speaker.console, transient=True, auto_refresh=False) if speaker.console.is_terminal else None
        self._began = self._said = time.monotonic()

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Take the line away."""
        if self._live:
            self._live.stop()

    def see(self, progress: Progress) -> None:
        """Take where the move is, and show it."""
        t, now = self._speaker.words.t, time.monotonic()
        if progress.stage == "wait":
            line = t("Waiting {seconds} s, then going on. Reason: {said}", seconds=max(1, round(progress.wait_s)), said=progress.said)
            self._speaker.say(line)
            return
        if progress.stage == "note":
            self._speaker.say(move_note(progress.said, progress.folder, progress.details, self._speaker.words))
            return
        if now - self._said < (0.2 if self._live else _EVERY_S):
            return
        self._said = now
        line = self._line(progress, now)
        if self._live:
            self._live.update(Text(line, overflow="ellipsis", no_wrap=True), refresh=True)
        else:
            self._speaker.say(line)

    def _line(self, progress: Progress, now: float) -> str:
        t = self._speaker.words.t
        if progress.stage == "list":
            return t("Looking at {folder}", folder=progress.folder)
        rate = progress.done / max(now - self._began, 0.001)
        left = round((progress.total - progress.done) / rate) if rate else 0
        return t(
            "{folder}: {done} of {total} · {rate} a second · {minutes} min {seconds} s left",
            folder=progress.folder, done=progress.done, total=progress.total, rate=round(rate), minutes=left // 60, seconds=left % 60,
        )  # fmt: skip
