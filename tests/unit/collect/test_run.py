"""The loop: its deadline, Ctrl-C, the opt-out list, many domains."""

import asyncio
import os
import signal
import threading

import pytest
from doubles import ADDRESS, TableTransfers, means, page

from bascule.collect import run
from bascule.collect.run import Asking, collect
from bascule.model import Outcome
from table import TableResolver


class Slow(TableResolver):
    """Takes its time over mail."""

    async def ask(self, kind, name):
        if kind == "MX":
            await asyncio.sleep(30)
        return await super().ask(kind, name)


TABLE = {"A exemple.fr": [ADDRESS], "MX exemple.fr": ["1 mx.exemple.net."], "A autre.fr": [ADDRESS]}


@pytest.fixture
def asking(tmp_path):
    def made(resolver=TableResolver, **more):
        replies = {f"https://{name}/": page() for name in ("exemple.fr", "autre.fr")}
        return Asking(
            resolver=lambda: resolver(TABLE), means=lambda _: means(TableTransfers(replies)), agent="Bascule", own_name="exemple.fr", pace=tmp_path, **more
        )

    return made


def test_domains_come_back_in_the_order_given(asking):
    found = collect(["exemple.fr", "autre.fr"], asking())
    assert list(dict.fromkeys(item.subject for item in found.evidence)) == ["exemple.fr", "autre.fr"]
    assert (found.unanswered, found.interrupted) == (0, False)


def test_the_time_is_over_and_what_was_seen_stays(asking):
    found = collect(["exemple.fr"], asking(Slow, deadline=0.3))
    by = {item.question: item for item in found.evidence}
    assert by["A exemple.fr"].outcome is Outcome.PRESENT
    assert by["ASN " + ADDRESS].outcome is Outcome.PRESENT
    assert (by["MX exemple.fr"].outcome, by["MX exemple.fr"].code, by["MX exemple.fr"].reason) == (
        Outcome.UNREACHABLE,
        "budget",
        "no time left after 0 seconds",
    )
    assert found.unanswered == 1


def test_control_c_keeps_what_was_seen(asking):
    pressed = threading.Timer(0.4, lambda: os.kill(os.getpid(), signal.SIGINT))
    pressed.start()
    try:
        found = collect(["exemple.fr"], asking(Slow))
    finally:
        pressed.cancel()
    assert found.interrupted
    assert {item.question: item.reason for item in found.evidence if item.outcome is Outcome.UNREACHABLE} == {"MX exemple.fr": "interrupted"}
    assert any(item.question == "A exemple.fr" for item in found.evidence)


@pytest.mark.parametrize("name", ["exemple.fr", "service.exemple.fr"])
def test_whoever_opted_out_is_left_alone(asking, name):
    class Nobody(TableResolver):
        async def ask(self, kind, name):
            raise AssertionError("asked")

    found = collect([name], asking(Nobody, opted_out=frozenset(["exemple.fr"])))
    (item,) = found.evidence
    assert (item.outcome, item.code) == (Outcome.UNREACHABLE, "blocked")
    assert "asked not to be audited" in item.reason


def test_progress_says_what_is_waited_for_and_for_how_long(asking):
    told = []
    collect(["exemple.fr"], asking(Slow, deadline=0.5), told.append)
    assert told[-1].subject == "exemple.fr"
    assert [question for question, _ in told[-1].waiting] == ["MX exemple.fr"]
    assert told[-1].waiting[0][1] > 0.3
    assert told[-1].answered > 10


def test_a_defect_is_not_swallowed(asking):
    class Broken(TableResolver):
        async def ask(self, kind, name):
            raise ZeroDivisionError

    with pytest.raises(BaseException) as caught:
        collect(["exemple.fr"], asking(Broken))
    assert "ZeroDivisionError" in repr(caught.value) or isinstance(caught.value, ZeroDivisionError)


def test_the_hard_stop_is_a_minute():
    assert run.HARD_STOP == 60
