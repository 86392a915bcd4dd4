"""Resolvers that misbehave before the right one, and a name server whose answers change."""

import asyncio
import random
import struct
from collections import Counter
from collections.abc import Callable
from ipaddress import ip_address
from typing import cast

from world.faults import wire
from world.faults.table import ADDRESSES, REBINDING, RESOLVERS
from world.zones import RESOLVER

_LATE_S = 1.5
_TYPES = {"no-mx": 15, "no-txt": 16}
Answers = list[tuple[float, bytes]]
_dice = random.Random(1)


async def _right(query: bytes) -> bytes:
    """Return what the right resolver answers."""
    reader, writer = await asyncio.open_connection(RESOLVER, 53)
    try:
        writer.write(struct.pack("!H", len(query)) + query)
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        return await reader.readexactly(length)
    finally:
        writer.close()


def datagrams(fault: str, turn: int, query: bytes, right: bytes) -> Answers:
    """Return what is sent back, each with its delay in seconds, when a question is asked for the `turn`-th time in a row."""
    match fault:
        case "drop-all":
            return []
        case "drop-first" | "drop-first-two" if turn <= (1 if fault == "drop-first" else 2):
            return []
        case "no-mx" | "no-txt" if wire.asked_type(query) == _TYPES[fault]:
            return []
        case "drop-tenth" if _dice.random() < 0.1:
            return []
        case "late":
            return [(_LATE_S, right)]
        case "truncated" | "tcp-closes":
            return [(0, wire.empty(query, wire.TC))]
        case "servfail-once" if turn == 1:
            return [(0, wire.empty(query, wire.SERVFAIL))]
        case "servfail-always":
            return [(0, wire.empty(query, wire.SERVFAIL))]
        case "refused":
            return [(0, wire.empty(query, wire.REFUSED))]
        case "formerr-edns" if wire.has_edns(query):
            return [(0, wire.empty(query, wire.FORMERR))]
        case "wrong-id-then-right":
            return [(0, wire.other_id(right)), (0.02, right)]
        case "wrong-id":
            return [(0, wire.other_id(right))]
        case "wrong-question-then-right":
            return [(0, wire.other_question(right)), (0.02, right)]
        case "half":
            return [(0, right[: len(right) // 2])]
        case "garbage":
            return [(0, query[:2] + b"\xff" * 30)]
    return [(0, right)]


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answer: Callable[[bytes], "asyncio.Future[Answers]"]) -> None:
        self._answer = answer
        self._tasks: set[asyncio.Future[Answers]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        task = self._answer(data)
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._send(done, addr))

    def _send(self, task: "asyncio.Future[Answers]", addr: tuple[str, int]) -> None:
        self._tasks.discard(task)
        for delay, data in task.result() if not task.exception() else []:
            asyncio.get_running_loop().call_later(delay, self._transport.sendto, data, addr)


class _Faulty:
    """One faulty resolver. What it counts for a question begins anew after a right answer."""

    def __init__(self, fault: str) -> None:
        self._fault = fault
        self._asked: Counter[bytes] = Counter()

    def answer(self, query: bytes) -> "asyncio.Future[Answers]":
        return asyncio.ensure_future(self._over_udp(query))

    async def _over_udp(self, query: bytes) -> Answers:
        key = wire.question(query)
        self._asked[key] += 1
        turn = self._asked[key]
        found = datagrams(self._fault, turn, query, await _right(query))
        if any(data[3] & 15 == 0 for _, data in found):
            self._asked[key] = 0
        return found

    async def over_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while self._fault != "tcp-closes":
                (length,) = struct.unpack("!H", await reader.readexactly(2))
                await self._send(await reader.readexactly(length), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    async def _send(self, query: bytes, writer: asyncio.StreamWriter) -> None:
        right = await _right(query)
        found = [(0.0, right)] if self._fault == "truncated" else await self._over_udp(query)
        for delay, data in found:
            await asyncio.sleep(delay)
            writer.write(struct.pack("!H", len(data)) + data)


class _Rebinding:
    """Answers every other time with an address of the asking machine itself."""

    def __init__(self) -> None:
        self._turn = 0

    def answer(self, query: bytes) -> "asyncio.Future[Answers]":
        told: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()
        told.set_result([(0, self._message(query))])
        return told

    def _message(self, query: bytes) -> bytes:
        if wire.asked_type(query) != 1:
            return wire.empty(query, 0x0400)
        if wire.question(query).startswith(b"\x02ns"):
            return wire.addresses(query, ip_address(REBINDING).packed)
        self._turn += 1
        return wire.addresses(query, ip_address(ADDRESSES["sain"] if self._turn % 2 else "127.0.0.1").packed)


async def serve() -> None:
    """Start all faulty resolvers."""
    loop = asyncio.get_running_loop()
    for fault, address in RESOLVERS.items():
        faulty = _Faulty(fault)
        await loop.create_datagram_endpoint(lambda faulty=faulty: _Datagrams(faulty.answer), local_addr=(address, 53))  # type: ignore[misc]
        await asyncio.start_server(faulty.over_tcp, address, 53)
    rebinding = _Rebinding()
    await loop.create_datagram_endpoint(lambda: _Datagrams(rebinding.answer), local_addr=(REBINDING, 53))
