"""How many domains a second a survey asks about; `python benchmarks/survey_live.py [DOMAINS]`.

A Knot of our own answers on loopback for made-up domains (5,000 unless said otherwise), so that nobody else is asked. Beside it, in the
same run, the limit: as many processes that ask the same fifteen questions through bare aiodns, keep 128 under way, and throw the answers away.
"""

import asyncio
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import aiodns

from bascule.catalogue import load
from bascule.collect.plan import mail_only

UNDER_WAY = 128
TRIES = 3
ZONE = """$ORIGIN example.
$TTL 3600
@ SOA ns.example. host.example. 1 3600 600 86400 300
@ NS ns
ns A 192.0.2.53
"""


def zone(count: int) -> str:
    """Return a zone with so many firms: half of them at one of twenty hosts of others, half with a mail server of their own."""
    lines = [ZONE, *(f"mx{number}.oak A 192.0.2.{number + 1}\n" for number in range(20))]
    for number in range(count):
        firm, mx = f"firm{number}", f"mx{number % 20}.oak" if number % 2 else f"mail.firm{number}"
        lines.append(f'{firm} MX 10 {mx}\n{firm} A 192.0.2.80\n{firm} TXT "v=spf1 mx include:_spf.oak.example -all"\n')
        lines.append(f'mail.{firm} A 192.0.2.25\nautodiscover.{firm} CNAME mx0.oak\n_dmarc.{firm} TXT "v=DMARC1; p=none"\n')
    return "".join(lines)


def server(folder: Path, count: int) -> "tuple[subprocess.Popen[bytes], int]":
    """Start the name server and return it with its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    (folder / "example.zone").write_text(zone(count), "utf-8")
    told = f"server:\n  rundir: {folder}\n  listen: 127.0.0.1@{port}\n  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n"
    told += f"log:\n  - target: stderr\n    any: error\ndatabase:\n  storage: {folder}\ntemplate:\n  - id: default\n    storage: {folder}\n"
    told += "    zonefile-sync: -1\n    journal-content: none\n    semantic-checks: off\nzone:\n  - domain: example.\n    file: example.zone\n"
    (folder / "knot.conf").write_text(told, "utf-8")
    return subprocess.Popen(["knotd", "-c", folder / "knot.conf"]), port


async def _blast(names: list[str], port: int) -> None:
    channel, turns, questions = aiodns.DNSResolver(nameservers=[f"127.0.0.1:{port}"]), asyncio.Semaphore(UNDER_WAY), load().questions

    async def ask(kind: str, name: str) -> None:
        async with turns:
            with suppress(aiodns.error.DNSError):  # no such record is an answer too
                await channel.query_dns(name, kind)

    asked = [question for name in names for question in (*mail_only(name, questions), ("A", f"mail.{name}"), ("AAAA", f"mail.{name}"))]
    await asyncio.gather(*(ask(kind, name) for kind, name in asked))
    await channel.close()


def limit(names: list[str], port: int) -> float:
    """Return how many domains a second bare aiodns asks about."""
    begun, cores = time.perf_counter(), os.cpu_count() or 1
    crew = [multiprocessing.Process(target=lambda part: asyncio.run(_blast(part, port)), args=(names[number::cores],)) for number in range(cores)]
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    return len(names) / (time.perf_counter() - begun)


def surveyed(names: list[str], port: int, folder: Path) -> float:
    """Return how many domains a second the survey asks about, from its start to the last table."""
    source, target = folder / "list.txt", folder / "out"
    source.write_text("\n".join(names), "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    begun = time.perf_counter()
    words = [sys.executable, "-m", "bascule", "--lang", "en", "survey", source, "-o", target, "--resolver", f"127.0.0.1:{port}"]
    subprocess.run(words, check=True)
    return len(names) / (time.perf_counter() - begun)


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else 5000
    if shutil.which("knotd") is None:
        print("survey live: not measured, knotd is not installed (tools/world.sh)")
        return
    multiprocessing.set_start_method("fork")
    names = [f"firm{number}.example" for number in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        knot, port = server(Path(folder), count)
        try:
            time.sleep(2)
            found = [(surveyed(names, port, Path(folder)), limit(names, port)) for _ in range(TRIES)]
        finally:
            knot.terminate()
            knot.wait()
    survey, bare = max(rate for rate, _ in found), max(rate for _, rate in found)
    print(f"survey live   {survey:6.0f} domains/s, best of {TRIES}; {count} domains, {os.cpu_count()} cores")
    print(f"limit         {bare:6.0f} domains/s: bare aiodns with the same questions, answers thrown away")


if __name__ == "__main__":
    main()
