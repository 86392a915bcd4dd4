"""However large an account is, a move needs a bounded memory."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.move.account import client, content
from tests.move.test_command import secrets  # noqa: F401 - a fixture
from world.dovecot import Dovecot

pytestmark = pytest.mark.xdist_group("dovecot")
_PEAK = re.compile(r"VmHWM:\s*(\d+) kB")
MOST_KB = 100 * 1024


@pytest.fixture
def servers() -> Iterator[list[str]]:
    """A source with a million messages and an empty target."""
    processes, found = [], []
    for count in (1_000_000, 0):
        process = subprocess.Popen([sys.executable, "-m", "tests.move.million", str(count)], stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout
        found.append(f"imap://u@127.0.0.1:{process.stdout.readline().strip()}/")
    yield found
    for process in processes:
        process.kill()
        process.wait()


def moved(*words: object, into: Path) -> tuple[int, int, float]:
    """Return exit status, largest memory in kB, and seconds."""
    began = time.monotonic()
    command = [sys.executable, "-m", "bascule", "--lang", "en", "move", *(str(word) for word in words)]
    process = subprocess.Popen(command, cwd=into, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        # What the system says of a program that has ended counts the memory of whoever started it, too.
        if found := _PEAK.search(Path(f"/proc/{process.pid}/status").read_text()):
            most = int(found[1])
        time.sleep(0.02)
    return process.returncode, most, time.monotonic() - began


@pytest.mark.soak
def test_a_folder_of_a_million_messages(servers: list[str], tmp_path: Path, secrets: Path) -> None:  # noqa: F811
    status, memory, seconds = moved(*servers, "--secrets", secrets, "--journal", "j", into=tmp_path)
    print(f"first run: {memory} kB, {seconds:.0f} s")
    assert (status, memory < MOST_KB) == (0, True), memory
    status, memory, seconds = moved(*servers, "--secrets", secrets, "--journal", "j", into=tmp_path)
    print(f"finished run again: {memory} kB, {seconds:.0f} s")
    assert (status, memory < MOST_KB) == (0, True), memory


@pytest.mark.soak
def test_a_message_of_a_hundred_megabytes(old: Dovecot, new: Dovecot, tmp_path: Path, secrets: Path) -> None:  # noqa: F811
    with client(old, "huge") as box:
        size = 100 * 1024 * 1024
        head = b"Subject: enorme\r\n\r\n"
        box.send(b"X1 APPEND INBOX {%d+}\r\n" % size + head)
        for _ in range(100):
            box.send((b"0123456789abcdef" * 65536)[: 1024 * 1024 - (len(head) if _ == 0 else 0)])
        box.send(b"\r\n")
        while not (said := box._get_line()).startswith(b"X1"):
            pass
        assert b"OK" in said
    status, memory, seconds = moved(old.address("huge"), new.address("huge"), "--secrets", secrets, into=tmp_path)
    print(f"100 MB: {memory} kB, {seconds:.0f} s")
    assert (status, memory < MOST_KB) == (0, True), memory
    assert content(new, "huge") == content(old, "huge")
