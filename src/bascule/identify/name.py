"""The name itself: who registers it, who answers for it, who certifies it."""

import re

from bascule.catalogue import Catalogue, candidates, host
from bascule.identify.records import Records, belongs, kind_of, operator
from bascule.identify.rows import Rows
from bascule.model import SELF, Channel, Evidence, Kind, Outcome, Role, Status, covers

_ATTRIBUTE = re.compile(r"""(?:^|[,/+])\s*O\s*=\s*("[^"]*"|[^,/+]+)""")


def name(subject: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """Add the rows of the domain name of one subject: name servers, registrar, certificate authority."""
    _servers(subject, records, catalogue, rows)
    for item in kind_of(records.of.get(subject, ()), Kind.RDAP):
        _registrar(subject, item, catalogue, rows)
    for item in kind_of(records.of.get(subject, ()), Kind.TLS):
        if _own_certificate(subject, item):
            _authority(subject, item, catalogue, rows)
    _allowed(subject, records, catalogue, rows)


def _servers(subject: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    item = records.answer(f"NS {subject}")
    for value in records.values(f"NS {subject}"):
        server = host(value)
        traces = catalogue.traces.find(Channel.NS, server)
        if traces and item:
            rows.trace(subject, traces[0], 0.97, [item], role=Role.DNS)
        elif item and server:
            organisation = SELF if belongs(server, subject) else operator(server)
            rows.add(subject, "dns", Role.DNS, organisation, 0.85, [item])


def _registrar(subject: str, item: Evidence, catalogue: Catalogue, rows: Rows) -> None:
    registrar = item.value.get("registrar") if isinstance(item.value, dict) else None
    if not isinstance(registrar, str):
        return
    traces = catalogue.traces.find(Channel.REGISTRAR, registrar)
    if traces:
        rows.trace(subject, traces[0], 0.97, [item], role=Role.REGISTRAR)
    else:
        rows.unknown(subject, "domain-name", Role.REGISTRAR, registrar, "who-is", name=registrar)


def _own_certificate(subject: str, item: Evidence) -> bool:
    """Say whether a certificate is the site's own.

    One for other names is its neighbour's on a shared machine, and one of another domain that a visitor was sent on to is that domain's.
    """
    place, _, port = item.question.partition(" ")[2].rpartition(":")
    leaf = item.value[0] if isinstance(item.value, list) and item.value and isinstance(item.value[0], dict) else {}
    names = [name for name in leaf.get("names") or () if isinstance(name, str)]
    return port == "443" and belongs(place, subject) and (not names or any(covers(name, place) for name in names))


def _authority(subject: str, item: Evidence, catalogue: Catalogue, rows: Rows) -> None:
    leaf = item.value[0] if isinstance(item.value, list) and item.value and isinstance(item.value[0], dict) else {}
    issuer = leaf.get("issuer")
    if not isinstance(issuer, str):
        return
    traces = catalogue.traces.find(Channel.TLS_ISSUER, _organisation(issuer))
    if traces:
        rows.trace(subject, traces[0], 0.97, [item], role=Role.CERTIFICATE)
    else:
        rows.unknown(subject, "certificate", Role.CERTIFICATE, issuer, "who-is", name=issuer)


def _allowed(subject: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """Let CAA (RFC 8659) speak for the authority in use; where no certificate was seen, name the only one that is allowed.

    Of several that are allowed none carries the site: what one no longer issues, another may.
    """
    item = records.answer(f"CAA {subject}")
    if item is None or item.outcome is not Outcome.PRESENT:
        return
    allowed = {name for value in records.values(f"CAA {subject}") for name in candidates(Channel.CAA, value)}
    known = {name: traces[0] for name in sorted(allowed) if (traces := catalogue.traces.find(Channel.CAA, name))}
    used = {row.service for row in rows.of(subject, Role.CERTIFICATE)}
    shown = any(_own_certificate(subject, item) for item in kind_of(records.of.get(subject, ()), Kind.TLS))
    alone = not shown and len(known) == len(allowed) and len({trace.service.id for trace in known.values()}) == 1
    for trace in known.values():
        if alone or trace.service.id in used:
            rows.trace(subject, trace, 0.6, [item], role=Role.CERTIFICATE, status=Status.CONFIGURED)


def _organisation(issuer: str) -> str:
    """Return the organisation of a distinguished name (RFC 4514, or the older form with strokes), or the text itself when it is no such name."""
    found = _ATTRIBUTE.search(issuer)
    return found[1].strip().strip('"') if found else issuer
