"""Which mail records differ: MX, SPF, DKIM, autodiscover. Order, letter case, spacing and final dots are no difference."""

from collections.abc import Iterator

from bascule.compare.side import Key, Side, records_of
from bascule.model import Evidence, Kind, RecordChange

_SPF = "v=spf1"
_KEPT = 4096
"""What an audit keeps of one record: the rest cannot be compared."""


def changed_records(old: Side, new: Side) -> Iterator[RecordChange]:
    """Yield the mail records that differ between two answers that both came, sorted by subject and question."""
    for key in sorted(key for key in old.answers if key in new.answers and watched(key)):
        before, now = old.answer(key), new.answer(key)
        if before is not None and now is not None and differs(before, now):
            yield RecordChange(subject=key[0], question=key[1], old=_told(before), new=_told(now))


def watched(key: Key) -> bool:
    """Say whether a question is one of those that tell where a domain's mail goes, who sends and signs it, where programs connect."""
    subject, question = key
    kind, _, name = question.partition(" ")
    if name == subject:
        return kind in ("MX", "TXT")
    if name.endswith(f"._domainkey.{subject}"):
        return kind in ("CNAME", "TXT")
    return question in (f"CNAME autodiscover.{subject}", f"SRV _autodiscover._tcp.{subject}")


def differs(before: Evidence, now: Evidence) -> bool:
    """Say whether two answers to one question say something else."""
    if before.kind is Kind.DNS and now.kind is Kind.DNS:
        return _plain(before) != _plain(now)
    return (before.outcome, before.value) != (now.outcome, now.value)


def _told(item: Evidence) -> tuple[str, ...]:
    return tuple(sorted(_counting(item)))


def _counting(item: Evidence) -> list[str]:
    """Return the records that count: of a domain's own TXT only SPF (RFC 7208, 4.5); the tokens beside it come and go."""
    values = records_of(item)
    if item.question != f"TXT {item.subject}":
        return values
    return [value for value in values if (value.lower().split() or [""])[0] == _SPF]


def _plain(item: Evidence) -> frozenset[str]:
    kind, _, name = item.question.partition(" ")
    # In a DKIM key (RFC 6376, 3.6.1) letter case tells; between its tags, spaces do not.
    key = kind == "TXT" and "._domainkey." in name
    return frozenset("".join(value[:_KEPT].split()) if key else _line(kind, value[:_KEPT]) for value in _counting(item))


def _line(kind: str, value: str) -> str:
    """Return a record in one spelling. Of an MX the host counts: harvests write preferences of their own, by the order in which hosts came."""
    words = [word.rstrip(".") for word in value.lower().split()]
    return " ".join(words[-1:] if kind == "MX" else words)
