"""Each question once, within a budget; every answer dated, what did not come said."""

import asyncio
from datetime import UTC, datetime

import pytest

from bascule.collect.observer import Observer
from bascule.collect.resolver import unanswered
from bascule.model import Kind, Outcome
from table import TableResolver

TABLE = {
    "A exemple.fr": ["51.91.236.193"],
    "MX exemple.fr": ["1 mx1.exemple.net."],
    "CNAME www.exemple.fr": ["site.exemple.net."],
    "CNAME site.exemple.net": ["edge.exemple.org."],
    "A edge.exemple.org": ["9.9.9.9"],
    "TXT exemple.fr": unanswered("servfail", "it failed"),
}


def observed(*questions, table=TABLE, budget=150):
    resolver = TableResolver(table)
    observer = Observer("exemple.fr", resolver, budget)

    async def everything():
        return await asyncio.gather(*(observer.dns(*question.split()) for question in questions))

    asyncio.run(everything())
    return observer, resolver, {item.question: item for item in observer.seen}


def test_an_answer_becomes_evidence_of_the_subject():
    _, _, seen = observed("MX exemple.fr")
    item = seen["MX exemple.fr"]
    assert (item.subject, item.kind, item.outcome, item.value, item.code, item.source) == (
        *("exemple.fr", Kind.DNS, Outcome.PRESENT),
        *(["1 mx1.exemple.net."], None, "resolver table"),
    )
    assert abs((datetime.now(UTC) - item.seen_at).total_seconds()) < 60


def test_a_question_is_sent_once_however_often_it_is_wanted():
    _, resolver, _ = observed("A exemple.fr", "A exemple.fr", "A exemple.fr")
    assert resolver.asked == ["A exemple.fr"]


def test_a_chain_is_told_link_by_link_and_its_end_bears_the_records():
    _, _, seen = observed("A www.exemple.fr")
    assert seen["CNAME www.exemple.fr"].value == ["site.exemple.net."]
    assert seen["CNAME site.exemple.net"].value == ["edge.exemple.org."]
    assert seen["A edge.exemple.org"].value == seen["A www.exemple.fr"].value == ["9.9.9.9"]


def test_the_three_outcomes_keep_their_codes():
    _, _, seen = observed("A exemple.fr", "AAAA exemple.fr", "A nowhere.fr", "TXT exemple.fr")
    assert {question: (item.outcome, item.code) for question, item in seen.items()} == {
        "A exemple.fr": (Outcome.PRESENT, None),
        "AAAA exemple.fr": (Outcome.ABSENT, "NOERROR"),
        "A nowhere.fr": (Outcome.ABSENT, "NXDOMAIN"),
        "TXT exemple.fr": (Outcome.UNREACHABLE, "servfail"),
    }
    assert seen["TXT exemple.fr"].reason == "it failed"


def test_beyond_the_budget_nothing_is_sent_and_it_is_said():
    observer, resolver, seen = observed("A exemple.fr", "MX exemple.fr", "A x.fr", budget=2)
    assert len(resolver.asked) == observer.queries == 2
    assert (seen["A x.fr"].outcome, seen["A x.fr"].code) == (Outcome.UNREACHABLE, "budget")
    assert "2 queries" in seen["A x.fr"].reason


@pytest.mark.parametrize("order", [("present", "lost"), ("lost", "present"), ("lost", "lost", "present", "lost")])
def test_an_answer_that_came_is_not_hidden_by_one_that_did_not(order):
    observer = Observer("exemple.fr", TableResolver({}))
    notes = {
        "present": observer.note(Kind.DNS, "A a.fr", Outcome.PRESENT, "x", ["9.9.9.9"]),
        "lost": observer.note(Kind.DNS, "A a.fr", Outcome.UNREACHABLE, "x", code="timeout"),
    }
    for name in order:
        observer.keep(notes[name])
    assert [item.outcome for item in observer.seen] == [Outcome.PRESENT]


def test_giving_up_ends_what_is_open_and_keeps_what_was_seen():
    class Slow(TableResolver):
        async def ask(self, kind, name):
            if kind == "MX":
                await asyncio.sleep(30)
            return await super().ask(kind, name)

    async def cut():
        observer = Observer("exemple.fr", Slow(TABLE))
        waiting = [asyncio.create_task(observer.dns(kind, "exemple.fr")) for kind in ("A", "MX")]
        await asyncio.sleep(0.05)
        assert [item.question for item in observer.pending] == ["MX exemple.fr"]
        observer.give_up("no time left")
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return {item.question: (item.outcome, item.code, item.reason) for item in observer.seen}

    assert asyncio.run(cut()) == {"A exemple.fr": (Outcome.PRESENT, None, None), "MX exemple.fr": (Outcome.UNREACHABLE, "budget", "no time left")}
