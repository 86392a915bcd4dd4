"""A visit to the home page, as a visitor makes it: HTTPS first, HTTP when that fails, a few redirects followed, nothing but the page."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from bascule.collect.observer import Observer
from bascule.collect.reach import MAX_REDIRECTS, location, reach
from bascule.collect.transfer import Reply, Transfers
from bascule.guard import BlockedError, Target, target
from bascule.model import Evidence, Kind, Outcome, covers

_SOURCE = "direct"
_CHARSETS = {
    **dict.fromkeys(("iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252"), "cp1252"),
    "iso-8859-15": "iso-8859-15",
    "windows-1250": "cp1250",
    "iso-8859-2": "iso-8859-2",
    "windows-1251": "cp1251",
    "windows-1253": "cp1253",
    "utf-16": "utf-16",
}
"""Encodings of pages (WHATWG); a name that a server makes up never chooses a decoder."""

PageHosts = Callable[[str, str], list[str]]
"""(address of a page, its text) → names of the hosts that it loads from, in order."""


class Visit(msgspec.Struct):
    """Where a visit led."""

    hops: list[dict[str, Any]] = []
    last: Target | None = None
    reply: Reply = msgspec.field(default_factory=Reply)

    @property
    def arrived(self) -> bool:
        """Whether a page, of whatever status, was seen."""
        return self.reply.code is None and self.last is not None


async def home_page(observer: Observer, transfers: Transfers) -> Visit | None:
    """Visit the site of the subject until a page is seen: with and without `www`, HTTPS before HTTP; None when the name has no address.

    Machines that kept a visitor waiting once are not tried again.
    """
    visit = None
    silent: set[str] = set()
    for host in (observer.subject, f"www.{observer.subject}"):
        for scheme in ("https", "http"):
            addresses = set(await observer.addresses(host))
            if not addresses or addresses <= silent:
                break
            visit = await _visited(observer, transfers, f"{scheme}://{host}/")
            if visit.arrived:
                return visit
            silent |= addresses if visit.reply.code == "timeout" else set()
    return visit


async def _visited(observer: Observer, transfers: Transfers, url: str) -> Visit:
    found = Visit()

    async def ask() -> Evidence:
        await _follow(url, found, observer, transfers)
        return _evidence(url, found, observer)

    await observer.other(Kind.HTTP, f"GET {url}", _SOURCE, ask)
    return found


async def _follow(url: str, visit: Visit, observer: Observer, transfers: Transfers) -> None:
    """Go where the site sends a visitor; each hop is a new decision of the guard."""
    text, base = url, None
    try:
        for _ in range(MAX_REDIRECTS + 1):
            visit.last = target(text, base)
            visit.reply = await _fetched(visit.last, observer, transfers)
            onward = location(visit.reply)
            if onward is None:
                return
            visit.hops.append({"url": visit.last.url, "status": visit.reply.status, "location": onward})
            text, base = onward, visit.last.url
        visit.reply = Reply(code="blocked", reason=f"more than {MAX_REDIRECTS} redirects")
    except BlockedError as error:
        visit.reply = Reply(code="blocked", reason=str(error))


async def _fetched(where: Target, observer: Observer, transfers: Transfers) -> Reply:
    reply = await reach(where, observer, transfers)
    if reply.certificates:
        observer.keep(observer.note(Kind.TLS, f"TLS {where.host}:{where.port}", Outcome.PRESENT, _SOURCE, reply.certificates))
        names = reply.certificates[0].get("names", [])
        if names and not where.literal and not any(covers(name, where.host) for name in names):
            # Whoever shows it serves somebody else, and so may be the page: a visitor's browser stops here too.
            return Reply(code="refused", reason=f"the certificate is for other names ({', '.join(names[:3])})")
    return reply


def _evidence(url: str, visit: Visit, observer: Observer) -> Evidence:
    reply, last = visit.reply, visit.last
    if reply.code is not None or last is None:
        return observer.note(Kind.HTTP, f"GET {url}", Outcome.UNREACHABLE, _SOURCE, code=reply.code or "blocked", reason=reply.reason)
    value = {
        "url": last.url,
        "address": reply.address,
        "status": reply.status,
        "headers": [[name, text] for name, text in reply.lines if name],
        "hops": visit.hops,
        "body": text_of(reply),
        "truncated": reply.truncated,
    }
    return observer.note(Kind.HTTP, f"GET {url}", Outcome.PRESENT, _SOURCE, value)


def text_of(reply: Reply) -> str:
    """Return a body as text: by its declared encoding, else UTF-8, else Latin-1; nothing that cannot be written down again."""
    kind = next((value.lower() for name, value in reply.lines if name.lower() == "content-type"), "")
    charset = kind.partition("charset=")[2].split(";")[0].strip(" \"'")
    for name in (_CHARSETS.get(charset, "utf-8"), "utf-8"):
        with suppress(UnicodeDecodeError):
            return reply.body.decode(name)
    # A body cut within a character is still UTF-8.
    lenient = reply.body.decode("utf-8", "replace")
    return lenient if lenient.count("\ufffd") <= 1 else reply.body.decode("latin-1")
