"""From readings to an audit of one firm."""

from collections.abc import Iterable
from datetime import date

import msgspec

from bascule.assess import Citations, Setting, contradictions, exposure, exposures, marked, savings, seated, witnessed
from bascule.audit.orders import simulate, standard_orders
from bascule.catalogue import Catalogue
from bascule.identify import identify, subjects
from bascule.model import (
    Audit,
    CatalogueStamp,
    Dependency,
    Evidence,
    Firm,
    FirmFunction,
    Kind,
    NetworkStamp,
    Note,
    Outcome,
    Role,
    evidence_id,
)
from bascule.plan import Means, alternatives, first

_EEA_AND_CH = "eea+ch"
_LONGEST_RECORD = 4096
_MOST_NAMED = 200
"""Questions without an answer that a note names."""


def trusted_countries(choice: str | tuple[str, ...] | None, catalogue: Catalogue) -> frozenset[str]:
    """Return the countries of a trusted set: `eu`, `eea`, `eea+ch` (when nothing is chosen), `fr`, or a list of codes."""
    if choice is not None and not isinstance(choice, str):
        return frozenset(code.upper() for code in choice)
    parts = (choice or _EEA_AND_CH).upper().split("+")
    return frozenset(code for part in parts for code in catalogue.members(part) if code not in ("EU", "EEA"))


def audit(
    evidence: Iterable[Evidence], firm: Firm | None, catalogue: Catalogue, on: date, notes: Iterable[Note] = (), networks: NetworkStamp | None = None
) -> Audit:
    """Return the audit of one firm on a day; what was seen or read later is left out.

    Args:
        evidence: Observations, in any order.
        firm: What the firm says of itself.
        catalogue: The data behind the claims.
        on: The day.
        notes: What the readers of the files had to tell.
        networks: The table of networks that was asked, for the page to name.
    """
    evidence = list(evidence)
    seen = [item for item in evidence if item.seen_at.date() <= on]
    catalogue = catalogue.as_of(on)
    meaning = identify(seen, catalogue, on)
    rows = witnessed((_told(row, firm) for row in meaning.dependencies), seen)
    rows = seated(rows, seen, firm)
    domains = tuple(subjects(seen))
    contrary = contradictions(rows, domains, catalogue)
    rows = marked(rows, contrary)
    cite = Citations()
    trusted = trusted_countries(firm.trusted if firm else None, catalogue)
    setting = Setting(catalogue, trusted, on, cite, _hosts(rows))
    critical = _critical(firm, catalogue)
    exposed = exposures(rows, setting)
    cuts = tuple(simulate(order, rows, critical, catalogue, on, cite) for order in standard_orders(rows, catalogue))
    candidates = alternatives(rows, Means(catalogue, on, lambda row: exposure(row, setting), cite.remarks, cite.alternative))
    for name in {name for row in rows for name in row.because}:
        cite.trace(name, catalogue)
    wanted = {name for row in rows for name in row.evidence}
    told = (*notes, *_notes(evidence, seen, meaning.unmatched))
    return Audit(
        name=firm.name if firm else None,
        people=firm.people if firm else None,
        subjects=domains,
        as_of=on,
        catalogue=CatalogueStamp(version=catalogue.version, date=catalogue.date),
        networks=networks,
        trusted=tuple(sorted(trusted)),
        critical=tuple(sorted(critical)),
        dependencies=rows,
        unknowns=meaning.unknowns,
        exposure=exposed,
        cutoffs=cuts,
        alternatives=candidates,
        first=first(rows, cuts, exposed, candidates, critical),
        facts=cite.quoted(),
        evidence=_kept(seen, wanted),
        notes=told,
        savings=savings(rows, seen, domains, catalogue),
        contradictions=contrary,
    )


def _hosts(rows: tuple[Dependency, ...]) -> dict[str, tuple[str, ...]]:
    """Return who was seen serving each domain's site."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row.role is Role.HOST:
            found[row.subject] = (*found.get(row.subject, ()), row.organisation)
    return found


def _kept(seen: Iterable[Evidence], wanted: set[str]) -> tuple[Evidence, ...]:
    """Return the observations with their ids, absent and unanswered ones too; of the firm's ledgers only what a dependency leans on.

    Pages lose their body and endless records their end: both stay in the evidence file.
    """
    found = {name: item for item in seen if (name := evidence_id(item)) in wanted or item.kind is not Kind.FILE}
    return tuple(msgspec.structs.replace(_short(item), id=name) for name, item in sorted(found.items()))


def _short(item: Evidence) -> Evidence:
    if isinstance(item.value, dict) and "body" in item.value:
        return msgspec.structs.replace(item, value={**item.value, "body": "", "truncated": True})
    if isinstance(item.value, list) and any(isinstance(part, str) and len(part) > _LONGEST_RECORD for part in item.value):
        return msgspec.structs.replace(item, value=[part[:_LONGEST_RECORD] if isinstance(part, str) else part for part in item.value])
    return item


def _notes(evidence: list[Evidence], seen: list[Evidence], unmatched: int) -> list[Note]:
    """Return what the reader of the audit must know about the observations."""
    silent = sorted({item.question for item in seen if item.outcome is Outcome.UNREACHABLE})
    counts = {"labels-unmatched": unmatched, "unanswered": len(silent), "left-out-later": len(evidence) - len(seen)}
    more = {"unanswered": {"questions": "\n".join(silent[:_MOST_NAMED])}}
    return [Note(code=code, args={"count": str(count), **more.get(code, {})}) for code, count in counts.items() if count]


def _told(row: Dependency, firm: Firm | None) -> Dependency:
    entry = _entry(row.function, firm)
    return msgspec.structs.replace(row, use=entry.use) if entry and entry.use else row


def _entry(function: str, firm: Firm | None) -> FirmFunction | None:
    return next((entry for entry in firm.functions if entry.id == function), None) if firm else None


def _critical(firm: Firm | None, catalogue: Catalogue) -> frozenset[str]:
    """Return the functions that count as critical: the firm's word, else the convention of `functions.toml`."""
    usual = {name for name, function in catalogue.functions.items() if function.critical}
    said = {entry.id: entry.critical for entry in firm.functions if entry.critical is not None} if firm else {}
    return frozenset(name for name in (*usual, *said) if said.get(name, name in usual))
