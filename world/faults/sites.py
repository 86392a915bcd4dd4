"""Web servers that misbehave, each on its own address, plain and with TLS."""

import asyncio
import socket
import ssl
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

from world.faults.table import ADDRESSES, REDIRECTS, ZONE

_PAGE = b"<!doctype html><html lang=fr><title>Essai</title><p>Bonjour.</p></html>"
_MEGABYTE = 1 << 20


def _head(*headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", *headers, "", ""]).encode()


def _ordinary() -> bytes:
    return _head(f"Content-Length: {len(_PAGE)}", "Connection: close") + _PAGE


async def _zeros() -> AsyncIterator[bytes]:
    """A gigabyte of zeros in about a megabyte, made while it is read."""
    yield _head("Content-Encoding: gzip", "Connection: close")
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for _ in range(1024):
        yield packer.compress(bytes(_MEGABYTE))
        await asyncio.sleep(0)
    yield packer.flush()


async def _drops(at_once: int) -> AsyncIterator[bytes]:
    """The first bytes at once, the others one a second."""
    data = _ordinary()
    yield data[:at_once]
    for place in range(at_once, len(data)):
        yield data[place : place + 1]
        await asyncio.sleep(1)


async def _headers() -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    number = 0
    while True:
        number += 1
        yield f"X-Suite-{number}: {'a' * 200}\r\n".encode()
        await asyncio.sleep(0)


async def _huge() -> AsyncIterator[bytes]:
    yield _head(f"Content-Length: {10 * _MEGABYTE}", "Connection: close")
    for _ in range(10):
        yield b"<p>Bonjour.</p>\n" * (_MEGABYTE // 16)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


_STREAMS: dict[str, Callable[[], AsyncIterator[bytes]]] = {
    "bombe": _zeros,
    "goutte": partial(_drops, len(_ordinary()) - len(_PAGE)),
    "goutte-entetes": partial(_drops, 0),
    "entetes": _headers,
    "enorme": _huge,
}


def _answer(label: str, path: str) -> AsyncIterator[bytes] | None:
    """Return what a site sends; None when it says nothing."""
    if label == "silencieux":
        return None
    if label in _STREAMS:
        return _STREAMS[label]()
    if label in REDIRECTS:
        return _once(_head(f"Location: {REDIRECTS[label]}", "Content-Length: 0", "Connection: close", status="302 Found"))
    if label == "boucle":
        return _once(_head(f"Location: {path}x", "Content-Length: 0", "Connection: close", status="302 Found"))
    if label in ("court", "coupe"):
        return _once(_head("Content-Length: 5000", "Connection: close") + _PAGE)
    return _once(_ordinary())


async def _serve(label: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        request = await reader.readuntil(b"\r\n\r\n")
        parts = _answer(label, request.split(b" ")[1].decode("ascii", "replace"))
        if parts is None:
            await reader.read()
        else:
            async for part in parts:
                writer.write(part)
                await writer.drain()
        if label == "coupe":
            await _reset(writer)
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
        pass
    writer.close()


async def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with a reset (RFC 9293): closing with nothing to linger for."""
    await asyncio.sleep(0.05)
    handle: socket.socket = writer.get_extra_info("socket")
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


def _context(folder: Path, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
    return context


async def serve(folder: Path) -> None:
    """Start all faulty sites with the certificates of a folder."""
    right, other = _context(folder, ZONE), _context(folder, "autre")
    for label, address in ADDRESSES.items():
        await asyncio.start_server(partial(_serve, label), address, 80)
        if label == "fige":
            await asyncio.start_server(_stall, address, 443)
        else:
            await asyncio.start_server(partial(_serve, label), address, 443, ssl=other if label == "autre-nom" else right)
