"""Talking to a browser over its DevTools pipe: JSON messages, each ended by a zero byte; no library and no open port is needed.

Protocol: https://chromedevtools.github.io/devtools-protocol/ (`--remote-debugging-pipe`: commands on descriptor 3, answers on 4).
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

MAX_MESSAGE = 32 * 1024 * 1024
"""Longest message of the browser; a data: address in a page may be long."""

Heard = Callable[[str, dict[str, Any], str | None], None]
"""(method, parameters, session) of an event."""


class BrowserError(Exception):
    """The browser went away, or refused a command; the first argument says which, in plain English."""


class DevTools:
    """One browser, spoken to over two streams.

    Args:
        heard: Told each event, in order.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Heard) -> None:
        self._reader, self._writer, self._heard = reader, writer, heard
        self._number = 0
        self._open: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._listening = asyncio.ensure_future(self._listen())

    async def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Return the result of a command.

        Raises:
            BrowserError: It was refused, or the browser is gone.
        """
        return await self.send(method, session, **parameters)

    def send(self, method: str, session: str | None = None, **parameters: Any) -> "asyncio.Future[dict[str, Any]]":
        """Send a command at once, and return what will hold its result."""
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(_seen)
        if self._listening.done():
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
            while True:
                self._take(msgspec.json.decode((await self._reader.readuntil(b"\0"))[:-1]))
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, msgspec.DecodeError):
            pass  # Whatever was asked and is open ends below.
        finally:
            for answer in self._open.values():
                if not answer.done():
                    answer.set_exception(BrowserError("the browser ended"))
            self._open.clear()

    def _take(self, message: Any) -> None:
        if not isinstance(message, dict):
            return
        answer = self._open.pop(message.get("id", 0), None)
        if answer is None:
            if isinstance(message.get("method"), str):
                self._heard(message["method"], message.get("params") or {}, message.get("sessionId"))
        elif not answer.done():
            if "error" in message:
                answer.set_exception(BrowserError(f"the browser refused a command: {message['error'].get('message')}"))
            else:
                answer.set_result(message.get("result") or {})


def _seen(answer: "asyncio.Future[dict[str, Any]]") -> None:
    """Nobody waits for most results; those that failed are no news then."""
    if not answer.cancelled():
        answer.exception()
