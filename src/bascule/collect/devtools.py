"""Talking to a browser over its DevTools pipe: JSON messages, each ended by a zero byte; no library and no open port is needed.

Protocol: https://chromedevtools.github.io/devtools-protocol/ (`--remote-debugging-pipe`: commands on descriptor 3, answers on 4).
What the browser tells is in part a page's doing: messages are bounded, and of an event only the fields named here are read.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

import msgspec

MAX_MESSAGE = 4 * 1024 * 1024
"""A longer message is dropped: none that is waited for is; a page's data: address may be."""
_CHUNK = 64 * 1024


class Request(msgspec.Struct, frozen=True):
    """What is asked for."""

    url: str = ""


class Target(msgspec.Struct, frozen=True, rename="camel"):
    """A page, frame or worker."""

    target_id: str = ""
    type: str = ""


class Told(msgspec.Struct, frozen=True, rename="camel"):
    """The fields of the events that are listened to; each event has some of them."""

    request_id: str = ""
    request: Request = Request()
    type: str = ""
    url: str = ""
    blocked_reason: str = ""
    session_id: str = ""
    waiting_for_debugger: bool = False
    target_info: Target = Target()


class _Refusal(msgspec.Struct, frozen=True):
    message: str = ""


class _Message(msgspec.Struct, frozen=True, rename="camel"):
    id: int = 0
    method: str = ""
    session_id: str = ""
    params: msgspec.Raw = msgspec.Raw(b"{}")
    result: msgspec.Raw = msgspec.Raw(b"{}")
    error: _Refusal | None = None


class Writer(Protocol):
    """Where commands are written."""

    def write(self, data: bytes) -> None:
        """Send bytes, now or as soon as the other side takes them."""


Heard = Callable[[str, Told, str], None]
"""(method, parameters, session; none: empty) of an event."""
Result = dict[str, Any]


class BrowserError(Exception):
    """The browser went away, or refused a command; the first argument says which, in plain English."""


class DevTools:
    """One browser, spoken to over two streams.

    Args:
        heard: Told each event that it wants, in order.
        wanted: Methods of these events; the rest are not even read.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: Writer, heard: Heard, wanted: frozenset[str]) -> None:
        self._reader, self._writer, self._heard, self._wanted = reader, writer, heard, wanted
        self._number = 0
        self._open: dict[int, asyncio.Future[Result]] = {}
        self._listening = asyncio.ensure_future(self._listen())

    @property
    def ended(self) -> bool:
        """Whether nothing more will be heard."""
        return self._listening.done()

    def send(self, method: str, session: str = "", **parameters: Any) -> "asyncio.Future[Result]":
        """Send a command at once, and return what will hold its result; a `BrowserError` when it is refused, or the browser is gone."""
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(_seen)
        if self.ended:
            answer.set_exception(BrowserError("the browser ended"))
            return answer
        self._number += 1
        self._open[self._number] = answer
        message = {"id": self._number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        self._writer.write(msgspec.json.encode(message) + b"\0")
        return answer

    async def close(self) -> None:
        """Stop listening."""
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        try:
            async for message in self._messages():
                self._take(msgspec.json.decode(message, type=_Message))
        except (OSError, msgspec.DecodeError, RecursionError):
            pass  # Whatever was asked and is open ends below.
        finally:
            for answer in self._open.values():
                if not answer.done():
                    answer.set_exception(BrowserError("the browser ended"))
            self._open.clear()

    async def _messages(self) -> AsyncIterator[bytes]:
        """Yield what is said, message by message, without those that are too long."""
        kept, fits = bytearray(), True
        while piece := await self._reader.read(_CHUNK):
            *ends, rest = piece.split(b"\0")
            for end in ends:
                kept += end
                if fits and len(kept) <= MAX_MESSAGE:
                    yield bytes(kept)
                kept, fits = bytearray(), True
            kept += rest
            if len(kept) > MAX_MESSAGE:
                kept, fits = bytearray(), False

    def _take(self, message: _Message) -> None:
        if message.method in self._wanted:
            self._heard(message.method, msgspec.json.decode(message.params, type=Told), message.session_id)
        result = msgspec.json.decode(message.result, type=Result)
        answer = self._open.pop(message.id, None)
        if answer is None or answer.done():
            return
        if message.error is not None:
            answer.set_exception(BrowserError(f"the browser refused a command: {message.error.message[:200]}"))
        else:
            answer.set_result(result)


def _seen(answer: "asyncio.Future[Result]") -> None:
    """Nobody waits for most results; those that failed are no news then."""
    if not answer.cancelled():
        answer.exception()
