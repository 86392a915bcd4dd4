"""Pages that want more of a browser than to be looked at, and ends that come from outside: nothing gets out, nothing is left behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sites import TABLE, site, told, visit

from bascule.collect import calls as module
from bascule.guard import Gate
from bascule.model import Outcome
from table import TableResolver

HERE = Path(__file__).parent


class OnlyHome(Gate):
    """Lets one port of the loopback through, and judges the rest as ever."""

    def __init__(self, home):
        super().__init__()
        self.home = home

    def admit(self, address, port, ports=frozenset()):
        if port != self.home:
            super().admit(address, port)


def looked_at(program, html, **more):
    """Return what a visit to a page gave, in which CANARY is the port of a listener inside, and whether that one was connected to."""

    async def work():
        async with site(lambda _: told("secret")) as (canary, knocked):
            body = html.replace("CANARY", str(canary))
            async with site(lambda path: told(body) if path == "/" else told("", status="404 Not Found")) as (home, _):
                return await visit(program, f"http://www.exemple.fr:{home}/", OnlyHome(home), **more), knocked

    return asyncio.run(work())


@pytest.fixture
def temporary(monkeypatch):
    """Where temporary files go; a short path, since a browser has sockets there."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", None)
        yield Path(folder)


WAYS = """<link rel=preconnect href=http://127.0.0.1:CANARY><link rel=preload as=image href=http://127.0.0.1:CANARY/preload>
<script type=speculationrules>{"prefetch":[{"urls":["http://127.0.0.1:CANARY/"]}],"prerender":[{"urls":["/next"]}]}</script>
<iframe src=http://127.0.0.1:CANARY/frame></iframe><iframe src=file:///etc/passwd></iframe><a id=d download=x href="data:text/plain,x">x</a>
<a id=p ping=http://127.0.0.1:CANARY/ping href=#x>y</a><script>
const inside = ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '0x7f.1', '[::ffff:127.0.0.1]'].map(host => `http://${host}:CANARY/`);
const tries = [() => new WebSocket('ws://127.0.0.1:CANARY/'), () => new EventSource(inside[0]), () => navigator.sendBeacon(inside[0], 'x'),
  () => new WebTransport('https://127.0.0.1:CANARY/'), () => d.click(), () => p.click(), () => fetch('file:///etc/passwd'),
  () => new Worker(URL.createObjectURL(new Blob([`fetch('${inside[0]}', {mode: 'no-cors'})`]))),
  () => new SharedWorker(URL.createObjectURL(new Blob([`fetch('${inside[0]}', {mode: 'no-cors'})`]))),
  () => open(inside[0], '_blank', 'noopener'), () => open(inside[0]), () => print(),
  () => { const c = new RTCPeerConnection({iceServers: [{urls: 'turn:127.0.0.1:CANARY?transport=tcp', username: 'a', credential: 'b'}]});
          c.createDataChannel('y'); c.createOffer().then(o => c.setLocalDescription(o)) },
  ...inside.map(url => () => fetch(url, {mode: 'no-cors'}))];
for (const one of tries) try { one()?.catch?.(() => 0) } catch {}
</script>"""


def test_no_way_of_a_page_leads_inwards(program, temporary):
    item, knocked = looked_at(program, WAYS)
    assert item.outcome is Outcome.PRESENT, item.reason
    assert any("127.0.0.1" in url for url in item.value)
    assert knocked == []
    assert list(temporary.iterdir()) == []


def test_a_long_way_to_temporary_files_is_not_gone_by_a_browser_whose_sockets_need_a_short_one(tmp_path, monkeypatch):
    (tmp_path / ("long" * 20)).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("long" * 20)))
    script = tmp_path / "chromium"
    script.write_text(f'#!/bin/sh\necho "$TMPDIR" >"{tmp_path}/where"\n')
    script.chmod(0o755)
    asyncio.run(visit(str(script), "http://www.exemple.fr/", Gate()))
    assert (tmp_path / "where").read_text().startswith("/tmp/bascule-")


def test_no_program_is_started_for_a_link_to_one(program, tmp_path, monkeypatch):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("xdg-open", "xdg-email", "gio", "xdg-settings"):
        (programs / name).write_text(f'#!/bin/sh\necho "$0 $@" >>"{tmp_path}/started"\n')
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    html = """<iframe src="mailto:a@exemple.fr"></iframe><script>setTimeout(() => location = 'mailto:b@exemple.fr', 100)</script>"""
    item, _ = looked_at(program, html, quiet=0.6)
    assert item.outcome is Outcome.PRESENT
    assert not (tmp_path / "started").exists()


