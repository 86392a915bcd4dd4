"""Trouble that no server makes: a full disk, an impatient person, two moves at once, and words that want to be commands."""

import errno
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bascule.cli.context import Speaker, Stop
from bascule.cli.move import carry_all
from bascule.cli.moving import Move, failing
from bascule.model import Receipt
from bascule.move import Access, Journal, MoveError, Mover, Progress, address
from bascule.move.ahead import Ahead
from bascule.report.words import Words
from tests.unit.move.memory import MemorySource, MemoryTarget
from tests.unit.move.stand_in import StandIn
from tests.unit.move.test_liars import carry

INBOX = ("INBOX",)
MAIL = {INBOX: [(str(number), b"mail %d" % number) for number in range(1, 251)]}


def stopped(run: Callable[[], object]) -> Stop:
    """Return how a command ends that does this."""
    with pytest.raises(Stop) as stop, failing(Speaker(Words("en"))):
        run()
    return stop.value


def _mover(journal: Journal, shelf: dict[tuple[str, ...], list[bytes]], see: Callable[[Progress], None] = lambda _: None) -> Mover:
    return Mover(lambda: MemorySource(MAIL), lambda: MemoryTarget(shelf), journal, see, sleep=lambda _: None)


def test_a_disk_that_is_full_for_the_journal_is_said_and_the_next_run_doubles_nothing(tmp_path: Path) -> None:
    shelf: dict[tuple[str, ...], list[bytes]] = {}
    Journal(tmp_path / "j", "s", "t").close()
    for room in range(12, 40, 3):
        kept = Journal(tmp_path / "j", "s", "t")
        kept._db.execute(f"PRAGMA max_page_count = {room}")
        try:
            _mover(kept, shelf).run()
        except Exception as error:
            stop = stopped(lambda error=error: (_ for _ in ()).throw(error))  # type: ignore[misc]
            assert (stop.status, "Make room on its disk" in stop.message) == (4, True)
        kept.close()
    kept = Journal(tmp_path / "j", "s", "t")
    assert _mover(kept, shelf).run() == Receipt(moved=250)
    kept.close()
    assert sorted(shelf[INBOX]) == sorted(data for _, data in MAIL[INBOX])


def test_a_disk_that_is_full_for_a_large_message_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with StandIn([b"Subject: gros\r\n\r\n" + b"x" * 2_000_000]) as old, StandIn() as new:
        with monkeypatch.context() as patch:
            patch.setattr("tempfile.TemporaryFile", full)
            stop = stopped(lambda: carry(tmp_path / "j", old, new))
        assert (stop.status, "No space left on device" in stop.message) == (4, True)
        assert carry(tmp_path / "j", old, new) == Receipt(moved=1)


def test_two_moves_at_once_on_one_journal_are_one_too_many(tmp_path: Path) -> None:
    first = Journal(tmp_path / "j", "s", "t")
    stop = stopped(lambda: Journal(tmp_path / "j", "s", "t"))
    assert (stop.status, "Is another move under way?" in stop.message) == (3, True)
    first.close()
    Journal(tmp_path / "j", "s", "t").close()


@pytest.mark.parametrize("content", [b"no database\n" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_file_that_is_no_journal_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "j").write_bytes(content)
    with pytest.raises(MoveError, match="journal"):
        Journal(tmp_path / "j", "s", "t")
    assert (tmp_path / "j").read_bytes() == content


def test_a_person_who_interrupts_keeps_what_came_and_is_told_how_to_go_on(tmp_path: Path) -> None:
    def impatient(progress: Progress) -> None:
        if progress.stage == "copy":
            raise KeyboardInterrupt

    shelf: dict[tuple[str, ...], list[bytes]] = {}
    kept = Journal(tmp_path / "j", "s", "t")
    stop = stopped(lambda: _mover(kept, shelf, impatient).run())
    assert (stop.status, "run the same command again" in stop.message) == (130, True)
    assert kept.receipt() == Receipt(moved=100, pending=150)
    assert _mover(kept, shelf).run() == Receipt(moved=250)
    assert len(shelf[INBOX]) == 250


def test_an_interrupted_command_does_not_wait_for_a_silent_server(tmp_path: Path) -> None:
    waiting = threading.Event()

    def silent(command: bytes, answer: bytes) -> bytes:
        if b"BODY.PEEK" in command:
            waiting.set()
            return answer[:40]
        return answer

    (tmp_path / "s.toml").write_text('[source]\npassword = "p"\n[target]\npassword = "p"\n')
    with StandIn([b"Subject: 1\r\n\r\n"] * 3, lie=silent) as old, StandIn() as new:
        command = [sys.executable, "-m", "bascule", "--lang", "en", "move", old.address, new.address, "--secrets", "s.toml"]
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
        assert waiting.wait(20)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        said, told = process.communicate(timeout=20)
    assert process.returncode == 130, told
    assert "3 messages wait." in said
    assert "run the same command again" in told
    assert "Traceback" not in told


def test_whoever_stops_reading_ahead_wakes_the_one_who_reads() -> None:
    gone = threading.Event()

    def slow():  # type: ignore[no-untyped-def]
        yield 1
        gone.wait(20)
        yield 2

    def read() -> None:
        with Ahead(slow(), lambda _: 1, 1, gone.set) as values:
            assert next(iter(values)) == 1
            raise KeyError

    began = time.monotonic()
    with pytest.raises(KeyError):
        read()
    assert gone.is_set()
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("flag", [b'"x) {3}\nB9 DELETE INBOX\n("', b"x\nB9\tDELETE\tINBOX", b'"a b"', b'"%"', "été".encode()])
def test_a_mark_that_is_none_is_not_passed_on(tmp_path: Path, flag: bytes) -> None:
    def hostile(command: bytes, answer: bytes) -> bytes:
        return answer.replace(b"FLAGS (\\Seen)", b"FLAGS (\\Seen " + flag + b" good-1)")

    with StandIn([b"Subject: 1\r\n\r\n"], lie=hostile) as old, StandIn() as new:
        assert carry(tmp_path / "j", old, new) == Receipt(moved=1)
        appended = [command for command in new.asked if re.search(rb"APPEND|DELETE", command)]
    assert appended == [b'APPEND "INBOX" (\\Seen good-1) "25-Oct-2020 02:30:00 +0100" ']


def test_ctrl_c_in_a_list_of_accounts_stops_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    begun: list[str] = []

    def interrupted(move: Move, journal: Journal, speaker: Speaker, *, dry: bool) -> None:
        begun.append(move.ends[0].user)
        raise KeyboardInterrupt

    monkeypatch.setattr("bascule.cli.moving.run", interrupted)
    moves = [Move((address(f"imap://{user}@127.0.0.1/"), address(f"imap://{user}@127.0.0.2/")), (Access(), Access())) for user in ("anne", "bob")]
    stop = stopped(lambda: carry_all(moves, tmp_path, Speaker(Words("en")), dry=False))
    assert (stop.status, begun) == (130, ["anne"])
    assert capsys.readouterr().out.startswith("anne → anne")
