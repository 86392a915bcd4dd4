"""What really changed, told: the consequence first, then the records that differ."""

import csv
import io

from bascule.catalogue import Catalogue
from bascule.model import Audit, CatalogueStamp, Dependency
from bascule.model.drift import Drift, RecordChange, Shift
from bascule.report.lookup import Lookup
from bascule.report.tables import cell
from bascule.report.words import Words

_MOST = 400
"""Characters of a record that a line of text shows."""


def drift_text(drift: Drift, catalogue: Catalogue, words: Words) -> str:
    """Return the changes as lines of text: one sentence a change of tool, then each record with its days."""
    it = names(drift, catalogue, words)
    lines = [_opening(drift, words), *(f"- {shift_sentence(shift, it)}" for shift in drift.shifts)]
    if drift.records:
        lines += ["", words.t("The records that differ"), *(_record(change, words) for change in drift.records)]
    for domains, text in (
        (drift.only_before, words.t("Only in the first, so that nothing is said about them: {names}", names=_listed(drift.only_before))),
        (drift.only_after, words.t("Only in the second, so that nothing is said about them: {names}", names=_listed(drift.only_after))),
    ):
        lines += ["", text] if domains else []
    return "\n".join(lines) + "\n"


def drift_csv(drift: Drift, catalogue: Catalogue, words: Words) -> str:
    """Return the changes as CSV (RFC 4180), safe to open in a spreadsheet; semicolons in French."""
    it, t = names(drift, catalogue, words), words.t
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if words.language == "fr" else ",", lineterminator="\r\n")
    writer.writerow([t("Domain"), t("What"), t("Before"), t("After"), t("Seen before"), t("Seen after")])
    for shift in drift.shifts:
        what = f"{it.function(shift.function)}, {it.words_of_roles.get(shift.role, shift.role)}"
        writer.writerow([cell(text) for text in (shift.subject, what, _titles(shift.before, it), _titles(shift.after, it), "", "")])
    for change in drift.records:
        days = (change.seen_before.date().isoformat(), change.seen_after.date().isoformat())
        row = (change.subject, f"{change.question} ({change.record})", " | ".join(change.before), " | ".join(change.after), *days)
        writer.writerow([cell(text) for text in row])
    return out.getvalue()


def shift_sentence(shift: Shift, it: Lookup) -> str:
    """Return what a change means, in one sentence."""
    t, before, after = it.words.t, _titles(shift.before, it), _titles(shift.after, it)
    if shift.role == "mailbox" and before and after:
        return t("The mail of {domain} has moved from {before} to {after}.", domain=shift.subject, before=before, after=after)
    what = f"{it.function(shift.function)}, {it.words_of_roles.get(shift.role, shift.role)}"
    if before and after:
        return t("{domain} ({what}): {before} has given way to {after}.", domain=shift.subject, what=what, before=before, after=after)
    if after:
        return t("{domain} ({what}): {after} is new.", domain=shift.subject, what=what, after=after)
    return t("{domain} ({what}): {before} is gone.", domain=shift.subject, what=what, before=before)


def names(drift: Drift, catalogue: Catalogue, words: Words) -> Lookup:
    """Return the names of organisations, services and roles, for changes instead of an audit."""
    stamp = CatalogueStamp(version=catalogue.version, date=catalogue.date)
    empty: tuple[()] = ()
    audit = Audit(
        name=None,
        people=None,
        subjects=drift.subjects,
        as_of=catalogue.date,
        catalogue=stamp,
        trusted=empty,
        critical=empty,
        dependencies=empty,
        unknowns=empty,
        exposure=empty,
        cutoffs=empty,
        alternatives=empty,
        first=empty,
        facts=empty,
        evidence=empty,
    )
    return Lookup(audit, catalogue, words)


def _titles(rows: tuple[Dependency, ...], it: Lookup) -> str:
    return it.words.listed(list(dict.fromkeys(it.title(row) for row in rows)))


def _opening(drift: Drift, words: Words) -> str:
    if not drift.subjects:
        return words.t("The two sides have no domain in common: nothing can be compared.")
    if not (drift.records or drift.shifts):
        return words.n("Nothing has changed at {count} domain.", "Nothing has changed at {count} domains.", len(drift.subjects))
    changed = len({item.subject for item in drift.records} | {item.subject for item in drift.shifts})
    return words.t("{changed} of {count} domains changed.", changed=changed, count=len(drift.subjects))


def _record(change: RecordChange, words: Words) -> str:
    nothing = words.t("nothing")
    before, after = (" | ".join(side)[:_MOST] or nothing for side in (change.before, change.after))
    first, second = words.day(change.seen_before.date()), words.day(change.seen_after.date())
    return f"- {change.question}{words.colon} {before} ({first}) → {after} ({second})"


def _listed(domains: tuple[str, ...]) -> str:
    return ", ".join(domains[:20]) + (f" … ({len(domains)})" if len(domains) > 20 else "")
