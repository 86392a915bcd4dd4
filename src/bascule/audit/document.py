"""The audit as a JSON document: the same audit gives the same bytes."""

import gzip
from collections.abc import Iterable

import msgspec
import zstandard

from bascule.model import Audit, Evidence

_ENCODER = msgspec.json.Encoder(decimal_format="number", order=None)


def encode(result: msgspec.Struct) -> bytes:
    """Return an audit, or a part of one, as indented UTF-8 JSON with a final newline."""
    return msgspec.json.format(_ENCODER.encode(result), indent=1) + b"\n"


def encode_evidence(evidence: Iterable[Evidence], packing: str = "") -> bytes:
    """Return evidence as JSON lines under a line that names the schema; packed as `.gz` or `.zst` where the suffix says so."""
    lines = [b'{"schema":"bascule.evidence/1"}', *(msgspec.json.encode(item) for item in evidence)]
    data = b"\n".join(lines) + b"\n"
    if packing == ".gz":
        return gzip.compress(data, mtime=0)
    return zstandard.compress(data) if packing == ".zst" else data


def decode(data: bytes) -> Audit:
    """Return the audit that a JSON document holds.

    Raises:
        ValueError: It is not an audit, one of a later schema, or one with an element that points nowhere; the message says which.
    """
    try:
        head = msgspec.json.decode(data, type=_Head)
        if not head.schema.startswith("bascule.audit/"):
            raise ValueError("no bascule.audit document")
        if head.schema != "bascule.audit/1":
            raise ValueError(f"written by a later version ({head.schema}); this one reads bascule.audit/1")
        found = msgspec.json.decode(data, type=Audit)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
    if lost := sorted(_pointed_to(found) - _held(found)):
        raise ValueError(f"an element points to {lost[0]}, which is not there")
    if any((state.effect is None) != (state.after_hours is None) for cut in found.cutoffs for state in cut.functions):
        raise ValueError("a function has an effect without an hour, or an hour without an effect")
    return found


def _held(audit: Audit) -> set[str]:
    """Return the ids that other elements may point to; a dependency counts with its exposure."""
    weighed = {item.dependency for item in audit.exposure}
    return {row.id for row in audit.dependencies if row.id in weighed} | {fact.id for fact in audit.facts} | {item.id for item in audit.evidence if item.id}


def _pointed_to(audit: Audit) -> set[str]:
    hits = [hit for cut in audit.cutoffs for hit in (*cut.stops, *cut.degrades)]
    found = {row.id for row in audit.dependencies} | set(audit.first)
    found.update(name for hit in hits for name in (hit.dependency, *hit.chain))
    found.update(name for cut in audit.cutoffs for state in cut.functions for name in state.because)
    found.update(name for saving in audit.savings for name in saving.dependencies)
    found.update(name for entry in audit.contradictions for side in entry.sides for name in side.dependencies)
    found.update(entry.ask.args.get("dependency", "") for entry in audit.contradictions)
    return found.union(*((*option.interest, *option.cautions) for option in audit.alternatives))


class _Head(msgspec.Struct):
    schema: str = ""
