"""What a page called, from what its browser tells: without what may identify somebody, within bounds, nothing that was not sent."""

import asyncio

import pytest

from bascule.collect.called import MAX_CALLS, MAX_URL, Called, place, stripped
from bascule.collect.devtools import Request, Target, Told


class Sent:
    """A browser that does as it is told."""

    def __init__(self):
        self.commands = []

    def send(self, method, session="", **parameters):
        self.commands.append((method, parameters))
        done = asyncio.get_running_loop().create_future()
        done.set_result({})
        return done


def told(*events, mine=frozenset(("page",))):
    """Return what is known after these events, and the commands that they brought about."""

    async def work():
        called, browser = Called(), Sent()
        await called.follow(browser, "S", "agent", mine)
        browser.commands.clear()
        for method, event in events:
            called.heard(method, event, "S")
        return called, browser.commands

    return asyncio.run(work())


def asked(url, number="1", **fields):
    return "Network.requestWillBeSent", Told(request_id=number, request=Request(url), **fields)


def test_addresses_are_kept_without_what_may_identify_somebody():
    assert stripped("https://me:secret@exemple.fr:8443/a/b?id=7#part") == "https://exemple.fr:8443/a/b"
    assert [stripped(url) for url in ("data:text/html,x", "blob:https://a.fr/1", "https://", "http://[", "file:///etc/passwd")] == [None] * 5


@pytest.mark.parametrize("url", ["https://a.fr/\x1b[31m", "https://a.fr/\u202egpj", "https://\u0430.fr/", "https://" + "a" * 5000])
def test_what_no_browser_writes_is_no_address(url):
    assert stripped(url) is None


def test_a_long_address_still_names_its_host():
    called, _ = told(asked("https://a.fr/" + "x" * 9000))
    assert [len(url) for url in called.urls] == [MAX_URL]
    assert called.places == {"a.fr:443"}


def test_a_place_is_named_as_the_proxy_names_it():
    assert [place(url) for url in ("https://a.fr./", "http://A.fr:8080/", "wss://a.fr", "http://[::1]/", "http://a:x/")] == [
        "a.fr:443",
        "a.fr:8080",
        "a.fr:443",
        "::1:80",
        "",
    ]


def test_a_page_that_calls_without_end_gives_a_list_that_ends():
    called, _ = told(*(asked(f"https://a{number}.fr/", str(number)) for number in range(MAX_CALLS + 50)))
    assert (len(called.urls), len(called.places), called.is_full()) == (MAX_CALLS, MAX_CALLS, True)


def test_what_the_browser_kept_to_itself_was_not_called():
    def ended(number, reason):
        return "Network.loadingFailed", Told(request_id=number, blocked_reason=reason)

    events = [asked("https://a.fr/", "1"), asked("https://b.fr/", "2"), asked("https://c.fr/", "3"), asked("https://c.fr/?x", "4")]
    called, _ = told(*events, ended("1", "csp"), ended("2", "corp-not-same-origin"), ended("3", "mixed-content"))
    assert called.urls == ["https://b.fr/", "https://c.fr/"]


def test_every_window_that_the_page_opens_is_shut_known_opener_or_not():
    created = [("Target.targetCreated", Told(target_info=Target(name, kind))) for name, kind in (("page", "page"), ("other", "page"), ("w", "worker"))]
    _, commands = told(*created)
    assert commands == [("Target.closeTarget", {"targetId": "other"})]


def test_a_worker_beyond_the_hundredth_is_never_let_go():
    attached = [("Target.attachedToTarget", Told(session_id=str(number), waiting_for_debugger=True)) for number in range(150)]
    _, commands = told(*attached)
    assert sum(method == "Runtime.runIfWaitingForDebugger" for method, _ in commands) == 100
