"""The resolver of everyday: c-ares behind the `Resolver` protocol.

c-ares checks ids, questions and ports, falls back to TCP when an answer is truncated and to plain DNS when a server refuses EDNS. What it
does not do is listen on for the answer to its first datagram after it has sent a second. So each datagram here is a question of its own,
asked later and later while the earlier ones stay open: the first good answer to any of them counts. And one datagram of garbage ends
every question that shares its socket: those that it took down are asked again from a socket of their own.
"""

import asyncio
from collections.abc import Iterable
from ipaddress import ip_address

import aiodns
import pycares

from bascule.collect.presentation import host, links, shown
from bascule.collect.resolver import Answer, unanswered
from bascule.model import Outcome

ATTEMPTS = (0.0, 1.0, 3.0)
"""Seconds after which a datagram leaves, while no answer has come."""
PATIENCE = 8.0
"""Seconds after which a question ends."""
WINDOW = 128
"""Questions under way to a resolver at one time; beyond about a thousand its buffer overflows and good questions are lost."""
_AGAIN = 0.3
"""Seconds to wait before asking again a server that failed."""
_GARBLED = "what came was no DNS message"
_MAX_CHAIN = 10
_ERRORS = pycares.errno
_ABSENT = {_ERRORS.ARES_ENODATA: "NOERROR", _ERRORS.ARES_ENOTFOUND: "NXDOMAIN"}
_CODES = {
    _ERRORS.ARES_ESERVFAIL: "servfail",
    _ERRORS.ARES_EREFUSED: "refused",
    _ERRORS.ARES_ECONNREFUSED: "refused",
    _ERRORS.ARES_ENOTIMP: "refused",
    _ERRORS.ARES_ETIMEOUT: "timeout",
}


class CaresResolver:
    """Asks the resolvers of the system, or the one given.

    Args:
        server: `ADDRESS` or `ADDRESS:PORT` (IPv6 as `[ADDRESS]:PORT`); None for those of the system.

    Raises:
        ValueError: The server is no address.
        OSError: The system names no resolver.
    """

    def __init__(self, server: str | None = None) -> None:
        servers = [_checked(server)] if server else _system()
        self.source = f"resolver {server or _bare(servers[0])}"
        # One channel a server: each attempt chooses its own, and a question has one datagram and waits to the end.
        self._servers = servers
        self._window = asyncio.Semaphore(WINDOW)
        self._channels = [_channel(name) for name in servers]

    async def ask(self, kind: str, name: str) -> Answer:
        """Return the answer to one question; see `Resolver`."""
        attempts: set[asyncio.Task[Answer]] = set()
        try:
            async with self._window, asyncio.timeout(PATIENCE):
                return await self._asked(kind, name, attempts)
        except TimeoutError:
            failed = [task.result() for task in attempts if task.done() and not task.cancelled()]
            return next(iter(failed), unanswered("timeout"))
        finally:
            for task in attempts:
                task.cancel()

    async def _asked(self, kind: str, name: str, attempts: set[asyncio.Task[Answer]]) -> Answer:
        """Send one datagram after the other until one is answered; a failure moves the next one forward."""
        last = unanswered("timeout")
        begun = asyncio.get_running_loop().time()
        for turn in range(len(ATTEMPTS)):
            # A shared channel gives up early once it has seen quick answers; its garbage takes all its questions down.
            alone = last.reason == _GARBLED or (turn > 0 and last.code == "timeout")
            attempts.add(asyncio.create_task(self._alone(kind, name, turn) if alone else self._once(kind, name, self._channel(turn))))
            until = begun + ATTEMPTS[turn + 1] if turn + 1 < len(ATTEMPTS) else None
            answer = await _first(attempts, until)
            if answer is not None and answer.outcome is not Outcome.UNREACHABLE:
                return answer
            if answer is not None:
                last = answer
                await asyncio.sleep(_AGAIN if len(self._channels) == 1 and turn + 1 < len(ATTEMPTS) else 0)
        return await self._rest(attempts, last)

    async def _rest(self, attempts: set[asyncio.Task[Answer]], last: Answer) -> Answer:
        """Listen on for what is still open."""
        while attempts:
            answer = await _first(attempts, None)
            if answer is not None and answer.outcome is not Outcome.UNREACHABLE:
                return answer
            last = answer or last
        return last

    def _channel(self, turn: int) -> aiodns.DNSResolver:
        return self._channels[turn % len(self._channels)]

    async def _alone(self, kind: str, name: str, turn: int) -> Answer:
        """Send a datagram from a socket that no other question shares."""
        channel = _channel(self._servers[turn % len(self._servers)])
        try:
            return await self._once(kind, name, channel)
        finally:
            await channel.close()

    async def _once(self, kind: str, name: str, channel: aiodns.DNSResolver) -> Answer:
        try:
            return _answer(kind, name, await channel.query_dns(name, kind))
        except aiodns.error.DNSError as error:
            code, reason = error.args[0], str(error.args[1]) if len(error.args) > 1 else None
            if code in _ABSENT:
                return Answer(Outcome.ABSENT, code=_ABSENT[code])
            return unanswered(_CODES.get(code, "servfail"), _GARBLED if code == _ERRORS.ARES_EBADRESP else reason)
        except UnicodeError:
            return unanswered("servfail", "this name cannot be asked about")

    async def close(self) -> None:
        """Let go of the sockets."""
        for channel in self._channels:
            await channel.close()


