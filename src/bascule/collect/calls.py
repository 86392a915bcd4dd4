"""What a page calls once its scripts run: it is loaded in a browser, nothing is clicked, and the addresses are written down."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import msgspec

from bascule.collect.browser import started
from bascule.collect.called import EVENTS, Called, place
from bascule.collect.devtools import BrowserError, DevTools
from bascule.collect.observer import Observer
from bascule.collect.proxy import PROBE, Proxy
from bascule.guard import Gate
from bascule.model import Evidence, Kind, Outcome

MAX_DISK = 300 * 1024 * 1024
"""Bytes that the page may put into the profile."""
_MAX_LOOKUPS = 400
_LOOK = 0.05
_LOOKS_PER_MEASURE = 10


class Browser(msgspec.Struct, frozen=True, kw_only=True):
    """The browser to load pages in.

    Attributes:
        program: Its path.
        gate: Decides about each connection.
        agent: What is appended to its own name towards sites.
        quiet: Seconds without a new request after which a page counts as loaded.
        patience: Seconds for the page, the browser's start and end excepted.
        deadline: Seconds for all of it.
    """

    program: str
    gate: Gate
    agent: str
    quiet: float = 2.0
    patience: float = 20.0
    deadline: float = 30.0


async def calls(observer: Observer, browser: Browser, url: str) -> None:
    """Load a page and keep the addresses that it calls, without their queries, in the order of the calls."""
    source = f"browser {Path(browser.program).name}"
    await observer.other(Kind.REQUEST, f"REQUEST {url}", source, lambda: _ask(observer, browser, url, source))


async def _ask(observer: Observer, browser: Browser, url: str, source: str) -> Evidence:
    names, called = observer.apart(_MAX_LOOKUPS), Called()
    proxy = Proxy(browser.gate, names.addresses, called.places.__contains__)
    code, reason = "", ""
    try:
        port = await proxy.start()
        async with asyncio.timeout(browser.deadline), started(browser.program, port, called.heard, EVENTS) as (devtools, profile):
            code, reason = await _prepare(devtools, called, browser, proxy)
            if not code:
                end = asyncio.get_running_loop().time() + browser.patience
                code, reason = await _load(devtools, called, browser, url, proxy)
                if called.arrived:
                    await _look_on(devtools, called, browser.quiet, end, profile)
    except TimeoutError:
        code, reason = "timeout", f"the page did not load within {browser.deadline:.0f} seconds"
    except (BrowserError, OSError) as error:
        code, reason = "refused", _why(error)
    finally:
        await proxy.close()
    if called.arrived:
        return observer.note(Kind.REQUEST, f"REQUEST {url}", Outcome.PRESENT, source, called.urls)
    return observer.note(Kind.REQUEST, f"REQUEST {url}", Outcome.UNREACHABLE, source, code=code, reason=reason)


def _why(error: Exception) -> str:
    """Return why there was no visit, with what to do."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return f"{error}; browsers do not start for the administrator (root): run Bascule as an ordinary user"
    return f"{error}; start it once by hand to see why"


async def _prepare(devtools: DevTools, called: Called, browser: Browser, proxy: Proxy) -> tuple[str, str]:
    """Open an empty page that is watched; return why no site may be visited with it (code, reason), or two empty texts."""
    agent = f"{(await devtools.send('Browser.getVersion')).get('userAgent', '')} {browser.agent}".strip()
    await devtools.send("Browser.setDownloadBehavior", behavior="deny")
    page = str((await devtools.send("Target.createTarget", url="about:blank")).get("targetId"))
    session = str((await devtools.send("Target.attachToTarget", targetId=page, flatten=True)).get("sessionId"))
    if not await _is_ours(devtools, session, proxy):
        return "refused", "this browser does not go through the guard (its administrator may have set a proxy)"
    there = (await devtools.send("Target.getTargets")).get("targetInfos") or []
    await called.follow(devtools, session, agent, frozenset(str(target.get("targetId")) for target in there))
    return "", ""


async def _load(devtools: DevTools, called: Called, browser: Browser, url: str, proxy: Proxy) -> tuple[str, str]:
    """Load the page; return why it was not seen (code, reason), or two empty texts."""
    try:
        went = await asyncio.wait_for(asyncio.shield(devtools.send("Page.navigate", called.session, url=url)), browser.patience)
    except TimeoutError:
        return "timeout", f"the page did not load within {browser.patience:.0f} seconds"
    if reason := proxy.refused.get(place(called.document)):
        return "blocked" if reason != "nobody answered there" else "refused", reason
    if went.get("errorText"):
        return "refused", f"the browser says: {str(went['errorText'])[:200]}"
    called.arrived = True
    return "", ""


async def _is_ours(devtools: DevTools, session: str, proxy: Proxy) -> bool:
    """Say whether the browser does come to our proxy: the rules of an administrator go before what it is started with."""
    for _ in range(3):  # a browser that is still starting may break off the first
        await devtools.send("Page.navigate", session, url=f"http://{PROBE}/")
        if any(name.startswith(f"{PROBE}:") for name in proxy.hosts):
            return True
    return False


async def _look_on(devtools: DevTools, called: Called, quiet: float, end: float, profile: Path) -> None:
    """Wait until the page asks for nothing more, or for too much."""
    loop, looks = asyncio.get_running_loop(), 0
    while loop.time() < end and not called.is_quiet(quiet, loop.time()) and not called.is_full() and not devtools.ended:
        await asyncio.sleep(_LOOK)
        looks += 1
        if looks % _LOOKS_PER_MEASURE == 0 and _size(profile) > MAX_DISK:
            return


def _size(folder: Path) -> int:
    """Return the bytes that a folder takes; what goes while it is looked at counts nothing."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(where, name).lstat().st_blocks * 512
    return total
