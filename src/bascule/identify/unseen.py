"""What could not be seen: a question without an answer leaves a place open, and the place says so."""

from collections.abc import Iterator

from bascule.catalogue import host
from bascule.identify.records import Records
from bascule.identify.rows import Rows
from bascule.model import Evidence, Kind, Outcome, Role

_PLACES = {
    ("email", Role.MAILBOX): "mailbox",
    ("email", Role.SENDER): "senders",
    ("email", Role.TENANT): "tenant",
    ("email", Role.INFRASTRUCTURE): "machines",
    ("dns", Role.DNS): "servers",
    ("domain-name", Role.REGISTRAR): "registrar",
    ("website", Role.HOST): "host",
    ("website", Role.SOFTWARE): "page",
    ("certificate", Role.CERTIFICATE): "page",
}


def unseen(subject: str, records: Records, rows: Rows) -> None:
    """Add an unknown for each place whose records did not come and that nothing else fills."""
    silent = [item for item in records.of.get(subject, ()) if item.outcome is Outcome.UNREACHABLE]
    if not silent:
        return
    groups: dict[str, list[Evidence]] = {}
    mail_hosts = {link for value in records.values(f"MX {subject}") if value.split() for link in records.links(host(value.split()[-1]))}
    for item in silent:
        for group in _groups(item, subject, mail_hosts):
            groups.setdefault(group, []).append(item)
    if any(item.kind is Kind.HTTP and item.outcome is Outcome.PRESENT for item in records.of.get(subject, ())):
        groups.pop("page", None)
    for (function, role), group in _PLACES.items():
        if group in groups and not _filled(subject, function, role, rows):
            # Who receives the mail says more than who signs it.
            first = min(groups[group], key=lambda item: (not item.question.startswith("MX "), item.question))
            rows.unknown(subject, function, role, first.question, "not-answered", domain=subject, record=first.question)


def _filled(subject: str, function: str, role: Role, rows: Rows) -> bool:
    return any(row.function == function for row in rows.of(subject, role)) or rows.open(subject, function, role)


def _groups(item: Evidence, subject: str, mail_hosts: set[str]) -> Iterator[str]:
    """Yield what a question would have told."""
    kind, _, name = item.question.partition(" ")
    match kind:
        case "MX" | "EHLO":
            yield "mailbox"
        case "TXT" if name == subject:
            yield "senders"
        case "TXT" | "CNAME" | "SRV" if name.startswith("autodiscover.") or "_domainkey." in name or "_tcp." in name:
            yield "mailbox"
        case "NS" if name == subject:
            yield "servers"
        case "RDAP":
            yield "registrar"
        case "TENANT":
            yield "tenant"
        case "GET":
            yield "page"
        case "A" | "AAAA" | "CNAME" if name in (subject, f"www.{subject}"):
            yield from ("host", "page")
        case "A" | "AAAA" if name in mail_hosts:
            yield "machines"
