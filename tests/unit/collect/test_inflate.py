"""Bodies within a limit, packed or not."""

import gzip
import resource

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.collect.inflate import Body


@given(st.binary(max_size=4000), st.integers(1, 700), st.booleans())
def test_what_fits_arrives_whole_however_it_is_cut(data, step, packed):
    sent = gzip.compress(data) if packed else data
    body = Body(max(len(data), len(sent)), packed)
    assert all(body.take(sent[at : at + step]) for at in range(0, len(sent), step))
    assert (body.data, body.truncated) == (data, False)


@given(st.binary(min_size=11, max_size=4000), st.booleans())
def test_what_does_not_fit_is_cut_at_the_limit_and_says_so(data, packed):
    body = Body(10, packed)
    assert not body.take(gzip.compress(data) if packed else data)
    assert body.truncated
    assert len(body.data) <= 10
    assert data.startswith(body.data)


def test_a_gigabyte_of_zeros_costs_no_memory():
    packed = gzip.compress(bytes(64 * 1024 * 1024), 9)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    body = Body(2 * 1024 * 1024, packed=True)
    # Sixteen members of 64 MiB of zeros each: a gigabyte after unpacking.
    taken = [body.take(piece) for _ in range(16) for piece in (packed[:32768], packed[32768:])]
    assert not taken[-1]
    assert len(body.data) == 2 * 1024 * 1024
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024


@pytest.mark.parametrize("sent", [b"no gzip at all", gzip.compress(b"x" * 1000)[:20] + b"\xff" * 50], ids=["plain", "damaged"])
def test_broken_packing_ends_the_body_and_keeps_what_came(sent):
    body = Body(5000, packed=True)
    body.take(sent)
    assert body.truncated
    assert set(body.data) <= set(b"x")


def test_endless_packing_of_nothing_ends_too():
    nothing = gzip.compress(b"")
    body = Body(1000, packed=True)
    assert not all(body.take(nothing) for _ in range(200))
