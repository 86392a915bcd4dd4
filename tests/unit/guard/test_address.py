"""Where Bascule may connect to: the public Internet, and nowhere else."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.guard import MAIL, WEB, BlockedError, Gate, refusal, target
from vectors import samples, vectors

VECTORS = list(vectors())


def test_there_are_at_least_two_hundred_different_ways_inwards():
    assert len({vector[1:] for vector in VECTORS}) >= 200


@pytest.mark.parametrize(("what", "url", "answers"), VECTORS, ids=[what for what, _, _ in VECTORS])
def test_no_way_leads_inwards(what, url, answers):
    def enter():
        where = target(url, "https://exemple.fr/")
        Gate().admit_all((where.host,) if where.literal else answers, where.port)

    with pytest.raises(BlockedError):
        enter()


@pytest.mark.parametrize(
    "address", ["51.91.236.193", "9.9.9.9", "1.1.1.1", "193.70.18.144", "2001:41d0:301::21", "2a00:1450:4007:80f::2003", "2606:4700::6810:1"]
)
def test_public_addresses_pass(address):
    Gate().admit(address, 443)
    assert refusal(address) is None


@pytest.mark.parametrize("address", sorted(set(samples(40))))
def test_every_block_that_is_not_public_is_refused_from_end_to_end(address):
    assert refusal(address)


@given(st.one_of(st.integers(0, 2**32 - 1).map(IPv4Address), st.integers(0, 2**128 - 1).map(IPv6Address)))
def test_nothing_passes_that_python_does_not_call_global(address):
    if refusal(str(address)) is None:
        assert address.is_global
        assert not address.is_multicast


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_an_inner_address_does_not_pass_in_ipv6_clothes(address):
    for prefix in ("::ffff:", "::", "64:ff9b::", "64:ff9b:1::"):
        assert refusal(f"{prefix}{address}")


def test_only_the_ports_of_visitors_and_mailers_pass():
    for port, ports in ((80, WEB), (443, WEB), (25, MAIL)):
        Gate().admit("9.9.9.9", port, ports)
    for port in (0, 22, 25, 53, 110, 587, 3306, 6379, 8080, 8443):
        with pytest.raises(BlockedError, match=f"port {port}"):
            Gate().admit("9.9.9.9", port)


def test_one_s_own_network_is_let_through_when_asked_for():
    own = ("10.0.0.1", "127.0.0.1")
    assert all(refusal(address) for address in own)
    Gate(allow_private=True).admit_all(own, 8080)
    with pytest.raises(BlockedError):
        Gate().admit_all(own, 80)
