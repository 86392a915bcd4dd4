"""Who may send in the domain's name, by its own SPF (RFC 7208); what others include says nothing about the domain."""

from collections.abc import Iterable, Iterator

from bascule.catalogue import Catalogue, Trace, spf_targets
from bascule.identify.records import Records, belongs, is_name, operator
from bascule.identify.rows import Rows
from bascule.identify.wildcard import by_wildcard
from bascule.model import Channel, Evidence, Role, Status

_MAX_SPF_DEPTH = 4
Authorised = tuple[Trace | None, Evidence, str]
"""Who may send, when that is known, by which record, under which name."""


def authorised(subject: str, records: Records, catalogue: Catalogue) -> Iterator[Authorised]:
    """Yield whom the domain itself authorises to send, by its own SPF, with the name there; its own sub-domains are opened, others' never."""
    return _spf(subject, subject, records, catalogue, 0)


def _spf(name: str, subject: str, records: Records, catalogue: Catalogue, depth: int) -> Iterator[Authorised]:
    item = records.answer(f"TXT {name}")
    if item is None or depth > _MAX_SPF_DEPTH:
        return
    for record in records.values(f"TXT {name}"):
        for target in spf_targets(record):
            traces = catalogue.traces.find(Channel.SPF, target)
            if traces:
                yield traces[0], item, target
            elif not belongs(target, subject):
                yield None, item, target
            elif target != name:
                yield from _spf(target, subject, records, catalogue, depth + 1)


def _signing(subject: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """Add whoever the domain lets sign in its name (DKIM, RFC 6376) and that keeps no mailboxes: it was set up to send."""
    for item in records.of.get(subject, ()):
        kind, _, name = item.question.partition(" ")
        if kind != "CNAME" or not name.endswith(f"._domainkey.{subject}") or by_wildcard(name, subject, records):
            continue
        for link in records.links(name)[1:]:
            for trace in catalogue.traces.find(Channel.DKIM_CNAME, link):
                if trace.fingerprint.role is Role.SENDER:
                    rows.trace(subject, trace, 0.9, [item], status=Status.CONFIGURED)


def senders(subject: str, sending: Iterable[Authorised], records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """Add a row for each sender that the domain authorises, or lets sign."""
    _signing(subject, records, catalogue, rows)
    for trace, item, target in sending:
        if trace is not None:
            rows.add(subject, "email", Role.SENDER, trace.organisation.id, 0.95, [item], service=trace.service.id, status=Status.CONFIGURED, trace=trace)
        elif is_name(target):
            rows.add(subject, "email", Role.SENDER, operator(target), 0.9, [item], status=Status.CONFIGURED)
