"""What else names a mailbox provider: who signs, where clients connect, who may send."""

import re
from collections import Counter

import msgspec

from bascule.catalogue import Catalogue, Trace, host
from bascule.identify.records import Records, belongs
from bascule.identify.senders import authorised
from bascule.model import Channel, Evidence, Kind, Outcome, Role

_KEY = re.compile(r"(?:^|;)\s*p=\s*[A-Za-z0-9+/]")


class Signals(msgspec.Struct):
    """What else names a mailbox provider, by the record that does; each list may hold several services."""

    dkim: list[tuple[Trace, Evidence]] = []
    autodiscover: list[tuple[Trace, Evidence]] = []
    spf: list[tuple[Trace, Evidence]] = []
    named_host: list[tuple[Trace, Evidence]] = []
    strangers: int = 0
    """Autodiscover records that lead to somebody whom the catalogue does not know: SPF alone must not outvote them."""
    own_clients: list[Evidence] = []
    """Autodiscover records that lead to a server of the firm's own."""

    def pointing_to(self, service: str) -> int:
        """Return how many different kinds of record point to a service."""
        return sum(any(trace.service.id == service for trace, _ in group) for group in (self.dkim, self.autodiscover, self.spf))

    def evidence(self, service: str) -> list[Evidence]:
        """Return the records that point to a service."""
        groups = (*self.dkim, *self.autodiscover, *self.spf, *self.named_host)
        return [item for trace, item in groups if trace.service.id == service]

    def strong(self) -> Trace | None:
        """Return the provider that signs or that clients connect to; the most often named, else the first by id."""
        counts = Counter({trace.service.id: self.pointing_to(trace.service.id) for trace, _ in (*self.dkim, *self.autodiscover)})
        best = min(counts, key=lambda service: (-counts[service], service), default=None)
        return next((trace for trace, _ in (*self.dkim, *self.autodiscover) if trace.service.id == best), None)

    def only_spf(self) -> Trace | None:
        """Return the mailbox provider that the domain's own SPF names, when it names exactly one."""
        services = {trace.service.id: trace for trace, _ in self.spf}
        if self.strangers and not self.autodiscover:
            return None
        return next(iter(services.values())) if len(services) == 1 else None


def signals_of(subject: str, records: Records, catalogue: Catalogue) -> Signals:
    """Gather the signals of one domain."""
    signals = Signals()
    for item in records.of.get(subject, ()):
        if item.kind is not Kind.DNS or item.outcome is not Outcome.PRESENT:
            continue
        kind, _, name = item.question.partition(" ")
        if name.endswith(f"._domainkey.{subject}"):
            signals.dkim += [(trace, item) for trace in _signers(kind, name, records.values(item.question), catalogue)]
        elif (kind, name) in ((("CNAME"), f"autodiscover.{subject}"), ("SRV", f"_autodiscover._tcp.{subject}")):
            for value in records.values(item.question):
                found = _by_host(Channel.AUTODISCOVER, value, catalogue)
                signals.autodiscover += [(trace, item) for trace in found]
                target = host(value.split()[-1]) if value.split() else ""
                signals.strangers += not found and target != "" and not belongs(target, subject)
                signals.own_clients += [item] if _own_server(target, subject) else []
        elif kind in ("A", "AAAA") and not belongs(name, subject):
            signals.named_host += [(trace, item) for trace in catalogue.traces.find(Channel.MX, name) if trace.fingerprint.role is Role.MAILBOX]
    for trace, item in authorised(subject, records, catalogue):
        if trace is not None and catalogue.traces.holds_mailboxes(trace.service.id) and not _no_tenant(trace, subject, records, catalogue):
            signals.spf.append((trace, item))
    return signals


def _signers(kind: str, name: str, values: list[str], catalogue: Catalogue) -> list[Trace]:
    if kind == "CNAME":
        found = [trace for value in values for trace in _by_host(Channel.DKIM_CNAME, value, catalogue)]
    elif kind == "TXT" and any(_is_key(value) for value in values):
        found = catalogue.traces.find(Channel.DKIM_SELECTOR, name.split(".")[0])
    else:
        found = []
    return [trace for trace in found if catalogue.traces.holds_mailboxes(trace.service.id)]


def _is_key(record: str) -> bool:
    """Say whether a TXT record holds a DKIM key (RFC 6376, 3.6.1); an empty one is revoked, as `*._domainkey` of a parked name often is."""
    return _KEY.search(record) is not None and not record.lower().startswith("v=dmarc")


def _by_host(channel: Channel, value: str, catalogue: Catalogue) -> list[Trace]:
    parts = value.split()
    return catalogue.traces.find(channel, host(parts[-1])) if parts else []


def _own_server(target: str, subject: str) -> bool:
    """Say whether clients are sent to a server of the firm's own; the site itself is where a wildcard leads, and no evidence."""
    return belongs(target, subject) and target not in (subject, f"www.{subject}", f"autodiscover.{subject}")


def _no_tenant(trace: Trace, subject: str, records: Records, catalogue: Catalogue) -> bool:
    """Say whether a look-up at the provider itself found no customer of that name: stronger than a leftover in SPF."""
    holders = {entry.organisation.id for entry in catalogue.traces.all(Channel.TENANT)}
    return trace.organisation.id in holders and records.absent(f"TENANT {subject}")
