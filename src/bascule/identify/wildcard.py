"""A zone that answers for every name: what answers like a name that nobody sets up says nothing about the one asked."""

from bascule.identify.records import Records
from bascule.model import WILDCARD_PROBE

_KEYS = "_domainkey."


def by_wildcard(name: str, subject: str, records: Records, unsure: bool = False) -> bool:
    """Say whether a name below a domain answers as every name there does: with the same alias, address or text.

    Args:
        name: The name that answered.
        subject: The domain.
        records: All answers.
        unsure: What to say when the probe was asked about and got no answer.
    """
    probe, nearer = f"{WILDCARD_PROBE}.{subject}", f"{WILDCARD_PROBE}.{_KEYS}{subject}"
    if name in (probe, nearer):
        return True
    if name.endswith(f".{_KEYS}{subject}") and records.asked(nearer):
        probe = nearer
    if not records.asked(probe):
        return False
    if records.unanswered(probe):
        return unsure
    chain, others = records.links(probe), records.links(name)
    if len(chain) > 1:
        return len(others) > 1 and others[1] == chain[1]
    return len(others) == 1 and not _values(probe, records).isdisjoint(_values(name, records))


def _values(name: str, records: Records) -> set[str]:
    return {value for kind in ("A", "AAAA", "TXT") for value in records.values(f"{kind} {name}")}
