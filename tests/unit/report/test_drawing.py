import re
from xml.etree import ElementTree

import msgspec
import pytest
import synthetic as w

from bascule.model import Interval
from bascule.report import Lookup, Words
from bascule.report.bars import answered, bar, figures, said
from bascule.report.drawing import NARROW, WIDE, drawing, wires

SIZES = pytest.mark.parametrize("sizes", [WIDE, NARROW], ids=lambda sizes: sizes.name)


def texts(svg):
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter("text")]


def titles(svg):
    return [node.text for node in ElementTree.fromstring(svg).iter("title")]


def scene(it, name="order-us"):
    return next(cut for cut in it.audit.cutoffs if cut.scenario == name)


@SIZES
def test_functions_organisations_and_countries_each_stand_once(en, sizes):
    found = titles(drawing(en, scene(en), sizes))
    assert len(found) == len(set(found))
    assert {"Email", "Alder", "XB", "Website", "Fir", "XA"} <= set(found)


def test_senders_and_page_callers_are_not_drawn(en):
    assert not {"hazel"} & {wire.organisation for wire in wires(en, None)}
    assert "analytics" not in {wire.function for wire in wires(en, None)}


def test_a_wire_is_live_when_what_it_carries_stops(en):
    live = {(wire.function, wire.organisation) for wire in wires(en, scene(en)) if wire.stops}
    assert live == {("email", "alder"), ("cloud-storage", "alder")}
    assert not any(wire.stops for wire in wires(en, None))
    assert drawing(en, scene(en), WIDE).count('class="live"') > 0
    assert drawing(en, None, WIDE).count('class="live"') == 0


def test_an_unknown_commander_is_drawn_as_unknown(tell):
    it = tell("en", seen=[w.records("MX firm.example", "10 mx.oak.example.")])
    assert "unknown" in titles(drawing(it, None, WIDE))


def test_nothing_known_draws_nothing(tell):
    assert drawing(tell("en", seen=w.tool("Sawdust Pro")), None, WIDE) == ""


@SIZES
def test_no_label_leaves_the_picture_or_runs_into_the_next_column(en, sizes):
    root = ElementTree.fromstring(drawing(en, scene(en), sizes))
    for span in root.iter("tspan"):
        x = int(span.get("x"))
        limit = {sizes.left: sizes.middle, sizes.middle: sizes.right, sizes.right: sizes.width}[x]
        assert x + len(span.text) * sizes.letter_width <= limit + sizes.letter_width * 2, span.text
        assert 0 < int(span.get("y")) < float(root.get("viewBox").split()[3])


def test_a_long_name_takes_two_lines_on_a_phone_and_ends_in_dots(en):
    rows = tuple(
        msgspec.structs.replace(row, organisation="domain:" + "very-long-name-of-somebody and somebody else entirely") for row in en.audit.dependencies
    )
    it = Lookup(msgspec.structs.replace(en.audit, dependencies=rows), en.catalogue, Words("en"))
    root = ElementTree.fromstring(drawing(it, None, NARROW))
    found = [[span.text for span in node.iter("tspan")] for node in root.iter("text") if node.find("title") is not None]
    assert max(map(len, found)) == 2
    assert any(lines[-1].endswith("…") for lines in found)
    assert all(len(line) <= NARROW.letters(NARROW.middle) for lines in found for line in lines)


@SIZES
@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt; {} %s"])
def test_hostile_names_are_text(en, sizes, name):
    rows = tuple(msgspec.structs.replace(row, organisation=f"domain:{name}", jurisdictions=(name,)) for row in en.audit.dependencies)
    svg = drawing(Lookup(msgspec.structs.replace(en.audit, dependencies=rows), en.catalogue, Words("en")), None, sizes)
    assert name in titles(svg)
    assert {node.tag for node in ElementTree.fromstring(svg).iter()} == {"svg", "path", "text", "title", "tspan"}


def test_the_drawing_has_a_name_for_those_who_do_not_see_it(fr):
    root = ElementTree.fromstring(drawing(fr, None, WIDE))
    assert root.get("role") == "img"
    assert root.get("aria-label").startswith("Qui tient quel interrupteur")


def known(low, high, conflict=False):
    return Interval(low=low, high=high, confidence=0.5, conflict=conflict)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (known(0, 100), "0 to 100 out of 100"),
        (known(0, 10), "about 5 out of 100"),
        (known(38, 48), "about 43 out of 100"),
        (known(0, 11), "0 to 11 out of 100"),
        (known(40, 100), "40 to 100 out of 100"),
    ],
)
def test_the_bounds_are_said_as_they_are_known(value, words):
    assert figures(value, Words("en")) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (known(0, 35), "easy to stop"),
        (known(0, 36), "in between"),
        (known(64, 100), "in between"),
        (known(65, 100), "hard to stop"),
        (known(20, 80), "in between"),
        (known(20, 81), "not known well enough"),
        (known(0, 100), "not known well enough"),
    ],
)
def test_an_answer_is_given_only_when_it_is_known(value, words):
    assert said("stop", value, Words("en")) == words


@pytest.mark.parametrize(("question", "weak", "strong"), [("decide", "others decide", "in hands that you trust"), ("read", "easy to read", "hard to read")])
def test_each_question_has_its_own_words(question, weak, strong):
    assert (said(question, known(0, 0), Words("en")), said(question, known(100, 100), Words("en"))) == (weak, strong)


def test_who_could_do_it_is_named_when_the_answer_is_a_weak_one(en):
    assert answered("stop", known(0, 10), ("XA", "XB"), en) == "XB (easy to stop)"
    assert answered("stop", known(70, 90), ("XB",), en) == "hard to stop"
    assert answered("stop", known(0, 10), ("XA",), en) == "easy to stop"
    assert answered("leave", known(0, 10), ("XB",), en) == "hard to leave"


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 100), (50, 50), (99, 100), (100, 100)])
def test_a_bar_shows_something_and_stays_on_its_track(low, high):
    span = re.search(r'class="span" x="(\d+)" width="(\d+)"', bar(known(low, high)))
    x, width = map(int, span.groups())
    assert width >= 3
    assert 0 <= x <= x + width <= 100


def test_a_conflict_is_marked():
    assert "conflict" in bar(known(0, 50, conflict=True))
    assert "conflict" not in bar(known(0, 50))
