"""Messages to and from a browser: their frames, their errors, their bounds, their end."""

import asyncio
import json

import pytest

from bascule.collect.devtools import MAX_MESSAGE, BrowserError, DevTools, Request


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
        reader = asyncio.StreamReader()
        devtools = DevTools(reader, sent, lambda *event: heard.append(event), frozenset(("E",)))
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
    pieces = b'{"method":"E","params":{"url":"x"},"sessionId":"S"}\0{"id":1,"res', b'ult":{"b":2}}\0'
    result, sent, heard = talk(lambda it: it.send("Page.enable", "S", a=1), *pieces)
    assert result == {"b": 2}
    assert sent.endswith(b"\0")
    assert json.loads(sent[:-1]) == {"id": 1, "method": "Page.enable", "params": {"a": 1}, "sessionId": "S"}
    assert [(method, told.url, session) for method, told, session in heard] == [("E", "x", "S")]


@pytest.mark.parametrize("said", [b"", b"no json\0", b'{"id":[]}\0', b'{"id":1,"error":{"message":"no"}}\0', b'{"id":1,"result":7}\0', b"[" * 100_000 + b"\0"])
def test_a_browser_that_ends_or_talks_nonsense_is_an_error(said):
    with pytest.raises(BrowserError):
        talk(lambda it: it.send("Page.enable"), said)


@pytest.mark.parametrize("said", [b'{"request":"x"}', b'{"request":{"url":{}}}', b"[]", b'{"type":7}'])
def test_an_event_of_another_form_ends_the_talk_unless_nobody_wants_it(said):
    told = b'{"method":"%b","params":' + said + b'}\0{"id":1,"result":{}}\0'
    with pytest.raises(BrowserError):
        talk(lambda it: it.send("Page.enable"), told.replace(b"%b", b"E"))
    result, _, heard = talk(lambda it: it.send("Page.enable"), told.replace(b"%b", b"Other"))
    assert (result, heard) == ({}, [])


def test_a_message_without_end_is_dropped_and_the_next_is_heard():
    endless = [b"x" * (MAX_MESSAGE // 4)] * 9
    event = b'\0{"method":"E","params":{"request":{"url":"y"}}}\0{"id":1,"result":{}}\0'
    result, _, heard = talk(lambda it: it.send("Page.enable"), *endless, event)
    assert result == {}
    assert [told.request for _, told, _ in heard] == [Request("y")]
