"""What was asked about one subject and what came back: each question once, within a budget, every answer dated."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from bascule.collect.resolver import Answer, Resolver, unanswered
from bascule.model import Evidence, Kind, Outcome

MAX_QUERIES = 150
"""DNS questions for one audit; a datagram sent again because the first was lost is the same question."""


class Pending(msgspec.Struct, frozen=True):
    """A question under way, and since when (seconds of the loop's clock)."""

    question: str
    since: float


class Observer:
    """Asks about one subject and keeps what was seen, in the order in which it came.

    Args:
        subject: The domain that everything asked belongs to.
        budget: DNS queries that may be sent.
    """

    def __init__(self, subject: str, resolver: Resolver, budget: int = MAX_QUERIES) -> None:
        self.subject = subject
        self.queries = 0
        self._seen: dict[str, Evidence] = {}
        self._budget = budget
        self._resolver = resolver
        self._asked: dict[str, asyncio.Task[Answer]] = {}
        self._open: dict[str, tuple[Kind, str, float]] = {}

    @property
    def seen(self) -> list[Evidence]:
        """What came back, one answer a question, in the order in which the questions ended."""
        return list(self._seen.values())

    @property
    def pending(self) -> list[Pending]:
        """Questions under way, the oldest first."""
        return sorted((Pending(question, since) for question, (_, _, since) in self._open.items()), key=lambda item: item.since)

    @property
    def answered(self) -> int:
        """How many questions have ended."""
        return len(self._seen)

    async def dns(self, kind: str, name: str) -> Answer:
        """Return the answer to one DNS question, which is sent once however often it is wanted."""
        question = f"{kind} {name}"
        if question not in self._asked:
            self._asked[question] = asyncio.create_task(self._dns(kind, name))
        return await asyncio.shield(self._asked[question])

    def apart(self, budget: int) -> "Observer":
        """Return another observer of the subject, with a budget and a record of its own, for look-ups that are no evidence about the firm."""
        return Observer(self.subject, self._resolver, budget)

    async def addresses(self, name: str) -> tuple[str, ...]:
        """Return the addresses of a name, IPv4 before IPv6."""
        four, six = await asyncio.gather(self.dns("A", name), self.dns("AAAA", name))
        return (*four.records, *six.records)

    async def failure(self, name: str) -> Answer | None:
        """Return what kept the addresses of a name from coming; None when the name has none, and that was said."""
        answers = await asyncio.gather(self.dns("A", name), self.dns("AAAA", name))
        return next((answer for answer in answers if answer.outcome is Outcome.UNREACHABLE), None)

    async def other(self, kind: Kind, question: str, source: str, ask: Callable[[], Awaitable[Evidence]]) -> None:
        """Ask something that is not DNS; while it lasts it counts as pending."""
        if question in self._open:
            return
        self._open[question] = (kind, source, _now())
        item = await ask()
        if self._open.pop(question, None):
            self.keep(item)

    def note(self, kind: Kind, question: str, outcome: Outcome, source: str, value: Any = None, code: str | None = None, reason: str | None = None) -> Evidence:
        """Return one observation, dated now."""
        return Evidence(
            subject=self.subject, kind=kind, question=question, outcome=outcome, value=value, code=code, reason=reason, source=source, seen_at=_moment()
        )

    def keep(self, item: Evidence) -> None:
        """Add an observation. One that came stays, when the same question is answered by the way and not."""
        old = self._seen.get(item.question)
        if old is None or old.outcome is Outcome.UNREACHABLE:
            self._seen[item.question] = item

    def give_up(self, reason: str) -> None:
        """End every open question as not answered: what was seen stays, what was not is said."""
        for question, (kind, source, _) in self._open.items():
            self.keep(self.note(kind, question, Outcome.UNREACHABLE, source, code="budget", reason=reason))
        self._open.clear()
        for task in self._asked.values():
            task.cancel()

    async def _dns(self, kind: str, name: str) -> Answer:
        question = f"{kind} {name}"
        self._open[question] = (Kind.DNS, self._resolver.source, _now())
        answer = await self._resolver.ask(kind, name) if self._spend() else unanswered("budget", f"more than {self._budget} queries")
        if self._open.pop(question, None):
            for item in self._evidence(kind, name, answer):
                self.keep(item)
        return answer

    def _evidence(self, kind: str, name: str, answer: Answer) -> list[Evidence]:
        """Tell an answer as evidence: the question itself, each link of its chain, and what stands at the chain's end."""
        source = self._resolver.source
        found = [self.note(Kind.DNS, f"CNAME {at}", Outcome.PRESENT, source, [f"{to}."]) for at, to in answer.chain]
        names = dict.fromkeys((name, answer.chain[-1][1] if answer.chain else name))
        value = list(answer.records) if answer.outcome is Outcome.PRESENT else None
        code = None if answer.outcome is Outcome.PRESENT else answer.code
        found += [self.note(Kind.DNS, f"{kind} {at}", answer.outcome, source, value, code, answer.reason) for at in names]
        return found

    def _spend(self) -> bool:
        if self.queries >= self._budget:
            return False
        self.queries += 1
        return True


def _now() -> float:
    return asyncio.get_running_loop().time()


def _moment() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
