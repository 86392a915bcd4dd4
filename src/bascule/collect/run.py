"""From domains to evidence: the loop, its deadline, its progress, and the way out when somebody presses Ctrl-C."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from bascule.collect.domain import Means, course, mail_course, place
from bascule.collect.observer import Observer, Pending
from bascule.collect.resolver import Resolver
from bascule.collect.transfer import Transfers
from bascule.guard import Gate
from bascule.guard.pace import Pace
from bascule.model import Evidence, Kind, Outcome

HARD_STOP = 60.0
"""Seconds after which a domain is left with what was seen."""
_TICK = 0.1


class Progress(msgspec.Struct, frozen=True):
    """How far one domain is.

    Attributes:
        waiting: Questions under way with the seconds that they have lasted, the oldest first.
    """

    subject: str
    answered: int
    waiting: tuple[tuple[str, float], ...]


class Collected(msgspec.Struct, frozen=True):
    """What came of it.

    Attributes:
        unanswered: How many questions of this run got no answer.
        interrupted: Somebody pressed Ctrl-C; what was seen until then is there.
    """

    evidence: tuple[Evidence, ...]
    unanswered: int
    interrupted: bool


Watch = Callable[[Progress], None]
"""Told ten times a second how far one domain is."""


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """How the world is asked, from the outside.

    Attributes:
        resolver: Makes the resolver, within the loop that will use it.
        means: Makes the rest of the means from the transfers.
        agent: What to call ourselves towards sites.
        own_name: What to call ourselves towards mail servers.
        pace: Folder of the shared pace.
        opted_out: Domains whose owners do not want to be asked about; nothing at all is sent for them.
        mail_only: Ask the mail questions only, at most fifteen a domain; for many domains.
        at_once: Domains asked about at the same time.
    """

    resolver: Callable[[], Resolver]
    means: Callable[[Transfers], Means]
    agent: str
    own_name: str
    pace: Path
    allow_private: bool = False
    opted_out: frozenset[str] = frozenset()
    mail_only: bool = False
    at_once: int = 16
    deadline: float = HARD_STOP

    def transfers(self) -> Transfers:
        """Return what carries requests out, behind the gate and within the pace."""
        return Transfers(Gate(self.allow_private), Pace(self.pace), self.agent, self.own_name)


def collect(domains: Iterable[str], asking: Asking, watch: Watch | None = None) -> Collected:
    """Ask the world about domains and return the evidence, domain by domain in the order given.

    Args:
        domains: Lower-case A-label names.
        asking: How.
        watch: Called while it lasts.

    Raises:
        ValueError, OSError: There is no resolver to ask.
    """
    return asyncio.run(_all(list(domains), asking, watch))


async def _all(domains: list[str], asking: Asking, watch: Watch | None) -> Collected:
    stop = asyncio.Event()
    with suppress(NotImplementedError, ValueError, RuntimeError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    resolver = asking.resolver()
    transfers = asking.transfers()
    means, turns = asking.means(transfers), asyncio.Semaphore(asking.at_once)

    async def one(domain: str) -> list[Evidence]:
        async with turns:
            return await _one(Observer(domain, resolver), means, asking, stop, watch)

    try:
        found = await asyncio.gather(*(one(domain) for domain in domains))
    finally:
        await transfers.close()
        await resolver.close()
    evidence = tuple(item for items in found for item in items)
    return Collected(evidence, sum(item.outcome is Outcome.UNREACHABLE for item in evidence), stop.is_set())


async def _one(observer: Observer, means: Means, asking: Asking, stop: asyncio.Event, watch: Watch | None) -> list[Evidence]:
    if _left_alone(observer.subject, asking.opted_out):
        observer.keep(
            observer.note(Kind.DNS, f"MX {observer.subject}", Outcome.UNREACHABLE, "opt-out list", code="blocked", reason="the owner asked not to be audited")
        )
        return observer.seen
    if stop.is_set():
        return []
    work = mail_course(observer, means.questions) if asking.mail_only else course(observer, means)
    reason = await _within(asking.deadline, stop, work, observer, watch)
    if reason:
        observer.give_up(reason)
    place(observer, means.networks, means.network_source)
    return observer.seen


def _left_alone(subject: str, opted_out: frozenset[str]) -> bool:
    """Say whether a domain, or one above it, stands on the list."""
    labels = subject.split(".")
    return any(".".join(labels[place:]) in opted_out for place in range(len(labels)))


async def _within(seconds: float, stop: asyncio.Event, work: Awaitable[None], observer: Observer, watch: Watch | None) -> str | None:
    """Let work go on until it is done, the time is over or somebody stops it; return why it was left unfinished."""
    task, stopped = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not task.done() and not stopped.done() and (left := end - loop.time()) > 0:
        await asyncio.wait({task, stopped}, timeout=min(_TICK, left) if watch else left, return_when=asyncio.FIRST_COMPLETED)
        if watch:
            watch(Progress(observer.subject, observer.answered, _waiting(observer.pending, loop.time())))
    stopped.cancel()
    if task.done():
        task.result()
        return None
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return "interrupted" if stop.is_set() else f"no time left after {seconds:.0f} seconds"


def _waiting(pending: list[Pending], now: float) -> tuple[tuple[str, float], ...]:
    return tuple((item.question, now - item.since) for item in pending)
