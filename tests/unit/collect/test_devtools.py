"""Messages to and from a browser: their frames, their errors, their end."""

import asyncio
import json

import pytest

from bascule.collect.calls import MAX_CALLS, _Seen, stripped
from bascule.collect.devtools import BrowserError, DevTools


class Sent:
    """Keeps what is written."""

    def __init__(self):
        self.data = b""

    def write(self, data):
        self.data += data


def talk(work, *pieces, ends=True):
    """Run a coroutine function of a DevTools whose browser says the pieces; return its result, what was sent, what was heard."""
    sent, heard = Sent(), []

    async def run():
        reader = asyncio.StreamReader(limit=4096)
        devtools = DevTools(reader, sent, lambda *event: heard.append(event))
        job = asyncio.ensure_future(work(devtools))
        await asyncio.sleep(0)
        for piece in pieces:
            reader.feed_data(piece)
            await asyncio.sleep(0)
        if ends:
            reader.feed_eof()
        try:
            return await asyncio.wait_for(job, 5)
        finally:
            await devtools.close()

    return asyncio.run(run()), sent.data, heard


def test_a_command_and_its_result_are_frames_that_end_with_zero():
    pieces = b'{"method":"E","params":{"x":1},"sessionId":"S"}\0{"id":1,"res', b'ult":{"b":2}}\0'
    result, sent, heard = talk(lambda it: it.call("Page.enable", "S", a=1), *pieces)
    assert result == {"b": 2}
    assert sent.endswith(b"\0")
    assert json.loads(sent[:-1]) == {"id": 1, "method": "Page.enable", "params": {"a": 1}, "sessionId": "S"}
    assert heard == [("E", {"x": 1}, "S")]


@pytest.mark.parametrize("said", [b"", b"no json\0", b"x" * 9000, b'{"id":1,"error":{"message":"no"}}\0'])
def test_a_browser_that_ends_or_talks_nonsense_is_an_error(said):
    with pytest.raises(BrowserError):
        talk(lambda it: it.call("Page.enable"), said)


def test_addresses_are_kept_without_what_may_identify_somebody():
    assert stripped("https://me:secret@exemple.fr:8443/a/b?id=7#part") == "https://exemple.fr:8443/a/b"
    assert [stripped(url) for url in ("data:text/html,x", "blob:https://a.fr/1", "https://", "http://[", "https://a.fr/" + "x" * 2000)] == [None] * 5


def test_a_page_that_calls_without_end_gives_a_list_that_ends():
    async def work():
        seen = _Seen()
        for number in range(MAX_CALLS + 50):
            seen.heard("Network.requestWillBeSent", {"requestId": str(number), "request": {"url": f"https://a.fr/{number}"}}, "S")
        return seen.urls

    assert len(asyncio.run(work())) == MAX_CALLS
