"""DNS messages as bytes (RFC 1035): just enough to answer wrongly on purpose."""

import struct

QR, TC, RA = 0x8000, 0x0200, 0x0080
FORMERR, SERVFAIL, REFUSED = 1, 2, 5
_HEADER = 12


def question_end(wire: bytes) -> int:
    """Return where the question section ends."""
    place = _HEADER
    while wire[place]:
        place += 1 + wire[place]
    return place + 5


def question(wire: bytes) -> bytes:
    """Return the question in lower case: name, type, class."""
    return wire[_HEADER : question_end(wire)].lower()


def asked_type(wire: bytes) -> int:
    """Return the type asked for."""
    end = question_end(wire)
    return int(struct.unpack("!H", wire[end - 4 : end - 2])[0])


def has_edns(wire: bytes) -> bool:
    """Say whether the message carries additional records, which in a query is EDNS."""
    return wire[10:12] != b"\0\0"


def empty(query: bytes, flags: int = 0) -> bytes:
    """Return an answer without records: flags and response code as given."""
    asked = struct.unpack("!H", query[2:4])[0] & 0x0100
    return query[:2] + struct.pack("!HHHHH", QR | RA | asked | flags, 1, 0, 0, 0) + query[_HEADER : question_end(query)]


def other_id(wire: bytes) -> bytes:
    """Return the message with a wrong id."""
    return bytes([wire[0] ^ 0x55]) + wire[1:]


def other_question(wire: bytes) -> bytes:
    """Return the message with another name of the same length in its question."""
    first = wire[_HEADER]
    return wire[: _HEADER + 1] + b"x" * first + wire[_HEADER + 1 + first :]


def addresses(query: bytes, address: bytes) -> bytes:
    """Return an answer with one IPv4 address that may not be kept (TTL 0)."""
    head = empty(query, 0x0400)
    return head[:6] + b"\0\1" + head[8:] + b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 0, 4) + address
