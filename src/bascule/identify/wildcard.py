"""A zone that answers for every name: what answers like a name that nobody sets up says nothing about the one asked."""

from bascule.identify.records import Records
from bascule.model import WILDCARD_PROBE


def by_wildcard(name: str, subject: str, records: Records) -> bool:
    """Say whether a name below a domain answers as every name there does: with the same alias, or from the same address."""
    probe = f"{WILDCARD_PROBE}.{subject}"
    if name == probe:
        return True
    if not records.asked(probe):
        return False
    chain, others = records.links(probe), records.links(name)
    if len(chain) > 1:
        return len(others) > 1 and others[1] == chain[1]
    return len(others) == 1 and not _addresses(probe, records).isdisjoint(_addresses(name, records))


def _addresses(name: str, records: Records) -> set[str]:
    return {value for kind in ("A", "AAAA") for value in records.values(f"{kind} {name}")}
