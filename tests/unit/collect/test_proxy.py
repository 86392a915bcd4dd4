"""The browser's only door: what passes, what is refused before anything is connected to."""

import asyncio

import pytest

from bascule.collect.proxy import Proxy
from bascule.guard import Gate

NAMES = {"site.exemple.fr": ("127.0.0.1",), "inside.exemple.fr": ("51.91.236.193", "10.0.0.1")}


def through(request, gate=None, wanted=lambda place: True, site=b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\nhello", **limits):
    """Send one request, in which PORT is the site's; return what came back, what the site got, and the proxy."""
    got = []

    async def serve(reader, writer):
        got.append(await reader.read(65536))
        writer.write(site)
        await writer.drain()
        writer.close()

    async def addresses(name):
        return NAMES.get(name, ())

    async def work():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        number = server.sockets[0].getsockname()[1]
        proxy = Proxy(gate or Gate(allow_private=True), addresses, wanted, **limits)
        reader, writer = await asyncio.open_connection("127.0.0.1", await proxy.start())
        writer.write(request.replace(b"PORT", str(number).encode()))
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        await proxy.close()
        server.close()
        return answer, b"".join(got), proxy

    return asyncio.run(work())


def test_a_plain_request_goes_on_in_the_form_of_a_site_and_is_the_last_of_its_connection():
    answer, got, proxy = through(b"GET http://site.exemple.fr:PORT/a?b HTTP/1.1\r\nHost: site.exemple.fr\r\nProxy-Connection: keep-alive\r\n\r\n")
    assert got == b"GET /a?b HTTP/1.1\r\nHost: site.exemple.fr\r\nConnection: close\r\n\r\n"
    assert answer == b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello"
    assert len(proxy.reached) == 1


def test_what_follows_the_body_is_never_passed_on():
    _, got, _ = through(b"POST http://site.exemple.fr:PORT/ HTTP/1.1\r\nContent-Length: 2\r\n\r\nabGET http://other.exemple.fr/ HTTP/1.1\r\n\r\n")
    assert got.endswith(b"\r\n\r\nab")


def test_a_tunnel_carries_bytes_as_they_are():
    answer, got, _ = through(b"CONNECT site.exemple.fr:PORT HTTP/1.1\r\n\r\n\x16\x03\x01", site=b"\x00\xff")
    assert (answer, got) == (b"HTTP/1.1 200 OK\r\n\r\n\x00\xff", b"\x16\x03\x01")


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (b"CONNECT 127.0.0.1:443 HTTP/1.1\r\n\r\n", "127.0.0.1 is not a public address"),
        (b"CONNECT [::1]:443 HTTP/1.1\r\n\r\n", "::1 is not a public address"),
        (b"CONNECT inside.exemple.fr:443 HTTP/1.1\r\n\r\n", "10.0.0.1 is not a public address"),
        (b"CONNECT 51.91.236.193:22 HTTP/1.1\r\n\r\n", "port 22 is not used for this"),
        (b"CONNECT localhost:443 HTTP/1.1\r\n\r\n", "localhost is no host name of the Internet"),
        (b"CONNECT 0x7f.1:443 HTTP/1.1\r\n\r\n", "0x7f.1 is a number in disguise"),
        (b"CONNECT site.exemple.fr HTTP/1.1\r\n\r\n", "this is no host with a port"),
        (b"GET http://169.254.169.254/latest HTTP/1.1\r\n\r\n", "169.254.169.254 is not a public address"),
        (b"GET http://me:secret@site.exemple.fr/ HTTP/1.1\r\n\r\n", "an address with a user name in it is not followed"),
        (b"GET /relative HTTP/1.1\r\n\r\n", "this: only http and https are followed"),
    ],
)
def test_what_leads_inwards_or_elsewhere_is_refused_unconnected(request_, reason):
    answer, got, proxy = through(request_, Gate())
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert (list(proxy.refused.values()), proxy.reached, got) == ([reason], [], b"")


def test_what_the_page_did_not_ask_for_is_not_even_looked_up():
    answer, got, proxy = through(b"CONNECT site.exemple.fr:PORT HTTP/1.1\r\n\r\n", wanted=lambda place: False)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert (list(proxy.refused.values()), proxy.reached, got) == (["the page did not ask for this"], [], b"")


def test_bytes_are_limited():
    answer, _, _ = through(b"CONNECT site.exemple.fr:PORT HTTP/1.1\r\n\r\nx", site=b"y" * 5000, max_bytes=1000)
    assert b"y" not in answer


def test_a_site_that_is_not_there_is_no_refusal():
    answer, _, proxy = through(b"CONNECT nowhere.exemple.fr:443 HTTP/1.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 502 ")
    assert proxy.refused == {"nowhere.exemple.fr:443": "nobody answered there"}


@pytest.mark.parametrize(
    "site",
    [
        b"HTTP/1.1\r\n\r\n",
        b"\r\n\r\n",
        b"nonsense" * 10_000,
        b"HTTP/1.1 101 Switching\r\n\r\nx",
        b"HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Negotiate\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 2000,
    ],
)
def test_a_site_that_talks_nonsense_or_plays_the_proxy_is_cut_off(site, caplog):
    answer, _, _ = through(b"GET http://site.exemple.fr:PORT/ HTTP/1.1\r\n\r\n", site=site, max_bytes=20_000)
    assert answer == b""
    assert not caplog.records
