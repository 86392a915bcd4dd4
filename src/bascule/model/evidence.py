"""What was seen: one raw, dated answer to one question about one subject."""

from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any

import msgspec

FIRM = "firm"
"""Subject of what belongs to no domain: a tool list, a ledger, an interview."""


class Kind(StrEnum):
    """Which sort of question was asked; the value's shape depends on it (docs/evidence.md)."""

    DNS = "dns"
    ASN = "asn"
    HTTP = "http"
    REQUEST = "request"
    TLS = "tls"
    SMTP = "smtp"
    RDAP = "rdap"
    TENANT = "tenant"
    FILE = "file"
    ANSWER = "answer"


class Outcome(StrEnum):
    """A question that got no answer is never an absence."""

    PRESENT = "present"
    ABSENT = "absent"
    UNREACHABLE = "unreachable"


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One raw trace of one subject, with the question that produced it.

    Attributes:
        subject: The name as given, lower-case A-label (`exemple.fr`), or `firm`.
        question: How to ask again (`MX exemple.fr`).
        value: The answer, when the outcome is PRESENT; its shape is the kind's.
        code: `NOERROR`, `NXDOMAIN`, `timeout`, `refused`, `servfail`, `blocked`, `truncated` or `budget`.
        source: Who answered (`resolver 192.0.2.53`, a file name, `harvest`).
        seen_at: When the answer arrived, UTC.
        id: Given by an audit, so that other parts of it can point here.
    """

    subject: str
    kind: Kind
    question: str
    outcome: Outcome
    value: Any = None
    code: str | None = None
    reason: str | None = None
    source: str
    seen_at: datetime
    id: str | None = None


def later(old: Evidence | None, new: Evidence) -> Evidence:
    """Return which of two answers to one question counts: the later, yet one that did not come never hides one that did."""
    if old is None:
        return new
    if (old.outcome is Outcome.UNREACHABLE) != (new.outcome is Outcome.UNREACHABLE):
        return new if old.outcome is Outcome.UNREACHABLE else old
    return new if new.seen_at >= old.seen_at else old


def covers(name: str, host: str) -> bool:
    """Say whether a name of a certificate covers a host: the same, or `*.` for its first label (RFC 9525, 6.3)."""
    name, host = name.lower().rstrip("."), host.lower().rstrip(".")
    return name == host or (name.startswith("*.") and name[2:] == host.partition(".")[2])


def evidence_id(item: Evidence) -> str:
    """Return an id computed from subject, question, outcome and time: an id that a file brings along could be another's."""
    key = f"{item.subject}\n{item.kind}\n{item.question}\n{item.outcome}\n{item.seen_at.isoformat()}"
    return "e:" + blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
