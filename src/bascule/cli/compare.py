"""`bascule compare`: what really changed between two times; asks the world nothing."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bascule.cli.context import Speaker, Stop
from bascule.cli.help import Command

if TYPE_CHECKING:
    from bascule.model import Evidence

_EVIDENCE = "evidence"
"""The folder in which a survey keeps what it saw."""


class CompareForm(StrEnum):
    """What a comparison can be written as."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def register(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the application."""
    t = speaker.words.t

    @app.command("compare", cls=Command, help=t("What really changed between two audits, evidence files or survey folders."))
    def command(
        old: Annotated[Path, typer.Argument(help=t("What was seen before."), metavar="OLD", show_default=False)],
        new: Annotated[Path, typer.Argument(help=t("What was seen later."), metavar="NEW", show_default=False)],
        form: Annotated[CompareForm | None, typer.Option("--format", help=t("Form of the result."))] = None,
        output: Annotated[
            list[Path], typer.Option("-o", "--output", help=t("File to write; its ending says the form. May be repeated."), show_default=False)
        ] = [],  # noqa: B006
        offline: Annotated[bool, typer.Option("--offline", help=t("Ask the network nothing; a comparison never does."))] = False,
        lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help=t("fr or en."))] = "",
    ) -> int:
        del lang, offline
        from bascule.audit import encode
        from bascule.catalogue import load
        from bascule.cli.output import Form, write
        from bascule.compare import Side, compare
        from bascule.identify import identify
        from bascule.report import drift_csv, drift_text

        catalogue, on = load(), datetime.now(UTC).date()
        read = [_evidence(path, speaker) for path in (old, new)]
        before, now = (Side(evidence, identify(evidence, catalogue, on).dependencies) for evidence, _ in read)
        drift = compare(before, now)
        forms: dict[str, Form] = {
            "text": lambda: drift_text(drift, catalogue, speaker.words),
            "json": lambda: encode(drift),
            "csv": lambda: drift_csv(drift, catalogue, speaker.words),
        }
        write(forms, form, output, speaker)
        return 3 if any(bad for _, bad in read) else 0


def _evidence(path: Path, speaker: Speaker) -> "tuple[tuple[Evidence, ...], int]":
    """Return what one side saw, and how many faults were told.

    Raises:
        Stop: There is no evidence in it (3).
    """
    from bascule.cli.inputs import is_audit, saved
    from bascule.read import read_inputs

    if is_audit(path):
        return saved(path, speaker)[0].evidence, 0
    if path.is_dir() and not (path / _EVIDENCE).is_dir():
        raise Stop(3, speaker.words.t("{file}: there is no folder “evidence” in it. Give an audit, an evidence file or the folder of a survey.", file=path))
    reading = read_inputs([path / _EVIDENCE if path.is_dir() else path], datetime.now(UTC))
    bad = speaker.faults(reading.errors)
    if reading.evidence:
        return reading.evidence, bad
    if bad:
        raise Stop(3)
    raise Stop(3, speaker.words.t("{file}: nothing that was seen stands in it. Give an audit, an evidence file or the folder of a survey.", file=path))
