"""`bascule catalogue stale|diff|coverage`: what to read again, what changed, what is missing."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bascule.cli.context import Speaker, Stop
from bascule.cli.help import Command
from bascule.cli.output import emit

if TYPE_CHECKING:
    from bascule.catalogue.compiled import Content
    from bascule.catalogue.coverage import Seen

Table = list[list[str]]


def register(group: typer.Typer, speaker: Speaker) -> None:
    """Add the three commands to the group."""
    t = speaker.words.t
    form = typer.Option("--csv", help=t("As a table for a spreadsheet."))
    limit = typer.Option("--limit", min=0, help=t("Rows to show at most; 0 shows all."))

    @group.command("stale", cls=Command, help=t("Show what was read too long ago, what has waited longest first."))
    def stale(
        at: Annotated[datetime | None, typer.Option("--at", formats=["%Y-%m-%d"], help=t("As of this day, to see what falls due until then."))] = None,
        as_csv: Annotated[bool, form] = False,
        shown: Annotated[int, limit] = 40,
    ) -> int:
        return _give(_stale(at.date() if at else datetime.now(UTC).date()), as_csv, shown, speaker, t("Nothing is too old."))

    @group.command("diff", cls=Command, help=t("Show what changed between two catalogues, what moves an answer first."))
    def diff(
        old: Annotated[Path, typer.Argument(metavar="OLD", help=t("A folder of a catalogue, or a compiled file."))],
        new: Annotated[Path, typer.Argument(metavar="NEW", help=t("The later one."))],
        as_csv: Annotated[bool, form] = False,
        shown: Annotated[int, limit] = 40,
    ) -> int:
        return _give(_diff(_content(old, speaker), _content(new, speaker)), as_csv, shown, speaker, t("Nothing changed."))

    @group.command("coverage", cls=Command, help=t("Show what audits saw and the catalogue does not know, the most frequent first."))
    def coverage(
        paths: Annotated[list[Path], typer.Argument(metavar="AUDIT…", help=t("Audits, or folders that hold some."))],
        as_csv: Annotated[bool, form] = False,
        shown: Annotated[int, limit] = 40,
    ) -> int:
        return _give(_coverage(paths, speaker), as_csv, shown, speaker, t("Everything that was seen is known."))


def _give(rows: Table, as_csv: bool, shown: int, speaker: Speaker, nothing: str) -> int:
    """Print the first rows, the headings before them; say how many there are in all."""
    from bascule.report.tables import cell

    if len(rows) == 1:
        speaker.say(nothing)
        return 0
    kept = rows if shown == 0 else rows[: shown + 1]
    if as_csv:
        out = io.StringIO()
        csv.writer(out, delimiter=";" if speaker.words.language == "fr" else ",", lineterminator="\r\n").writerows([cell(text) for text in row] for row in kept)
        emit(out.getvalue())
    else:
        widths = [min(max(len(row[place]) for row in kept), 60) for place in range(len(rows[0]))]
        emit("\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in kept))
    if len(kept) < len(rows):
        speaker.say(speaker.words.t("{shown} of {all} rows; all of them with --limit 0.", shown=len(kept) - 1, all=len(rows) - 1))
    return 0


def _stale(day: date) -> Table:
    from bascule.catalogue import load
    from bascule.catalogue.age import aged

    found = aged(load().content.organisations, day)
    return [
        ["due", "organisation", "what", "read_on", "source"],
        *([str(item.due), item.organisation, item.place, str(item.read_on), item.source] for item in found),
    ]


def _content(path: Path, speaker: Speaker) -> "Content":
    """Return a catalogue from its folder or its compiled file.

    Raises:
        Stop: It is neither, or is refused (3).
    """
    from bascule.catalogue import CatalogueError, gather, load

    if not path.is_file() and not (path / "functions.toml").is_file():
        raise Stop(3, speaker.words.t("{folder}: here is no catalogue (functions.toml is missing).", folder=path))
    try:
        return load(path).content if path.is_file() else gather(path)
    except CatalogueError as error:
        raise Stop(3, error.told(speaker.words.t)) from error
    except OSError as error:
        raise Stop(3, f"{path}: {error.strerror}") from error


def _diff(old: "Content", new: "Content") -> Table:
    from bascule.catalogue.difference import differences

    return [
        ["change", "kind", "about", "what", "old", "new"],
        *([item.change, item.kind, item.about, item.what, item.old, item.new] for item in differences(old, new)),
    ]


def _coverage(paths: list[Path], speaker: Speaker) -> Table:
    from bascule.catalogue import load
    from bascule.catalogue.coverage import gaps, is_known

    seen = [item for path in paths for item in _seen(path, speaker)]
    found = gaps(seen, {item.name for item in seen if is_known(item.name, load())})
    return [["subjects", "role", "seen", "for example"], *([str(gap.subjects), gap.role, gap.name, gap.example] for gap in found)]


def _seen(path: Path, speaker: Speaker) -> Iterator["Seen"]:
    """Yield what audits saw, below a folder or from one file.

    Raises:
        Stop: A file given by name is no audit, or nothing was found (3).
    """
    from bascule.catalogue.coverage import asked_of, seen_of
    from bascule.cli.inputs import is_audit, saved

    if not path.exists():
        raise Stop(3, speaker.words.t("{file}: not found. Give audits written with: bascule audit … -o audit.json", file=path))
    files = sorted(file for file in path.rglob("*.json") if is_audit(file)) if path.is_dir() else [path]
    if not files:
        raise Stop(3, speaker.words.t("{file}: not found. Give audits written with: bascule audit … -o audit.json", file=path))
    for file in files:
        audit, _ = saved(file, speaker)
        firm = " ".join(audit.subjects) or str(file)
        rows = (seen_of(_owner(row.subject, firm), row.role, row.organisation) for row in audit.dependencies)
        asked = (asked_of(_owner(item.subject, firm), item.role, item.seen, item.ask.question) for item in audit.unknowns)
        yield from (item for item in (*rows, *asked) if item)


def _owner(subject: str, firm: str) -> str:
    """Return whose row it is: what belongs to no domain belongs to the firm that was audited."""
    from bascule.model import FIRM

    return firm if subject == FIRM else subject
