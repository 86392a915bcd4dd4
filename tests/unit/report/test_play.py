import io

import pytest
from rich.console import Console

from bascule.model import Cutoff, FunctionState, IfCut
from bascule.report import play_out
from bascule.report.play import SECONDS, frame, link, ordered


def scene(it, name="order-us"):
    return next(cut for cut in it.audit.cutoffs if cut.scenario == name)


def drawn(renderable, width=120):
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(renderable)
    return out.getvalue()


def made(*states):
    functions = tuple(FunctionState(function=name, critical=False, effect=effect, after_hours=hours, because=()) for name, effect, hours in states)
    return Cutoff(id="c", scenario="order-us", power="XB", stops=(), degrades=(), functions=functions)


THREE = made(("dns", None, None), ("analytics", IfCut.DEGRADES, 0), ("website", IfCut.STOPS, 240), ("email", IfCut.STOPS, 0))


def test_what_stops_first_stands_first_and_what_goes_on_last():
    assert [state.function for state in ordered(THREE)] == ["email", "website", "analytics", "dns"]


@pytest.mark.parametrize(
    ("hours", "lit", "out", "half"),
    [(-1, 4, 0, 0), (0, 2, 1, 1), (239, 2, 1, 1), (240, 1, 2, 1), (720, 1, 2, 1)],
    ids=["before", "hour 0", "eve", "day 10", "end"],
)
def test_lamps_go_out_at_their_hour(en, hours, lit, out, half):
    text = drawn(frame(en, THREE, hours))
    assert (text.count("●"), text.count("○"), text.count("◐")) == (lit, out, half)


def test_no_lamp_ever_lights_again(en):
    counts = [drawn(frame(en, THREE, hours)).count("○") for hours in range(-1, 721, 24)]
    assert counts == sorted(counts)


@pytest.mark.parametrize(("hours", "day"), [(-1, 0), (0, 0), (1, 1), (24, 1), (25, 2), (720, 30)])
def test_the_clock_counts_days(en, hours, day):
    text = drawn(frame(en, THREE, hours))
    assert text.startswith(f"Day {day} ")
    assert text.splitlines()[0].count("━") == 30


def test_the_play_takes_ten_seconds_and_ends_in_the_final_state(en):
    naps, out = [], io.StringIO()
    play_out(en, scene(en), Console(file=out, width=120, highlight=False, force_terminal=True), moving=True, sleep=naps.append)
    assert sum(naps) == pytest.approx(SECONDS, rel=0.02)
    assert "Day 30" in out.getvalue()


def test_a_still_terminal_shows_the_end_at_once_with_its_proofs(en):
    def never(_):
        raise AssertionError("a still play sleeps")

    out = io.StringIO()
    play_out(en, scene(en), Console(file=out, width=400, highlight=False), moving=False, sleep=never)
    text = out.getvalue()
    assert "What if" in text or "?" in text
    assert "2 of your 6 functions stop within 24 hours." in text
    assert "Your accounts name “ALDER*MAIL 0123”" in text or "MX firm.example → 10 mx.alder.example." in text
    assert "Alder is registered in: XB — https://example.org/page (read on 15 January 2026)" in text
    assert "\x1b" not in text


def test_each_function_that_changes_is_proved(en):
    out = io.StringIO()
    play_out(en, scene(en), Console(file=out, width=400, highlight=False), moving=False)
    proofs = out.getvalue().split("within 24 hours.")[1]
    changed = [state.function for state in scene(en).functions if state.effect is not None]
    assert [name for name in changed if en.function(name) not in proofs] == []


def test_every_link_of_every_chain_has_its_line(en):
    for cut in en.audit.cutoffs:
        for hit in (*cut.stops, *cut.degrades):
            assert all(link(en, name) for name in hit.chain)
