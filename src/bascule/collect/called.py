"""What a page called, as its browser tells event by event, within bounds whatever the page does."""

import asyncio
from urllib.parse import urlsplit

from bascule.collect.devtools import DevTools, Result, Told

MAX_CALLS = 1_000
MAX_URL = 2_000
_MAX_TARGETS = 100
_ENDLESS = ("EventSource", "Ping", "Media", "WebSocket")
"""Requests that a page may keep open for as long as it is looked at."""
_NEVER_SENT = ("csp", "mixed-content", "subresource-filter")
"""Why a browser keeps a request to itself."""
EVENTS = frozenset(
    (
        "Network.requestWillBeSent",
        "Network.webSocketCreated",
        "Network.loadingFinished",
        "Network.loadingFailed",
        "Page.loadEventFired",
        "Page.javascriptDialogOpening",
        "Target.attachedToTarget",
        "Target.targetCreated",
    )
)


def place(url: str) -> str:
    """Return `host:port` of an address, as the proxy names it; empty when it has none."""
    try:
        parts = urlsplit(url)
        return f"{(parts.hostname or '').rstrip('.')}:{parts.port or (443 if parts.scheme in ('https', 'wss') else 80)}"
    except ValueError:
        return ""


def stripped(url: str) -> str | None:
    """Return an address without user, query and fragment, where identifiers may stand, cut to a length; None when it is none of the web's."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    plain = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    if parts.scheme not in ("http", "https", "ws", "wss") or not 0 < len(parts.netloc) <= MAX_URL // 2 or not (plain.isascii() and plain.isprintable()):
        return None
    return plain[:MAX_URL]


class Called:
    """What the browser told so far.

    Attributes:
        places: `host:port` of what was called.
        session: Session of the page itself.
        document: Last address that the page itself was asked at.
        arrived: The page is there, whatever its status.
    """

    def __init__(self) -> None:
        self.places: set[str] = set()
        self.document, self.arrived = "", False
        self._urls: dict[str, int] = {}
        self._under_way: dict[str, str | None] = {}
        self._loaded, self._last, self._targets = False, 0.0, 0
        self._devtools: DevTools | None = None
        self._agent, self.session, self._mine = "", "", frozenset[str]()

    @property
    def urls(self) -> list[str]:
        """Addresses called, in order, each once."""
        return list(self._urls)

    def is_quiet(self, seconds: float, now: float) -> bool:
        """Say whether the page has loaded, and asked for nothing for some time."""
        return self._loaded and not any(self._under_way.values()) and now - self._last >= seconds

    def is_full(self) -> bool:
        """Say whether the list holds all that it may hold."""
        return len(self._urls) >= MAX_CALLS

    async def follow(self, devtools: DevTools, session: str, agent: str, mine: frozenset[str]) -> None:
        """Watch a page, and what it starts in turn.

        Args:
            devtools: Its browser.
            session: Its session.
            agent: What the browser calls itself towards sites.
            mine: Targets that are no doing of the page.
        """
        self._devtools, self.session, self._agent, self._mine = devtools, session, agent, mine
        await devtools.send("Page.enable", session)
        await asyncio.gather(*self._watch(devtools, session))
        # Windows that the page opens are shut before they load anything: a visitor who clicks nothing sees none of them.
        await devtools.send("Target.setDiscoverTargets", discover=True)

    def _watch(self, devtools: DevTools, session: str) -> list["asyncio.Future[Result]"]:
        return [
            devtools.send("Network.enable", session, maxTotalBufferSize=0, maxResourceBufferSize=0, maxPostDataSize=0),
            devtools.send("Network.setUserAgentOverride", session, userAgent=self._agent),
            devtools.send("Target.setAutoAttach", session, autoAttach=True, waitForDebuggerOnStart=True, flatten=True),
        ]

    def heard(self, method: str, told: Told, session: str) -> None:
        """Take an event."""
        match method:
            case "Network.requestWillBeSent":
                self._request(told, session)
            case "Network.webSocketCreated":
                self._keep(told.url)
            case "Network.loadingFinished" | "Network.loadingFailed":
                self._ended(told)
            case "Page.loadEventFired":
                self._loaded = True
            case "Page.javascriptDialogOpening" if self._devtools:
                self._devtools.send("Page.handleJavaScriptDialog", session, accept=False)
            case "Target.attachedToTarget" if self._devtools:
                self._attached(self._devtools, told)
            case "Target.targetCreated" if self._devtools and told.target_info.type == "page" and told.target_info.target_id not in self._mine:
                self._devtools.send("Target.closeTarget", targetId=told.target_info.target_id)

    def _request(self, told: Told, session: str) -> None:
        url = told.request.url
        self._last = asyncio.get_running_loop().time()
        if stripped(url) is None:
            return
        if told.type == "Document" and session == self.session and not self.arrived:
            self.document = url
        if told.type not in _ENDLESS and len(self._under_way) < MAX_CALLS:
            self._under_way[told.request_id] = stripped(url)
        self._keep(url)

    def _keep(self, url: str) -> None:
        plain = stripped(url)
        if plain is not None and (plain in self._urls or not self.is_full()):
            self._urls[plain] = self._urls.get(plain, 0) + 1
            self.places.add(place(plain))

    def _ended(self, told: Told) -> None:
        self._last = asyncio.get_running_loop().time()
        plain = self._under_way.pop(told.request_id, None)
        if plain in self._urls and told.blocked_reason in _NEVER_SENT:
            self._urls[plain] -= 1
            if not self._urls[plain]:
                del self._urls[plain]

    def _attached(self, devtools: DevTools, told: Told) -> None:
        if told.session_id == self.session or not told.waiting_for_debugger:
            return
        self._targets += 1
        if self._targets <= _MAX_TARGETS:
            self._watch(devtools, told.session_id)
            devtools.send("Runtime.runIfWaitingForDebugger", told.session_id)
