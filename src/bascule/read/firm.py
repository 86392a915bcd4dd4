"""`firm.toml`: what the firm says of itself (docs: interface, `firm.toml`)."""

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from bascule import guard
from bascule.model.firm import Firm, FirmFunction
from bascule.read.errors import InputError
from bascule.read.names import is_name
from bascule.read.reading import Item

_GROUPS = ("eu", "eea", "eea+ch", "fr")
_COUNTRY = re.compile(r"[A-Z]{2}")
_AT = re.compile(r" - at `\$\.?([^`]*)`")
_LINE = re.compile(r"at line (\d+)")
_KEY = re.compile(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*(?:=|\.)")
_TABLE = re.compile(r"\s*\[\[?\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*\]?\]")
_NUMBERS = ("people", "hourly_cost_eur", "seats", "notice_days")
_MAX = 32 * 1024
"""Enough for hundreds of functions; the time that a TOML parser takes grows with the square of a dotted key."""


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is `firm.toml` by its name, or another TOML file with keys of ours at the start of lines."""
    if path.suffix.lower() != ".toml":
        return False
    return path.name.lower() == "firm.toml" or any(key in Firm.__struct_fields__ for key in _keys(head.decode("utf-8", "ignore")))


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield the firm; nothing of a file with a fault counts, for half a truth about trust would be none."""
    text = guard.read_text(path, _MAX).removeprefix("\ufeff")
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError, ArithmeticError) as error:
        line = _LINE.search(str(error))
        yield InputError("bad-toml", path, line[1] if line else None, reason=str(error) or type(error).__name__)
        return
    faults = [*_unknown(path, text, table)]
    if not faults:
        try:
            firm = _tidy(msgspec.convert(table, Firm))
        except msgspec.ValidationError as error:
            faults = [_mistyped(path, text, str(error))]
        else:
            faults = list(_doubts(path, text, firm))
            if not faults:
                yield firm
    yield from faults


def _unknown(path: Path, text: str, table: dict[str, Any]) -> Iterator[InputError]:
    rows = table.get("functions")
    tables: list[tuple[Any, tuple[str, ...], int | None]] = [(table, Firm.__struct_fields__, None)]
    if isinstance(rows, list):
        tables += [(row, FirmFunction.__struct_fields__, number) for number, row in enumerate(rows)]
    for keys, known, number in tables:
        for key in keys if isinstance(keys, dict) else ():
            if key not in known:
                near = get_close_matches(key, known, n=1, cutoff=0.5)
                yield InputError("unknown-key", path, _line_of(text, key, number), key=key, near=near[0] if near else ", ".join(known))


def _mistyped(path: Path, text: str, message: str) -> InputError:
    """Return the library's complaint (`Expected int - at $.functions[0].seats`) with the line of the key."""
    at = _AT.search(message)
    where = re.fullmatch(r"(?:functions\[(\d+)\]\.?)?(\w*).*", at[1]) if at else None
    line = _line_of(text, where[2] or "functions", int(where[1]) if where[1] else None) if where else None
    return InputError("bad-value", path, line, reason=message)


def _tidy(firm: Firm) -> Firm:
    trusted = tuple(code.upper() for code in firm.trusted) if isinstance(firm.trusted, tuple) else firm.trusted and firm.trusted.lower()
    return msgspec.structs.replace(firm, trusted=trusted, domains=tuple(map(_ascii, firm.domains)))


def _ascii(domain: str) -> str:
    """Return a domain in A-labels; what is none is returned as it is, to be refused by name."""
    try:
        return domain.strip().lower().rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _doubts(path: Path, text: str, firm: Firm) -> Iterator[InputError]:
    for domain in firm.domains:
        if not is_name(domain):
            yield InputError("bad-name", path, _line_of(text, "domains", None), value=domain[:100])
    trusted = firm.trusted
    if trusted is not None and not (trusted in _GROUPS if isinstance(trusted, str) else all(map(_COUNTRY.fullmatch, trusted))):
        reason = f"trusted is one of {', '.join(_GROUPS)}, or a list of two-letter country codes"
        yield InputError("bad-value", path, _line_of(text, "trusted", None), reason=reason)
    for number, table in [(None, firm), *enumerate(firm.functions)]:
        for key in _NUMBERS:
            value = getattr(table, key, None)
            if value is not None and not (Decimal(value).is_finite() and 0 <= value < 10**9):
                yield InputError("bad-value", path, _line_of(text, key, number), reason=f"{key} = {value}")


def _keys(text: str) -> list[str]:
    return [match[1] for line in text.splitlines() if (match := _KEY.match(line) or _TABLE.match(line))]


def _line_of(text: str, key: str, function: int | None) -> str | None:
    """Return the line on which a key stands, in the function table of that number (from 0) or outside all of them."""
    table, fallback = -1, None
    for number, line in enumerate(text.splitlines(), 1):
        if opened := _TABLE.match(line):
            table += opened[1] == "functions"
        if (found := _KEY.match(line) or opened) and found[1] == key:
            if table == (-1 if function is None else function):
                return str(number)
            fallback = fallback or str(number)
    return fallback
