"""What changed, said: what it means first, then the records before and now."""

import csv
import io
import re
from collections.abc import Iterator

from bascule.catalogue import Catalogue
from bascule.model import NOBODY, SELF, DependencyChange, Drift, RecordChange, Role
from bascule.report.lookup import role_words
from bascule.report.tables import cell
from bascule.report.words import Words

_MOST_RECORDS = 6
_LONGEST = 240
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def drift_text(drift: Drift, catalogue: Catalogue, words: Words) -> str:
    """Return the changes as plain lines, those of an operator before those of a record."""
    said = [_UNSHOWN.sub("", line) for line in _lines(drift, catalogue, words)]
    if not said:
        said = [words.t("Nothing really changed. What was not asked, or got no answer, on one side is no change.")]
    return "\n".join(said) + "\n"


def drift_csv(drift: Drift, catalogue: Catalogue, words: Words) -> str:
    """Return one row a change as CSV (RFC 4180), semicolons in French; a field with several records has one a line."""
    t, roles = words.t, role_words(words)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if words.language == "fr" else ",", lineterminator="\r\n")
    writer.writerow([t("Domain"), t("Function"), t("Role"), t("Question"), t("Before"), t("Now")])
    for row in drift.dependencies:
        old, new = _sides(row, catalogue, words)
        writer.writerow([cell(text) for text in (row.subject, _function(row, catalogue, words), roles[row.role], "", old or "", new or "")])
    for change in drift.records:
        writer.writerow([cell(text) for text in (change.subject, "", "", change.question, "\n".join(change.old), "\n".join(change.new))])
    return out.getvalue()


def _lines(drift: Drift, catalogue: Catalogue, words: Words) -> Iterator[str]:
    for row in drift.dependencies:
        yield _moved(row, catalogue, words)
    for change in drift.records:
        yield _meaning(change, words)
        yield "  " + words.t("before: {records}", records=_records(change.old, words))
        yield "  " + words.t("now: {records}", records=_records(change.new, words))


def _moved(row: DependencyChange, catalogue: Catalogue, words: Words) -> str:
    """Return who took over from whom, who came, or who went."""
    old, new = _sides(row, catalogue, words)
    filled = {"subject": row.subject, "old": old, "new": new, "role": role_words(words)[row.role]}
    if row.role is Role.MAILBOX and old and new:
        return words.t("{subject}: mail moved from {old} to {new}", **filled)
    if old and new:
        return words.t("{subject}: {role}: {new} took over from {old}", **filled)
    if new:
        return words.t("{subject}: {role}: {new} is new", **filled)
    return words.t("{subject}: {role}: {old} is there no more", **filled)


def _meaning(change: RecordChange, words: Words) -> str:
    kind, _, name = change.question.partition(" ")
    filled = {"subject": change.subject, "question": change.question}
    if kind == "MX":
        return words.t("{subject}: mail is delivered elsewhere ({question})", **filled)
    if "._domainkey." in name:
        return words.t("{subject}: mail is signed by another key ({question})", **filled)
    if kind == "TXT":
        return words.t("{subject}: others may send mail in its name (SPF, {question})", **filled)
    return words.t("{subject}: mail programs connect elsewhere ({question})", **filled)


def _records(records: tuple[str, ...], words: Words) -> str:
    """Return the records in one line, the first few, each cut where it is endless."""
    shown = [text if len(text) <= _LONGEST else text[:_LONGEST] + "…" for text in records[:_MOST_RECORDS]]
    more = len(records) - len(shown)
    return ", ".join([*shown, *([words.t("and {count} more", count=more)] if more else [])]) or words.t("no record")


def _sides(row: DependencyChange, catalogue: Catalogue, words: Words) -> tuple[str | None, str | None]:
    return (_name(row.old_organisation, row.old_service, catalogue, words), _name(row.new_organisation, row.new_service, catalogue, words))


def _name(organisation: str | None, service: str | None, catalogue: Catalogue, words: Words) -> str | None:
    """Return how people call it: the service, else the operator by name, domain or network number."""
    if organisation is None:
        return None
    if service and (entry := catalogue.services.get(service)):
        return entry.names.get(words.language, entry.name)
    if organisation in (SELF, NOBODY):
        return words.t("yourselves") if organisation == SELF else words.t("nobody")
    if known := catalogue.organisations.get(organisation):
        return known.name
    kind, _, rest = organisation.partition(":")
    return words.t("network no. {number}", number=rest) if kind == "as" else rest or organisation


def _function(row: DependencyChange, catalogue: Catalogue, words: Words) -> str:
    entry = catalogue.functions.get(row.function)
    return words.pick(entry.name) if entry else words.t("Other")
