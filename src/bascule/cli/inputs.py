"""From what was given on the command line to an audit."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

from bascule.audit import audit, decode
from bascule.catalogue import Catalogue, load
from bascule.cli.context import Speaker, Stop
from bascule.guard import GuardError, head, read_bytes
from bascule.identify import is_name
from bascule.model import Audit, Note
from bascule.read import InputError, Reading, read_inputs

_AUDIT_SCHEMA = b'"bascule.audit/'
_FILES = (".csv", ".txt", ".tsv", ".md", ".json", ".jsonl", ".gz", ".zst", ".xlsx", ".xls", ".ods", ".toml", ".html", ".pdf", ".zip")
"""Endings of files: a name with one of these that is not there is a missing file and no domain."""


def audit_of(inputs: list[str], at: date | None, speaker: Speaker) -> tuple[Audit, Catalogue, int]:
    """Return the audit of the inputs, the catalogue, and the exit status so far (3 when an input was bad).

    Raises:
        Stop: A domain was given, which this version cannot ask about (2), or nothing could be read at all (3).
    """
    for name in inputs:
        if is_audit(Path(name)):
            raise Stop(3, speaker.words.t("{file}: this is an audit made before. Show it with: bascule report {file}", file=name))
        if is_name(name.lower()) and not Path(name).exists() and Path(name).suffix.lower() not in _FILES:
            raise Stop(
                2,
                speaker.words.t("{name}: this version reads files and recorded evidence; it does not ask the network yet. Give a file or a folder.", name=name),
            )
    day = at or datetime.now(UTC).date()
    # What bears no date of its own is the firm's word for the day that was asked about: equal inputs, equal bytes.
    reading = read_inputs([Path(name) for name in inputs], datetime(day.year, day.month, day.day, tzinfo=UTC))
    bad = speaker.faults(reading.errors)
    if bad and not reading.evidence and reading.firm is None:
        raise Stop(3)
    catalogue = load()
    result = audit(reading.evidence, reading.firm, catalogue, day, _notes(reading))
    return result, catalogue, 3 if bad else 0


def _notes(reading: Reading) -> list[Note]:
    return [Note(code=note.code, args={"file": os.fsencode(note.path).decode("utf-8", "replace"), **note.details}) for note in reading.notes]


def is_audit(path: Path) -> bool:
    """Say whether a file is an audit written before."""
    try:
        return path.is_file() and _AUDIT_SCHEMA in head(path)[:400]
    except GuardError:
        return False


def saved(path: Path, speaker: Speaker) -> tuple[Audit, Catalogue]:
    """Return an audit written before.

    Raises:
        Stop: The file is missing or holds no audit (3).
    """
    try:
        return decode(read_bytes(path)), load()
    except GuardError as error:
        speaker.faults([InputError.of(error) if path.exists() else InputError("missing", path)])
        raise Stop(3) from error
    except ValueError as error:
        raise Stop(3, speaker.words.t("{file}: this is no audit ({reason}). Write one with: bascule audit … -o audit.json", file=path, reason=error)) from error
