"""What the changes mean: roles that moved to others, were taken up, were given up."""

from collections.abc import Iterable, Iterator, Sequence

from bascule.compare.records import Answers, came
from bascule.model import Dependency, Evidence, evidence_id
from bascule.model.drift import RecordChange, Shift

Place = tuple[str, str, str]
"""Subject, function, role."""


class Side:
    """One look: what was answered, and what that meant."""

    def __init__(self, answers: Answers, rows: Iterable[Dependency]) -> None:
        self.answers = answers
        self._questions = {evidence_id(item): key for key, item in answers.items()}
        self.places: dict[Place, list[Dependency]] = {}
        for row in rows:
            self.places.setdefault((row.subject, row.function, row.role), []).append(row)

    def asked_for(self, row: Dependency) -> list[tuple[str, str]]:
        """Return the questions behind a row, the decisive one first."""
        return [self._questions[name] for name in row.evidence if name in self._questions]


def shifted(old: Side, new: Side, subjects: Iterable[str], changes: Sequence[RecordChange]) -> Iterator[Shift]:
    """Yield what changed, sorted by subject, function and role; a row of mail follows from a record of mail that differs."""
    both, by_subject = set(subjects), dict[str, list[str]]()
    for change in changes:
        by_subject.setdefault(change.subject, []).append(change.id)
    for place in sorted(old.places.keys() | new.places.keys()):
        subject, function, role = place
        because = by_subject.get(subject, [])
        if subject not in both or (function == "email" and not because):
            continue
        was, now = old.places.get(place, []), new.places.get(place, [])
        gone = [row for row in was if _who(row) not in set(map(_who, now)) and _follows(row, old, new)]
        come = [row for row in now if _who(row) not in set(map(_who, was)) and (gone or _follows(row, new, old))]
        if gone or come:
            name = f"s:{subject}/{function}/{role}"
            email = tuple(because) if function == "email" else ()
            yield Shift(id=name, subject=subject, function=function, role=role, before=tuple(gone), after=tuple(come), because=email)


def _who(row: Dependency) -> tuple[str, str | None]:
    return row.organisation, row.service


def _follows(row: Dependency, own: Side, other: Side) -> bool:
    """Say whether the other side's answers are why it lacks a row: the decisive one differs, or all came and one differs.

    Where a question behind the row was not asked or not answered, its absence says nothing.
    """
    keys = own.asked_for(row)
    if row.function != "email" and all(question == f"TXT {subject}" for subject, question in keys):
        return False  # a token proves a set-up once, not a use, and many harvests keep the policy alone
    pairs = [(own.answers[key], other.answers.get(key)) for key in keys]
    differ = [theirs is not None and _tells(theirs) and (ours.outcome, ours.value) != (theirs.outcome, theirs.value) for ours, theirs in pairs]
    return bool(pairs) and (differ[0] or (all(theirs is not None and _tells(theirs) for _, theirs in pairs) and any(differ)))


def _tells(item: Evidence) -> bool:
    """Say whether an answer came, and is still whole: an audit keeps a page without its body, which then says nothing."""
    return came(item) and not (isinstance(item.value, dict) and item.value.get("body") == "" and item.value.get("truncated") is True)
