"""Payments added up by supplier: what a label costs a month, never one line a payment.

Memory is bounded: a label keeps one sum a month, and there are at most `MAX_LABELS` of them.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from statistics import median

import msgspec

from bascule.model import FIRM, Evidence, Kind, Outcome
from bascule.read.bank_label import Labels, Way
from bascule.read.errors import InputError
from bascule.read.identifiers import creditor_id
from bascule.read.reading import InputNote, Item

MAX_LABELS = 100_000
_PERIODS = (1, 2, 3, 6, 12)
"""Months between two bills of a subscription."""
_AMOUNT = re.compile(r"[-+]?\d{1,12}(?:\.\d{0,4})?|[-+]?\.\d{1,4}", re.ASCII)
_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%d-%m-%y", "%d.%m.%y")
_BACK = re.compile(r"\b(?:remb(?:oursement)?|avoir|refund|annul(?:ation)?|rejet|retour|card_refund|chargeback)\b", re.IGNORECASE)


class Payment(msgspec.Struct, frozen=True):
    """One line of a statement.

    Attributes:
        amount: Negative when money leaves the account.
        way: What the bank says on how it was paid, in its words; may be empty.
        extra: Where else a creditor identifier may stand.
    """

    place: str
    day: date
    label: str
    amount: Decimal
    way: str = ""
    currency: str = "EUR"
    extra: str = ""


@lru_cache(maxsize=8192)
def amount_of(text: str) -> Decimal:
    """Return an amount with decimal comma or point, blanks or the other mark between thousands.

    Raises:
        InvalidOperation: It is none.
    """
    plain = text.strip().strip("€").replace("\u2212", "-")
    plain = "".join(char for char in plain if char not in " \u00a0\u202f'€")
    if "," in plain and "." in plain:
        thousands = "." if plain.rfind(",") > plain.rfind(".") else ","
        plain = plain.replace(thousands, "")
    plain = plain.replace(",", ".")
    if not _AMOUNT.fullmatch(plain):
        raise InvalidOperation(text)
    return Decimal(plain)


@lru_cache(maxsize=8192)
def day_of(text: str) -> date | None:
    """Return a day as banks write it, day before month; a time after it is left out; None when it is none."""
    plain = text.strip().replace("T", " ").split(" ")[0]
    for pattern in _DATES:
        try:
            day = datetime.strptime(plain, pattern).date()
        except ValueError:
            continue
        return day if 1970 <= day.year < 2200 else None
    return None


class _Supplier:
    __slots__ = ("count", "currency", "first", "ics", "label", "last", "months", "place")

    def __init__(self, label: str, place: str, currency: str, ics: str | None) -> None:
        self.label, self.place, self.currency, self.ics = label, place, currency, ics
        self.months: dict[int, Decimal] = {}
        self.count = 0
        self.first, self.last = date.max, date.min


class Payments:
    """The payments of one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._labels = Labels()
        self._suppliers: dict[tuple[str, str], _Supplier] = {}
        self._back: dict[tuple[str, str], Decimal] = {}
        self._first, self._last = date.max, date.min
        self._dropped = 0
        self.full = False

    def add(self, payment: Payment) -> InputError | None:
        """Add a payment; return an error when there are too many labels to go on."""
        self._first, self._last = min(self._first, payment.day), max(self._last, payment.day)
        text = f"{payment.label} {payment.extra}" if payment.extra else payment.label
        ics = creditor_id(text) if "ZZZ" in text or "ICS" in text or "CRED" in text else None
        way, named = self._labels.read(payment.label, payment.way, ics is not None)
        if not payment.amount or named is None:
            self._dropped += payment.amount < 0
            return None
        key = (named[1], payment.currency)
        if payment.amount > 0:
            returned = way in (Way.CARD, Way.DEBIT) or _BACK.search(payment.label) or _BACK.search(payment.way)
            if returned and (key in self._back or len(self._back) < MAX_LABELS):
                self._back[key] = self._back.get(key, Decimal(0)) + payment.amount
            return None
        supplier = self._suppliers.get(key)
        if supplier is None:
            if len(self._suppliers) >= MAX_LABELS:
                self.full = True
                return InputError("too-many", self._path, payment.place, limit=str(MAX_LABELS))
            supplier = self._suppliers[key] = _Supplier(named[0], payment.place, payment.currency, ics)
        month = payment.day.year * 12 + payment.day.month
        supplier.months[month] = supplier.months.get(month, Decimal(0)) - payment.amount
        supplier.count += 1
        supplier.ics = supplier.ics or ics
        supplier.first, supplier.last = min(supplier.first, payment.day), max(supplier.last, payment.day)
        return None

    def observations(self, name: str, at: datetime) -> Iterator[Item]:
        """Yield one observation a label, in file order; what was wholly paid back is left out. `seen_at` is the last day of the file."""
        found = False
        for key, supplier in self._suppliers.items():
            paid, back = sum(supplier.months.values()), self._back.get(key, Decimal(0))
            if paid <= back:
                continue
            found = True
            yield file_row(name, supplier.place, self._value(supplier, 1 - back / paid), self._last)
        if not found:
            yield InputNote(code="no-payment", path=str(self._path))

    def _value(self, supplier: _Supplier, kept: Decimal) -> dict[str, object]:
        value: dict[str, object] = {"label": supplier.label}
        if supplier.ics:
            value["ics"] = supplier.ics
        value["count"] = supplier.count
        every = period(supplier.months)
        if every is None and _span(self._first, self._last) >= 12:
            every = 12
        if every is not None:
            value["every_months"] = every
            if supplier.currency == "EUR":
                value["monthly_eur"] = float((median(supplier.months.values()) * kept / every).quantize(Decimal("0.01")))
        if supplier.currency != "EUR":
            value["currency"] = supplier.currency
        return {**value, "first": supplier.first.isoformat(), "last": supplier.last.isoformat()}


def _span(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def period(months: dict[int, Decimal]) -> int | None:
    """Return every how many months is paid: 1, 2, 3, 6 or 12, by the median distance of the paid months; None for one month alone.

    >>> period({24301: Decimal(9), 24304: Decimal(9), 24307: Decimal(9)})
    3
    """
    paid = sorted(months)
    if len(paid) < 2:
        return None
    distance = median(after - before for before, after in pairwise(paid))
    return min(_PERIODS, key=lambda every: abs(every - distance))


def file_row(name: str, place: str, value: dict[str, object], day: date) -> Evidence:
    """Return the observation of one label, dated by the file's last day."""
    seen_at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Evidence(subject=FIRM, kind=Kind.FILE, question=f"ROW {name}#{place}", outcome=Outcome.PRESENT, value=value, source=name, seen_at=seen_at)
