"""Which services is that, in which role? Pure and deterministic: the order of the evidence changes nothing."""

from collections.abc import Iterable
from datetime import date

from bascule.catalogue import Catalogue
from bascule.identify.declared import declared
from bascule.identify.mail import mail
from bascule.identify.name import name
from bascule.identify.page import page_hosts
from bascule.identify.paid import paid
from bascule.identify.place import placed
from bascule.identify.records import Records, endings, has_known_ending, is_name, is_registered, registrable
from bascule.identify.rows import Rows
from bascule.identify.services import services
from bascule.identify.site import site
from bascule.identify.unseen import unseen
from bascule.identify.used import is_name_of_use, known_domains, used
from bascule.model import FIRM, Evidence, Identification

__all__ = [
    "Records",
    "endings",
    "has_known_ending",
    "identify",
    "identify_one",
    "is_name",
    "is_registered",
    "known_domains",
    "page_hosts",
    "registrable",
    "subjects",
]

_SURE = 0.6
"""Below it a reading of the firm's files answers no question."""


def identify(evidence: Iterable[Evidence], catalogue: Catalogue, on: date) -> Identification:
    """Return what the evidence means by a catalogue, with owners as they were on a day.

    Rows are sorted by id. What is seen and not recognised is an unknown with the question that would settle it.
    """
    records = Records(evidence)
    rows = Rows()
    for subject in records.subjects:
        _domain(subject, records, catalogue, rows)
    own = sorted(records.of.get(FIRM, ()), key=lambda item: item.question)
    declared(own, catalogue, rows)
    used(own, catalogue, rows)
    unmatched = paid([item for item in own if not is_name_of_use(item)], catalogue, rows)
    _mailbox_told(catalogue, rows)
    dependencies, unknowns = rows.finished()
    placing = placed(dependencies, catalogue, on)
    return Identification(dependencies=placing, unknowns=unknowns, unmatched=unmatched)


def _mailbox_told(catalogue: Catalogue, rows: Rows) -> None:
    """Let the firm's own files answer who keeps the mail that a filter hides, where they surely name one provider of mailboxes alone."""
    told = {row.service for row in rows.of(FIRM) if row.function == "email" and catalogue.traces.holds_mailboxes(row.service or "") and row.confidence >= _SURE}
    if len(told) == 1:
        rows.settle("which-mailbox")


def identify_one(subject: str, records: Records, catalogue: Catalogue, on: date) -> Identification:
    """Return what the records mean for one domain alone, as `identify` says it of that domain; without the ids of evidence."""
    rows = Rows(quoting=False)
    _domain(subject, records, catalogue, rows)
    dependencies, unknowns = rows.finished()
    return Identification(dependencies=placed(dependencies, catalogue, on), unknowns=unknowns)


def _domain(subject: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    mail(subject, records, catalogue, rows)
    name(subject, records, catalogue, rows)
    site(subject, records, catalogue, rows)
    services(subject, records, catalogue, rows)
    unseen(subject, records, rows)


def subjects(evidence: Iterable[Evidence]) -> list[str]:
    """Return the domains that evidence is about, without those only looked up on the way."""
    return Records(evidence).subjects
