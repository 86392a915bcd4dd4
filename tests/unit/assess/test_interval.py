"""Values known within bounds: evidence narrows, silence is everything, contradiction is kept and flagged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.assess import Bound, combine
from bascule.assess.interval import weakest, weigh
from bascule.model import Interval

BOUNDS = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 2000)).map(lambda two: Bound(min(two[:2]), max(two[:2]), age_days=two[2]))
INTERVALS = st.lists(BOUNDS, max_size=3).map(combine)
WEIGHTS = st.sampled_from([(0.8, 0.2), (0.5, 0.5), (0.75, 0.25), (0.9, 0.1)])


def within(inner, outer):
    return outer.low <= inner.low <= inner.high <= outer.high


def test_nothing_known_is_the_whole_range_and_no_confidence():
    assert combine([]) == Interval(low=0, high=4, confidence=0.0)


def test_pieces_of_evidence_are_intersected():
    found = combine([Bound(1, 4, ("a",)), Bound(0, 3, ("b",)), Bound(1, 4, ("a",))])
    assert (found.low, found.high, found.because, found.conflict) == (1, 3, ("a", "b"), False)


def test_a_contradiction_keeps_the_union_and_is_flagged():
    found = combine([Bound(3, 3, ("a",)), Bound(0, 1, ("b",))])
    assert (found.low, found.high, found.because, found.conflict) == (0, 3, ("a", "b"), True)


def test_bounds_that_touch_are_no_contradiction():
    assert not combine([Bound(0, 2), Bound(2, 4)]).conflict


def test_confidence_is_width_times_quality_times_age():
    assert combine([Bound(2, 2, quality=1.0)]).confidence == 1.0
    assert combine([Bound(1, 3, quality=1.0)]).confidence == 0.5
    assert combine([Bound(2, 2, quality=1.0, age_days=365, half_life_days=365)]).confidence == 0.5
    assert combine([Bound(0, 4, quality=1.0)]).confidence == 0.0


@given(st.lists(BOUNDS, max_size=6), BOUNDS)
def test_more_evidence_never_widens_without_a_conflict(bounds, one_more):
    before, after = combine(bounds), combine([*bounds, one_more])
    assert after.conflict or within(after, before)


@given(st.lists(BOUNDS, max_size=6).flatmap(lambda bounds: st.tuples(st.just(bounds), st.permutations(bounds))))
def test_the_order_of_the_evidence_changes_no_value(both):
    one, other = map(combine, both)
    assert (one.low, one.high, one.confidence, one.conflict) == (other.low, other.high, other.confidence, other.conflict)


@given(st.lists(BOUNDS, max_size=6))
def test_a_value_stays_in_its_range(bounds):
    found = combine(bounds)
    assert 0 <= found.low <= found.high <= 4
    assert 0 <= found.confidence <= 1


def test_layers_of_which_nothing_is_known_answer_from_0_to_100():
    unknown = combine([])
    found = weigh([(0.8, unknown), (0.2, unknown)])
    assert (found.low, found.high, found.confidence) == (0, 100, 0.0)


@pytest.mark.parametrize("step", range(5))
def test_equal_layers_answer_alike_whatever_the_weights(step):
    layer = combine([Bound(step, step)])
    for weights in ((0.8, 0.2), (0.5, 0.4, 0.1), (0.75, 0.25)):
        found = weigh([(weight, layer) for weight in weights])
        assert (found.low, found.high) == (step * 25, step * 25)


@given(INTERVALS, INTERVALS, INTERVALS, WEIGHTS)
def test_a_narrower_layer_never_widens_the_answer(outer, other, candidate, weights):
    inner = msg(outer, candidate)
    assert within(weigh(zip(weights, (inner, other), strict=True)), weigh(zip(weights, (outer, other), strict=True)))
    assert within(weakest(inner, other), weakest(outer, other))


def msg(outer, candidate):
    """An interval inside another, its ends drawn from a third."""
    low = min(max(candidate.low, outer.low), outer.high)
    return Interval(low=low, high=max(low, min(candidate.high, outer.high)), confidence=0.5)


def test_a_chain_holds_as_its_weakest_link():
    found = weakest(Interval(low=3, high=4, confidence=0.9, because=("a",)), Interval(low=0, high=3, confidence=0.2, because=("b",), conflict=True))
    assert (found.low, found.high, found.confidence, found.because, found.conflict) == (0, 3, 0.2, ("a", "b"), True)
