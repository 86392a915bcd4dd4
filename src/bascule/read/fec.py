"""The French ledger export (FEC, article A47 A-1 of the LPF): who sends the firm bills, how often, how much a month.

Counted: accounts 401 (suppliers) and 408 (bills not yet received). Not 404 (fixed assets: no running cost) nor 409 (advances).
On 401 a credit is a bill; a debit subtracts in a purchase journal (credit note) and is a payment elsewhere; bank and cash
journals hold payments and refunds only. On 408 both sides count, so that a year-end accrual and its reversal cancel out.
Opening balances never count. Amounts are as they stand on these accounts: VAT included.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache
from pathlib import Path

from bascule import guard
from bascule.guard.limits import MAX_LINE
from bascule.model import FIRM, Evidence, Kind, Outcome
from bascule.read.errors import InputError
from bascule.read.fec_label import label_of
from bascule.read.reading import InputNote, Item

MAX_LABELS = 100_000
COLUMNS = (
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef"),
    *("PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
)
"""The 18 columns of the decree, by which a ledger is recognised; any further ones are allowed."""
_NEEDED = ("JournalCode", "EcritureDate", "CompteNum", "EcritureLib")
_NAMING = ("JournalLib", "CompteLib", "CompAuxLib")
_SIDES = ("Debit", "Credit")
_SIGNED = ("Montant", "Sens")
_NAME = re.compile(r"\d{9}FEC\d{8}", re.IGNORECASE)
_DELIMITERS = (b"\t", b"|", b";")
_COUNTED = (b"401", b"408", b'"401', b'"408')
_OPENING_CODE = re.compile(r"AN|ANO|ANX|RAN|A ?N(?:OUVEAUX?)?|OUV", re.IGNORECASE)
_OPENING = re.compile(r"(?:\b[aà][- ]?|report.*)nouveaux?\b|\bouverture\b|\bopening\b|\bsolde initial\b", re.IGNORECASE)
_OPENING_LABEL = re.compile(r"\W*(?:[aà][- ]?nouveaux?|reports? [aà][- ]nouveaux?|solde initial|opening balance)\b", re.IGNORECASE)
"""At the start of an entry only: a joiner's `ferrures d'ouverture` is a purchase."""
_MONEY = re.compile(r"\bbanques?\b|\bbank\b|\bcaisse\b|\bcash\b|tr[ée]sorerie|r[èe]glement|paiement|payment", re.IGNORECASE)
_MONEY_CODE = re.compile(r"(?:BQ|BNQ|BAN|BK|BP|CAI|CS|TRE)\w*", re.IGNORECASE)
_PURCHASE = re.compile(r"achat|purchase|fournisseur|supplier|frais", re.IGNORECASE)
_PURCHASE_CODE = re.compile(r"(?:AC|ACH|HA|AP|PU)\w*", re.IGNORECASE)
_DATES = ("%Y%m%d", "%Y-%m-%d", "%d/%m/%Y")
_CENT = Decimal("0.01")
_LONGEST = 500


class _Journal(Enum):
    OPENING = 1
    MONEY = 2
    PURCHASES = 3
    OTHER = 4


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is a ledger: by its headings, else by its name (SIREN, `FEC`, closing date)."""
    found = _header(head.split(b"\n", 1)[0])
    known = {column.lower() for column in COLUMNS}
    return (found is not None and len(known.intersection(found[1])) >= 8) or _NAME.match(path.name) is not None


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield one observation a supplier label, in the order in which they stand; `seen_at` is the ledger's last date.

    Memory is bounded by the number of labels, at most `MAX_LABELS`: beyond, no total would be right and none is given.
    """
    ledger = _Ledger(path)
    for number, line in guard.lines(path):
        if line is None:
            yield InputError("too-large", path, str(number), limit=f"{MAX_LINE // 2**20} MB")
        elif number == 1:
            if (fault := ledger.open(line)) is not None:
                yield fault
                return
        elif line and (fault := ledger.add(number, line)) is not None:
            yield fault
            if fault.code == "too-many":
                return
    yield from ledger.observations(name, at)


def _header(line: bytes) -> tuple[bytes, list[str]] | None:
    """Return what stands between the columns, and their names in lower case."""
    text = line.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r")
    mark = max(_DELIMITERS, key=text.count)
    return (mark, [cell.strip(b' "').decode("ascii", "replace").lower() for cell in text.split(mark)]) if mark in text else None


class _Supplier:
    """What one label adds up to."""

    __slots__ = ("count", "first", "label", "last", "place", "total")

    def __init__(self, label: str, place: int) -> None:
        self.label = label
        self.place = place
        self.total = Decimal(0)
        self.count = 0
        self.first = date.max
        self.last = date.min

    def add(self, amount: Decimal, day: date) -> None:
        self.total += amount
        self.count += amount > 0
        self.first, self.last = min(self.first, day), max(self.last, day)


class _Ledger:
    """A ledger, line by line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._suppliers: dict[str, _Supplier] = {}
        self._days: dict[bytes, date] = {}
        self._mark = b"\t"
        self._at: dict[str, int] = {}
        self._date = self._account = 0
        self._used: dict[str, int] = {}
        self._width = 0

    def open(self, line: bytes) -> InputError | None:
        """Take the headings; return what is wrong with them."""
        if line.startswith((b"\xff\xfe", b"\xfe\xff")):
            return InputError("encoding", self._path, "1", reason="UTF-16")
        found = _header(line)
        names = found[1] if found else []
        self._at = {column: names.index(column.lower()) for column in (*COLUMNS, *_SIGNED) if column.lower() in names}
        sides = _SIGNED if set(_SIGNED) <= self._at.keys() else _SIDES
        missing = [column for column in (*_NEEDED, *sides) if column not in self._at]
        if found is None or missing:
            return InputError("not-a-ledger", self._path, "1", column=", ".join(missing))
        self._mark, self._width = found[0], len(names)
        self._date, self._account = self._at["EcritureDate"], self._at["CompteNum"]
        self._used = {column: self._at[column] for column in (*_NEEDED, *_NAMING, *sides) if column in self._at}
        return None

    def add(self, number: int, line: bytes) -> InputError | None:
        """Add a line; return what is wrong with it."""
        cells = line.split(self._mark)
        if len(cells) != self._width and not (len(cells) == self._width + 1 and not cells[-1].strip()):
            if not line.strip():
                return None
            return InputError("bad-row", self._path, str(number), found=str(len(cells)), expected=str(self._width))
        written = cells[self._date]
        day = self._days.get(written)
        if day is None and (day := _day(written)) is None:
            return InputError("bad-date", self._path, str(number), value=written[:40].decode("utf-8", "replace"), format="20261231")
        self._days[written] = day
        if not cells[self._account].startswith(_COUNTED):
            return None
        return self._count(number, {column: _text(cells[at][:_LONGEST]) for column, at in self._used.items()}, day)

    def _count(self, number: int, row: dict[str, str], day: date) -> InputError | None:
        try:
            amount = _billed(row)
        except InvalidOperation as error:
            return InputError("bad-number", self._path, str(number), value=str(error)[:60])
        if not amount:
            return None
        label, key = label_of(row.get("CompAuxLib", ""), row.get("CompteLib", ""), row["EcritureLib"])
        supplier = self._suppliers.get(key)
        if supplier is None:
            if len(self._suppliers) >= MAX_LABELS:
                return InputError("too-many", self._path, str(number), limit=str(MAX_LABELS))
            supplier = self._suppliers[key] = _Supplier(label, number)
        supplier.add(amount, day)
        return None

    def observations(self, name: str, at: datetime) -> Iterator[Item]:
        """Yield what the lines add up to; a label whose credit notes outweigh its bills costs nothing and is left out."""
        if not self._suppliers:
            yield InputNote(code="no-supplier", path=str(self._path))
            return
        first, last = min(self._days.values()), max(self._days.values())
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        seen_at = datetime(last.year, last.month, last.day, tzinfo=UTC)
        for supplier in self._suppliers.values():
            if supplier.total <= 0 or not supplier.count:
                continue
            value = {
                "label": supplier.label,
                "count": supplier.count,
                "monthly_eur": float((supplier.total / months).quantize(_CENT)),
                "first": supplier.first.isoformat(),
                "last": supplier.last.isoformat(),
            }
            question = f"ROW {name}#{supplier.place}"
            yield Evidence(subject=FIRM, kind=Kind.FILE, question=question, outcome=Outcome.PRESENT, value=value, source=name, seen_at=seen_at)


def _billed(row: dict[str, str]) -> Decimal:
    """Return what a line bills: positive for a bill, negative for a credit note, zero for what does not count.

    Raises:
        InvalidOperation: An amount is none.
    """
    journal = _journal(row["JournalCode"], row.get("JournalLib", ""))
    if journal is _Journal.OPENING or _OPENING_LABEL.match(row["EcritureLib"]):
        return Decimal(0)
    if "Sens" in row:
        amount = _amount(row["Montant"])
        debit, credit = (amount, Decimal(0)) if row["Sens"].upper() in ("D", "+1", "1") else (Decimal(0), amount)
    else:
        debit, credit = _amount(row["Debit"]), _amount(row["Credit"])
    if row["CompteNum"].startswith("408"):
        return credit - debit
    if journal is _Journal.MONEY:
        return Decimal(0)
    return credit - debit if journal is _Journal.PURCHASES else credit


@lru_cache(maxsize=1024)
def _journal(code: str, name: str) -> _Journal:
    """Return what a journal is for, by its name or its code."""
    if _OPENING_CODE.fullmatch(code) or _OPENING.search(name):
        return _Journal.OPENING
    if _MONEY.search(name) or _MONEY_CODE.fullmatch(code):
        return _Journal.MONEY
    return _Journal.PURCHASES if _PURCHASE.search(name) or _PURCHASE_CODE.fullmatch(code) else _Journal.OTHER


@lru_cache(maxsize=4096)
def _amount(text: str) -> Decimal:
    """Return an amount with decimal comma or point.

    Raises:
        InvalidOperation: It is none.
    """
    if not text:
        return Decimal(0)
    plain = text.replace(",", ".").replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    if not re.fullmatch(r"[-+]?\d{1,15}(?:\.\d{0,6})?|[-+]?\.\d{1,6}", plain, re.ASCII):
        raise InvalidOperation(text)
    return Decimal(plain)


@lru_cache(maxsize=8192)
def _text(cell: bytes) -> str:
    try:
        return cell.decode("utf-8").strip(' "')
    except UnicodeDecodeError:
        return cell.decode("iso8859-15" if b"\xa4" in cell else "cp1252", "replace").strip(' "')


def _day(cell: bytes) -> date | None:
    for pattern in _DATES:
        try:
            day = datetime.strptime(cell.decode("ascii").strip(' "'), pattern).date()
        except ValueError:
            continue
        return day if 1970 <= day.year < 2200 else None
    return None
