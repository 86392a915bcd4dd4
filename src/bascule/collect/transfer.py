"""The one way out for HTTP, TLS and SMTP: every connection passes the gate at the moment when it is made.

libcurl gets the addresses that our own resolver found and nothing to resolve, no proxy, no redirect to follow, no password; what it is
about to connect to is judged once more when it opens the socket.
"""

import re
import socket
import ssl
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import msgspec
import pycurl

from bascule.collect.certificates import chain
from bascule.collect.inflate import Body
from bascule.guard import MAIL, WEB, BlockedError, Gate, Target, plain_host
from bascule.guard.pace import Pace

MAX_BODY = 2 * 1024 * 1024
_MAX_HEADERS = 200
_MAX_VALUE = 8192
_CONNECT_MS = 6_000
PATIENCE = 15.0
"""Seconds for one page or one greeting."""
_STATUS = re.compile(r"HTTP/\d")
_GREETING_PACE = (2, 1 / 30)
"""Greetings of one mail server: a burst of two, then two a minute."""
_CODES = {
    pycurl.E_OPERATION_TIMEDOUT: "timeout",
    pycurl.E_COULDNT_CONNECT: "refused",
}
_TOLD = (pycurl.E_RECV_ERROR, pycurl.E_PARTIAL_FILE, pycurl.E_GOT_NOTHING, pycurl.E_WRITE_ERROR, pycurl.E_OPERATION_TIMEDOUT)


class Reply(msgspec.Struct):
    """What came back over one connection.

    Attributes:
        lines: Lines that a mail server said, or headers of a site as (name, value), in order, repeated ones too.
        certificates: Chain, leaf first; empty without TLS.
        truncated: The body ended early, by the limit, the clock or the other side.
        code: Why nothing came (`timeout`, `refused`, `blocked`); None when something did.
    """

    address: str = ""
    status: int = 0
    lines: list[tuple[str, str]] = []
    body: bytes = b""
    truncated: bool = False
    certificates: list[dict[str, Any]] = []
    code: str | None = None
    reason: str | None = None


_Prepare = Callable[[str], tuple[pycurl.Curl, "_Answer"]]
"""Makes the request to one address."""


class Transfers:
    """Carries requests out, many at once, within the pace.

    Args:
        agent: What to call ourselves: name, version, and how to reach whoever asks.
        own_name: The name to give to mail servers (RFC 5321, 4.1.1.1).
    """

    def __init__(self, gate: Gate, pace: Pace, agent: str, own_name: str) -> None:
        self.gate = gate
        self._pace = pace
        self.agent = agent
        self._own_name = own_name
        self._multi = pycurl.AsyncCurlMulti()

    async def get(self, where: Target, addresses: tuple[str, ...], verify: bool = False, limit: int = MAX_BODY, patience: float = PATIENCE) -> Reply:
        """Ask a site for one page, at addresses that were looked up before; see `reach`."""

        def page(address: str) -> tuple[pycurl.Curl, _Answer]:
            handle, answer = self._handle(where.url, where.host, where.port, address, limit, WEB)
            self._dress(handle, verify, patience)
            return handle, answer

        return await self._carry(page, where.host, addresses, where.port, WEB)

    async def greet(self, host: str, port: int, addresses: tuple[str, ...]) -> Reply:
        """Greet a mail server, ask for TLS, look at its certificate, and leave: no mail is sent, no address is asked about."""

        def greeting(address: str) -> tuple[pycurl.Curl, _Answer]:
            handle, answer = self._handle(f"smtp://{host}:{port}/{self._own_name}", host, port, address, MAX_BODY, MAIL)
            handle.setopt(pycurl.USE_SSL, pycurl.USESSL_TRY)
            handle.setopt(pycurl.CUSTOMREQUEST, "QUIT")
            handle.setopt(pycurl.NOBODY, 1)
            return handle, answer

        return await self._carry(greeting, host, addresses, port, MAIL)

    def _dress(self, handle: pycurl.Curl, verify: bool, patience: float) -> None:
        handle.setopt(pycurl.USERAGENT, self.agent)
        handle.setopt(pycurl.HTTPHEADER, ["Accept: text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding: gzip", "Accept-Language: fr,en;q=0.5"])
        handle.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        handle.setopt(pycurl.HTTP_CONTENT_DECODING, 0)
        handle.setopt(pycurl.TIMEOUT_MS, int(patience * 1000))
        if verify:
            _trust(handle)

    async def close(self) -> None:
        """End what is under way."""
        await self._multi.aclose()

    def _handle(self, url: str, host: str, port: int, address: str, limit: int, ports: frozenset[int]) -> tuple[pycurl.Curl, "_Answer"]:
        handle, answer = pycurl.Curl(), _Answer(self.gate, limit, ports)
        pinned = f"[{address}]" if ":" in address else address
        options = {
            pycurl.URL: url,
            pycurl.RESOLVE: [f"{host}:{port}:{pinned}"],
            pycurl.PROXY: "",
            pycurl.NOPROXY: "*",
            pycurl.FOLLOWLOCATION: 0,
            # Each request has a connection of its own: a kept one would show no certificate, and might lead elsewhere.
            pycurl.FRESH_CONNECT: 1,
            pycurl.FORBID_REUSE: 1,
            pycurl.SSL_SESSIONID_CACHE: 0,
            pycurl.NOSIGNAL: 1,
            pycurl.CONNECTTIMEOUT_MS: _CONNECT_MS,
            pycurl.TIMEOUT_MS: int(PATIENCE * 1000),
            # A broken certificate is a fact to report, and nothing secret is sent: the page is read all the same.
            pycurl.SSL_VERIFYPEER: 0,
            pycurl.SSL_VERIFYHOST: 0,
            pycurl.OPT_CERTINFO: 1,
            pycurl.OPENSOCKETFUNCTION: answer.open,
            pycurl.HEADERFUNCTION: answer.header,
            pycurl.WRITEFUNCTION: answer.write,
        }
        for option, value in options.items():
            handle.setopt(option, value)
        return handle, answer

    async def _carry(self, prepare: _Prepare, host: str, addresses: tuple[str, ...], port: int, ports: frozenset[int]) -> Reply:
        """Carry one request to the first address that takes it: one of each family is tried, each in its own turn."""
        try:
            plain_host(host)
            self.gate.admit_all(addresses, port, ports)
        except BlockedError as error:
            return Reply(code="blocked", reason=str(error))
        reply = Reply()
        for address in _one_of_each(addresses):
            async with self._pace.turn(address, *(_GREETING_PACE if ports is MAIL else ())):
                reply = await self._once(*prepare(address))
            if reply.code is None or reply.code == "blocked" or reply.lines or reply.certificates:
                break
        return reply

    async def _once(self, handle: pycurl.Curl, answer: "_Answer") -> Reply:
        try:
            await self._multi.perform(handle)
        except pycurl.error as error:
            answer.failed(error)
        finally:
            answer.finish(handle)
            handle.close()
        return answer.reply


