"""What a page calls once its scripts run: it is loaded in a browser, nothing is clicked, and the addresses are written down."""

import asyncio
import os
from typing import Any
from urllib.parse import urlsplit

import msgspec

from bascule.collect.browser import started
from bascule.collect.devtools import BrowserError, DevTools
from bascule.collect.observer import Observer
from bascule.collect.proxy import Proxy
from bascule.guard import Gate
from bascule.model import Evidence, Kind, Outcome

MAX_CALLS = 1_000
MAX_URL = 2_000
_MAX_LOOKUPS = 400
_MAX_TARGETS = 100
_ENDLESS = ("EventSource", "Ping", "Media", "WebSocket")
"""Requests that a page may keep open for as long as it is looked at."""


class Browser(msgspec.Struct, frozen=True, kw_only=True):
    """The browser to load pages in.

    Attributes:
        program: Its path.
        gate: Decides about each connection.
        agent: What is appended to its own name towards sites.
        quiet: Seconds without a new request after which a page counts as loaded.
        patience: Seconds for the page, its start and its end excepted.
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
    source = f"browser {os.path.basename(browser.program)}"  # noqa: PTH119
    await observer.other(Kind.REQUEST, f"REQUEST {url}", source, lambda: _ask(observer, browser, url, source))


async def _ask(observer: Observer, browser: Browser, url: str, source: str) -> Evidence:
    names, seen = observer.apart(_MAX_LOOKUPS), _Seen()
    proxy = Proxy(browser.gate, names.addresses, seen.places.__contains__)
    code, reason = "refused", ""
    try:
        port = await proxy.start()
        async with asyncio.timeout(browser.deadline), started(browser.program, port, seen.heard) as devtools:
            code, reason = await _load(devtools, seen, browser, url, proxy)
    except TimeoutError:
        code, reason = ("", "") if seen.arrived else ("timeout", f"the page did not load within {browser.deadline:.0f} seconds")
    except (BrowserError, OSError) as error:
        code, reason = ("", "") if seen.arrived else ("refused", _why(error))
    finally:
        await proxy.close()
    if code:
        return observer.note(Kind.REQUEST, f"REQUEST {url}", Outcome.UNREACHABLE, source, code=code, reason=reason)
    return observer.note(Kind.REQUEST, f"REQUEST {url}", Outcome.PRESENT, source, list(seen.urls))


def _why(error: Exception) -> str:
    """Return why there was no visit, with what to do."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return f"{error}; browsers do not start for the administrator (root): run Bascule as an ordinary user"
    return f"{error}; start it once by hand to see why"


async def _load(devtools: DevTools, seen: "_Seen", browser: Browser, url: str, proxy: Proxy) -> tuple[str, str]:
    """Load the page; return why it was not seen (code, reason), or two empty texts."""
    agent = f"{(await devtools.call('Browser.getVersion')).get('userAgent', '')} {browser.agent}".strip()
    seen.follow(devtools, agent)
    await devtools.call("Browser.setDownloadBehavior", behavior="deny")
    page = str((await devtools.call("Target.createTarget", url="about:blank")).get("targetId"))
    session = str((await devtools.call("Target.attachToTarget", targetId=page, flatten=True)).get("sessionId"))
    seen.page, seen.session = page, session
    await devtools.call("Page.enable", session)
    await seen.watch(session)
    # Windows that the page opens are shut before they load anything: a visitor who clicks nothing sees none of them.
    await devtools.call("Target.setDiscoverTargets", discover=True)
    loop = asyncio.get_running_loop()
    end = loop.time() + browser.patience
    try:
        went = await asyncio.wait_for(asyncio.shield(devtools.send("Page.navigate", session, url=url)), browser.patience)
    except TimeoutError:
        return "timeout", f"the page did not load within {browser.patience:.0f} seconds"
    if reason := proxy.refused.get(_place(seen.document)):
        return "blocked" if reason != "nobody answered there" else "refused", reason
    if went.get("errorText"):
        return "refused", f"the browser says: {str(went['errorText'])[:200]}"
    seen.arrived = True
    while loop.time() < end and not seen.is_quiet(browser.quiet, loop.time()) and len(seen.urls) < MAX_CALLS:
        await asyncio.sleep(0.05)
    return "", ""