_FLAGS = pycares.ARES_FLAG_EDNS | pycares.ARES_FLAG_NOSEARCH | pycares.ARES_FLAG_NOALIASES | pycares.ARES_FLAG_NOCHECKRESP
"""EDNS; no search domains, so that a name is asked as it is; failures come to us, so that we see and count each datagram."""


def _channel(server: str) -> aiodns.DNSResolver:
    return aiodns.DNSResolver(nameservers=[server], timeout=PATIENCE, tries=1, flags=_FLAGS)


async def _first(attempts: set[asyncio.Task[Answer]], until: float | None) -> Answer | None:
    """Return the first answer of the open attempts, which leaves the set; None when none came until then."""
    wait = None if until is None else max(0.0, until - asyncio.get_running_loop().time())
    done, _ = await asyncio.wait(attempts, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
    answers = [task.result() for task in done]
    attempts.difference_update(done)
    return next((answer for answer in answers if answer.outcome is not Outcome.UNREACHABLE), next(iter(answers), None))


def _answer(kind: str, name: str, result: pycares.DNSResult) -> Answer:
    """Read an answer: the links from the name asked, and the records at their end.

    Codes that c-ares does not know come as success without a record; no records at all would have come as such.
    """
    if not result.answer:
        return unanswered("servfail", "the server answered with an error")
    way = links(result.answer)
    chain: list[tuple[str, str]] = []
    at = name
    while kind != "CNAME" and at in way:
        if len(chain) >= _MAX_CHAIN or way[at] in (name, *(link[0] for link in chain)):
            return Answer(Outcome.UNREACHABLE, chain=tuple(chain), code="servfail", reason="a chain of names that does not end")
        chain.append((at, way[at]))
        at = way[at]
    records = shown(kind, [record for record in result.answer if host(record.name) == at])
    return Answer(Outcome.PRESENT if records else Outcome.ABSENT, records, tuple(chain))


def _checked(server: str) -> str:
    """Return `ADDRESS:PORT` of a server, IPv6 in brackets."""
    address, port = server, ""
    if server.startswith("[") and "]" in server:
        address, _, port = server[1:].partition("]")
    elif server.count(":") == 1:
        address, _, port = server.partition(":")
    try:
        found, number = ip_address(address), int(port.removeprefix(":") or 53)
    except ValueError as error:
        raise ValueError(server) from error
    if not 0 < number < 65536:
        raise ValueError(server)
    return f"[{found}]:{number}" if found.version == 6 else f"{found}:{number}"


def _system() -> list[str]:
    """Return the resolvers that the system names."""
    channel = pycares.Channel()
    found: Iterable[str] = channel.servers
    servers = list(found)
    channel.close()
    if not servers:
        raise OSError("no resolver")
    return servers


def _bare(server: str) -> str:
    return server.removesuffix(":53")
