"""How many domains a second a survey of recorded evidence makes into tables, and how much memory it holds; `python benchmarks/survey.py [DOMAINS]`.

The real mail records of ../shared/data/mail (or the folder that BASCULE_RECORDS names) are repeated under new names, hosts below the domain and
all, until there are as many as wished (a million unless said otherwise). So each shape comes back again and again; with no more than the
real 18,450 domains of the file (`python benchmarks/survey.py 18450`) it comes back as often as in life, among few.
"""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
RECORDS = Path(os.environ.get("BASCULE_RECORDS", ROOT.parent / "shared/data/mail"))


def made(path: Path, wanted: int) -> int:
    """Write evidence of so many domains and return how many there are."""
    lines = subprocess.run([sys.executable, RECORDS / "to_evidence.py", RECORDS / "real_dns_dev.jsonl.gz"], capture_output=True, check=True).stdout
    firms: dict[bytes, list[bytes]] = {}
    for line in lines.splitlines(keepends=True):
        firms.setdefault(line.split(b'"', 4)[3], []).append(line)
    count = 0
    with path.open("wb") as file:
        while count < wanted:
            for domain, rows in firms.items():
                text = b"".join(rows)
                file.write(text if count < len(firms) else text.replace(domain, b"n%d-%b" % (count, domain)))
                count += 1
                if count == wanted:
                    break
    return count


class Peak(threading.Thread):
    """The most memory that this process's children held together, sampled."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.resident = self.proportional = 0
        self.over = threading.Event()

    def run(self) -> None:
        """Sample until it is over."""
        while not self.over.wait(0.5):
            resident = proportional = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    info = process.memory_full_info()
                except psutil.Error:
                    continue
                resident, proportional = resident + info.rss, proportional + info.pss
            self.resident, self.proportional = max(self.resident, resident), max(self.proportional, proportional)


def busy() -> float:
    """Return the processor time of the children that ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    wanted = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
    if not (RECORDS / "real_dns_dev.jsonl.gz").exists():
        print(f"survey: not measured, no records at {RECORDS}")
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "evidence.jsonl"
        count = made(source, wanted)
        peak = Peak()
        peak.start()
        begun, before = time.perf_counter(), busy()
        subprocess.run([sys.executable, "-m", "bascule", "--lang", "en", "survey", source, "-o", Path(folder) / "out"], check=True)
        took, work = time.perf_counter() - begun, busy() - before
        peak.over.set()
        size = source.stat().st_size / 1e6
    print(f"survey   {count / took:8.0f} domains/s; {count} domains, {size:.0f} MB of evidence in {took:.1f} s on {os.cpu_count()} cores")
    print(f"         {work / count * 1e6:.0f} µs of processor time a domain, all processes together")
    print(f"         peak of all: {peak.resident / 1e6:.0f} MB resident (shared pages counted each time), {peak.proportional / 1e6:.0f} MB proportional")


if __name__ == "__main__":
    main()
