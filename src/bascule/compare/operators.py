"""Which operators changed: told only where the records behind it were answered on both sides, and one of them differs.

Both sides are read with one catalogue, so that a row without a changed record differs by what was not asked, or got no answer.
"""

from collections.abc import Iterator

from bascule.compare.records import differs
from bascule.compare.side import Key, Side
from bascule.model import Dependency, DependencyChange, Evidence, Kind, Role

_ONE_ONLY = frozenset((Role.MAILBOX, Role.GATEWAY, Role.REGISTRAR))
"""Roles with one operator a subject: one that went and one that came are one move."""
_MACHINES = frozenset((Kind.ASN, Kind.TLS, Kind.SMTP))
"""Kinds that tell of a machine, found by way of a record that names it."""
Place = tuple[str, str, Role]


def moved(old: Side, new: Side) -> Iterator[DependencyChange]:
    """Yield moves, then what went, then what came, place by place (subject, function, role)."""
    before, now = _places(old), _places(new)
    for place in sorted({*before, *now}):
        if place[2] is not Role.TENANT:  # A tenant look-up that is throttled is often told as an absence.
            yield from _place(place, _only(before, now, place), _only(now, before, place), old, new)


def _place(place: Place, gone: list[Dependency], came: list[Dependency], old: Side, new: Side) -> Iterator[DependencyChange]:
    if len(gone) == len(came) == 1 and place[2] in _ONE_ONLY:
        keys = [_rests_on(gone[0], old), _rests_on(came[0], new)]
        if all(keys) and _real([*keys[0], *keys[1]], old, new):
            yield _change(place, gone[0], came[0])
        return
    for row in gone:
        if _real(_rests_on(row, old), old, new):
            yield _change(place, row, None)
    for row in came:
        if _real(_rests_on(row, new), old, new):
            yield _change(place, None, row)


def _change(place: Place, old: Dependency | None, new: Dependency | None) -> DependencyChange:
    return DependencyChange(
        subject=place[0],
        function=place[1],
        role=place[2],
        old_organisation=old.organisation if old else None,
        old_service=old.service if old else None,
        new_organisation=new.organisation if new else None,
        new_service=new.service if new else None,
    )


def _places(side: Side) -> dict[Place, list[Dependency]]:
    found: dict[Place, list[Dependency]] = {}
    for row in side.dependencies:
        found.setdefault((row.subject, row.function, row.role), []).append(row)
    return found


def _only(here: dict[Place, list[Dependency]], there: dict[Place, list[Dependency]], place: Place) -> list[Dependency]:
    others = {(row.organisation, row.service) for row in there.get(place, ())}
    rows = [row for row in here.get(place, ()) if (row.organisation, row.service) not in others]
    return sorted(rows, key=lambda row: (row.organisation, row.service or ""))


def _rests_on(row: Dependency, side: Side) -> list[Key]:
    """Return the questions that decide about a row; none where nothing comparable does.

    The MX decides wherever it speaks. What tells of a machine counts only where nothing else does, and by the records that lead there.
    """
    proofs = side.proofs(row)
    keys = [(item.subject, item.question) for item in proofs if item.kind not in _MACHINES and not _token(item, row)]
    mx = [key for key in keys if key[1] == f"MX {row.subject}"]
    if mx or any(item.kind not in _MACHINES for item in proofs):
        return mx or keys
    return [key for item in proofs if item.kind is Kind.ASN for key in side.questions_at(item.question.partition(" ")[2])]


def _token(item: Evidence, row: Dependency) -> bool:
    """Say whether a row leans on a proof of ownership beside SPF: whether one is there says little, and often changes."""
    return item.question == f"TXT {item.subject}" and row.function != "email"


def _real(keys: list[Key], old: Side, new: Side) -> bool:
    pairs = [(old.answer(key), new.answer(key)) for key in keys]
    whole = [(before, now) for before, now in pairs if before is not None and now is not None]
    return len(whole) == len(pairs) and any(differs(before, now) for before, now in whole)
