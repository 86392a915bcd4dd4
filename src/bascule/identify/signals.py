"""What else names a mailbox provider: who signs, where clients connect, who may send."""

import re
from collections import Counter
from collections.abc import Iterable

import msgspec

from bascule.catalogue import Catalogue, Trace, host
from bascule.identify.records import Records, belongs, is_name, kind_of, operator
from bascule.identify.senders import Authorised
from bascule.identify.wildcard import by_wildcard
from bascule.model import Channel, Evidence, Kind, Outcome, Role

_KEY = re.compile(r"(?:^|;)\s*p=\s*[A-Za-z0-9+/]")
_ADDRESS = re.compile(r"(?:^|\s)\+?ip[46]:", re.IGNORECASE)
_GREETING = re.compile(r"\s*(?:\d{3}[ -])?\s*(\S+)")
_CLIENT_HOSTS = ("autodiscover", "autoconfig")
_CLIENT_SERVICES = ("_autodiscover._tcp", "_imaps._tcp", "_imap._tcp", "_submission._tcp", "_submissions._tcp")


class Signals(msgspec.Struct):
    """What else names a mailbox provider, by the record that does; each list may hold several services."""

    dkim: list[tuple[Trace, Evidence]] = []
    autodiscover: list[tuple[Trace, Evidence]] = []
    spf: list[tuple[Trace, Evidence]] = []
    named_host: list[tuple[Trace, Evidence]] = []
    strangers: list[tuple[str, Evidence]] = []
    """Hosts of somebody whom the catalogue does not know, to which mail programs are led: SPF alone must not outvote them."""
    unknown_senders: dict[str, Evidence] = {}
    """Operators, by their domain, that may send and that the catalogue does not know, with the record that says so."""
    own_clients: list[Evidence] = []
    """Records for mail programs that lead to a server of the firm's own."""

    def pointing_to(self, service: str) -> int:
        """Return how many different kinds of record point to a service."""
        return sum(any(trace.service.id == service for trace, _ in group) for group in (self.dkim, self.autodiscover, self.spf))

    def evidence(self, service: str) -> list[Evidence]:
        """Return the records that point to a service."""
        groups = (*self.dkim, *self.autodiscover, *self.spf, *self.named_host)
        return [item for trace, item in groups if trace.service.id == service]

    def strong(self) -> Trace | None:
        """Return the provider that signs or that clients connect to; the most often named, else the first by id."""
        if not self.dkim and not self.autodiscover:
            return None
        counts = Counter({trace.service.id: self.pointing_to(trace.service.id) for trace, _ in (*self.dkim, *self.autodiscover)})
        best = min(counts, key=lambda service: (-counts[service], service), default=None)
        return next((trace for trace, _ in (*self.dkim, *self.autodiscover) if trace.service.id == best), None)

    def local(self) -> tuple[str, list[Evidence]] | None:
        """Return an operator known by its domain only that clients connect to and that may send, with the records that say so."""
        found = [(operator(name), item) for name, item in self.strangers if operator(name) in self.unknown_senders]
        first = found[0][0] if found else ""
        return (first, [*(item for name, item in found if name == first), self.unknown_senders[first]]) if found else None

    def alone(self) -> tuple[str, list[Evidence]] | None:
        """Return the operator known by its domain only that alone may send, beside filters and services that keep no mailboxes.

        None when several may, or addresses without a name: these may be the firm's own.
        """
        if len(self.unknown_senders) != 1 or self.spf:
            return None
        name, item = next(iter(self.unknown_senders.items()))
        return None if any(_ADDRESS.search(record) for record in item.value if isinstance(record, str)) else (name, [item])

    def only_spf(self) -> Trace | None:
        """Return the mailbox provider that the domain's own SPF names, when it names exactly one."""
        services = {trace.service.id: trace for trace, _ in self.spf}
        if self.strangers and not self.autodiscover:
            return None
        return next(iter(services.values())) if len(services) == 1 else None


