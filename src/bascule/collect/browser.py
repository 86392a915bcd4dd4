"""The person's own browser, started for one visit: no window, an empty profile, nothing of its maker's, and one way out, our proxy."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bascule.collect.devtools import DevTools, Heard

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
    # The last one keeps a page from asking the local network for names (multicast DNS, 224.0.0.251).
    "--disable-features=MediaRouter,DialMediaRouteProvider,OptimizationHints,Translate,AutofillServerCommunication,NetworkTimeServiceQuerying,"
    "DnsOverHttps,WebRtcHideLocalIpsWithMdns",
    "--disable-sync",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--password-store=basic",
    "--use-mock-keychain",
)
_PREFERENCES = {
    # Without this a page's mailto: link starts the person's mail program, unasked.
    "policy": {"url_blocklist": ["*"], "url_allowlist": ["http://*", "https://*", "about:*", "blob:*", "data:*"]},
    "signin": {"allowed": False},
    "safebrowsing": {"enabled": False},
    "search": {"suggest_enabled": False},
}
_LOCAL_STATE = {"dns_over_https": {"mode": "off"}}
# The pipe of a child process is its input and output; the browser wants descriptors 3 and 4, and has nothing to say elsewhere.
# The shell waits: when we are killed the browser ends with its pipe, and somebody has to take the profile away.
_SHELL = 'profile=$1; shift; "$@" 3<&0 4>&1 0</dev/null 1>/dev/null; rm -rf -- "$profile" || { sleep 1; rm -rf -- "$profile"; }'
_PATIENCE = 2.0
_MAX_PLACE = 40
"""Longest folder of temporary files in which the path of the browser's socket fits (104 bytes on macOS)."""


def find_browser(programs: Iterable[str]) -> str | None:
    """Return the first of these programs (names on the path, or paths) that is there; None without one, or where its pipe is not to be had (Windows)."""
    if sys.platform == "win32":
        return None
    return next(filter(None, map(shutil.which, programs)), None)


@asynccontextmanager
async def started(program: str, port: int, heard: Heard, wanted: frozenset[str]) -> AsyncIterator[tuple[DevTools, Path]]:
    """Start a browser behind the proxy on a port of the loopback, and yield it with its profile; both are gone afterwards."""
    profile = Path(tempfile.mkdtemp(prefix="bascule-", dir=None if len(tempfile.gettempdir()) <= _MAX_PLACE else "/tmp"))
    try:
        _write(profile)
        # No await lies between the process and the `try` that ends it: whoever cancels us leaves none behind.
        process = _spawn(program, port, profile)
        try:
            async with _spoken_to(process, heard, wanted) as devtools:
                yield devtools, profile
        finally:
            _kill(process)
    finally:
        _remove(profile)


def _write(profile: Path) -> None:
    (profile / "Default").mkdir()
    (profile / "Default" / "Preferences").write_text(json.dumps(_PREFERENCES), encoding="ascii")
    (profile / "Local State").write_text(json.dumps(_LOCAL_STATE), encoding="ascii")


def _spawn(program: str, port: int, profile: Path) -> "subprocess.Popen[bytes]":
    words = [program, *_FLAGS, f"--user-data-dir={profile}", f"--proxy-server=http://127.0.0.1:{port}", "about:blank"]
    # Sockets and shared memory, which it puts among the temporary files, go with the profile.
    env = {**{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}, "HOME": str(profile), "TMPDIR": str(profile)}
    command = ["/bin/sh", "-c", _SHELL, "sh", str(profile), *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, env=env)


@asynccontextmanager
async def _spoken_to(process: "subprocess.Popen[bytes]", heard: Heard, wanted: frozenset[str]) -> AsyncIterator[DevTools]:
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    listening, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), process.stdout)
    writer, _ = await loop.connect_write_pipe(asyncio.Protocol, process.stdin)
    devtools = DevTools(reader, writer, heard, wanted)
    try:
        yield devtools
    finally:
        listening.close()
        if not writer.is_closing():
            writer.abort()
        await devtools.close()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End the browser, and its helpers, which are of the same group."""
    with suppress(ProcessLookupError, PermissionError):  # macOS forbids it for a group whose processes are dead
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)


def _remove(profile: Path) -> None:
    """Delete the profile; helpers that are just dying may still hold it for a moment."""
    end = time.monotonic() + _PATIENCE
    shutil.rmtree(profile, ignore_errors=True)
    while profile.exists() and time.monotonic() < end:
        time.sleep(0.02)
        shutil.rmtree(profile, ignore_errors=True)
