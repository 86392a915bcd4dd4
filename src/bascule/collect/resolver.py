"""What DNS answered to one question: three outcomes, never two."""

from typing import Protocol

import msgspec

from bascule.model import Outcome

TYPES = ("A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT")


class Answer(msgspec.Struct, frozen=True):
    """One answer, or what is known about its not coming.

    Attributes:
        records: In presentation format (RFC 1035, 5.1), names with final dot, in the order in which they came; of the last name of the chain.
        chain: CNAME links on the way, (name, target) without final dot.
        code: `NOERROR`, `NXDOMAIN`, or why nothing came: `timeout`, `servfail`, `refused`, `budget`.
        reason: More about it, in plain English.
    """

    outcome: Outcome
    records: tuple[str, ...] = ()
    chain: tuple[tuple[str, str], ...] = ()
    code: str = "NOERROR"
    reason: str | None = None


def unanswered(code: str, reason: str | None = None) -> Answer:
    """Return the answer that did not come."""
    return Answer(Outcome.UNREACHABLE, code=code, reason=reason)


class Resolver(Protocol):
    """Somebody who answers DNS questions.

    Promises, kept by every implementation: a question ends in time, whatever happens on the way; lost, late, truncated and forged
    datagrams, servers that fail once and servers that do not understand EDNS change nothing in the answer; what could not be had is
    UNREACHABLE with its code and never ABSENT; nothing that failed is remembered.
    """

    @property
    def source(self) -> str:
        """Who answers, as evidence names it (`resolver 192.0.2.53`)."""

    async def ask(self, kind: str, name: str) -> Answer:
        """Return the answer to one question.

        Args:
            kind: One of `TYPES`.
            name: Lower-case A-label name without final dot.
        """

    async def close(self) -> None:
        """Let go of sockets; nothing may be asked afterwards."""