def _place(url: str) -> str:
    """Return `host:port` of an address, as the proxy names it."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname or ''}:{parts.port or (443 if parts.scheme in ('https', 'wss') else 80)}"
    except ValueError:
        return ""


def stripped(url: str) -> str | None:
    """Return an address without user, query and fragment, where identifiers may stand; None when it is none of the web's, or too long."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", "ws", "wss") or not parts.netloc:
        return None
    plain = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return plain if len(plain) <= MAX_URL else None


class _Seen:
    """What the browser told so far.

    Attributes:
        urls: Addresses called, in order, each once.
        places: `host:port` of what was called.
        document: Last address that the page itself was asked at.
        arrived: The page is there, whatever its status.
    """

    def __init__(self) -> None:
        self.urls: dict[str, None] = {}
        self.places: set[str] = set()
        self.document, self.page, self.session = "", "", ""
        self.arrived = self._loaded = False
        self._agent, self._open = "", set[str]()
        self._last, self._targets = 0.0, 0
        self._devtools: DevTools | None = None

    def follow(self, devtools: DevTools, agent: str) -> None:
        """Let events be answered."""
        self._devtools, self._agent = devtools, agent

    async def watch(self, session: str) -> None:
        """Watch the requests of a page, frame or worker, and of what it starts in turn."""
        for answer in self._watch(session):
            await answer

    def is_quiet(self, seconds: float, now: float) -> bool:
        """Say whether the page has loaded, and asked for nothing for some time."""
        return self._loaded and not self._open and now - self._last >= seconds

    def _watch(self, session: str) -> list["asyncio.Future[dict[str, Any]]"]:
        if self._devtools is None:
            return []
        return [
            self._devtools.send("Network.enable", session, maxTotalBufferSize=0, maxResourceBufferSize=0),
            self._devtools.send("Network.setUserAgentOverride", session, userAgent=self._agent),
            self._devtools.send("Target.setAutoAttach", session, autoAttach=True, waitForDebuggerOnStart=True, flatten=True),
        ]

    def heard(self, method: str, told: dict[str, Any], session: str | None) -> None:
        """Take an event."""
        match method:
            case "Network.requestWillBeSent":
                self._request(told, session)
            case "Network.webSocketCreated":
                self._keep(str(told.get("url")))
            case "Network.loadingFinished" | "Network.loadingFailed":
                self._open.discard(str(told.get("requestId")))
                self._last = asyncio.get_running_loop().time()
            case "Page.loadEventFired":
                self._loaded = True
            case "Page.javascriptDialogOpening" if self._devtools:
                self._devtools.send("Page.handleJavaScriptDialog", session, accept=False)
            case "Target.attachedToTarget":
                self._attached(told)
            case "Target.targetCreated":
                self._created(told)

    def _request(self, told: dict[str, Any], session: str | None) -> None:
        url, kind = str((told.get("request") or {}).get("url")), told.get("type")
        self._last = asyncio.get_running_loop().time()
        if stripped(url) is None:
            return
        if kind == "Document" and session == self.session and not self.arrived:
            self.document = url
        if kind not in _ENDLESS and len(self._open) < MAX_CALLS:
            self._open.add(str(told.get("requestId")))
        self._keep(url)

    def _keep(self, url: str) -> None:
        plain = stripped(url)
        if plain is not None and len(self.urls) < MAX_CALLS:
            self.urls[plain] = None
            self.places.add(_place(plain))

    def _attached(self, told: dict[str, Any]) -> None:
        session = str(told.get("sessionId"))
        if self._devtools is None or session == self.session or not told.get("waitingForDebugger"):
            return
        self._targets += 1
        if self._targets <= _MAX_TARGETS:
            self._watch(session)
            self._devtools.send("Runtime.runIfWaitingForDebugger", session)

    def _created(self, told: dict[str, Any]) -> None:
        found = told.get("targetInfo") or {}
        if self._devtools and found.get("openerId") and found.get("type") == "page":
            self._devtools.send("Target.closeTarget", targetId=found.get("targetId"))
