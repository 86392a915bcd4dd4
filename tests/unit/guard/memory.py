"""How much memory a piece of code takes at its peak, measured in a process of its own."""

import subprocess
import sys
import textwrap

_FRAME = """
import sys, threading, time
from datetime import UTC, datetime
from pathlib import Path
import psutil
from bascule import guard, read
me, path, at = psutil.Process(), Path(sys.argv[1]), datetime(2026, 1, 1, tzinfo=UTC)
read.read_inputs([], at)
before = peak = me.memory_info().rss
done = False
def watch():
    global peak
    while not done:
        peak = max(peak, me.memory_info().rss)
        time.sleep(0.002)
watcher = threading.Thread(target=watch)
watcher.start()
try:
{body}
finally:
    done = True
    watcher.join()
print(max(peak, me.memory_info().rss) - before)
"""


def peak_mb(body: str, path: object) -> float:
    """Run `body` (which knows `path`, `at`, `guard`, `read`) and return the growth of its memory in MB."""
    code = _FRAME.format(body=textwrap.indent(textwrap.dedent(body), "    "))
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60, check=True)
    return int(run.stdout.split()[-1]) / 2**20
