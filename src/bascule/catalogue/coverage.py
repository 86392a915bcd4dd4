"""What audits saw and the catalogue did not know: where the next hour of work pays most."""

from collections.abc import Iterable

import msgspec

from bascule.model import Role

_NOT_KNOWN = ("which-tool", "which-mailbox", "who-is", "which-service", "which-app")
"""Questions of unknowns that a better catalogue may settle; that an answer did not come is none of them."""
_BY_ADDRESS = ("domain:", "as:")
"""How an operator is named that the catalogue does not hold."""


class Seen(msgspec.Struct, frozen=True):
    """Something one subject had, as an audit or a survey tells it."""

    subject: str
    role: Role
    name: str


class Gap(msgspec.Struct, frozen=True):
    """One name that the catalogue does not hold.

    Attributes:
        name: `domain:` and a registrable domain, `as:` and a network's number, or a name as it was seen.
        subjects: How many subjects have it.
        example: The first of them.
    """

    role: Role
    name: str
    subjects: int
    example: str


def seen_of(subject: str, role: Role, organisation: str) -> Seen | None:
    """Return a dependency whose operator the catalogue does not hold, or None."""
    return Seen(subject, role, organisation) if organisation.startswith(_BY_ADDRESS) else None


def asked_of(subject: str, role: Role, seen: str, question: str) -> Seen | None:
    """Return an unknown that a better catalogue may settle, or None."""
    return Seen(subject, role, seen) if question in _NOT_KNOWN and seen else None


def gaps(seen: Iterable[Seen], known: Iterable[str] = ()) -> list[Gap]:
    """Return what was seen and is not known, the most frequent first; a subject counts once for a name in a role.

    Args:
        seen: From any number of audits and surveys; memory grows with different names and subjects.
        known: Names that the catalogue holds by now.
    """
    found: dict[tuple[Role, str], set[str]] = {}
    learnt = frozenset(known)
    for item in seen:
        if item.name not in learnt:
            found.setdefault((item.role, item.name), set()).add(item.subject)
    rows = [Gap(role, name, len(subjects), min(subjects)) for (role, name), subjects in found.items()]
    return sorted(rows, key=lambda row: (-row.subjects, row.name, row.role))
