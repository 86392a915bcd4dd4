"""Records as text, in presentation format (RFC 1035, 5.1; RFC 8659 for CAA; RFC 2782 for SRV)."""

from collections.abc import Callable
from typing import Any

import pycares

_MAX_TXT = 64 * 1024
_NUMBERS = {name: getattr(pycares, f"QUERY_TYPE_{name}") for name in ("A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT")}
_SHOWN: dict[str, Callable[[Any], str]] = {
    "A": lambda data: data.addr,
    "AAAA": lambda data: data.addr,
    "CAA": lambda data: f'{data.critical} {_text(data.tag)} "{_text(data.value)}"',
    "CNAME": lambda data: _name(data.cname),
    "MX": lambda data: f"{data.priority} {_name(data.exchange)}",
    "NS": lambda data: _name(data.nsdname),
    "SOA": lambda data: f"{_name(data.mname)} {_name(data.rname)} {data.serial} {data.refresh} {data.retry} {data.expire} {data.minimum}",
    "SRV": lambda data: f"{data.priority} {data.weight} {data.port} {_name(data.target)}",
    "TXT": lambda data: _text(data.data[:_MAX_TXT]),
}


def shown(kind: str, records: list[Any]) -> tuple[str, ...]:
    """Return the records of one type as text, in the order of the answer."""
    return tuple(_SHOWN[kind](record.data) for record in records if record.type == _NUMBERS[kind])


def links(records: list[Any]) -> dict[str, str]:
    """Return the CNAME records of an answer: name to target, lower-case, without final dot."""
    return {host(record.name): host(record.data.cname) for record in records if record.type == _NUMBERS["CNAME"]}


def host(name: str | bytes) -> str:
    """Return a name in lower case without final dot."""
    return _text(name).lower().rstrip(".")


def _name(name: str | bytes) -> str:
    return host(name) + "."


def _text(data: str | bytes) -> str:
    r"""Return text; bytes that are no UTF-8 are written `\DDD`, as zone files do."""
    if isinstance(data, str):
        return data
    return data.decode("utf-8", "surrogateescape").encode("utf-8", "_zone_file").decode("utf-8")


def _escaped(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(f"\\{ord(char) - 0xDC00:03d}" for char in lost).encode(), error.end


def _register() -> None:
    import codecs

    codecs.register_error("_zone_file", _escaped)


_register()
