"""QIF statements: one field a line by its first letter, `^` ends a record. Dates are day first, as French banks write them."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import InvalidOperation
from pathlib import Path

from bascule.guard.limits import MAX_LINE
from bascule.read.errors import InputError
from bascule.read.payments import Payment, Payments, amount_of, day_of
from bascule.read.reading import Item
from bascule.read.statement_text import lines

_TYPE = re.compile(rb"^\s*(?:\xef\xbb\xbf)?!Type:(?:Bank|CCard|Cash|Oth [AL])", re.IGNORECASE)
_QUICKEN = re.compile(r"^(\d{1,2})/(\d{1,2})['/ ]\s?(\d{2,4})$")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it begins as QIF does."""
    return _TYPE.match(head.replace(b"\0", b"").removeprefix(b"\xff\xfe")) is not None


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield one observation a supplier (see `payments`)."""
    payments = Payments(path)
    row: dict[str, str] = {}
    first = 0
    for number, line in lines(path):
        if line is None:
            yield InputError("too-large", path, str(number), limit=f"{MAX_LINE // 2**20} MB")
        elif line.startswith("^"):
            fault = _pay(payments, row, path, first or number) if row else None
            row, first = {}, 0
            if fault is not None:
                yield fault
                if payments.full:
                    return
        elif line[:1] in ("D", "T", "U", "P", "M", "N"):
            row.setdefault(line[0], line[1:300].strip())
            first = first or number
    if row.keys() >= {"D", "T"} and (fault := _pay(payments, row, path, first)) is not None:
        yield fault
    yield from payments.observations(name, at)


def _pay(payments: Payments, row: dict[str, str], path: Path, number: int) -> InputError | None:
    written = row.get("D", "")
    day = day_of(_QUICKEN.sub(r"\1/\2/\3", written[:20]))
    if day is None:
        return InputError("bad-date", path, str(number), value=written[:40], format="31/12/2026")
    try:
        amount = amount_of((row.get("T") or row.get("U", ""))[:40])
    except InvalidOperation as error:
        return InputError("bad-number", path, str(number), value=str(error)[:60])
    return payments.add(Payment(str(number), day, row.get("P") or row.get("M", ""), amount, extra=row.get("M", "")))
