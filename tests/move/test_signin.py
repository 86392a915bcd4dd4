"""Signing in at the stand-in authorization server (it is no vendor's): over https, with certificates that are verified."""

import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bascule.move import BusyError, CutError, MoveError
from bascule.move.signin import Prompt, Ticket, Tokens, Way, by_device, by_page
from bascule.move.web import Web
from tests.move.standin import CANARY, Answer, Authorization, Standin

Papers = tuple[Path, Path, Path]


class Time:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def __call__(self) -> float:
        return self.now


def way(server: Standin, **changed: str) -> Way:
    urls = {"device_url": f"{server.url}/device", "token_url": f"{server.url}/token", "authorize_url": f"{server.url}/authorize"}
    return Way(**{"client_id": Authorization.client, "scopes": ("mail", "offline_access"), **urls, **changed})  # type: ignore[arg-type]


def device(server: Standin, papers: Papers, time: Time, shown: list[Prompt] | None = None) -> Tokens:
    return by_device(way(server), Web(papers[0]), (shown if shown is not None else []).append, time.sleep, time)


def test_the_person_is_shown_address_and_code_and_the_server_is_asked_at_its_own_pace(authorization: Authorization, papers: Papers) -> None:
    authorization.script = ["authorization_pending", "slow_down", "authorization_pending"]
    time, shown = Time(), list[Prompt]()
    tokens = device(authorization, papers, time, shown)
    assert shown == [Prompt(f"{authorization.url}/type", "ABCD-EFGH", 15)]
    assert time.slept == [1.0, 1.0, 6.0, 6.0]
    assert tokens.access in authorization.good
    assert CANARY not in repr(tokens) + repr(way(authorization))


@pytest.mark.parametrize(
    ("error", "code"),
    [("access_denied", "sign-in-denied"), ("authorization_declined", "sign-in-denied"), ("expired_token", "sign-in-expired"), ("weird", "sign-in-refused")],
)
def test_each_refusal_is_told_apart(authorization: Authorization, papers: Papers, error: str, code: str) -> None:
    authorization.script = [error]
    with pytest.raises(MoveError) as told:
        device(authorization, papers, Time())
    assert told.value.code == code


def test_who_does_nothing_is_not_waited_for_beyond_the_life_of_the_code(authorization: Authorization, papers: Papers) -> None:
    authorization.script = ["slow_down"] * 100
    time = Time()
    with pytest.raises(MoveError) as told:
        device(authorization, papers, time)
    assert (told.value.code, time.now - 1000 <= 900) == ("sign-in-expired", True)


def test_an_unknown_client_is_refused_in_the_server_s_words(authorization: Authorization, papers: Papers) -> None:
    with pytest.raises(MoveError) as told:
        by_device(way(authorization, client_id="another"), Web(papers[0]), print)
    assert (told.value.code, told.value.details["said"]) == ("sign-in-refused", "invalid_client no such application")


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"access_token": 7}', b"\xff" * 9, b"[" * 100_000, b'{"error":"x"' + b" " * 300_000])
def test_an_answer_that_is_none_is_refused_and_not_shown(authorization: Authorization, papers: Papers, raw: bytes) -> None:
    authorization.raw = raw
    with pytest.raises(MoveError) as told:
        device(authorization, papers, Time())
    assert told.value.code == "sign-in-answer"


def test_a_page_without_https_is_shown_to_nobody(authorization: Authorization, papers: Papers) -> None:
    authorization.raw = b'{"device_code": "d", "user_code": "c", "verification_uri": "javascript:alert(1)"}'
    shown: list[Prompt] = []
    with pytest.raises(MoveError):
        device(authorization, papers, Time(), shown)
    assert not shown


def test_a_certificate_that_is_not_trusted_gets_no_word(authorization: Authorization) -> None:
    with pytest.raises(MoveError) as told:
        by_device(way(authorization), Web(), print)
    assert (told.value.code, authorization.asked) == ("certificate", [])
    with pytest.raises(MoveError) as told:
        Web().ask("http://localhost/")
    assert told.value.code == "not-https"


def browse(papers: Papers, change: Callable[[str], str] = lambda back: back) -> Callable[[Prompt], None]:
    """Return a browser that opens the page and comes back."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    def visit(prompt: Prompt) -> None:
        web = urllib.request.build_opener(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=papers[0])), Stay())
        try:
            web.open(prompt.address)
        except urllib.error.HTTPError as redirect:
            back = change(redirect.headers["Location"])
        local = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with suppress(urllib.error.HTTPError), local.open(back, timeout=5) as page:
            assert page.read() == b"merci"

    return lambda prompt: threading.Thread(target=visit, args=(prompt,), daemon=True).start()


def test_the_browser_comes_back_with_a_code_that_only_this_program_can_use(authorization: Authorization, papers: Papers) -> None:
    tokens = by_page(way(authorization), Web(papers[0]), browse(papers), "merci", 10)
    assert tokens.access in authorization.good


def test_a_call_that_does_not_know_the_state_is_turned_away(authorization: Authorization, papers: Papers) -> None:
    with pytest.raises(MoveError) as told:
        by_page(way(authorization), Web(papers[0]), browse(papers, lambda back: back.split("&state=")[0] + "&state=x"), "merci", 0.3)
    assert told.value.code == "sign-in-expired"


def test_no_said_on_the_page_is_told(authorization: Authorization, papers: Papers) -> None:
    with pytest.raises(MoveError) as told:
        by_page(way(authorization), Web(papers[0]), browse(papers, lambda back: back.replace("code=", "error=access_denied&x=")), "merci", 10)
    assert told.value.code == "sign-in-denied"


def test_a_ticket_is_renewed_before_its_end_and_when_a_server_refuses_it(authorization: Authorization, papers: Papers) -> None:
    time, kept = Time(), list[str]()
    ticket = Ticket(way(authorization), Web(papers[0]), device(authorization, papers, time), kept.append, time)
    first = ticket.get()
    time.now += 3400
    assert ticket.get() == first
    time.now += 100
    second = ticket.get()
    assert second not in (first, "")
    authorization.take_back()
    third = ticket.instead_of(second)
    assert (third in authorization.good, ticket.instead_of(second)) == (True, third)
    assert (len(kept), kept[-1] in authorization.refresh) == (3, True)
    authorization.refresh.clear()
    with pytest.raises(MoveError) as told:
        ticket.instead_of(third)
    assert (told.value.code, CANARY in str(told.value), CANARY in repr(ticket)) == ("sign-in-refused", False, False)


class Tired(Standin):
    status = 429

    def answer(self, *_: object) -> object:
        raise Answer(self.status, {}, Retry_After="7")


def test_patience_that_a_server_asks_for_is_handed_on(papers: Papers) -> None:
    with Tired(papers[1], papers[2]) as server:
        with pytest.raises(BusyError) as told:
            device(server, papers, Time())
        assert told.value.wait_s == 7
        server.status = 502
        with pytest.raises(CutError):
            device(server, papers, Time())
