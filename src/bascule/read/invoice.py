"""Electronic invoices by EN 16931: UBL 2.1 (`Invoice`, `CreditNote`), UN/CEFACT CII, and Factur-X or ZUGFeRD (CII within a PDF).

One invoice is one row: who sells, with VAT number and SEPA creditor identifier, and what it comes to a month when the invoice
says for which period (BT-73, BT-74); else the cost stays unknown. Lines that count users tell the seats.
Amounts include VAT. A credit note is no supplier's bill.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from bascule import guard
from bascule.read.errors import InputError
from bascule.read.identifiers import creditor_id, vat_number
from bascule.read.invoice_pdf import attached
from bascule.read.invoice_seats import Seats
from bascule.read.payments import amount_of, day_of, file_row
from bascule.read.reading import InputNote, Item
from bascule.read.xml_file import leaves

MAX_XML = 20 * 1024 * 1024
_ROOTS = (b"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", b"urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2")
_CII = (b"CrossIndustryInvoice:100", b"CrossIndustryDocument:invoice")
_PDF = b"%PDF-"
_CREDIT_NOTES = frozenset(("381", "396", "261", "262"))

_FIELDS: dict[tuple[str, ...], str] = {
    ("AccountingSupplierParty", "Party", "PartyName", "Name"): "trade",
    ("AccountingSupplierParty", "Party", "PartyLegalEntity", "RegistrationName"): "name",
    ("AccountingSupplierParty", "Party", "PartyTaxScheme", "CompanyID"): "vat",
    ("AccountingSupplierParty", "Party", "PartyIdentification", "ID"): "ics",
    ("PayeeParty", "PartyIdentification", "ID"): "ics",
    ("IssueDate",): "day",
    ("InvoicePeriod", "StartDate"): "from",
    ("InvoicePeriod", "EndDate"): "to",
    ("LegalMonetaryTotal", "TaxInclusiveAmount"): "total",
    ("DocumentCurrencyCode",): "currency",
    ("InvoiceTypeCode",): "type",
    ("SellerTradeParty", "Name"): "name",
    ("SellerTradeParty", "SpecifiedTaxRegistration", "ID"): "vat",
    ("ApplicableHeaderTradeSettlement", "CreditorReferenceID"): "ics",
    ("ExchangedDocument", "IssueDateTime", "DateTimeString"): "day",
    ("ExchangedDocument", "TypeCode"): "type",
    ("ApplicableHeaderTradeSettlement", "BillingSpecifiedPeriod", "StartDateTime", "DateTimeString"): "from",
    ("ApplicableHeaderTradeSettlement", "BillingSpecifiedPeriod", "EndDateTime", "DateTimeString"): "to",
    ("SpecifiedTradeSettlementHeaderMonetarySummation", "GrandTotalAmount"): "total",
    ("ApplicableHeaderTradeSettlement", "InvoiceCurrencyCode"): "currency",
    ("HeaderExchangedDocument", "IssueDateTime", "DateTimeString"): "day",
    ("HeaderExchangedDocument", "TypeCode"): "type",
    ("SpecifiedTradeSettlementMonetarySummation", "GrandTotalAmount"): "total",
    ("ApplicableSupplyChainTradeSettlement", "InvoiceCurrencyCode"): "currency",
}
"""Where the terms of EN 16931 stand, in UBL, in CII and in ZUGFeRD 1; UBL paths are those below the root."""


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is an invoice: XML with one of the roots, or a PDF that carries such XML."""
    if head.startswith(_PDF):
        return attached(path) is not None
    start = head[:4096]
    return any(root in start for root in (*_ROOTS, *_CII)) and b"<" in start


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield the one observation of an invoice; a note when it is a credit note."""
    data = attached(path) if guard.head(path, 5) == _PDF else guard.read_bytes(path, MAX_XML)
    if data is None:
        yield InputError("not-an-invoice", path, reason="no embedded XML")
        return
    found: dict[str, str] = {}
    places: dict[str, int] = {}

    seats = Seats()

    def take(at: tuple[str, ...], text: str, attributes: dict[str, str], line: int) -> None:
        if at[1:2] == ("InvoiceLine",) or "IncludedSupplyChainTradeLineItem" in at:
            seats.take(at, text, attributes)
            return
        if not text:
            return
        for length in (1, 2, 3, 4):
            field = _FIELDS.get(at[-length:])
            if field is None or (length == 1 and len(at) != 2):
                continue
            if not (field == "vat" and vat_number(text) is None) and not (field == "ics" and creditor_id(f"ICS {text}") is None):
                found.setdefault(field, text)
                places.setdefault(field, line)

    fault = leaves([data], path, take)
    if fault is not None:
        yield fault
        return
    yield from _row(path, name, found, places, seats.total())


def _row(path: Path, name: str, found: dict[str, str], places: dict[str, int], seats: int) -> Iterator[Item]:
    label, day = " ".join((found.get("name") or found.get("trade", "")).split())[:120], day_of(found.get("day", "")[:10])
    if not label:
        yield InputError("not-an-invoice", path, reason="no seller")
        return
    if day is None:
        yield InputError("bad-date", path, str(places.get("day", 1)), value=found.get("day", "")[:40], format="2026-12-31")
        return
    if found.get("type") in _CREDIT_NOTES or "total" not in found:
        yield InputNote(code="no-payment", path=str(path))
        return
    try:
        total = amount_of(found["total"][:40])
    except InvalidOperation as error:
        yield InputError("bad-number", path, str(places["total"]), value=str(error)[:60])
        return
    value: dict[str, object] = {"label": label}
    if vat := vat_number(found.get("vat", "")):
        value["vat"] = vat
    if ics := creditor_id(f"ICS {found.get('ics', '')}"):
        value["ics"] = ics
    if seats:
        value["seats"] = seats
    value |= {"count": 1, **_cost(total, found), "first": day.isoformat(), "last": day.isoformat()}
    yield file_row(name, "1", value, day)


def _cost(total: Decimal, found: dict[str, str]) -> dict[str, object]:
    currency = found.get("currency", "EUR").upper()[:3]
    if currency != "EUR":
        return {"currency": currency}
    months = _months(day_of(found.get("from", "")[:10]), day_of(found.get("to", "")[:10]))
    return {"every_months": months, "monthly_eur": float((total / months).quantize(Decimal("0.01")))} if months and total > 0 else {}


def _months(first: date | None, last: date | None) -> int | None:
    """Return how many months a period has, to the nearest; at least one."""
    return max(1, round(((last - first).days + 1) / 30.44)) if first and last and last >= first else None
