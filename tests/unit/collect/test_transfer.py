"""One request over a real connection on loopback: what is kept, what is refused, what is cut."""

import asyncio
import gzip
import socket
import threading
import time
from contextlib import closing

import pytest

from bascule.collect.transfer import MAX_BODY, Transfers
from bascule.guard import Gate, Target
from bascule.guard.pace import Pace

AGENT = "Bascule/test (+postmaster@exemple.fr)"


class Server:
    """Answers every connection with the same bytes, in pieces; keeps what it was sent."""

    def __init__(self, *pieces, pause=0.0, greet=False, hold=0.0):
        self.pieces, self.pause, self.greet, self.hold = pieces, pause, greet, hold
        self.requests, self.connections = [], 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                stream, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(stream,), daemon=True).start()

    def _answer(self, stream):
        with closing(stream):
            try:
                if not self.greet:
                    self.requests.append(stream.recv(65536))
                for piece in self.pieces:
                    stream.sendall(piece)
                    time.sleep(self.pause)
                    if self.greet:
                        self.requests.append(stream.recv(4096))
                time.sleep(self.hold)
            except OSError:
                pass

    def close(self):
        self._socket.close()


@pytest.fixture
def carried(tmp_path):
    """Carry one request to a server; return the reply and the server."""
    servers = []

    def carry(*pieces, gate=None, address="127.0.0.1", smtp=False, patience=15.0, **more):
        server = Server(*pieces, greet=smtp, **more)
        servers.append(server)

        async def go():
            transfers = Transfers(gate or Gate(allow_private=True), Pace(tmp_path), AGENT, "exemple.fr")
            try:
                if smtp:
                    return await transfers.greet("mx.exemple.fr", server.port, (address,))
                return await transfers.get(Target("http", "exemple.fr", server.port, "/"), (address,), patience=patience)
            finally:
                await transfers.close()

        return asyncio.run(go()), server

    yield carry
    for server in servers:
        server.close()


def head(*lines):
    return "\r\n".join(("HTTP/1.1 200 OK", "Connection: close", *lines, "", "")).encode()


def test_the_page_comes_with_its_headers_in_order_repeated_ones_too(carried):
    reply, server = carried(head("Set-Cookie: a=1", "X-Powered-By: PHP", "Set-Cookie: b=2"), b"<html>")
    assert (reply.status, reply.body, reply.truncated, reply.code) == (200, b"<html>", False, None)
    assert reply.address == "127.0.0.1"
    assert [pair for pair in reply.lines if pair[0] != "Connection"][1:4] == [("Set-Cookie", "a=1"), ("X-Powered-By", "PHP"), ("Set-Cookie", "b=2")]
    assert f"User-Agent: {AGENT}".encode() in server.requests[0]
    assert b"Host: exemple.fr" in server.requests[0]
    assert b"Cookie" not in server.requests[0]


def test_a_private_address_is_never_connected_to(carried):
    reply, server = carried(head(), b"x", gate=Gate())
    assert reply.code == "blocked"
    assert "127.0.0.1" in reply.reason
    assert server.connections == 0


def test_the_socket_itself_is_judged_even_when_the_list_was_let_through(carried, monkeypatch):
    gate = Gate()
    monkeypatch.setattr(gate, "admit_all", lambda *_: None)
    reply, server = carried(head(), b"x", gate=gate)
    assert (reply.code, server.connections) == ("blocked", 0)


def test_a_proxy_of_the_environment_is_not_used(carried, monkeypatch):
    proxy = Server(head(), b"proxied")
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    reply, server = carried(head(), b"direct")
    proxy.close()
    assert (reply.body, proxy.connections, server.connections) == (b"direct", 0, 1)


def test_a_packed_body_is_unpacked_within_the_limit(carried):
    assert carried(head("Content-Encoding: gzip"), gzip.compress(b"<html>" * 1000))[0].body == b"<html>" * 1000
    reply, _ = carried(head("Content-Encoding: gzip"), gzip.compress(bytes(50 * 1024 * 1024)))
    assert (len(reply.body), reply.truncated, reply.code) == (MAX_BODY, True, None)


def test_a_large_body_is_cut_and_kept(carried):
    reply, _ = carried(head(), *[b"x" * 1_000_000] * 6)
    assert (len(reply.body), reply.truncated, reply.status) == (MAX_BODY, True, 200)


def test_a_body_that_breaks_off_is_kept_and_says_so(carried):
    reply, _ = carried(head("Content-Length: 1000"), b"<html>half")
    assert (reply.body, reply.truncated, reply.code) == (b"<html>half", True, None)


def test_headers_without_end_come_to_an_end(carried):
    reply, _ = carried(b"HTTP/1.1 200 OK\r\n", *[b"X-A: " + b"y" * 60_000 + b"\r\n"] * 30)
    assert reply.code == "refused"
    assert len(reply.lines) <= 200


def test_a_closed_port_is_refused_and_a_silent_one_times_out(carried):
    assert carried(hold=2, patience=0.3)[0].code == "timeout"
    assert carried(head(), address="127.0.0.2")[0].code == "refused"


def test_drops_by_drops_it_ends_with_what_came(carried):
    reply, _ = carried(head("Content-Length: 1000"), *[b"x"] * 30, pause=0.1, patience=0.5)
    assert reply.truncated
    assert 0 < len(reply.body) < 30
    assert reply.status == 200


def test_no_answer_of_http_is_refused(carried):
    assert carried(b"SSH-2.0-x\r\n")[0].code == "refused"


def test_a_mail_server_is_greeted_and_left(carried):
    replies = (b"220 mx.exemple.fr ESMTP Postfix\r\n", b"250-mx.exemple.fr\r\n250-SIZE 1000\r\n250 8BITMIME\r\n", b"221 bye\r\n")
    reply, server = carried(*replies, smtp=True)
    assert [text for _, text in reply.lines[:4]] == ["220 mx.exemple.fr ESMTP Postfix", "250-mx.exemple.fr", "250-SIZE 1000", "250 8BITMIME"]
    assert server.requests[0] == b"EHLO exemple.fr\r\n"
    assert not any(b"MAIL" in request or b"RCPT" in request or b"VRFY" in request or b"AUTH" in request for request in server.requests)


def test_a_trailer_changes_nothing_about_a_page_that_has_come(carried):
    chunked = b"6\r\n<html>\r\n0\r\nContent-Encoding: gzip\r\nHTTP/9: x\r\n\r\n"
    reply, _ = carried(head("Transfer-Encoding: chunked", "Trailer: Content-Encoding"), chunked)
    assert (reply.status, reply.body, reply.truncated) == (200, b"<html>", False)


@pytest.mark.parametrize("host", ["victim.fr#.attacker.example", "localhost#.attacker.example", "a/b.exemple.fr", "-x.exemple.fr", "mx.exemple.fr:26"])
def test_a_host_that_could_be_read_in_two_ways_is_not_greeted(tmp_path, host):
    async def go():
        transfers = Transfers(Gate(allow_private=True), Pace(tmp_path), AGENT, "exemple.fr")
        try:
            return await transfers.greet(host, 25, ("127.0.0.1",))
        finally:
            await transfers.close()

    assert asyncio.run(go()).code == "blocked"
