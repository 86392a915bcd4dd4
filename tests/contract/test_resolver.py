"""What every resolver promises, on each implementation: c-ares before a server that misbehaves, and the table that tests use."""

import asyncio

import pytest
from faulty import LATE, TRUTH, faulty

from bascule.collect import Answer, CaresResolver
from bascule.collect.resolver import unanswered
from bascule.model import Outcome
from table import TableResolver

ANSWERED = ["ok", "tc", "drop1", "drop2", "servfail1", "formerr-edns", "bad-id", "bad-question", "late", "late-lie"]
"""The truth arrives in the end: lost, late, truncated and forged datagrams, a server that fails once, one that does not know EDNS."""
UNANSWERED = {
    "drop-all": "timeout",
    "servfail": "servfail",
    "refused": "refused",
    "yxdomain": "servfail",
    "notauth": "servfail",
    "badcookie": "servfail",
    "garbage": "servfail",
    "half": "servfail",
    "bad-id-only": "timeout",
    "tc-closed": "refused",
    "loop": "servfail",
}
ABSENT = {"nxdomain": "NXDOMAIN", "nodata": "NOERROR", "stranger": "NOERROR", "dangling": "NOERROR"}


class Cares:
    """c-ares, before a real server on loopback."""

    def __init__(self) -> None:
        self._server = faulty()
        self.server = self._server.__enter__()

    def resolver(self) -> CaresResolver:
        return CaresResolver(self.server.address)

    def stop(self) -> None:
        self._server.__exit__(None, None, None)


class Table:
    """The table: what it is told is what a misbehaving server comes to."""

    def resolver(self) -> TableResolver:
        table: dict[str, list[str] | Answer] = {f"A {case}.test": [TRUTH] for case in ANSWERED}
        table |= {f"A {case}.test": unanswered(code) for case, code in UNANSWERED.items()}
        table |= {"TXT nodata.test": ["x"], "TXT stranger.test": ["x"], "CNAME chain.test": ["b.test."], "CNAME b.test": ["c.test."], "A c.test": [TRUTH]}
        table |= {"CNAME dangling.test": ["gone.test."], "TXT gone.test": ["x"]}
        return TableResolver(table)

    def stop(self) -> None:
        pass


@pytest.fixture(params=[Cares, Table], ids=lambda kind: kind.__name__)
def world(request):
    made = request.param()
    yield made
    made.stop()


def asked(world, *questions):
    """Ask all questions at once, each of a resolver of its own, so that no case disturbs another; return the answers."""

    async def one(kind, name):
        resolver = world.resolver()
        try:
            return await resolver.ask(kind, name)
        finally:
            await resolver.close()

    async def everything():
        return await asyncio.gather(*(one(kind, name) for kind, name in questions))

    return asyncio.run(everything())


def test_the_truth_arrives_whatever_happens_on_the_way(world):
    answers = asked(world, *(("A", f"{case}.test") for case in ANSWERED))
    assert {case: answer.records for case, answer in zip(ANSWERED, answers, strict=True)} == dict.fromkeys(ANSWERED, (TRUTH,))
    assert LATE > 1


def test_what_did_not_come_is_unreachable_and_says_why(world):
    answers = asked(world, *(("A", f"{case}.test") for case in UNANSWERED))
    assert {answer.outcome for answer in answers} == {Outcome.UNREACHABLE}
    assert {case: answer.code for case, answer in zip(UNANSWERED, answers, strict=True)} == UNANSWERED


def test_no_such_name_and_no_such_record_are_absent_and_told_apart(world):
    answers = asked(world, *(("A", f"{case}.test") for case in ABSENT))
    assert {answer.outcome for answer in answers} == {Outcome.ABSENT}
    assert {case: answer.code for case, answer in zip(ABSENT, answers, strict=True)} == ABSENT


def test_a_chain_of_names_is_told_link_by_link(world):
    (answer,) = asked(world, ("A", "chain.test"))
    assert answer.chain == (("chain.test", "b.test"), ("b.test", "c.test"))
    assert answer.records == (TRUTH,)


def test_a_failure_is_not_remembered():
    world = Cares()

    async def twice():
        resolver = world.resolver()
        first = await resolver.ask("A", "servfail.test")
        before = world.server.asked["servfail.test."]
        second = await resolver.ask("A", "servfail.test")
        await resolver.close()
        return first, second, world.server.asked["servfail.test."] - before

    first, second, again = asyncio.run(twice())
    world.stop()
    assert first.code == second.code == "servfail"
    assert again > 0


def test_one_datagram_of_garbage_does_not_take_other_questions_down():
    world = Cares()

    async def together():
        resolver = world.resolver()
        cases = ["garbage", "drop1", "ok", "bad-id", "half", "tc"]
        answers = await asyncio.gather(*(resolver.ask("A", f"{case}.test") for case in cases))
        await resolver.close()
        return dict(zip(cases, answers, strict=True))

    answers = asyncio.run(together())
    world.stop()
    assert {case for case, answer in answers.items() if answer.records == (TRUTH,)} == {"drop1", "ok", "bad-id", "tc"}


def test_a_slow_answer_counts_after_many_quick_ones_too():
    world = Cares()

    async def together():
        resolver = world.resolver()
        await asyncio.gather(*(resolver.ask("A", f"ok.{number}.test") for number in range(40)))
        answer = await resolver.ask("A", "slow.test")
        await resolver.close()
        return answer

    assert asyncio.run(together()).records == (TRUTH,)
    world.stop()


def test_a_thousand_questions_at_once_are_all_answered():
    world = Cares()

    async def together():
        resolver = world.resolver()
        answers = await asyncio.gather(*(resolver.ask("A", f"ok.{number}.test") for number in range(1000)))
        await resolver.close()
        return {answer.records for answer in answers}

    assert asyncio.run(together()) == {(TRUTH,)}
    world.stop()


@pytest.mark.parametrize("server", ["", "9.9.9", "resolver.exemple.fr", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:x", "[::1", "1.2.3.4:53:53"])
def test_a_resolver_is_given_by_its_address(server):
    with pytest.raises((ValueError, OSError)):
        CaresResolver(server)
