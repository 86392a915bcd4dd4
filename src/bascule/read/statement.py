"""Bank statements as CSV, as French banks and the banks of small firms export them, recognised by their headings.

One table of headings covers BNP Paribas and Hello bank, Société Générale (private and business layout), Crédit Agricole, Crédit
Mutuel and CIC, Banque Populaire and Caisse d'Épargne, La Banque Postale, BoursoBank, Qonto, Revolut, N26 and others like them.
Lines above the headings are passed over; a file without headings is read when its columns can only be meant in one way. A row
without date and amount goes on with the label above it.
"""

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path

import msgspec

from bascule import guard
from bascule.guard.limits import MAX_LINE
from bascule.read.errors import InputError
from bascule.read.payments import Payment, Payments, amount_of, day_of
from bascule.read.reading import Item
from bascule.read.statement_text import rows
from bascule.read.tool_words import words

_DATE = (
    *("date operation", "date de l operation", "date d operation", "dateop", "date de comptabilisation", "date comptable", "completed date"),
    *("date completed", "date de fin", "booking date", "settlement date", "operation date", "date de reglement", "transaction date", "date"),
    *("date started", "started date", "date valeur", "date de valeur", "value date"),
)
_LABEL = (
    *("counterparty name", "nom de la contrepartie", "contrepartie", "partner name", "payee", "beneficiaire", "detail de l ecriture"),
    *("libelle operation", "libelle de l operation", "nature de l operation", "operation", "libelle", "label", "description", "intitule", "libelle simplifie"),
)
_WAY = (
    *("type operation", "type d operation", "type de transaction", "transaction type", "payment method", "methode de paiement", "moyen de paiement"),
    *("libelle interbancaire", "type", "libelle"),
)
_AMOUNT = (
    *("montant operation en euro", "montant operation", "montant de l operation", "montant euros", "montant en euros", "montant eur", "montant"),
    *("total amount", "montant total", "montant total ttc", "montant ttc", "amount"),
)
_DEBIT = ("debit", "debit euros", "debit eur", "montant debit", "montant au debit")
_CREDIT = ("credit", "credit euros", "credit eur", "montant credit", "montant au credit")
_CURRENCY = ("devise", "monnaie", "currency", "payment currency", "devise du compte")
_STATE = ("state", "status", "statut", "etat")
_EXTRA = ("informations complementaires", "reference", "payment reference", "libelle operation")
_VOID = ("declin", "revert", "fail", "pending", "cancel", "refus", "annul", "rejet", "en attente")
_MARKS = (";", "\t", ",", "|")
_LOOK = 60
"""Lines in which the headings are looked for."""
_MONEY = re.compile(r"[-+]?[\d\s\u00a0\u202f.]*\d[,.]\d{2}", re.ASCII)
_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}")


