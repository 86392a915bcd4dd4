"""OFX statements, version 1 (SGML, elements that are not closed) and 2 (XML), and QFX.

Both are read alike: as a stream of `<TAG>text`. Transactions hold no nesting that matters, so nothing is nested and no entity
beyond the five of XML is unpacked (OFX 1.6 and 2.2, `STMTTRN`).
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import InvalidOperation
from html import unescape
from pathlib import Path

from bascule.guard.limits import MAX_LINE
from bascule.read.errors import InputError
from bascule.read.payments import Payment, Payments, amount_of, day_of
from bascule.read.reading import Item
from bascule.read.statement_text import lines

_WAYS = {"POS": "card", "DIRECTDEBIT": "direct debit", "XFER": "transfer", "CHECK": "check", "ATM": "atm", "CASH": "cash", "DIRECTDEP": "transfer"}
_KEPT = frozenset(("TRNTYPE", "DTPOSTED", "TRNAMT", "NAME", "MEMO", "CURRENCY"))


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is OFX: by its header, or its root."""
    start = head[:2048].replace(b"\0", b"").upper()
    return b"OFXHEADER" in start or b"<OFX>" in start


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield one observation a supplier (see `payments`)."""
    payments, currency = Payments(path), "EUR"
    row: dict[str, str] | None = None
    number, ended = 1, False
    for number, tag, text in _tags(path):
        if isinstance(tag, InputError):
            yield tag
        elif tag == "CURDEF":
            currency = text[:3].upper() or currency
        elif tag == "STMTTRN":
            row = {}
        elif tag == "/STMTTRN" and row is not None:
            fault = _pay(payments, row, path, number, currency)
            row = None
            if fault is not None:
                yield fault
                if payments.full:
                    return
        elif row is not None and tag in _KEPT:
            row.setdefault(tag, text[:300])
        ended = ended or tag == "/OFX"
    if not ended:
        yield InputError("corrupt", path, str(number), reason="</OFX>")
    yield from payments.observations(name, at)


def _tags(path: Path) -> Iterator[tuple[int, str | InputError, str]]:
    for number, line in lines(path):
        if line is None:
            yield number, InputError("too-large", path, str(number), limit=f"{MAX_LINE // 2**20} MB"), ""
            continue
        for piece in line.split("<")[1:]:
            tag, _, text = piece.partition(">")
            yield number, tag.strip().upper(), unescape(text.strip()) if "&" in text else text.strip()


def _pay(payments: Payments, row: dict[str, str], path: Path, number: int, currency: str) -> InputError | None:
    written = row.get("DTPOSTED", "")
    day = day_of(written[:8])
    if day is None:
        return InputError("bad-date", path, str(number), value=written[:40], format="20261231")
    try:
        amount = amount_of(row.get("TRNAMT", "")[:40])
    except InvalidOperation as error:
        return InputError("bad-number", path, str(number), value=str(error)[:60])
    name, memo = row.get("NAME", ""), row.get("MEMO", "")
    label = memo if memo.startswith(name) else name or memo
    return payments.add(Payment(str(number), day, label, amount, _WAYS.get(row.get("TRNTYPE", "").upper(), ""), currency, memo))
