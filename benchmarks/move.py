"""From one mail server into another, in turns with isync: messages a second, memory, and whether the copy is the same.

    sudo .venv/bin/python benchmarks/move.py [messages] [rounds]

Two Dovecot servers on loopback with their own fsync, a synthetic account (median 3 kB, some messages of megabytes, five folders), a fresh target
account a run, the first round not counted. Needs root, dovecot-imapd, and isync for the comparison. The journal and the digests of ours are on;
isync adds a header of its own to each message.
"""

import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bascule.move import Access, Journal, Mover, address, source, target
from bascule.move.verify import reader, verify
from world.dovecot import KEEPER, PASSWORD, Dovecot

FOLDERS = {"": 0.6, ".Sent": 0.2, ".Archive": 0.12, ".Projets": 0.03, ".Projets.&AMk-t&AOk-": 0.05}
KEY = Access(password=PASSWORD)
_RC = """
IMAPAccount {name}
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType None
AuthMechs PLAIN LOGIN
PipelineDepth 50

IMAPStore {name}
Account {name}

"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    home = Path(tempfile.mkdtemp(prefix="move-"))
    home.chmod(0o755)
    try:
        with Dovecot(home / "old") as old, Dovecot(home / "new") as new:
            size = fill(old.maildir("u"), count)
            print(f"{count} messages, {size / 1e6:.0f} MB; {rounds} rounds after one to warm up")
            compare(old, new, home, count, rounds)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def compare(old: Dovecot, new: Dovecot, home: Path, count: int, rounds: int) -> None:
    ways: dict[str, Callable[[str], None]] = {"bascule": lambda user: ours(old, new, home, user)}
    if shutil.which("mbsync"):
        ways["mbsync"] = lambda user: theirs(old, new, user)
    took: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(rounds + 1):
        for way, carry in ways.items() if turn % 2 == 0 else reversed(ways.items()):
            began = time.perf_counter()
            carry(f"{way}{turn}")
            if turn:
                took[way].append(time.perf_counter() - began)
    best = {way: count / min(seconds) for way, seconds in took.items()}
    for way, seconds in took.items():
        print(f"{way:8} {count / max(seconds):6.0f} to {best[way]:6.0f} messages/s")
    if "mbsync" in best:
        print(f"best against best: {best['bascule'] / best['mbsync']:.2f} x mbsync")
    began = time.perf_counter()
    ours(old, new, home, "bascule1")
    print(f"finished move run again: {time.perf_counter() - began:.2f} s ({(time.perf_counter() - began) * 10_000 / count:.2f} s for 10,000)")
    check(old, new, home)
    print(f"memory of this program at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def check(old: Dovecot, new: Dovecot, home: Path) -> None:
    journal = Journal(home / "bascule1.journal")
    began = time.perf_counter()
    found = verify(journal, reader(address(old.address("u")), KEY), reader(address(new.address("bascule1")), KEY))
    print(f"verified: {found.identical} identical, {found.different} different, {found.pending} pending in {time.perf_counter() - began:.2f} s")
    journal.close()


def ours(old: Dovecot, new: Dovecot, home: Path, user: str) -> None:
    here, there = old.address("u"), new.address(user)
    journal = Journal(home / f"{user}.journal", here, there)
    Mover(source(address(here), KEY), target(address(there), KEY), journal).run()
    journal.close()


def theirs(old: Dovecot, new: Dovecot, user: str) -> None:
    with tempfile.TemporaryDirectory() as state:
        far = _RC.format(name="far", port=old.port, user="u", password=PASSWORD)
        near = _RC.format(name="near", port=new.port, user=user, password=PASSWORD)
        rest = f"Channel all\nFar :far:\nNear :near:\nPatterns *\nCreate Near\nSync Pull\nCopyArrivalDate yes\nSyncState {state}/\n"
        Path(state, "rc").write_text(far + near + rest)
        subprocess.run(["mbsync", "-q", "-c", f"{state}/rc", "all"], check=True)


def fill(root: Path, count: int) -> int:
    """Write messages of everyday sizes into a Maildir; return their size together."""
    chance = random.Random(7)
    for folder in FOLDERS:
        for part in ("cur", "new", "tmp"):
            (root / folder / part).mkdir(parents=True, exist_ok=True)
    total = 0
    for number in range(count):
        body = message(number, chance)
        flags = "".join(flag for flag, share in (("F", 0.05), ("R", 0.2), ("S", 0.85)) if chance.random() < share)
        [folder] = chance.choices(list(FOLDERS), list(FOLDERS.values()))
        path = root / folder / "cur" / f"{1_600_000_000 + number * 5_000}.M{number}P1.host:2,{flags}"
        path.write_bytes(body)
        total += len(body)
    for path in (root.parent, root, *root.rglob("*")):
        shutil.chown(path, KEEPER, KEEPER)
    return total


def message(number: int, chance: random.Random) -> bytes:
    size = min(int(chance.lognormvariate(7.8, 0.9)), 60_000) if chance.random() > 0.1 else min(int(chance.lognormvariate(11, 1.2)), 4_000_000)
    head = f"From: a{number % 50}@exemple.fr\nTo: b@exemple.fr\nSubject: Message {number}\nMessage-ID: <{number}@exemple.fr>\n\n"
    line = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz ", k=72)) + "\n"
    return (head + line * (size // 73 + 1)).encode()


if __name__ == "__main__":
    main()
