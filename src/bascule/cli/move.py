"""`bascule move` carries the data over; `bascule verify` reads both sides once more."""

import hashlib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bascule.cli.context import Speaker, Stop
from bascule.cli.help import Command

if TYPE_CHECKING:
    from bascule.cli.moving import Move
    from bascule.model import Forecast
    from bascule.move import Address, Journal

_INCOMPLETE = 5


class ReceiptForm(StrEnum):
    """What a receipt can be written as."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    CSV = "csv"


class VerificationForm(StrEnum):
    """What a verification can be written as."""

    TEXT = "text"
    JSON = "json"


class Doors:
    """The options of every command that opens accounts; each is the default value of a parameter."""

    def __init__(self, speaker: Speaker) -> None:
        t = speaker.words.t
        secrets = t("TOML file with [source] and [target], each with password, token, or client_id and client_secret; - is the standard input.")
        client = t("The id under which your firm registered Bascule at the old or new provider, where one signs in on a page of theirs.")
        self.secrets: Any = typer.Option(None, "--secrets", metavar="FILE", help=secrets)
        self.ca_file: Any = typer.Option(
            None, "--ca-file", metavar="FILE", help=t("Certificates to trust beside the system's (PEM), for a server of your own.")
        )
        self.insecure: Any = typer.Option(False, "--insecure", help=t("Let a password cross the network in the clear; only in a network of your own."))
        self.client_id: Any = typer.Option("", "--client-id", metavar="ID", help=client)
        self.remember: Any = typer.Option(False, "--remember", help=t("Keep the sign-in in the system's keyring, so that the next run needs nobody."))


def register(app: typer.Typer, speaker: Speaker) -> None:
    """Add both commands to the application."""
    t, door = speaker.words.t, Doors(speaker)

    @app.command("move", cls=Command, help=t("Carry the mail of one account into another; it can be stopped and run again at any time. Nothing is deleted."))
    def move(
        source: Annotated[
            str,
            typer.Argument(
                help=t(
                    "The old account: imaps://NAME@SERVER/ (an @ in the name is written %40); graph://NAME; or maildir:, mbox:, takeout:, pst: or archive:PATH."
                ),
                metavar="SOURCE",
                show_default=False,
            ),
        ],
        target: Annotated[
            str, typer.Argument(help=t("The new account, written alike; or maildir:, mbox: or archive:FOLDER."), metavar="TARGET", show_default=False)
        ],
        secrets: str | None = door.secrets,
        journal: Annotated[
            Path | None, typer.Option("--journal", metavar="FILE", help=t("Where the move keeps its memory; else a file in this folder."))
        ] = None,
        people: Annotated[
            Path | None, typer.Option("--accounts", metavar="FILE", help=t("CSV list of accounts: columns old, new, old_password, new_password."))
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=t("Only look: what would be carried."))] = False,
        encrypt_to: Annotated[
            list[str],
            typer.Option(
                "--encrypt-to", metavar="age1…", help=t("Encrypt a new archive for whoever holds this key (age). May be repeated."), show_default=False
            ),
        ] = [],  # noqa: B006
        form: Annotated[ReceiptForm | None, typer.Option("--format", help=t("Form of the result."))] = None,
        output: Annotated[
            list[Path], typer.Option("-o", "--output", help=t("File to write; its ending says the form. May be repeated."), show_default=False)
        ] = [],  # noqa: B006
        ca_file: Path | None = door.ca_file,
        insecure: bool = door.insecure,
        client_id: str = door.client_id,
        remember: bool = door.remember,
        lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help=t("fr or en."))] = "",
    ) -> int:
        del lang
        from bascule.cli.moving import Keys, failing, pairs
        from bascule.cli.output import emit

        with failing(speaker):
            moves = pairs((source, target), people, Keys(secrets, ca_file, insecure, client_id, remember, tuple(encrypt_to)), speaker)
        if people is None:
            status = carry(moves[0], journal, form, output, speaker, dry=dry_run)
            if dry_run and moves[0].ends[1].scheme == "archive":
                from bascule.cli.timer import timer

                (speaker.say if form and form != ReceiptForm.TEXT else emit)(timer(moves[0], journal, secrets, speaker))
            return status
        if output or form:
            raise Stop(2, t("With --accounts each account has its own journal; see one with: bascule verify JOURNAL"))
        return carry_all(moves, journal or Path(), speaker, dry=dry_run)

    @app.command("verify", cls=Command, help=t("Read both sides of a move once more, by another way, and say whether anything is missing."))
    def check(
        journal: Annotated[
            Path, typer.Argument(help=t("The journal of the move; or an archive by itself: archive:FOLDER."), metavar="JOURNAL", show_default=False)
        ],
        secrets: str | None = door.secrets,
        target_only: Annotated[
            bool, typer.Option("--target-only", help=t("The old account is no longer there: check the new one against the journal."))
        ] = False,
        form: Annotated[VerificationForm | None, typer.Option("--format", help=t("Form of the result."))] = None,
        output: Annotated[
            list[Path], typer.Option("-o", "--output", help=t("File to write; its ending says the form. May be repeated."), show_default=False)
        ] = [],  # noqa: B006
        ca_file: Path | None = door.ca_file,
        insecure: bool = door.insecure,
        client_id: str = door.client_id,
        remember: bool = door.remember,
        lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help=t("fr or en."))] = "",
    ) -> int:
        del lang
        import msgspec

        from bascule.cli.moving import Keys, ends, failing
        from bascule.cli.output import Form, write
        from bascule.move import Journal
        from bascule.move.verify import reader, verify
        from bascule.report import verification_text

        if str(journal).startswith("archive:"):
            return look_through(str(journal), form, output, speaker)
        if not journal.is_file():
            raise Stop(3, t("{file}: there is no such journal. `bascule move` says where it keeps it.", file=journal))
        with failing(speaker):
            kept = Journal(journal)
            try:
                keys = Keys(secrets, ca_file, insecure, client_id, remember)
                (here, there), (key, other) = ends((kept.source, kept.target), keys, speaker, only_target=target_only)
                found = verify(kept, None if target_only else reader(here, key), reader(there, other))
            finally:
                kept.close()
        forms: dict[str, Form] = {"text": lambda: verification_text(found, speaker.words), "json": lambda: msgspec.json.encode(found)}
        write(forms, form, output, speaker)
        return 0 if found.complete else _INCOMPLETE


def look_through(archive: str, form: VerificationForm | None, output: list[Path], speaker: Speaker) -> int:
    """Check an archive by itself, without its journal and without any key; return the exit status."""
    import msgspec

    from bascule.cli.moving import failing
    from bascule.cli.output import Form, write
    from bascule.move import address
    from bascule.move.verify.archive import audit
    from bascule.report import archive_text

    with failing(speaker):
        found = audit(address(archive).path or Path())
    forms: dict[str, Form] = {"text": lambda: archive_text(found, speaker.words), "json": lambda: msgspec.json.encode(found)}
    write(forms, form, output, speaker)
    return 0 if found.complete else _INCOMPLETE


def carry(move: "Move", journal: Path | None, form: ReceiptForm | None, output: list[Path], speaker: Speaker, *, dry: bool) -> int:
    """Carry one account, tell what came of it, and return the exit status."""
    from bascule.cli.moving import failing, run

    with failing(speaker):
        kept = _journal(move, journal)
        try:
            try:
                forecast = run(move, kept, speaker, dry=dry)
            except BaseException:
                # A move that could not begin has nothing to tell, least of all that nothing is missing.
                if not kept.complete:
                    _tell(kept, form, output, speaker)
                raise
            _tell(kept, form, output, speaker, forecast)
            return 0 if dry or kept.complete else _INCOMPLETE
        finally:
            kept.close()


def carry_all(moves: "list[Move]", folder: Path, speaker: Speaker, *, dry: bool) -> int:
    """Carry account after account; one that fails holds up no other. One line each, and the exit status of the worst."""
    from bascule.cli.moving import INTERRUPTED, failing, run
    from bascule.cli.output import emit
    from bascule.report import receipt_line

    status = 0
    for move in moves:
        line = f"{move.ends[0].user} → {move.ends[1].user}"
        try:
            if move.failed:
                raise Stop(_INCOMPLETE, move.failed)
            with failing(speaker):
                kept = _journal(move, folder / default_journal(*move.ends))
                try:
                    run(move, kept, speaker, dry=dry)
                finally:
                    line = f"{line} · {receipt_line(kept.receipt(), speaker.words)}"
                    status = max(status, 0 if dry or kept.complete else _INCOMPLETE)
                    kept.close()
        except Stop as stop:
            if stop.status == INTERRUPTED:
                emit(line)
                raise
            line, status = f"{line} · {stop.message}", max(status, stop.status)
        emit(line)
    return status


def _journal(move: "Move", file: Path | None) -> "Journal":
    from bascule.move import Journal

    return Journal(file or default_journal(*move.ends), *(str(end) for end in move.ends))


def default_journal(source: "Address", target: "Address") -> Path:
    """Return the file in which a move between two ends keeps its memory, in the present folder."""
    ends = "\n".join([str(source), str(target)])
    return Path(f"bascule-{hashlib.sha256(ends.encode()).hexdigest()[:8]}.journal")


def _tell(journal: "Journal", form: ReceiptForm | None, output: list[Path], speaker: Speaker, forecast: "Forecast | None" = None) -> None:
    import msgspec

    from bascule.cli.output import Form, write
    from bascule.report import forecast_text, receipt_csv, receipt_line, receipt_page, receipt_text

    receipt = journal.receipt()
    forms: dict[str, Form] = {
        "text": lambda: (
            forecast_text(forecast, speaker.words) if forecast else receipt_text(receipt, journal.items(failed=True), speaker.words, journal.marks_lost())
        ),
        "json": lambda: msgspec.json.encode(receipt),
        "html": lambda: receipt_page(
            (journal.source, journal.target), journal.by_folder(), receipt, journal.items(failed=True), speaker.words, journal.marks_lost()
        ),
        "csv": lambda: receipt_csv(journal.items(), speaker.words),
    }
    write(forms, form, output, speaker)
    if output:
        # What stands in a file is told on the terminal, too: nobody should have to open it to learn that something was refused.
        speaker.say(receipt_line(receipt, speaker.words))
    speaker.say(speaker.words.t("Journal: {file}", file=journal.path))
