"""The person's own browser, started for one visit: no window, an empty profile, nothing of its maker's, and one way out, our proxy."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bascule.collect.devtools import MAX_MESSAGE, DevTools, Heard

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable", "brave-browser")
_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--proxy-bypass-list=<-loopback>",  # the loopback goes through the proxy as well
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # the browser itself looks no name up
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=MediaRouter,DialMediaRouteProvider,OptimizationHints,Translate,AutofillServerCommunication,NetworkTimeServiceQuerying",
    "--disable-sync",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--password-store=basic",
    "--use-mock-keychain",
)
# The pipe of a child process is its input and output; the browser wants descriptors 3 and 4, and has nothing to say elsewhere.
_SHELL = 'exec "$@" 3<&0 4>&1 0</dev/null 1>/dev/null'


def find_browser() -> str | None:
    """Return the program of a Chromium-like browser on this machine; None without one, or where its pipe is not to be had (Windows)."""
    if sys.platform == "win32":
        return None
    return next(filter(None, map(shutil.which, (*_NAMES, *_PLACES))), None)


@asynccontextmanager
async def started(program: str, port: int, heard: Heard) -> AsyncIterator[DevTools]:
    """Start a browser behind the proxy on a port of the loopback; it and its profile are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bascule-", ignore_cleanup_errors=True) as profile:
        process = await _spawn(program, port, Path(profile))
        assert process.stdin is not None
        assert process.stdout is not None
        devtools = DevTools(process.stdout, process.stdin, heard)
        try:
            yield devtools
        finally:
            await devtools.close()
            # Its helpers are of the same group; those that it forgot would write into the profile that is about to go.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _spawn(program: str, port: int, profile: Path) -> asyncio.subprocess.Process:
    words = [program, *_FLAGS, f"--user-data-dir={profile}", f"--proxy-server=http://127.0.0.1:{port}", "about:blank"]
    wanted = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        "/bin/sh",
        "-c",
        _SHELL,
        "sh",
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=MAX_MESSAGE,
        start_new_session=True,
        env={**wanted, "HOME": str(profile)},
    )
