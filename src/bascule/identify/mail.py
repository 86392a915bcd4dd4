"""Mail, layer by layer: gateway, mailbox, tenant, senders, machines; each with its own operator.

The rules, and what each record does not prove, are told in docs/method.md.
"""

import msgspec

from bascule.catalogue import Catalogue, Trace, host
from bascule.identify.records import Records, belongs, operator
from bascule.identify.rows import Rows
from bascule.identify.senders import authorised, senders
from bascule.identify.signals import Signals, signals_of
from bascule.identify.tenants import tenant_behind, tenants
from bascule.model import NOBODY, SELF, Channel, Evidence, Outcome, Role, Status, Strength


class MailHost(msgspec.Struct):
    """One MX target, with who operates it as far as its names tell."""

    name: str
    trace: Trace | None
    own: bool

    @property
    def operator(self) -> str:
        """Organisation id."""
        if self.trace:
            return self.trace.organisation.id
        return SELF if self.own else operator(self.name)

    @property
    def relays(self) -> bool:
        """Say whether the host may only pass mail on: that of a regional operator or an access provider, of which the catalogue knows no more."""
        return self.trace is not None and self.trace.fingerprint.role is Role.MAILBOX and self.trace.fingerprint.strength is Strength.WEAK


def mail(subject: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """Add the mail rows of one subject. What was not asked, or got no answer, adds nothing."""
    sending = tuple(authorised(subject, records, catalogue))
    senders(subject, sending, records, catalogue, rows)
    tenants(subject, records, catalogue, rows)
    mx = records.answer(f"MX {subject}")
    if mx is None or mx.outcome is Outcome.UNREACHABLE:
        return
    names = _exchangers(records.values(f"MX {subject}"))
    if not names:
        addresses = [records.answer(f"{kind} {subject}") for kind in ("A", "AAAA")]
        may_receive = any(item is not None and item.outcome is not Outcome.ABSENT for item in addresses)
        if may_receive and mx.outcome is Outcome.ABSENT:
            rows.unknown(subject, "email", Role.MAILBOX, f"A {subject}", "which-mailbox", domain=subject)
        else:
            rows.add(subject, "email", Role.MAILBOX, NOBODY, 0.95 if mx.outcome is Outcome.PRESENT else 0.8, [mx])
        return
    hosts = [_mail_host(name, subject, records, catalogue) for name in names]
    _machines(subject, hosts, records, catalogue, rows)
    signals = signals_of(subject, sending, records, catalogue)
    _mailbox(subject, hosts, signals, mx, records, rows)
    tenant_behind(subject, signals, mx, records, catalogue, rows)
    _located(subject, hosts, records, rows)


def _exchangers(values: list[str]) -> list[str]:
    """Return MX hosts by preference; none for a null MX (RFC 7505)."""
    pairs = [parts for value in values if (parts := value.split())]
    ranked = sorted((int(pair[0]) if len(pair) > 1 and pair[0].isdigit() else 65535, host(pair[-1])) for pair in pairs)
    return [name for _, name in ranked if name]


def _mail_host(name: str, subject: str, records: Records, catalogue: Catalogue) -> MailHost:
    chain = records.links(name)
    certified = records.answer(f"TLS {name}:25")
    names = [*chain, *_certificate_names(certified)]
    for candidate in names:
        traces = catalogue.traces.find(Channel.MX, candidate)
        if traces:
            return MailHost(candidate if candidate in chain else chain[-1], traces[0], False)
    return MailHost(chain[-1], None, belongs(chain[-1], subject))


def _certificate_names(item: Evidence | None) -> list[str]:
    """Return the names on the certificate that a mail server showed; it names the operator that the MX name may hide."""
    chain = item.value if item and isinstance(item.value, list) else []
    leaf = chain[0] if chain and isinstance(chain[0], dict) else {}
    names = leaf.get("names")
    return [host(name).removeprefix("*.") for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _mailbox(subject: str, hosts: list[MailHost], signals: Signals, mx: Evidence, records: Records, rows: Rows) -> None:
    country = _country(hosts, records)
    boxes = [entry for entry in hosts if entry.trace and entry.trace.fingerprint.role is Role.MAILBOX and not entry.relays]
    filters = [entry for entry in hosts if entry.trace and entry.trace.fingerprint.role is Role.GATEWAY]
    others = [entry for entry in hosts if not entry.trace or entry.relays]
    if filters:
        _gateway(subject, filters[0], mx, country, rows)
    if boxes:
        _at_provider(subject, boxes, signals, mx, country, rows)
    elif filters:
        _behind_gateway(subject, filters[0], others, signals, mx, records, rows)
    elif others and others[0].own:
        _at_home(subject, others, signals, mx, country, rows)
    elif others:
        _at_operator(subject, others[0], signals, mx, country, rows)


def _gateway(subject: str, entry: MailHost, mx: Evidence, country: str | None, rows: Rows) -> None:
    service = entry.trace.service.id if entry.trace else None
    sure = 0.97 if entry.trace and not entry.relays else 0.75
    rows.add(subject, "email", Role.GATEWAY, entry.operator, sure, [mx], service=service, country=country, trace=entry.trace)


def _at_provider(subject: str, boxes: list[MailHost], signals: Signals, mx: Evidence, country: str | None, rows: Rows) -> None:
    traces = [entry.trace for entry in boxes if entry.trace]
    best = max(traces, key=lambda trace: signals.pointing_to(trace.service.id))
    rival = signals.strong()
    also = {trace.organisation.id for trace in traces} | ({rival.organisation.id} if rival else set())
    sure = 0.97 if best.fingerprint.strength is Strength.PROOF else 0.9
    sure -= 0.15 if also - {best.organisation.id} else 0
    rows.trace(subject, best, sure, [mx, *signals.evidence(best.service.id)], also=also, country=country)


def _provider(subject: str, trace: Trace, sure: float, evidence: list[Evidence], also: set[str], rows: Rows) -> None:
    rows.add(subject, "email", Role.MAILBOX, trace.organisation.id, sure, evidence, service=trace.service.id, also=also, trace=trace)


def _behind_gateway(subject: str, gateway: MailHost, others: list[MailHost], signals: Signals, mx: Evidence, records: Records, rows: Rows) -> None:
    """Who keeps the mail that a filter receives: whoever signs, leads mail programs or, weakly, alone may send; else it stays open."""
    signer, spf = signals.strong(), signals.only_spf()
    hidden = signals.named_host[0][0] if signals.named_host else None
    own = next((entry for entry in others if entry.own), None)
    best = signer or (None if signals.own_clients else spf or hidden)
    local = signals.local() or (signals.alone() if records.absent(f"TENANT {subject}") else None)
    if best is None and signals.own_clients:
        also = {trace.organisation.id for trace in (spf, hidden) if trace}
        rows.add(subject, "email", Role.MAILBOX, SELF, 0.65, signals.own_clients, also=also)
    elif best is not None:
        sure = 0.92 if signer and signals.dkim else 0.85 if signer else 0.62 if spf else 0.5
        _provider(subject, best, sure, signals.evidence(best.service.id), set(), rows)
    elif own is not None:
        rows.add(subject, "email", Role.MAILBOX, SELF, 0.65, [mx])
    elif local is not None and local[0] != gateway.operator:
        rows.add(subject, "email", Role.MAILBOX, local[0], 0.62, local[1])
    else:
        rows.unknown(subject, "email", Role.MAILBOX, f"MX {gateway.name}", "which-mailbox", domain=subject, gateway=gateway.operator)


def _at_home(subject: str, others: list[MailHost], signals: Signals, mx: Evidence, country: str | None, rows: Rows) -> None:
    """Own mail server: two kinds of record that name one provider outweigh it, one makes that provider a rival reading."""
    rival = signals.strong() or signals.only_spf() or (signals.named_host[0][0] if signals.named_host else None)
    votes = signals.pointing_to(rival.service.id) if rival else 0
    local = signals.local()
    if rival is not None and votes >= 2:
        _provider(subject, rival, 0.72 + 0.06 * (votes - 2), signals.evidence(rival.service.id), {SELF}, rows)
        return
    if local is not None and rival is None:
        rows.add(subject, "email", Role.MAILBOX, local[0], 0.7, [*local[1], mx], also={SELF}, country=country)
        return
    also = {rival.organisation.id} if rival else set()
    also |= {entry.operator for entry in others if not entry.own}
    # The bare domain receives where the site is: as often the web host's machine as the firm's own.
    sure = 0.62 if also or others[0].name == subject else 0.78
    rows.add(subject, "email", Role.MAILBOX, SELF, sure, [mx], also=also, country=country)


def _at_operator(subject: str, entry: MailHost, signals: Signals, mx: Evidence, country: str | None, rows: Rows) -> None:
    """A mail host that the catalogue does not hold, or that may only relay: it keeps the mail, unless signatures or clients point elsewhere."""
    signer, spf = signals.strong(), signals.only_spf()
    tenant = spf is not None and any(row.organisation == spf.organisation.id and row.status is Status.IN_USE for row in rows.of(subject, Role.TENANT))
    best = signer or (spf if tenant else None)
    if best is None or best.organisation.id == entry.operator:
        rival = {spf.organisation.id} - {entry.operator} if spf else set()
        service = entry.trace.service.id if entry.trace else None
        sure = 0.9 if best else 0.65 if rival else 0.8
        evidence = [mx, *(signals.evidence(best.service.id) if best else ())]
        rows.add(subject, "email", Role.MAILBOX, entry.operator, sure, evidence, service=service, also=rival, country=country, trace=entry.trace)
        return
    _gateway(subject, entry, mx, country, rows)
    sure = (0.88 if signals.dkim else 0.8) if signer else 0.58
    _provider(subject, best, sure, signals.evidence(best.service.id), {entry.operator}, rows)


def _country(hosts: list[MailHost], records: Records) -> str | None:
    countries = {country for entry in hosts for _, country, _ in records.networks(entry.name) if country}
    return countries.pop() if len(countries) == 1 else None


def _located(subject: str, hosts: list[MailHost], records: Records, rows: Rows) -> None:
    """Let the network records that say where the machines stand speak for the rows that tell it."""
    found = [item for entry in hosts for _, country, item in records.networks(entry.name) if country]
    for row in rows.of(subject, Role.MAILBOX, Role.GATEWAY):
        if row.host_country:
            rows.add(row.subject, row.function, row.role, row.organisation, row.confidence, found, service=row.service, status=row.status)


def _machines(subject: str, hosts: list[MailHost], records: Records, catalogue: Catalogue, rows: Rows) -> None:
    for entry in hosts:
        for number, country, item in records.networks(entry.name):
            traces = catalogue.traces.find(Channel.ASN, str(number))
            organisation = traces[0].organisation.id if traces else f"as:{number}"
            service = traces[0].service.id if traces else None
            rows.add(subject, "email", Role.INFRASTRUCTURE, organisation, 0.85, [item], service=service, country=country, trace=traces[0] if traces else None)
