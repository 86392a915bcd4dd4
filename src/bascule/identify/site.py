"""The website: what it is made with, who serves it, who stands in front, and whom each visitor's browser calls."""

import re
from collections.abc import Iterator
from itertools import islice

from bascule.catalogue import Catalogue, Trace, compiled, found_in
from bascule.identify.below import below
from bascule.identify.page import read_page, without_comments
from bascule.identify.records import Records, belongs, kind_of
from bascule.identify.rows import Rows
from bascule.model import Channel, Evidence, Kind, Role, Strength

_ADDRESS_BEFORE = re.compile(r"""/\\?/([A-Za-z0-9.-]+)[^"'\s<>()]*$""")
_TRIES = 200
_LOADER = "tag-manager"
"""The function whose services load others."""
_SURE = {Strength.PROOF: 0.97, Strength.STRONG: 0.9, Strength.WEAK: 0.55}


def site(subject: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """Add the rows of the website of one subject."""
    loaded: set[str] = set()
    for item in kind_of(records.of.get(subject, ()), Kind.HTTP):
        loaded |= _page(subject, item, catalogue, rows)
    for item in kind_of(records.of.get(subject, ()), Kind.REQUEST):
        loaded |= _requests(subject, item, catalogue, rows)
    _later(subject, records, catalogue, rows)
    for name in (subject, f"www.{subject}"):
        _chain(subject, name, records, catalogue, rows)
    _host(subject, records, catalogue, rows)
    below(subject, frozenset(loaded), records, catalogue, rows)


def _page(subject: str, item: Evidence, catalogue: Catalogue, rows: Rows) -> set[str]:
    """Add what a page gives away, and return the names of the hosts that it loads from."""
    if not isinstance(item.value, dict) or not isinstance(item.value.get("body"), str):
        return set()
    url = str(item.value.get("url") or item.question.partition(" ")[2])
    page = read_page(url, item.value["body"])
    first = url.split("/")[2].split(":")[0].lower() if url.count("/") >= 2 else subject
    seen = [
        *_loaded(page.loads, first, catalogue, 0.0),
        *_loaded(page.snippets, first, catalogue, 0.05),
        *((trace, 0.0) for text in page.generators for trace in catalogue.traces.find(Channel.GENERATOR, text)),
        *((trace, 0.05) for trace in catalogue.traces.find(Channel.SCRIPT, page.code)),
        *((trace, 0.0) for trace in _markup(page.source, first, catalogue)),
        *((trace, 0.0) for trace in _headers(item.value.get("headers"), catalogue)),
    ]
    for trace, doubt in seen:
        rows.trace(subject, trace, _SURE[trace.fingerprint.strength] - doubt, [item])
    return _host_names((*page.loads, *page.snippets))


def _later(subject: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """Say for each tag manager that what it loads later cannot be seen in the page; a browser's own list of calls would tell."""
    if any(kind_of(records.of.get(subject, ()), Kind.REQUEST)):
        return
    for row in rows.of(subject, Role.THIRD_PARTY):
        service = catalogue.services.get(row.service or "")
        if service is not None and _LOADER in service.functions:
            rows.unknown(subject, _LOADER, Role.THIRD_PARTY, service.id, "loaded-later", domain=subject, service=service.id)


def _host_names(addresses: tuple[str, ...]) -> set[str]:
    return {address.partition("/")[0].partition(":")[0].lower() for address in addresses}


def _loaded(addresses: tuple[str, ...], first: str, catalogue: Catalogue, doubt: float) -> Iterator[tuple[Trace, float]]:
    """Yield whom the addresses give away; a path fingerprint may also fit the site's own host (software), a host one never."""
    for address in addresses:
        name, _, path = address.partition("/")
        own = belongs(name, first)
        for candidate in dict.fromkeys((name, address) if path else (name,)):
            for trace in catalogue.traces.find(Channel.SCRIPT_HOST, candidate):
                if not own or trace.fingerprint.role is Role.SOFTWARE:
                    yield trace, doubt


def _markup(source: str, first: str, catalogue: Catalogue) -> Iterator[Trace]:
    """Yield what the markup itself gives away.

    Programs sign in comments, so these count for software; whom a page calls is no comment. A path of another host is that host's software.
    """
    found = catalogue.traces.find(Channel.HTML, source)
    seen = without_comments(source) if any(trace.fingerprint.role is not Role.SOFTWARE for trace in found) else source
    for trace in found:
        if trace.fingerprint.role is not Role.SOFTWARE:
            if found_in(trace.fingerprint, seen):
                yield trace
        elif any(_is_own(source, match.start(), first) for match in islice(compiled(trace.fingerprint.pattern).finditer(source), _TRIES)):
            yield trace


def _is_own(source: str, start: int, first: str) -> bool:
    """Say whether what stands at a place is no part of an address on another host."""
    before = _ADDRESS_BEFORE.search(source[max(0, start - 300) : start + 1])
    return before is None or belongs(before[1].lower(), first)


def _headers(headers: object, catalogue: Catalogue) -> Iterator[Trace]:
    pairs = [pair for pair in headers if isinstance(pair, list) and len(pair) == 2] if isinstance(headers, list) else []
    for key, value in pairs:
        lower = str(key).lower()
        if lower == "set-cookie":
            yield from catalogue.traces.find(Channel.COOKIE, str(value).split("=")[0].strip())
        else:
            yield from catalogue.traces.find(Channel.HEADER, f"{lower}: {value}")


def _requests(subject: str, item: Evidence, catalogue: Catalogue, rows: Rows) -> set[str]:
    urls = [url for url in item.value if isinstance(url, str)] if isinstance(item.value, list) else []
    addresses = tuple(url.split("://", 1)[-1].split("?")[0].split("#")[0] for url in urls)
    for trace, doubt in _loaded(addresses, subject, catalogue, 0.0):
        rows.trace(subject, trace, _SURE[trace.fingerprint.strength] - doubt, [item])
    return _host_names(addresses)


def _chain(subject: str, name: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    item = records.answer(f"CNAME {name}")
    for target in records.links(name)[1:]:
        for trace in catalogue.traces.find(Channel.CNAME, target):
            if item is not None:
                rows.trace(subject, trace, _SURE[trace.fingerprint.strength], [item])


def _host(subject: str, records: Records, catalogue: Catalogue, rows: Rows) -> None:
    """Add who serves the site, by network; behind a relay the network is the relay's, known or not, and the host stays open."""
    relays = {row.organisation for row in rows.of(subject, Role.CDN) if row.function == "website"}
    operators = {row.organisation for row in rows.of(subject, Role.OPERATOR) if row.function == "website"}
    hidden = False
    for name in (subject, f"www.{subject}"):
        for number, country, item in records.networks(name):
            trace = next(iter(catalogue.traces.find(Channel.ASN, str(number))), None)
            organisation = trace.organisation.id if trace else f"as:{number}"
            if trace and trace.fingerprint.role is Role.CDN:
                rows.trace(subject, trace, 0.85, [item], country=country)
                relays.add(organisation)
            if organisation in relays or (relays and trace is None):
                hidden = True
            elif organisation not in operators:
                service = trace.service.id if trace else None
                rows.add(subject, "website", Role.HOST, organisation, 0.85, [item], service=service, country=country, trace=trace)
    if hidden and not rows.of(subject, Role.HOST) and not operators:
        relay = ", ".join(sorted(relays))
        rows.unknown(subject, "website", Role.HOST, relay, "which-host", domain=subject, relay=relay)