class _Answer:
    """Gathers what one transfer brings."""

    def __init__(self, gate: Gate, limit: int, ports: frozenset[int]) -> None:
        self.reply = Reply()
        self._ports = ports
        self._begun = False
        self._gate = gate
        self._limit = limit
        self._blocked: str | None = None
        self._body = Body(limit)

    def open(self, purpose: int, address: Any) -> Any:
        """Open the socket of a connection, or refuse it: this is the address that will really be used."""
        family, kind, protocol, place = address
        try:
            self._gate.admit(_plain(place[0]), int(place[1]), self._ports)
        except BlockedError as error:
            self._blocked = str(error)
            return pycurl.SOCKET_BAD
        return socket.socket(family, kind, protocol)

    def header(self, line: bytes) -> int | None:
        """Take one line: a header, or what a mail server says."""
        if self._begun:
            return None  # a trailer: the page has come, nothing about it changes any more
        text = line.decode("latin-1").rstrip("\r\n")
        if _STATUS.match(text):
            self.reply.lines, self._body = [], Body(self._limit)
        name, colon, value = text.partition(":")
        if len(self.reply.lines) < _MAX_HEADERS:
            self.reply.lines.append((name, value.strip()[:_MAX_VALUE]) if colon and not text[:3].isdigit() else ("", text[:_MAX_VALUE]))
        if colon and name.lower() == "content-encoding" and value.strip().lower() in ("gzip", "x-gzip"):
            self._body = Body(self._limit, packed=True)
        return None

    def write(self, piece: bytes) -> int | None:
        """Take a piece of the body; anything but None stops the transfer."""
        self._begun = True
        return None if self._body.take(piece) else -1

    def failed(self, error: pycurl.error) -> None:
        """Say why a transfer broke off. What came before is kept: half a page is a page, and says that it is half."""
        number, reason = error.args[0], str(error.args[1])
        self.reply.truncated = True
        if self._blocked:
            self.reply.code, self.reply.reason = "blocked", self._blocked
        elif not (self._body.data and number in _TOLD):
            self.reply.code, self.reply.reason = _CODES.get(number, "refused"), reason

    def finish(self, handle: pycurl.Curl) -> None:
        """Read what libcurl knows about the connection."""
        self.reply.address = _plain(handle.getinfo(pycurl.PRIMARY_IP) or "")
        self.reply.status = handle.getinfo(pycurl.RESPONSE_CODE)
        self.reply.certificates = chain(handle.getinfo(pycurl.INFO_CERTINFO))
        self.reply.body = self._body.data
        self.reply.truncated = self.reply.truncated or self._body.truncated


def _one_of_each(addresses: tuple[str, ...]) -> list[str]:
    """Return the first address of each family, IPv4 first."""
    return [*[text for text in addresses if ":" not in text][:1], *[text for text in addresses if ":" in text][:1]]


def _plain(address: str) -> str:
    """Return an address in its plain spelling; an IPv4 address in IPv6 clothes is judged as what it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def _trust(handle: pycurl.Curl) -> None:
    """Verify certificates against the system's own store (`SSL_CERT_FILE` names another)."""
    store = ssl.get_default_verify_paths()
    handle.setopt(pycurl.SSL_VERIFYPEER, 1)
    handle.setopt(pycurl.SSL_VERIFYHOST, 2)
    for option, path in ((pycurl.CAINFO, store.cafile), (pycurl.CAPATH, store.capath)):
        if path is not None:
            handle.setopt(option, path)
