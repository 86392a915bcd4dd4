"""Measure what README.md of this folder tables: identification, start, catalogue load. Prints one line each.

Real records are looked for in ../shared/data/mail beside the checkout (or in the folder that BASCULE_RECORDS names);
without them the identification row is made from the example firm's records, repeated under other names, and says so.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import msgspec

from bascule.catalogue import load
from bascule.catalogue.compiled import PACKAGED
from bascule.identify import identify
from bascule.model import Evidence

ROOT = Path(__file__).parent.parent
RECORDS = Path(os.environ.get("BASCULE_RECORDS", ROOT.parent / "shared/data/mail"))
COMPILED = ROOT / "src/bascule/catalogue/data" / PACKAGED
DAY = date(2026, 11, 24)


def best(action: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return (median, minimum) seconds of CPU over some rounds."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        action()
        times.append(time.process_time() - begun)
    return median(times), min(times)


def records() -> tuple[str, bytes]:
    """Return (what they are, evidence lines)."""
    real = RECORDS / "real_dns_dev.jsonl.gz"
    if real.exists():
        lines = subprocess.run([sys.executable, RECORDS / "to_evidence.py", real], capture_output=True, check=True).stdout
        return "real mail records", lines
    one = (ROOT / "examples/atelier-brunel/preuves.jsonl").read_text("utf-8")
    dns = "\n".join(line for line in one.splitlines() if '"kind":"http"' not in line)
    return "the example's records, repeated", "\n".join(dns.replace("atelier-brunel.example", f"firm{number}.example") for number in range(2000)).encode()


def identification() -> None:
    """Time decoding and identification on one core, over whole firms."""
    name, data = records()
    lines = data.splitlines()
    decoder = msgspec.json.Decoder(Evidence)
    catalogue = load()
    begun = time.process_time()
    evidence = [decoder.decode(line) for line in lines]
    decoded = time.process_time() - begun
    domains = len({item.subject for item in evidence})
    identify(evidence[:2000], catalogue, DAY)
    middle, least = best(lambda: identify(evidence, catalogue, DAY), 3)
    with_decoding = domains / (middle + decoded)
    print(f"identification   {domains / middle:8.0f} domains/s (best {domains / least:.0f}); with decoding {with_decoding:.0f}")
    print(f"                 {domains} domains, {len(lines)} lines: {name}")


def loading() -> None:
    """Time the decoding of the compiled catalogue, and its first look-ups."""
    middle, least = best(lambda: load(COMPILED), 15)
    size = COMPILED.stat().st_size
    first, _ = best(lambda: load(COMPILED).traces, 5)
    print(f"catalogue load   {middle * 1000:8.1f} ms (best {least * 1000:.1f}); with fingerprints arranged {first * 1000:.1f} ms; {size / 1000:.0f} kB")


def starting() -> None:
    """Time the whole process of `bascule --help`, and of an interpreter that does nothing, in the same run."""
    rows = {"bascule --help": ["-m", "bascule", "--help"], "python -c pass": ["-c", "pass"]}
    times: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(9):
        for name, arguments in rows.items():
            begun = time.perf_counter()
            subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
            times[name].append(time.perf_counter() - begun)
    helped, bare = (median(times[name]) * 1000 for name in rows)
    print(f"bascule --help   {helped:8.0f} ms (an interpreter that does nothing: {bare:.0f} ms)")


if __name__ == "__main__":
    identification()
    loading()
    starting()
