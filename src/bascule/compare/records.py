"""Which mail records differ between two answers that came (present or absent); what was not asked, or not answered, is none."""

from collections.abc import Iterable, Iterator

from bascule.catalogue import host
from bascule.model import Evidence, Kind, Outcome
from bascule.model.drift import RecordChange, Traced

Answers = dict[tuple[str, str], Evidence]
"""The answer that counts, by subject and question."""


def answers(evidence: Iterable[Evidence]) -> Answers:
    """Return the answer that counts for each question of each subject: the latest that came, else that none came."""
    found: Answers = {}
    for item in evidence:
        key = (item.subject, item.question)
        old = found.get(key)
        if old is None or _counts(item) > _counts(old) or (_counts(item) == _counts(old) and item.seen_at >= old.seen_at):
            found[key] = item
    return found


def _counts(item: Evidence) -> bool:
    return item.outcome is not Outcome.UNREACHABLE


def came(item: Evidence | None) -> bool:
    """Say whether an answer came."""
    return item is not None and item.outcome is not Outcome.UNREACHABLE


def differing(old: Answers, new: Answers) -> Iterator[RecordChange]:
    """Yield the mail records that differ, sorted by subject and question."""
    for key in sorted(old.keys() & new.keys()):
        before, after = old[key], new[key]
        record = _traced(before)
        if record is None or not (came(before) and came(after)):
            continue
        was, now = _told(before, record), _told(after, record)
        if {_compared(text, record) for text in was} != {_compared(text, record) for text in now}:
            subject, question = key
            yield RecordChange(
                id=f"c:{subject}/{record}/{question}",
                subject=subject,
                record=record,
                question=question,
                before=was,
                after=now,
                seen_before=before.seen_at,
                seen_after=after.seen_at,
            )


def _traced(item: Evidence) -> Traced | None:
    """Return which mail record a question of a domain asks for."""
    kind, _, name = item.question.partition(" ")
    if item.kind is not Kind.DNS:
        return None
    if kind == "MX" and name == item.subject:
        return Traced.MX
    if kind == "TXT" and name == item.subject:
        return Traced.SPF
    if kind in ("TXT", "CNAME") and name.endswith(f"._domainkey.{item.subject}"):
        return Traced.DKIM
    if kind in ("CNAME", "SRV", "A", "AAAA") and name in (f"autodiscover.{item.subject}", f"_autodiscover._tcp.{item.subject}"):
        return Traced.AUTODISCOVER
    return None


def _told(item: Evidence, record: Traced) -> tuple[str, ...]:
    """Return the records of an answer, of TXT only the policy (RFC 7208, 4.5); their order says nothing."""
    values = [value for value in item.value if isinstance(value, str)] if item.outcome is Outcome.PRESENT and isinstance(item.value, list) else []
    if record is Traced.SPF:
        values = [value for value in values if value.split(" ")[0].lower() == "v=spf1"]
    return tuple(sorted(values))


def _compared(text: str, record: Traced) -> str:
    """Return what of a record is compared.

    Names have no case. Of an MX the host alone counts: a rank that is written otherwise moves no mail to anybody else.
    Spaces between the terms of a policy, and within a key (RFC 6376, 3.6.1), mean nothing.
    """
    if record is Traced.MX:
        return host(text.split()[-1]) if text.split() else ""
    if record is Traced.SPF:
        return " ".join(text.lower().split())
    return "".join(text.split()) if ";" in text or "=" in text else " ".join(host(part) for part in text.split())