def test_nothing_leaves_the_machine_beside_the_proxy_not_even_to_the_local_network(program):
    """Multicast DNS among it (RFC 6762): what a page asks for would be heard by every machine around."""
    if os.geteuid() or not Path("/dev/net/tun").exists() or subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network of one's own without root, unshare and /dev/net/tun")
    words = ["unshare", "--net", sys.executable, str(HERE / "outside.py"), program, str(HERE), str(HERE.parents[1]), str(HERE.parent)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["present", None, []]


def test_a_page_that_fills_the_disk_is_left(program, monkeypatch):
    monkeypatch.setattr(module, "MAX_DISK", 40 * 1024 * 1024)
    html = """<script>const o = indexedDB.open('a', 1); o.onupgradeneeded = () => o.result.createObjectStore('s');
        o.onsuccess = () => { let i = 0; const more = () => { const b = new Uint8Array(8 << 20);
            for (let k = 0; k < b.length; k += 65536) crypto.getRandomValues(b.subarray(k, k + 65536));
            const t = o.result.transaction('s', 'readwrite'); t.objectStore('s').put(new Blob([b]), i++); t.oncomplete = more }; more() };
        setTimeout(() => fetch('/late'), 13000)</script><img src=http://silent.exemple.fr:CANARY/>"""
    item, _ = looked_at(program, html, quiet=60.0, patience=20.0)
    assert item.outcome is Outcome.PRESENT
    assert not [url for url in item.value if url.endswith("/late")]


def test_a_browser_that_does_not_come_to_the_proxy_is_sent_nowhere(chromium):
    """An administrator's rules go before our words, as do words behind them."""

    async def work():
        async with site(lambda _: told("hello")) as (home, asked):
            return await visit(chromium("--no-proxy-server"), f"http://127.0.0.1:{home}/", Gate(allow_private=True)), asked

    item, asked = asyncio.run(work())
    assert (item.outcome, item.code, asked) == (Outcome.UNREACHABLE, "refused", [])
    assert item.reason.startswith("this browser does not go through the guard")


def alive(words):
    """Return the processes in whose command line words stand."""
    return [path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if words.encode() in _read(path)]


def _read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


VISIT = """
import asyncio, sys
sys.path[:0] = sys.argv[3:]
from sites import visit
from bascule.guard import Gate
asyncio.run(visit(sys.argv[1], sys.argv[2], Gate(allow_private=True), patience=25.0))
"""


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked for in /proc")
def test_when_the_program_is_killed_its_browser_ends_and_the_profile_goes(program, temporary):
    async def work():
        async with site(lambda _: None) as (home, asked):
            words = [sys.executable, "-c", VISIT, program, f"http://www.exemple.fr:{home}/", str(HERE), str(HERE.parents[1]), str(HERE.parent)]
            process = subprocess.Popen(words, env=os.environ)
            await until(lambda: asked)
            there = alive(str(temporary))
            process.send_signal(signal.SIGKILL)
            process.wait()
            return there

    assert asyncio.run(work())
    end = time.monotonic() + 8
    while (alive(str(temporary)) or list(temporary.iterdir())) and time.monotonic() < end:
        time.sleep(0.05)
    assert (alive(str(temporary)), list(temporary.iterdir())) == ([], [])


async def until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        await asyncio.sleep(0.02)
    assert true()


@pytest.mark.parametrize("again", [1, 2, 5])
def test_however_often_a_visit_is_cancelled_no_process_and_no_profile_stay(tmp_path, temporary, again):
    """A browser that has a helper, says nothing and does not want to end."""
    script, pids = tmp_path / "stubborn", tmp_path / "pids"
    script.write_text(f'#!/bin/sh\ntrap "" TERM INT HUP\nsleep 60 &\necho $$ $! >"{pids}"\nwait\nsleep 60\n')
    script.chmod(0o755)

    async def work():
        job = asyncio.ensure_future(visit(str(script), "http://www.exemple.fr/", Gate(), resolver=TableResolver(TABLE)))
        await until(lambda: pids.exists() and pids.read_text().endswith("\n"))
        for _ in range(again):
            job.cancel()
            await asyncio.sleep(0)
        await asyncio.gather(job, return_exceptions=True)

    asyncio.run(work())
    states = subprocess.run(["ps", "-o", "stat=", "-p", ",".join(pids.read_text().split())], capture_output=True, text=True, check=False).stdout
    assert not [state for state in states.split() if not state.startswith("Z")]
    assert list(temporary.iterdir()) == []
