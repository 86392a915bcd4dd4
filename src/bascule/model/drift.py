"""What really changed between two looks at the same domains."""

from datetime import datetime
from enum import StrEnum

from bascule.model.audit import Dependency, Record


class Traced(StrEnum):
    """Which of a domain's mail records differs."""

    MX = "mx"
    SPF = "spf"
    DKIM = "dkim"
    AUTODISCOVER = "autodiscover"


class RecordChange(Record, frozen=True, kw_only=True):
    """A record that differs between two answers that came.

    Attributes:
        question: How to ask again (`MX exemple.fr`).
        before: The records as they were, sorted; empty when the answer was that there are none.
        after: The records as they are, likewise.
        seen_before: When the first answer arrived.
        seen_after: When the second did.
    """

    id: str
    subject: str
    record: Traced
    question: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    seen_before: datetime
    seen_after: datetime


class Shift(Record, frozen=True, kw_only=True):
    """What that means: a function's role that moved, was taken up or was given up.

    Attributes:
        before: The rows as they were; empty for something new.
        after: The rows as they are; empty for something gone.
        because: Ids of the record changes of the same subject, for a row of mail.
    """

    id: str
    subject: str
    function: str
    role: str
    before: tuple[Dependency, ...] = ()
    after: tuple[Dependency, ...] = ()
    because: tuple[str, ...] = ()


class Drift(Record, frozen=True, kw_only=True):
    """What really changed from one look to the other. A question without an answer on either side changes nothing.

    Attributes:
        subjects: Domains that both sides are about.
        only_before: Domains of the first side alone; nothing is said about them.
        only_after: Domains of the second side alone, likewise.
    """

    schema: str = "bascule.drift/1"
    subjects: tuple[str, ...]
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    records: tuple[RecordChange, ...]
    shifts: tuple[Shift, ...]
