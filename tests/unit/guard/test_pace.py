"""The pace towards one address: a burst of four, two at once, then one a second, for everybody together."""

import asyncio
import subprocess
import sys
import time

import pytest

from bascule.guard import pace as pace_module
from bascule.guard.pace import AT_ONCE, BURST, Pace


@pytest.fixture
def clock(monkeypatch):
    """A clock that sleeping moves forward."""
    state = {"now": 1000.0}
    real = asyncio.sleep

    async def sleep(seconds):
        state["now"] += seconds
        await real(0)

    monkeypatch.setattr(pace_module.time, "time", lambda: state["now"])
    monkeypatch.setattr(pace_module.asyncio, "sleep", sleep)
    return state


def test_four_connections_go_at_once_and_then_one_a_second(tmp_path, clock):
    async def connect():
        pace, times = Pace(tmp_path), []
        for _ in range(BURST + 3):
            async with pace.turn("192.0.2.1"):
                times.append(clock["now"] - 1000)
        return times

    times = asyncio.run(connect())
    assert times[:BURST] == [0.0] * BURST
    assert [round(later - earlier, 3) for earlier, later in zip(times[BURST - 1 :], times[BURST:], strict=False)] == [1.0, 1.0, 1.0]


def test_two_are_open_at_once_whoever_opens_them(tmp_path):
    state = {"open": 0, "most": 0}

    async def connect(pace):
        async with pace.turn("192.0.2.1"):
            state["open"] += 1
            state["most"] = max(state["most"], state["open"])
            await asyncio.sleep(0.01)
            state["open"] -= 1

    async def everybody():
        await asyncio.gather(*(connect(Pace(tmp_path)) for _ in range(BURST)))

    asyncio.run(everybody())
    assert state["most"] == AT_ONCE


def test_addresses_do_not_wait_for_each_other(tmp_path, clock):
    async def connect():
        pace = Pace(tmp_path)
        for number in range(40):
            async with pace.turn(f"192.0.2.{number}"):
                pass
        return clock["now"] - 1000

    assert asyncio.run(connect()) == 0


def test_another_program_shares_the_pace_and_its_death_frees_the_places(tmp_path):
    code = (
        "import asyncio, sys, pathlib\nfrom bascule.guard.pace import Pace\n"
        "async def hold():\n    pace = Pace(pathlib.Path(sys.argv[1]))\n"
        "    async with pace.turn('192.0.2.1'), pace.turn('192.0.2.1'):\n        print('held', flush=True)\n        await asyncio.sleep(60)\n"
        "asyncio.run(hold())"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert other.stdout.readline() == b"held\n"

    async def connect(seconds):
        async with asyncio.timeout(seconds), Pace(tmp_path).turn("192.0.2.1"):
            return True

    with pytest.raises(TimeoutError):
        asyncio.run(connect(0.2))
    other.kill()
    other.wait()
    other.stdout.close()
    assert asyncio.run(connect(10))


def test_a_damaged_state_is_a_full_bucket_and_old_files_go(tmp_path):
    async def connect():
        async with Pace(tmp_path).turn("192.0.2.1"):
            pass

    asyncio.run(connect())
    bucket = next(tmp_path.glob("*.bucket"))
    bucket.write_bytes(b"\xff{")
    asyncio.run(connect())
    old = tmp_path / "old.bucket"
    old.write_text("x")
    import os

    os.utime(old, (time.time() - 7200,) * 2)
    Pace(tmp_path)
    assert not old.exists()
