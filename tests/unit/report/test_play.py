import io

import pytest
from rich.console import Console

from bascule.model import Cutoff, FunctionState, IfCut
from bascule.report import play_out
from bascule.report.lookup import ordered
from bascule.report.play import SECONDS, _at, frame, link


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


def test_a_lamp_that_waits_for_its_turn_is_lit(en):
    text = drawn(frame(en, THREE, 0, frozenset({"email"})))
    assert (text.count("●"), text.count("○"), text.count("◐")) == (3, 0, 1)


def test_what_begins_to_suffer_is_half_lit_before_it_goes_out(en):
    state = FunctionState(function="website", critical=False, effect=IfCut.STOPS, after_hours=240, weaker_after_hours=24, because=())
    cut = Cutoff(id="c", scenario="order-us", power="XB", stops=(), degrades=(), functions=(state,))
    assert [sign for hours in (0, 24, 239, 240) for sign in "●◐○" if sign in drawn(frame(en, cut, hours))] == ["●", "◐", "◐", "○"]
    assert "works less well after 24 hours, stops after 10 days" in drawn(frame(en, cut, 24))


def test_what_stops_at_once_goes_out_one_after_the_other(en):
    counts = [drawn(_at(en, scene(en), share / 100)).count("○") for share in range(0, 101, 5)]
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] == 2
    assert 1 in counts


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
    assert text.endswith("2 of your 6 functions stop within 24 hours, 2 of them vital.\n"), "what matters stands last, where a terminal stays"
    assert text.index("By which laws:") < text.index("Law (XB): A law. — https:")
    assert "Your accounts name “ALDER*MAIL 0123”" in text or "MX firm.example → 10 mx.alder.example." in text
    assert "Alder is registered in: XB — https://example.org/page (read on 15 January 2026)" in text
    assert "\x1b" not in text


def test_each_function_that_changes_is_proved(en):
    out = io.StringIO()
    play_out(en, scene(en), Console(file=out, width=400, highlight=False), moving=False)
    proofs = out.getvalue().partition("Day 30")[0]
    changed = [state.function for state in scene(en).functions if state.effect is not None]
    assert [name for name in changed if en.function(name) not in proofs] == []


def test_every_link_of_every_chain_has_its_line(en):
    for cut in en.audit.cutoffs:
        for hit in (*cut.stops, *cut.degrades):
            assert all(link(en, name) for name in hit.chain)
