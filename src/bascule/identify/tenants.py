"""In whose directories the domain is a customer: accounts that are not mail, though often sold with it."""

from bascule.catalogue import Catalogue
from bascule.identify.records import Records
from bascule.identify.rows import Rows
from bascule.identify.signals import Signals
from bascule.model import Channel, Evidence, Role, Status, Strength


def tenants(subject: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """Add what a look-up at the provider found, and what verification tokens say was once set up."""
    for value in records.values(f"TENANT {subject}"):
        item = records.answer(f"TENANT {subject}")
        for trace in catalogue.traces.find(Channel.TENANT, value):
            rows.trace(subject, trace, 0.97, [item] if item else [])
    for record in records.values(f"TXT {subject}"):
        item = records.answer(f"TXT {subject}")
        for trace in catalogue.traces.find(Channel.TXT, record):
            rows.trace(subject, trace, 0.6 if trace.fingerprint.strength is not Strength.WEAK else 0.5, [item] if item else [], status=Status.CONFIGURED)


def tenant_behind(subject: str, signals: Signals, mx: Evidence, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """A provider that keeps or signs the mail of a domain holds the domain as a tenant, where it has tenants at all.

    A look-up that found none says otherwise.
    """
    if records.absent(f"TENANT {subject}"):
        return
    keepers: dict[str, list[Evidence]] = {}
    for trace, item in signals.dkim:
        keepers.setdefault(trace.organisation.id, []).append(item)
    known = {row.organisation for row in rows.of(subject, Role.MAILBOX)}
    for trace in catalogue.traces.all(Channel.TENANT):
        name = trace.organisation.id
        if name in keepers or name in known:
            rows.trace(subject, trace, 0.9, keepers.get(name, [mx]), status=Status.CONFIGURED)
