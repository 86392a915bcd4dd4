"""Addresses of pages: one spelling in, one spelling out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.guard import BlockedError, plain_host, target


@pytest.mark.parametrize(
    ("text", "base", "url"),
    [
        ("https://exemple.fr", None, "https://exemple.fr/"),
        ("HTTPS://EXEMPLE.FR:443/a b?c=d e#f", None, "https://exemple.fr/a%20b?c=d%20e"),
        ("/fr/", "https://www.exemple.fr/x?y", "https://www.exemple.fr/fr/"),
        ("//cdn.exemple.net/", "http://exemple.fr/", "http://cdn.exemple.net/"),
        ("http://café.fr./", None, "http://xn--caf-dma.fr/"),
        ("http://exemple.fr:80/\u00e9", None, "http://exemple.fr/%C3%A9"),
        ("http://[2001:41d0::1]/", None, "http://[2001:41d0::1]/"),
        ("http://exemple.fr:8080/", None, "http://exemple.fr:8080/"),
    ],
)
def test_an_address_is_read_as_a_browser_reads_it(text, base, url):
    assert target(text, base).url == url


def test_an_address_is_told_from_a_name():
    assert target("http://9.9.9.9/").literal
    assert not target("http://exemple.fr/").literal


@given(st.text(max_size=60))
def test_whatever_comes_is_an_address_of_the_web_or_refused(text):
    try:
        found = target(text, "https://exemple.fr/")
    except BlockedError:
        return
    assert found.scheme in ("http", "https")
    assert found.url.isascii()
    assert not set(found.url) & set(' \r\n\t\\"<>')
    assert target(found.url) == found


@given(st.text(max_size=80))
def test_a_host_is_a_name_of_dns_or_an_address(text):
    try:
        name = plain_host(text)
    except BlockedError:
        return
    assert name == name.lower()
    assert name.isascii()
    assert len(name) <= 253
