"""What really changed between two times at which the same questions were asked."""

from bascule.model.dependency import Record
from bascule.model.fingerprint import Role


class RecordChange(Record, frozen=True, kw_only=True):
    """One question with two answers that both came and differ; an absence is an answer without records.

    Attributes:
        old: The records as seen, sorted; of a domain's own TXT only its SPF.
    """

    subject: str
    question: str
    old: tuple[str, ...]
    new: tuple[str, ...]


class DependencyChange(Record, frozen=True, kw_only=True):
    """Another operator in a role, one that came (no old organisation) or one that went (no new one)."""

    subject: str
    function: str
    role: Role
    old_organisation: str | None
    old_service: str | None
    new_organisation: str | None
    new_service: str | None


class Drift(Record, frozen=True, kw_only=True):
    """All real changes, sorted by subject."""

    schema: str = "bascule.drift/1"
    dependencies: tuple[DependencyChange, ...] = ()
    records: tuple[RecordChange, ...] = ()
