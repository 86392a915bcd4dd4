"""Service records (RFC 2782): where programs are sent for telephony, meetings, messages; who answers there was set up once."""

from bascule.catalogue import Catalogue, host
from bascule.identify.records import Records
from bascule.identify.rows import Rows
from bascule.identify.wildcard import by_wildcard
from bascule.model import Channel, Outcome, Status


def services(subject: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """Add a row for each known service that a record of the domain sends programs to; mail's own are read with the mail."""
    for item in records.of.get(subject, ()):
        kind, _, owner = item.question.partition(" ")
        if kind == "SRV" and item.outcome is Outcome.PRESENT and not by_wildcard(owner, subject, records):
            for value in records.values(item.question):
                for trace in catalogue.traces.find(Channel.SRV, host(value.rpartition(" ")[2])):
                    rows.trace(subject, trace, 0.6, [item], status=Status.CONFIGURED)
