"""The audit as a JSON document: the same audit gives the same bytes."""

import msgspec

from bascule.model import Audit

_ENCODER = msgspec.json.Encoder(decimal_format="number", order=None)


def encode(result: msgspec.Struct) -> bytes:
    """Return an audit, or a part of one, as indented UTF-8 JSON with a final newline."""
    return msgspec.json.format(_ENCODER.encode(result), indent=1) + b"\n"


def decode(data: bytes) -> Audit:
    """Return the audit that a JSON document holds.

    Raises:
        ValueError: It is not an audit, or one of a later schema; the message says which key.
    """
    try:
        head = msgspec.json.decode(data, type=_Head)
        if not head.schema.startswith("bascule.audit/"):
            raise ValueError("no bascule.audit document")
        if head.schema != "bascule.audit/1":
            raise ValueError(f"written by a later version ({head.schema}); this one reads bascule.audit/1")
        return msgspec.json.decode(data, type=Audit)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error


class _Head(msgspec.Struct):
    schema: str = ""
