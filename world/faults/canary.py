"""Listeners on addresses that no guarded client may ever reach; each connection or datagram leaves a line in a file."""

import asyncio
from functools import partial
from pathlib import Path

ADDRESSES = (
    "127.0.0.1",
    "127.0.0.2",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "::1",
    "fd00::1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
)
PORTS = (25, 53, 80, 443)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, told: partial[None]) -> None:
        self._told = told

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._told()


def _tell(file: Path, what: str) -> None:
    with file.open("a", encoding="utf-8") as log:
        log.write(f"{what}\n")


async def serve(file: Path) -> None:
    """Listen on all of them; the file appears when all listen."""
    loop = asyncio.get_running_loop()
    for address in ADDRESSES:
        for port in PORTS:
            told = partial(_tell, file, f"{address} {port}")
            await asyncio.start_server(partial(_accepted, told), address, port)
        await loop.create_datagram_endpoint(partial(_Datagrams, partial(_tell, file, f"{address} 53/udp")), local_addr=(address, 53))
    file.touch()


async def _accepted(told: partial[None], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer as a service inside would, so that a client that got here shows what it read."""
    told()
    await asyncio.wait([asyncio.ensure_future(reader.read(1024))], timeout=0.2)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")
    writer.close()


def hits(file: Path) -> dict[str, int]:
    """Return how often each address and port was reached (`127.0.0.1 80`)."""
    counts: dict[str, int] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        counts[line] = counts.get(line, 0) + 1
    return counts
