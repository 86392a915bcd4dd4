"""A DNS server on loopback that behaves as the first label of the name says (UDP and TCP); the truth is always 192.0.2.1."""

import collections
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

TRUTH, FORGED = "192.0.2.1", "203.0.113.66"
LATE = 1.6


class FaultyServer:
    """Serves until it is stopped; counts what it was asked."""

    def __init__(self) -> None:
        self.asked: collections.Counter[str] = collections.Counter()
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self.port = self._udp.getsockname()[1]
        self._tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._tcp.bind(("127.0.0.1", self.port))
        self._tcp.listen()
        for work in (self._datagrams, self._streams):
            threading.Thread(target=work, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._udp.close()
        self._tcp.close()

    def _datagrams(self) -> None:
        while True:
            try:
                wire, peer = self._udp.recvfrom(4096)
            except OSError:
                return
            name = dns.message.from_wire(wire).question[0].name.to_text().lower()
            self.asked[name] += 1
            for delay, reply in replies(name.split(".")[0], self.asked[name], wire):
                threading.Timer(delay, self._send, (reply, peer)).start() if delay else self._send(reply, peer)

    def _send(self, reply: bytes, peer: tuple[str, int]) -> None:
        with suppress(OSError):
            self._udp.sendto(reply, peer)

    def _streams(self) -> None:
        while True:
            try:
                stream, _ = self._tcp.accept()
            except OSError:
                return
            threading.Thread(target=_stream, args=(stream,), daemon=True).start()


def _stream(stream: socket.socket) -> None:
    with stream, suppress(OSError, struct.error):
        while True:
            (length,) = struct.unpack("!H", stream.recv(2))
            query = dns.message.from_wire(stream.recv(length))
            if query.question[0].name.to_text().startswith("tc-closed"):
                return
            wire = answer(query).to_wire()
            stream.sendall(struct.pack("!H", len(wire)) + wire)


@contextmanager
def faulty() -> Iterator[FaultyServer]:
    server = FaultyServer()
    try:
        yield server
    finally:
        server.stop()


def answer(query: dns.message.Message, address: str = TRUTH) -> dns.message.Message:
    reply = dns.message.make_response(query)
    name = query.question[0].name
    if query.question[0].rdtype == dns.rdatatype.A:
        reply.answer.append(dns.rrset.from_text(name, 60, "IN", "A", address))
    return reply


def refusal(query: dns.message.Message, code: int) -> bytes:
    reply = dns.message.make_response(query)
    reply.set_rcode(code)
    return reply.to_wire()


def chain(query: dns.message.Message, *links: str, end: bool = True) -> bytes:
    reply = dns.message.make_response(query)
    names = [query.question[0].name.to_text(), *links]
    for at, to in pairwise(names):
        reply.answer.append(dns.rrset.from_text(at, 60, "IN", "CNAME", to))
    if end:
        reply.answer.append(dns.rrset.from_text(names[-1], 60, "IN", "A", TRUTH))
    return reply.to_wire()


def replies(case: str, turn: int, wire: bytes) -> list[tuple[float, bytes]]:
    """Return the datagrams to send, each with its delay in seconds, when a case is asked for the `turn`-th time."""
    query = dns.message.from_wire(wire)
    good, forged = answer(query).to_wire(), answer(query, FORGED).to_wire()
    empty = dns.message.make_response(query)
    match case:
        case "tc" | "tc-closed":
            empty.flags |= dns.flags.TC
            return [(0, empty.to_wire())]
        case "drop1" | "drop2" if turn <= int(case[-1]):
            return []
        case "drop-all":
            return []
        case "servfail1" if turn == 1:
            return [(0, refusal(query, dns.rcode.SERVFAIL))]
        case "servfail":
            return [(0, refusal(query, dns.rcode.SERVFAIL))]
        case "refused":
            return [(0, refusal(query, dns.rcode.REFUSED))]
        case "yxdomain" | "badcookie" | "notauth":
            return [(0, refusal(query, {"yxdomain": 6, "notauth": 9, "badcookie": 11}[case]))]
        case "nxdomain":
            return [(0, refusal(query, dns.rcode.NXDOMAIN))]
        case "nodata":
            return [(0, empty.to_wire())]
        case "formerr-edns" if query.edns >= 0:
            plain = dns.message.make_response(query)
            plain.set_rcode(dns.rcode.FORMERR)
            plain.use_edns(-1)
            return [(0, plain.to_wire())]
        case "bad-id":
            return [(0, bytes([forged[0] ^ 0x55]) + forged[1:]), (0.02, good)]
        case "bad-id-only":
            return [(0, bytes([forged[0] ^ 0x55]) + forged[1:])]
        case "bad-question":
            return [(0, forged.replace(b"bad-question", b"not-question")), (0.02, good)]
        case "garbage":
            return [(0, wire[:2] + b"\xff" * 30)]
        case "half":
            return [(0, good[: len(good) // 2])]
        case "late":
            return [(LATE, good)] if turn == 1 else []
        case "slow":
            return [(LATE, good)]
        case "late-lie":
            return [(0, refusal(query, dns.rcode.SERVFAIL)), (0.1, forged)] if turn == 1 else [(0, good)]
        case "chain":
            return [(0, chain(query, "b.test.", "c.test."))]
        case "loop":
            return [(0, chain(query, "b.test.", query.question[0].name.to_text(), end=False))]
        case "dangling":
            return [(0, chain(query, "b.test.", end=False))]
        case "stranger":
            reply = dns.message.make_response(query)
            reply.answer.append(dns.rrset.from_text("somebody-else.test.", 60, "IN", "A", FORGED))
            return [(0, reply.to_wire())]
    return [(0, good)]