def signals_of(subject: str, sending: Iterable[Authorised], records: Records, catalogue: Catalogue) -> Signals:
    """Gather the signals of one domain; `sending` is whom it authorises to send."""
    signals = Signals()
    for item in records.of.get(subject, ()):
        kind, _, name = item.question.partition(" ")
        if item.kind is not Kind.DNS or item.outcome is not Outcome.PRESENT or (name.endswith(f".{subject}") and by_wildcard(name, subject, records)):
            continue
        if name.endswith(f"._domainkey.{subject}"):
            signals.dkim += [(trace, item) for trace in _signers(kind, name, records.values(item.question), catalogue)]
        elif _sends_clients(kind, name, subject):
            _clients(item, subject, records, catalogue, signals)
        elif kind in ("A", "AAAA") and name.partition(".")[0] == subject.replace(".", "-"):
            signals.named_host += [(trace, item) for trace in _mailboxes(name, catalogue)]
    for item in kind_of(records.of.get(subject, ()), Kind.SMTP):
        signals.named_host += [(trace, item) for name in _greeted(item) for trace in _mailboxes(name, catalogue)]
    for trace, item, target in sending:
        if trace is None:
            signals.unknown_senders.setdefault(operator(target), item)
        elif catalogue.traces.holds_mailboxes(trace.service.id) and not _no_tenant(trace, subject, records, catalogue):
            signals.spf.append((trace, item))
    return signals


def _sends_clients(kind: str, name: str, subject: str) -> bool:
    """Say whether a record tells mail programs where to connect (RFC 6186, and what two makers of mail programs ask for)."""
    labels = _CLIENT_HOSTS if kind == "CNAME" else _CLIENT_SERVICES if kind == "SRV" else ()
    return name.endswith(f".{subject}") and name.removesuffix(f".{subject}") in labels


def _clients(item: Evidence, subject: str, records: Records, catalogue: Catalogue, signals: Signals) -> None:
    for value in records.values(item.question):
        target = host(value.split()[-1]) if value.split() else ""
        chain = records.links(target) if target else []
        found = next((traces for link in chain if (traces := catalogue.traces.find(Channel.AUTODISCOVER, link))), [])
        signals.autodiscover += [(trace, item) for trace in found]
        if chain and not found and not belongs(chain[-1], subject):
            signals.strangers.append((chain[-1], item))
        signals.own_clients += [item] if chain and _own_server(chain[-1], subject) else []


def _mailboxes(name: str, catalogue: Catalogue) -> list[Trace]:
    return [trace for trace in catalogue.traces.find(Channel.MX, name) if trace.fingerprint.role is Role.MAILBOX]


def _greeted(item: Evidence) -> list[str]:
    """Return the names by which a mail server greets (RFC 5321, 4.2): it says so itself, so that it is a weak signal."""
    value = item.value if isinstance(item.value, dict) else {}
    lines = [value.get("banner"), *(value["ehlo"][:1] if isinstance(value.get("ehlo"), list) else ())]
    found = [match[1] for line in lines if isinstance(line, str) and (match := _GREETING.match(line))]
    return [name for name in dict.fromkeys(host(word) for word in found) if is_name(name)]


def _signers(kind: str, name: str, values: list[str], catalogue: Catalogue) -> list[Trace]:
    if kind == "CNAME":
        found = [trace for value in values for trace in _by_host(Channel.DKIM_CNAME, value, catalogue)]
    elif kind == "TXT" and any(_is_key(value) for value in values):
        found = catalogue.traces.find(Channel.DKIM_SELECTOR, name.split(".")[0])
    else:
        found = []
    return [trace for trace in found if catalogue.traces.holds_mailboxes(trace.service.id) and "mailbox" not in trace.fingerprint.not_proof_of]


def _is_key(record: str) -> bool:
    """Say whether a TXT record holds a DKIM key (RFC 6376, 3.6.1); an empty one is revoked, as `*._domainkey` of a parked name often is."""
    return _KEY.search(record) is not None and not record.lower().startswith("v=dmarc")


def _by_host(channel: Channel, value: str, catalogue: Catalogue) -> list[Trace]:
    parts = value.split()
    return catalogue.traces.find(channel, host(parts[-1])) if parts else []


def _own_server(target: str, subject: str) -> bool:
    """Say whether clients are sent to a server of the firm's own; the site itself is where a wildcard leads, and no evidence."""
    return belongs(target, subject) and target not in (subject, *(f"{label}.{subject}" for label in ("www", *_CLIENT_HOSTS)))


def _no_tenant(trace: Trace, subject: str, records: Records, catalogue: Catalogue) -> bool:
    """Say whether a look-up at the provider itself found no customer of that name: stronger than a leftover in SPF."""
    holders = {entry.organisation.id for entry in catalogue.traces.all(Channel.TENANT)}
    return trace.organisation.id in holders and records.absent(f"TENANT {subject}")
