"""Lines that break and programs that die: nothing is lost, nothing is altered, nothing is there twice."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bascule.model import Receipt
from bascule.move import Access, Journal
from tests.move.account import Content, client, content, fill, put
from tests.move.cutter import Cutter
from tests.move.moves import carry
from world.dovecot import PASSWORD, Dovecot

pytestmark = pytest.mark.xdist_group("dovecot")
KEY = Access(password=PASSWORD)
COUNT = 140


def patiently(_seconds: float) -> None:
    """Wait in no time."""


@pytest.fixture(scope="module")
def filled(old: Dovecot) -> tuple[Dovecot, Content, int]:
    fill(old, "cuts", count=COUNT)
    with client(old, "cuts") as box:
        put(box, "INBOX", b"Subject: gros\r\n\r\n" + b"0123456789abcdef\r\n" * 100_000, "(\\Seen)", 7)
    held = content(old, "cuts")
    return old, held, sum(sum(messages.values()) for messages in held.values())


def _cut_target(filled: tuple[Dovecot, Content, int], new: Dovecot, tmp_path: Path, **where: int | bytes) -> int:
    old, held, total = filled
    user = f"cut-{tmp_path.name}-{'-'.join(str(value) for value in where.values())}".replace("[", "").replace("]", "").replace(" ", "")
    user = "".join(letter if letter.isalnum() or letter == "-" else "_" for letter in user.removeprefix("b"))
    with Cutter(new.port, **where) as cutter:  # type: ignore[arg-type]
        receipt = carry(tmp_path / f"{user}.j", old.address("cuts"), f"imap://{user}@127.0.0.1:{cutter.port}/", patiently)
        assert receipt == Receipt(moved=total), where
        assert content(new, user) == held, where
        return cutter.cuts


@pytest.mark.parametrize("after", [30, 700, 5_000, 100_000, 1_500_000, 1_900_000])
def test_a_line_to_the_target_that_breaks_after_so_many_bytes(filled, new: Dovecot, tmp_path: Path, after: int) -> None:  # type: ignore[no-untyped-def]
    assert _cut_target(filled, new, tmp_path, after=after) == 1


@pytest.mark.parametrize(
    "before", [b"[APPENDUID", b"Append completed", b"UIDVALIDITY", b"Create completed", b"FETCH (UID 1 "], ids=lambda words: words.decode()
)
def test_a_line_to_the_target_that_breaks_just_before_its_answer(filled, new: Dovecot, tmp_path: Path, before: bytes) -> None:  # type: ignore[no-untyped-def]
    cuts = _cut_target(filled, new, tmp_path, before=before)
    assert cuts == (0 if before.startswith(b"FETCH") else 1)


@pytest.mark.parametrize("before", [b"FETCH (UID 5 ", b"BODY[]", b"0123456789abcdef", b"Fetch completed", b"UIDVALIDITY"], ids=lambda words: words.decode())
def test_a_line_to_the_source_that_breaks(filled, new: Dovecot, tmp_path: Path, before: bytes) -> None:  # type: ignore[no-untyped-def]
    _, held, total = filled
    old = filled[0]
    user = "src-" + "".join(letter for letter in before.decode() if letter.isalnum())
    with Cutter(old.port, before=before) as cutter:
        assert carry(tmp_path / "j", f"imap://cuts@127.0.0.1:{cutter.port}/", new.address(user), patiently) == Receipt(moved=total)
        assert (cutter.cuts, content(new, user)) == (1, held)


def _killed(filled: tuple[Dovecot, Content, int], new: Dovecot, tmp_path: Path, turn: int, chance: random.Random) -> None:
    old, held, total = filled
    user = f"kill-{tmp_path.name}-{turn}".replace("[", "").replace("]", "")
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(f'[source]\npassword = "{PASSWORD}"\n[target]\npassword = "{PASSWORD}"\n')
    command = [sys.executable, "-m", "bascule", "--lang", "en", "move", old.address("cuts"), new.address(user)]
    command += ["--secrets", str(secrets), "--journal", str(tmp_path / f"{turn}.j")]
    for _ in range(chance.randint(1, 3)):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(chance.uniform(0.25, 0.9))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    ended = subprocess.run(command, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert content(new, user) == held
    kept = Journal(tmp_path / f"{turn}.j")
    receipt = kept.receipt()
    kept.close()
    assert receipt.total == total
    assert receipt.complete


def test_a_move_killed_anywhere_is_finished_by_the_next_run(filled, new: Dovecot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    chance = random.Random(20260)
    for turn in range(3):
        _killed(filled, new, tmp_path, turn, chance)


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(200))
def test_two_hundred_moves_killed_anywhere(filled, new: Dovecot, tmp_path: Path, turn: int) -> None:  # type: ignore[no-untyped-def]
    _killed(filled, new, tmp_path, turn, random.Random(turn))


@pytest.mark.soak
@pytest.mark.parametrize("after", range(0, 2_000_000, 20_011))
def test_a_line_that_breaks_anywhere(filled, new: Dovecot, tmp_path: Path, after: int) -> None:  # type: ignore[no-untyped-def]
    _cut_target(filled, new, tmp_path, after=after + 1)
