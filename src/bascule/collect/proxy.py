"""The only door of the browser: a proxy on the loopback that looks names up with our own resolver and asks the gate about each connection.

Two kinds of requests are served (RFC 9110, 7.1 and 9.3.6): `CONNECT host:port` for TLS and web sockets, and addresses in absolute form for
plain HTTP. Each connection carries one request, so that no site ever gets a request that was meant for another.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bascule.guard import WEB, BlockedError, Gate, plain_host, target

MAX_BYTES = 50 * 1024 * 1024
"""Both ways, all connections together."""
MAX_CONNECTIONS = 500
_AT_ONCE = 64
_MAX_HEAD = 64 * 1024
_CHUNK = 64 * 1024
_CONNECT = 6.0
_NEWS = 1.0
"""Seconds within which the page's wish for a host is told; it may come a little later than the connection."""
_OF_ONE_HOP = (b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization", b"proxy-authenticate", b"te", b"trailer", b"upgrade")
_END = b"\r\n\r\n"

PROBE = "bascule-probe.invalid"
"""A host that cannot be (RFC 2606): whoever asks for it here shows that it comes through here."""

Wanted = Callable[[str], bool]
"""`host:port` → whether the page asked for it."""
Addresses = Callable[[str], Awaitable[tuple[str, ...]]]
"""Name → its addresses, none when it has none."""


class Proxy:
    """Carries what one browser asks for, within limits.

    Args:
        gate: Decides about each connection.
        addresses: Looks names up; what it answers is connected to, nothing else.
        wanted: Tells the page's calls from those of the browser itself (to its maker: updates, accounts); these get no look-up and no connection.

    Attributes:
        hosts: `host:port` of each request, in the order in which they came.
        refused: `host:port` → why nothing was connected to.
        reached: `address:port` of each connection made.
    """

    def __init__(self, gate: Gate, addresses: Addresses, wanted: Wanted, max_bytes: int = MAX_BYTES) -> None:
        self.hosts: dict[str, None] = {}
        self.refused: dict[str, str] = {}
        self.reached: list[str] = []
        self._gate, self._addresses, self._wanted, self._left = gate, addresses, wanted, max_bytes
        self._count, self._turns = 0, asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen on the loopback; return the port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_MAX_HEAD)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """End every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self._count += 1
            if self._count > 2 * MAX_CONNECTIONS:
                return
            async with self._turns:
                await self._request(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, _BrokenError):
            pass  # Either side went away or talks nonsense, or the bytes are used up: a browser takes a closed connection for an error of the network.
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(_END)
        method, _, rest = head.partition(b"\r\n")[0].decode("latin-1").partition(" ")
        where = rest.rpartition(" ")[0]
        name = where[:300]
        try:
            host, port, path = _authority(where) if method == "CONNECT" else _absolute(where)
            name = f"{host}:{port}"
            self.hosts[name] = None
            if host == PROBE:
                raise BlockedError("this is asked to see who comes")
            await self._ask_page(name)
            onward = await self._connect(host, port)
        except BlockedError as error:
            self.refused[name] = str(error)
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            return
        except OSError:
            self.refused[name] = "nobody answered there"
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            return
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
                await self._both(reader, writer, *onward)
            else:
                await self._plain(f"{method} {path} HTTP/1.1", head, reader, writer, *onward)
        finally:
            onward[1].close()

    async def _ask_page(self, name: str) -> None:
        for _ in range(int(_NEWS / 0.02)):
            if self._wanted(name):
                return
            await asyncio.sleep(0.02)
        raise BlockedError("the page did not ask for this")

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._count > MAX_CONNECTIONS or self._left <= 0:
            raise BlockedError("the page asked for more than a visit may cost")
        addresses = (host,) if _literal(host) else await self._addresses(host)
        if not addresses:
            raise OSError(f"{host} has no address")
        self._gate.admit_all(addresses, port, WEB)
        for address in addresses[:2]:
            with suppress(OSError, TimeoutError):
                found = await asyncio.wait_for(asyncio.open_connection(address, port, limit=_MAX_HEAD), _CONNECT)
                self.reached.append(f"{address}:{port}")
                return found
        raise OSError(f"{host} does not answer")

    async def _plain(
        self, line: str, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, back: asyncio.StreamReader, onward: asyncio.StreamWriter
    ) -> None:
        """Pass one request on with its body, and the answer back until the site closes."""
        onward.write(line.encode("latin-1") + b"\r\n" + _headers(head) + b"Connection: close" + _END)
        await onward.drain()
        left = _length(head)
        while left > 0 and (piece := await reader.read(min(left, _CHUNK))):
            left -= len(piece)
            await self._pass(piece, onward)
        status = b"1"
        while status.startswith(b"1"):
            answer = await back.readuntil(_END)
            self._count_bytes(len(answer))
            status = answer.partition(b"\r\n")[0].partition(b" ")[2]
            if status.startswith(b"101") or not status[:3].isdigit() or not answer.startswith(b"HTTP/1."):
                raise _BrokenError
        if status.startswith(b"407"):
            raise _BrokenError  # A site is no proxy: nobody answers it with what a proxy may ask for.
        writer.write(answer.partition(b"\r\n")[0] + b"\r\n" + _headers(answer) + b"Connection: close" + _END)
        await self._pump(back, writer)

    async def _both(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, back: asyncio.StreamReader, onward: asyncio.StreamWriter) -> None:
        ways = [asyncio.ensure_future(self._pump(reader, onward)), asyncio.ensure_future(self._pump(back, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(_CHUNK):
            await self._pass(piece, writer)

    async def _pass(self, piece: bytes, writer: asyncio.StreamWriter) -> None:
        self._count_bytes(len(piece))
        writer.write(piece)
        await writer.drain()

    def _count_bytes(self, number: int) -> None:
        self._left -= number
        if self._left < 0:
            raise _BrokenError


class _BrokenError(Exception):
    """This connection ends here."""


def _authority(text: str) -> tuple[str, int, str]:
    """Read `host:port` (RFC 9112, 3.2.3)."""
    host, colon, port = text.rpartition(":")
    if not (colon and port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        raise BlockedError("this is no host with a port")
    return plain_host(host.removeprefix("[").removesuffix("]").rstrip(".")), int(port), ""


def _absolute(text: str) -> tuple[str, int, str]:
    found = target(text)
    if found.scheme != "http":
        raise BlockedError("only http is asked for in this form")
    return found.host, found.port, found.path


def _literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _headers(head: bytes) -> bytes:
    """Return the header lines that are not for this hop (RFC 9110, 7.6.1)."""
    lines = head[: -len(_END)].split(b"\r\n")[1:]
    return b"".join(line + b"\r\n" for line in lines if line.partition(b":")[0].strip().lower() not in _OF_ONE_HOP)


def _length(head: bytes) -> int:
    """Return how long the body of a request is; browsers say it, and what they do not say is none."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return 0
