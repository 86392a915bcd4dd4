"""How long one live audit lasts behind a line of 50 ms, against the floor that round trips set; run by `make bench`.

The floor of a site that answers at its own name over TLS 1.3 is five round trips: one for DNS, one for TCP, one for TLS, one for the page,
one for the names that the page loads from. Everything else that is asked must hide behind these.
"""

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bascule.audit import audit
from bascule.audit.asking import Manners, asking
from bascule.catalogue import load, load_networks
from bascule.collect import CaresResolver, collect
from bascule.model import Kind

ROOT = Path(__file__).parents[1]
RTT_MS = 50.0
FLOOR_TRIPS = 5
ROUNDS = 7
FIRM = "agence-tilleul.com"


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from world import World, WorldUnavailable

    try:
        with tempfile.TemporaryDirectory() as folder, World.start(Path(folder)) as world:
            near = measured(world)
        with tempfile.TemporaryDirectory() as folder, World.start(Path(folder), rtt_ms=RTT_MS) as world:
            far = measured(world)
    except WorldUnavailable as error:
        print(f"live audit: not measured, no world here ({error})")
        return
    floor = FLOOR_TRIPS * far["trip"]
    print(f"live audit of {FIRM}, {far['questions']} DNS questions and one page, median of {ROUNDS}, line of {far['trip']:.1f} ms (measured by TCP)")
    print(f"  floor, {FLOOR_TRIPS} round trips          {floor:7.0f} ms")
    print(f"  ours                          {far['ours']:7.0f} ms   {far['ours'] / floor:.2f} x the floor")
    print(f"  one question after the other  {far['serial']:7.0f} ms   {far['serial'] / floor:.1f} x the floor")
    print(f"  fixed cost (no line): asking {near['ours']:.0f} ms, from evidence to audit {near['audit']:.0f} ms")
    print(f"  whole command `bascule audit` without a line: {near['command']:.0f} ms, of which Python and libraries start in {near['start']:.0f} ms")


def measured(world: object) -> dict[str, float]:
    """Return what this file measures when it is run inside a world."""
    done = world.run([sys.executable, __file__, "inside"], timeout=300)  # type: ignore[attr-defined]
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout))


def inside() -> None:
    catalogue, networks = load(), load_networks()
    with tempfile.TemporaryDirectory() as folder:

        def ours() -> float:
            how = asking(catalogue, networks, Manners(contact=f"postmaster@{FIRM}", pace=Path(tempfile.mkdtemp(dir=folder))))
            begun = time.perf_counter()
            found.append(collect([FIRM], how))
            return time.perf_counter() - begun

        found: list = []
        times = [ours() for _ in range(ROUNDS + 1)][1:]
        evidence = found[-1].evidence
        begun = time.perf_counter()
        audit(evidence, None, catalogue, datetime.now(UTC).date())
        meaning = time.perf_counter() - begun
        questions = [item.question.split() for item in evidence if item.kind is Kind.DNS]
        address = next(item.value[0] for item in evidence if item.question == f"A {FIRM}")
        print(
            json.dumps(
                {
                    "trip": 1000 * trip(address),
                    "ours": 1000 * median(times),
                    "serial": 1000 * asyncio.run(serial(questions, found[-1])),
                    "audit": 1000 * meaning,
                    "questions": len(questions),
                    "command": 1000 * command(["audit", FIRM, "--format", "json"], folder),
                    "start": 1000 * command(["audit", "--offline", FIRM], folder),
                }
            )
        )


def trip(address: str) -> float:
    """Return the seconds of one round trip: how long TCP takes to connect."""
    times = []
    for _ in range(15):
        begun = time.perf_counter()
        with socket.create_connection((address, 443), timeout=5):
            times.append(time.perf_counter() - begun)
    return median(times)


async def serial(questions: list[list[str]], _: object) -> float:
    """Return the seconds when each question waits for the answer to the one before, the page's four round trips aside."""
    resolver = CaresResolver()
    begun = time.perf_counter()
    for kind, name in questions:
        await resolver.ask(kind, name)
    took = time.perf_counter() - begun
    await resolver.close()
    return took


def command(words: list[str], folder: str) -> float:
    """Return the seconds of the whole command, median of five."""
    times = []
    for _ in range(5):
        own = tempfile.mkdtemp(dir=folder)
        begun = time.perf_counter()
        environment = {"XDG_CACHE_HOME": own, "PATH": "/usr/bin"}
        subprocess.run([str(Path(sys.executable).parent / "bascule"), *words], env=environment, capture_output=True, check=False)
        times.append(time.perf_counter() - begun)
    return median(times)


if __name__ == "__main__":
    inside() if sys.argv[1:] == ["inside"] else main()
