"""From what was given on the command line to an audit."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bascule.audit import audit, decode
from bascule.catalogue import Catalogue, load
from bascule.cli.asking import Wish, ask_the_world, asked_for, networks
from bascule.cli.context import Speaker, Stop
from bascule.cli.domains import sorted_out
from bascule.guard import GuardError, head, read_bytes
from bascule.model import Audit, Kind, NetworkStamp, Note
from bascule.read import InputError, Reading, read_inputs

if TYPE_CHECKING:
    from bascule.collect import Collected

_AUDIT_SCHEMA = b'"bascule.audit/'


def audit_of(inputs: list[str], at: date | None, speaker: Speaker, wish: Wish) -> tuple[Audit, Catalogue, int]:
    """Return the audit of the inputs, the catalogue, and the exit status so far: 130 interrupted, 3 an input was bad, 1 a question got no answer.

    Raises:
        Stop: Wrong use (2), or nothing could be read at all (3).
    """
    for name in inputs:
        if is_audit(Path(name)):
            raise Stop(3, speaker.words.t("{file}: this is an audit made before. Show it with: bascule report {file}", file=name))
    domains, files = sorted_out(inputs)
    day = at or datetime.now(UTC).date()
    if domains and day < datetime.now(UTC).date():
        raise Stop(2, speaker.words.t("--at is for recorded evidence: {name} is asked about today.", name=domains[0]))
    # What bears no date of its own is the firm's word for the day that was asked about: equal inputs, equal bytes.
    reading = read_inputs(files, datetime(day.year, day.month, day.day, tzinfo=UTC), asked_for(wish, speaker)) if files else Reading()
    bad = speaker.faults(reading.errors)
    if bad and not reading.evidence and reading.firm is None and not domains:
        raise Stop(3)
    asked = ask_the_world(domains, wish, speaker) if domains else None
    evidence = (*reading.evidence, *(asked.evidence if asked else ()))
    catalogue = load()
    result = audit(evidence, reading.firm, catalogue, day, _notes(reading), _table(asked, speaker))
    return result, catalogue, status_of(asked, bad)


def _table(asked: "Collected | None", speaker: Speaker) -> NetworkStamp | None:
    """Return what the audit says of the table of networks, when it was asked in this run."""
    if asked is None or not any(item.kind is Kind.ASN for item in asked.evidence):
        return None
    from bascule.audit.asking import stamp

    return stamp(networks(speaker))


def status_of(asked: "Collected | None", bad: int = 0) -> int:
    """Return the exit status of what was asked and read."""
    if asked is not None and asked.interrupted:
        return 130
    return 3 if bad else 1 if asked is not None and asked.unanswered else 0


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