class Columns(msgspec.Struct, frozen=True):
    """Where what stands; -1 is nowhere.

    Attributes:
        line: That of the headings, 0 when there are none.
    """

    mark: str
    line: int
    date: int
    label: int
    amount: int = -1
    debit: int = -1
    credit: int = -1
    way: int = -1
    currency: int = -1
    state: int = -1
    extra: int = -1


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is text with the headings of a statement, or rows that can only be one."""
    if not guard.is_text(head) or head.lstrip()[:1] in (b"{", b"<", b"!"):
        return False
    text = head.decode(guard.detect(head), "ignore")
    return columns(text.splitlines()[:_LOOK]) is not None


def columns(lines: list[str]) -> Columns | None:
    """Return where what stands, by headings, else by the first rows; None when it is no statement."""
    for number, line in enumerate(lines, 1):
        for mark in _MARKS:
            if line.count(mark) >= 2 and (found := _headed(number, mark, line)) is not None:
                return found
    return _unheaded(lines)


def _headed(number: int, mark: str, line: str) -> Columns | None:
    names = [words(cell.strip(' "\ufeff#')) for cell in line.split(mark)]

    def at(known: tuple[str, ...], taken: int = -1) -> int:
        return next((names.index(name) for name in known if name in names and names.index(name) != taken), -1)

    label = at(_LABEL)
    found = Columns(mark, number, at(_DATE), label, at(_AMOUNT), at(_DEBIT), at(_CREDIT), at(_WAY, label), at(_CURRENCY), at(_STATE), at(_EXTRA, label))
    return found if found.date >= 0 and label >= 0 and max(found.amount, found.debit) >= 0 and not {"comptenum", "ecriturenum"} & set(names) else None


def _unheaded(lines: list[str]) -> Columns | None:
    """Return the columns of rows that bear no headings: one date first, one amount, the longest text; three rows must agree."""
    filled = [line for line in lines if line.strip()][:3]
    found = {_guess(line, mark) for line in filled for mark in (";", "\t") if line.count(mark) >= 2}
    return found.pop() if len(filled) == 3 and len(found) == 1 else None


def _guess(line: str, mark: str) -> Columns | None:
    cells = [cell.strip(' "') for cell in line.split(mark)]
    money = [at for at, cell in enumerate(cells) if _MONEY.fullmatch(cell)]
    texts = sorted((at for at, cell in enumerate(cells) if any(map(str.isalpha, cell))), key=lambda at: -len(cells[at]))
    if not _DAY.fullmatch(cells[0]) or len(money) != 1 or not texts:
        return None
    return Columns(mark, 0, 0, texts[0], money[0], way=texts[1] if len(texts) > 1 else -1)


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield one observation a supplier (see `payments` and `bank_label` for what is kept)."""
    head = list(islice(rows(path), _LOOK))
    found = columns([line or "" for _, line in head])
    if found is None:
        yield InputError("not-a-statement", path)
        return
    found = msgspec.structs.replace(found, line=head[found.line - 1][0] if found.line else 0)
    payments = Payments(path)
    for item in _payments(path, found):
        fault = payments.add(item) if isinstance(item, Payment) else item
        if fault is not None:
            yield fault
            if payments.full:
                return
    yield from payments.observations(name, at)


def _payments(path: Path, found: Columns) -> Iterator[Payment | InputError]:
    held: Payment | None = None
    for number, line in rows(path):
        if number <= found.line:
            continue
        if line is None:
            yield InputError("too-large", path, str(number), limit=f"{MAX_LINE // 2**20} MB")
            continue
        item = _row(path, number, _cells(line, found.mark), found)
        if isinstance(item, str):
            if held is not None and len(held.label) < 300:
                held = msgspec.structs.replace(held, label=f"{held.label} {item}"[:400])
            continue
        if isinstance(item, InputError):
            yield item
            continue
        if held is not None:
            yield held
        held = item
    if held is not None:
        yield held


def _cells(line: str, mark: str) -> list[str]:
    if '"' not in line:
        return line.split(mark)
    try:
        return next(csv.reader([line.replace("\n", " ")], delimiter=mark), [])
    except csv.Error:
        return line.replace('"', "").split(mark)


def _row(path: Path, number: int, cells: list[str], found: Columns) -> Payment | InputError | str | None:
    """Return a payment, what is wrong with the row, the rest of the label above, or None for what does not count."""

    def cell(at: int) -> str:
        return cells[at].strip() if 0 <= at < len(cells) else ""

    written, label = cell(found.date), cell(found.label)
    sums = [cell(at) for at in (found.amount, found.debit, found.credit) if at >= 0]
    if not written and not any(sums):
        return label or None
    if len(cells) <= max(found.date, found.label):
        return InputError("bad-row", path, str(number), found=str(len(cells)), expected=str(max(found.date, found.label) + 1)) if any(cells) else None
    state = cell(found.state).lower()
    if state and any(word in state for word in _VOID):
        return None
    day = day_of(written[:40])
    if day is None:
        return InputError("bad-date", path, str(number), value=written[:40], format="31/12/2026")
    try:
        amount = _amount(cell(found.amount)) if found.amount >= 0 else abs(_amount(cell(found.credit))) - abs(_amount(cell(found.debit)))
    except InvalidOperation as error:
        return InputError("bad-number", path, str(number), value=str(error)[:60])
    return Payment(str(number), day, label, amount, cell(found.way), cell(found.currency).upper()[:3] or "EUR", cell(found.extra))


def _amount(text: str) -> Decimal:
    return amount_of(text[:40]) if text else Decimal(0)
