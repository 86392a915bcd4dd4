"""How the world is asked: the catalogue's questions, the guard, the pace and the name under which we come, put together."""

from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import msgspec

from bascule.catalogue import Catalogue, Networks
from bascule.collect import Asking, Browser, CaresResolver, Means, Transfers
from bascule.identify import page_hosts, registrable
from bascule.model import Credit, NetworkStamp

NETWORK_TABLE = "network table"
"""How evidence names the offline table; its day follows."""
_DOMAINS = 16
_BROWSERS = 2
"""Domains asked about at the same time; each browser takes some hundred megabytes of memory."""


class Manners(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may choose about asking.

    Attributes:
        resolver: `ADDRESS[:PORT]`; None for those of the system.
        asks: Look-ups that tell third parties about the domain.
        contact: Address or page of whoever asks; sites and mail servers see it. Empty where no firm's site is visited.
        mail_only: Ask the mail questions only.
        allow_private: Let private addresses through, for a network of one's own.
        pace: Folder through which all programs of one user share their pace.
        browser: Program of the browser to load home pages in; None not to.
        opted_out: Domains that the person leaves alone, beside those of the catalogue.
    """

    contact: str
    pace: Path
    resolver: str | None = None
    asks: frozenset[str] = frozenset()
    mail_only: bool = False
    allow_private: bool = False
    browser: str | None = None
    opted_out: frozenset[str] = frozenset()


def asking(catalogue: Catalogue, networks: Networks, manners: Manners) -> Asking:
    """Return how to ask, by the catalogue and a person's choices."""
    return Asking(
        resolver=partial(CaresResolver, manners.resolver),
        means=_means(catalogue, networks, manners),
        agent=f"Bascule/{version('bascule')}" + (f" (+{manners.contact})" if manners.contact else ""),
        own_name=_host_of(manners.contact),
        pace=manners.pace,
        allow_private=manners.allow_private,
        mail_only=manners.mail_only,
        at_once=_BROWSERS if manners.browser else _DOMAINS,
        opted_out=catalogue.opted_out | manners.opted_out,
    )


def stamp(networks: Networks) -> NetworkStamp:
    """Return what an audit says of the table of networks that it asked."""
    credits_ = (Credit(publisher=source.publisher, title=source.title, url=source.url, licence=source.licence) for source in networks.sources)
    return NetworkStamp(date=networks.date, sources=tuple(credits_))


def _means(catalogue: Catalogue, networks: Networks, manners: Manners) -> Callable[[Transfers], Means]:
    def network(address: str) -> dict[str, object] | None:
        found = networks.find(address)
        return None if found is None else {"asn": found.asn, "name": found.name, **({"country": found.country} if found.country else {})}

    return lambda transfers: Means(
        transfers=transfers,
        questions=catalogue.questions,
        networks=network,
        network_source=f"{NETWORK_TABLE} of {networks.date.isoformat()}",
        page_hosts=page_hosts,
        registered=registrable,
        asks=manners.asks,
        browser=Browser(program=manners.browser, gate=transfers.gate, agent=transfers.agent) if manners.browser else None,
    )


def _host_of(contact: str) -> str:
    """Return the host of an address or a page: the name that a mail server is greeted with."""
    return contact.rpartition("@")[2].partition("://")[2].partition("/")[0] or contact.rpartition("@")[2]
