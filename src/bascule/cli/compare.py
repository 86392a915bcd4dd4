"""`bascule compare OLD NEW`: what really changed."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bascule.cli.context import Speaker, Stop
from bascule.cli.help import Command

if TYPE_CHECKING:
    from bascule.model import Evidence


class DriftForm(StrEnum):
    """What changes can be written as."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def register(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the application."""
    t = speaker.words.t

    @app.command(
        "compare", cls=Command, help=t("What really changed between two audits, evidence files or survey folders; a question without an answer is no change.")
    )
    def command(
        old: Annotated[Path, typer.Argument(help=t("The first look: an audit, evidence, or the folder of a survey."), metavar="OLD")],
        new: Annotated[Path, typer.Argument(help=t("The second look."), metavar="NEW")],
        form: Annotated[DriftForm | None, typer.Option("--format", help=t("Form of the result."))] = None,
        output: Annotated[
            list[Path], typer.Option("-o", "--output", help=t("File to write; its ending says the form. May be repeated."), show_default=False)
        ] = [],  # noqa: B006
        offline: Annotated[bool, typer.Option("--offline", help=t("Ask the network nothing; a comparison never does."))] = False,
        lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help=t("fr or en."))] = "",
    ) -> int:
        del lang, offline
        from bascule.audit import encode
        from bascule.catalogue import load
        from bascule.cli.output import write
        from bascule.cli.screen import shown
        from bascule.compare import compare
        from bascule.identify import identify
        from bascule.report.drift import drift_csv, drift_text

        (before, bad), (after, worse) = _side(old, speaker), _side(new, speaker)
        catalogue, day = load(), datetime.now(UTC).date()
        rows = [identify(side, catalogue, day).dependencies for side in (before, after)]
        drift = compare(before, rows[0], after, rows[1])
        write(
            {
                "text": lambda: shown(drift_text(drift, catalogue, speaker.words).encode()),
                "json": lambda: encode(drift),
                "csv": lambda: drift_csv(drift, catalogue, speaker.words),
            },
            form,
            output,
            speaker,
        )
        return 3 if bad or worse else 0


def _side(path: Path, speaker: Speaker) -> "tuple[list[Evidence], int]":
    """Return the evidence of one side and how many faults it has.

    Raises:
        Stop: It holds nothing that can be compared (3).
    """
    from bascule.cli.inputs import is_audit, saved
    from bascule.read import read_inputs

    if is_audit(path):
        return list(saved(path, speaker)[0].evidence), 0
    folder = path / "evidence"
    reading = read_inputs([folder if folder.is_dir() else path], datetime.now(UTC))
    bad = speaker.faults(reading.errors)
    if not reading.evidence:
        raise Stop(3, speaker.words.t("{file}: here is no evidence. Give an audit, evidence, or the folder of a survey that asked.", file=path))
    return list(reading.evidence), bad
