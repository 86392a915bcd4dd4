"""The course of one audit: everything that can be asked at once is, and each answer sends its own follow-up at once."""

import asyncio
from collections.abc import Callable
from itertools import islice

import msgspec

from bascule.collect import asks, plan, spf
from bascule.collect.calls import Browser, calls
from bascule.collect.observer import Observer
from bascule.collect.transfer import Transfers
from bascule.collect.visit import PageHosts, home_page, text_of
from bascule.guard import BlockedError, plain_host
from bascule.model import Kind, Outcome, Questions

_MAX_MAIL_HOSTS = 5
_MAX_PAGE_HOSTS = 20

Networks = Callable[[str], dict[str, object] | None]
"""Address → `{"asn","name","country"}` from an offline table; None when the table does not hold it."""


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """What a domain is asked with.

    Attributes:
        network_source: How evidence names the table of networks, with its date.
        registered: Name → the registered domain above it, which a registry knows.
        asks: Look-ups that tell third parties about the domain (`smtp`, `rdap`, `tenant`), as far as the person wants them.
        browser: Loads the home page too, to see what its scripts call; None unless the person wants it.
    """

    transfers: Transfers
    questions: Questions
    networks: Networks
    network_source: str
    page_hosts: PageHosts
    registered: Callable[[str], str]
    asks: frozenset[str] = frozenset()
    browser: Browser | None = None


async def course(observer: Observer, means: Means) -> None:
    """Ask everything about one domain; whoever stops it finds what was seen in the observer."""
    async with asyncio.TaskGroup() as group:
        for kind, name in plan.everything(observer.subject, means.questions):
            group.create_task(observer.dns(kind, name))
        group.create_task(_site(observer, means))
        group.create_task(_mail(observer, means))
        group.create_task(_policies(observer))
        if "rdap" in means.asks:
            group.create_task(asks.rdap(observer, means.transfers, means.questions, means.registered(observer.subject)))
        if "tenant" in means.asks:
            for kind, name in plan.customers_only(observer.subject, means.questions):
                group.create_task(observer.dns(kind, name))
            group.create_task(asks.tenant(observer, means.transfers, means.questions))


async def mail_course(observer: Observer, questions: Questions) -> None:
    """Ask the mail questions only: at most `plan.MAIL_QUESTIONS`, the addresses of the mail hosts among them."""
    asked = plan.mail_only(observer.subject, questions)
    async with asyncio.TaskGroup() as group:
        for kind, name in asked:
            group.create_task(observer.dns(kind, name))
    hosts = exchangers((await observer.dns("MX", observer.subject)).records)
    await asyncio.gather(*(observer.dns("A", host) for host in hosts[: plan.MAIL_QUESTIONS - len(asked)]))


def place(observer: Observer, networks: Networks, source: str) -> None:
    """Add the network of each address that was seen; the table is at hand, nobody is asked."""
    found = [item for item in observer.seen if item.kind is Kind.DNS and item.outcome is Outcome.PRESENT and item.question.startswith(("A ", "AAAA "))]
    for address in dict.fromkeys(str(address) for item in found for address in item.value):
        if (network := networks(address)) is not None:
            observer.keep(observer.note(Kind.ASN, f"ASN {address}", Outcome.PRESENT, source, [network]))


async def _mail(observer: Observer, means: Means) -> None:
    hosts = exchangers((await observer.dns("MX", observer.subject)).records)[:_MAX_MAIL_HOSTS]
    await asyncio.gather(*(observer.addresses(host) for host in hosts))
    if "smtp" in means.asks:
        await asks.smtp(observer, means.transfers, hosts)


def exchangers(records: tuple[str, ...]) -> list[str]:
    """Return the mail hosts of MX records by preference, none for a null MX (RFC 7505)."""
    pairs = sorted((int(number), name) for number, _, name in (record.partition(" ") for record in records))
    return [host for _, name in pairs if (host := name.rstrip("."))]


async def _policies(observer: Observer) -> None:
    """Open what the domain's own policy takes in, level by level, as a receiving server would."""
    level, seen = [observer.subject], {observer.subject}
    while level:
        answers = await asyncio.gather(*(observer.dns("TXT", name) for name in level))
        names = [name for answer in answers for name in spf.onward(answer.records)]
        level = [name for name in dict.fromkeys(names) if name not in seen][: spf.MAX_LOOKUPS + 1 - len(seen)]
        seen.update(level)


async def _site(observer: Observer, means: Means) -> None:
    """Visit the home page and look up the hosts that it loads from."""
    visit = await home_page(observer, means.transfers)
    if visit is None or not visit.arrived or visit.last is None:
        return
    hosts = (name for text in means.page_hosts(visit.last.url, text_of(visit.reply)) if (name := _askable(text)))
    lookups = [observer.dns("A", name) for name in dict.fromkeys(islice(hosts, _MAX_PAGE_HOSTS))]
    if means.browser is None:
        await asyncio.gather(*lookups)
    else:
        await asyncio.gather(*lookups, calls(observer, means.browser, visit.last.url))


def _askable(text: str) -> str | None:
    """Return a host of a page as a name that may be asked about; numbers and names of one's own machine are none."""
    try:
        name = plain_host(text)
    except BlockedError:
        return None
    return None if name.replace(".", "").isdigit() or ":" in name else name
