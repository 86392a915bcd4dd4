"""`bascule survey FILE -o DIR`: many domains at once."""

import time
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bascule.cli.asking import Options, Wish
from bascule.cli.context import Speaker, Stop
from bascule.cli.help import Command

if TYPE_CHECKING:
    from bascule.model import Evidence
    from bascule.survey import Ask, Counts, Progress, Share, Survey, SurveyError

_EVERY = 5.0
"""Seconds between two lines of progress."""


class TableForm(StrEnum):
    """What tables can be written as."""

    PARQUET = "parquet"
    JSONL = "jsonl"


def register(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the application."""
    t, net = speaker.words.t, Options(speaker)

    @app.command("survey", cls=Command, help=t("Many domains at once: a list is asked about (mail only), evidence is read; the result is a folder of tables."))
    def command(
        file: Annotated[
            Path, typer.Argument(help=t("A list of domains, one a line, or evidence; the output of massdns and zdns is evidence too."), metavar="FILE")
        ],
        output: Annotated[Path, typer.Option("-o", "--output", help=t("Folder of the tables; begun again, a survey goes on there."), show_default=False)],
        form: Annotated[TableForm, typer.Option("--format", help=t("Form of the tables."))] = TableForm.PARQUET,
        shard: Annotated[str, typer.Option("--shard", metavar="I/N", help=t("Only the I-th of N shares of the domains, for several machines."))] = "1/1",
        at: Annotated[
            datetime | None,
            typer.Option("--at", metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help=t("Leave out what was seen after this day; owners as of it (YYYY-MM-DD).")),
        ] = None,
        resolver: str = net.resolver,
        contact: str = net.contact,
        allow_private: bool = net.allow_private,
        offline: bool = net.offline,
        lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help=t("fr or en."))] = "",
    ) -> int:
        del lang
        wish = Wish(resolver=resolver, contact=contact, allow_private=allow_private, mail_only=True, offline=offline)
        return _surveyed(file, output, form, _share(shard, at, speaker), wish, speaker)


def _share(shard: str, at: datetime | None, speaker: Speaker) -> "Share":
    """Return which evidence is taken.

    Raises:
        Stop: The share is none (2).
    """
    from bascule.survey import Share

    index, _, count = shard.partition("/")
    if not (index.isdecimal() and count.isdecimal() and 0 < int(index) <= int(count)):
        raise Stop(2, speaker.words.t("--shard {text}: write I/N, such as 2/8.", text=shard))
    return Share(int(index), int(count), at.date() if at else None)


def _surveyed(file: Path, output: Path, form: str, share: "Share", wish: Wish, speaker: Speaker) -> int:
    from bascule.catalogue import load
    from bascule.guard import GuardError
    from bascule.read import InputError
    from bascule.survey import Survey, SurveyError, kind_of, survey

    t = speaker.words.t
    if not file.is_file():
        speaker.faults([InputError("is-a-folder" if file.is_dir() else "not-a-file" if file.exists() else "missing", file)])
        raise Stop(3)
    try:
        asks = _asks(wish, speaker, file) if kind_of(file) == "list" else None
        wanted = Survey(source=file, folder=output, catalogue=load(), form=str(form), share=share, asks=asks)
        counts = survey(wanted, _Watching(speaker).see)
    except SurveyError as error:
        raise _stop(error, output, speaker) from error
    except GuardError as error:
        speaker.faults([InputError.of(error)])
        raise Stop(3) from error
    except OSError as error:
        raise Stop(
            4, t("{file}: could not be written ({reason}). What stood there before is untouched.", file=output, reason=error.strerror or error)
        ) from error
    return _told(counts, wanted, speaker)


def _asks(wish: Wish, speaker: Speaker, file: Path) -> "Ask":
    """Return how to ask about the domains of a list.

    Raises:
        Stop: Nothing may be asked, or there is nobody to ask (2).
    """
    from bascule.audit.asking import asking
    from bascule.catalogue import load
    from bascule.cli.asking import manners, networks, no_resolver_told
    from bascule.collect import collect

    if wish.offline:
        raise Stop(2, speaker.words.t("{name}: a list is asked about, and with --offline nothing is. Give evidence.", name=file))
    # No site is visited and no mail server greeted: nobody but resolvers sees who asks.
    how = asking(load(), networks(speaker), manners(["localhost"], wish, speaker))
    with no_resolver_told(speaker):
        collect([], how)

    def ask(names: list[str]) -> "tuple[Evidence, ...]":
        found = collect(names, how)
        if found.interrupted:
            raise SystemExit(1)  # What was not asked stays open: the part is not signed off, and done again by the next run.
        return found.evidence

    return ask


def _stop(error: "SurveyError", folder: Path, speaker: Speaker) -> Stop:
    t = speaker.words.t
    match error.code:
        case "no-library":
            return Stop(2, t("Parquet needs a library that is not installed: pip install 'bascule[survey]', or choose --format jsonl."))
        case "busy":
            return Stop(4, t("{folder}: another survey is writing there.", folder=folder))
        case "other-input":
            words = {"input": t("input"), "catalogue": t("catalogue"), "format": t("format"), "shard": t("share"), "at": t("day (--at)")}
            what = ", ".join(words[part] for part in error.detail.split(", "))
            return Stop(2, t("{folder}: a survey with another {what} was begun there. Give another folder.", folder=folder, what=what))
        case "no-fork":
            return Stop(2, t("A survey runs on Linux and macOS only. On Windows, use WSL."))
        case "bad-ledger":
            return Stop(4, t("{folder}: the ledger of this survey is damaged. Give a new folder.", folder=folder))
        case "not-a-survey":
            return Stop(4, t("{folder}: there are other files in this folder. Give a new one.", folder=folder))
        case _:
            return Stop(70, t("A part of the survey ended its worker three times. What is done is kept; please report this."))


def _told(counts: "Counts", wanted: "Survey", speaker: Speaker) -> int:
    """Say what came of it and return the exit status."""
    t = speaker.words.t
    speaker.faults(fault.error(wanted.source) for fault in counts.faults)
    if counts.faulty > len(counts.faults):
        speaker.say(t("and {count} more faults in this file", count=counts.faulty - len(counts.faults)))
    speaker.say(
        t(
            "Domains: {domains}. Dependencies: {dependencies}. Unknowns: {unknowns}. Written: {folder}",
            domains=counts.domains,
            dependencies=counts.dependencies,
            unknowns=counts.unknowns,
            folder=wanted.folder,
        )
    )
    if counts.unanswered and wanted.asks:
        speaker.say(
            speaker.words.n(
                "{count} question got no answer; we do not take it for a no.",
                "{count} questions got no answer; we do not take them for a no.",
                counts.unanswered,
            )
        )
    if counts.defects:
        speaker.say(t("{count} domains met a defect of Bascule and have no rows; see {folder}.", count=counts.defects, folder=wanted.folder / "defects"))
    return 70 if counts.defects else 3 if counts.faulty else 1 if counts.unanswered and wanted.asks else 0


class _Watching:
    """Says every few seconds how far the survey is, at which rate, and how long it will take."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._first: Progress | None = None
        self._said = time.monotonic()

    def see(self, state: "Progress") -> None:
        """Take the state and say it when it is time."""
        if self._first is None or state.done == self._first.done:
            # Hosts are arranged before the first part is done, and what an earlier run did says nothing of this one's rate.
            self._first = state
        done, seconds = state.done - self._first.done, state.seconds - self._first.seconds
        if time.monotonic() - self._said < _EVERY or done <= 0:
            return
        self._said = time.monotonic()
        left = seconds / done * (state.parts - state.done)
        self._speaker.say(
            self._speaker.words.t(
                "{domains} domains, {rate} a second, {done} of {parts} parts; about {left} s left",
                domains=state.domains,
                rate=round((state.domains - self._first.domains) / seconds),
                done=state.done,
                parts=state.parts,
                left=round(left),
            )
        )
