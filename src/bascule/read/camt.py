"""ISO 20022 statements: CAMT.053 (statement), .052 (report) and .054 (notification), every version from 001.02 on.

The versions differ in where names and states stand (`Cdtr/Nm` or `Cdtr/Pty/Nm`, `Sts` or `Sts/Cd`); both places are read.
Only booked entries count. An entry with transactions that have amounts of their own is read transaction by transaction.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from bascule import guard
from bascule.read.errors import InputError
from bascule.read.payments import Payment, Payments, amount_of, day_of
from bascule.read.reading import Item
from bascule.read.xml_file import leaves

_NAMESPACE = re.compile(rb"urn:iso:std:iso:20022:tech:xsd:camt\.05[234]\.001\.\d{2}")
_PARTY = (("Nm",), ("Pty", "Nm"))
_FAMILY = {"RDDT": "direct debit", "IDDT": "direct debit", "CCRD": "card", "MCRD": "card", "ICDT": "transfer", "RCDT": "transfer"}
"""Families of payments (external code set `BankTransactionFamily`), those that decide what is kept."""


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is XML in a CAMT namespace."""
    return _NAMESPACE.search(head[:4096]) is not None


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield one observation a supplier (see `payments`); what stands before a break still counts."""
    taker = _Entries(path)
    fault = leaves(guard.chunks(path), path, taker.take)
    yield from taker.faults
    if fault is not None:
        yield fault
    if not taker.payments.full:
        yield from taker.payments.observations(name, at)


class _Entries:
    """Gathers an entry until it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.payments = Payments(path)
        self.faults: list[InputError] = []
        self._entry: dict[str, str] = {}
        self._part: dict[str, str] = {}
        self._parts: list[dict[str, str]] = []

    def take(self, at: tuple[str, ...], text: str, attributes: dict[str, str], line: int) -> None:
        """Take an element that ends."""
        if "Ntry" not in at:
            return
        where = at[at.index("Ntry") + 1 :]
        if not where:
            self._finish(line)
        elif where == ("NtryDtls", "TxDtls"):
            if len(self._parts) < 10_000:
                self._parts.append(self._part)
            self._part = {}
        elif where[:2] == ("NtryDtls", "TxDtls"):
            self._set(self._part, where[2:], text, attributes)
        else:
            self._set(self._entry, where, text, attributes)

    def _set(self, into: dict[str, str], where: tuple[str, ...], text: str, attributes: dict[str, str]) -> None:
        if not text:
            return
        match where:
            case ("Amt",) | ("AmtDtls", "TxAmt", "Amt"):
                into.setdefault("amount", text)
                into.setdefault("currency", attributes.get("Ccy", ""))
            case ("CdtDbtInd",):
                into["side"] = text
            case ("RvslInd",):
                into["back"] = text
            case ("Sts",) | ("Sts", "Cd"):
                into["state"] = text
            case ("BookgDt", "Dt" | "DtTm"):
                into["day"] = text
            case ("ValDt", "Dt" | "DtTm"):
                into.setdefault("value_day", text)
            case ("BkTxCd", "Domn", "Fmly", "Cd" | "SubFmlyCd"):
                into["way"] = f"{into.get('way', '')} {_FAMILY.get(text, text)}".strip()
            case ("RltdPties", "Cdtr", *rest) if tuple(rest) in _PARTY:
                into["creditor"] = text
            case ("RltdPties", "Cdtr", *rest) if rest[-2:] == ["Othr", "Id"]:
                into["ics"] = text
            case ("RmtInf", "Ustrd") | ("AddtlNtryInf",) | ("AddtlTxInf",):
                into["text"] = f"{into.get('text', '')} {text}".strip()[:500]

    def _finish(self, line: int) -> None:
        entry, parts = self._entry, self._parts
        self._entry, self._parts, self._part = {}, [], {}
        if entry.get("state", "BOOK") != "BOOK":
            return
        if not any("amount" in part for part in parts):
            first = parts[0] if parts else {}
            parts = [{**entry, **{key: value for key, value in first.items() if key != "state"}}]
        for part in parts:
            fault = self._pay({**entry, **part}, line)
            if fault is not None and len(self.faults) < 1000:
                self.faults.append(fault)

    def _pay(self, row: dict[str, str], line: int) -> InputError | None:
        written = row.get("day") or row.get("value_day", "")
        day = day_of(written[:40])
        if day is None:
            return InputError("bad-date", self._path, str(line), value=written[:40], format="2026-12-31")
        try:
            amount = abs(amount_of(row.get("amount", "")[:40]))
        except InvalidOperation as error:
            return InputError("bad-number", self._path, str(line), value=str(error)[:60])
        signed: Decimal = -amount if row.get("side") == "DBIT" else amount
        label = row.get("creditor") or row.get("text", "")
        extra = f"ICS {row['ics']}" if "ics" in row else row.get("text", "")
        if row.get("back") == "true" and signed > 0:
            label = f"{label} rejet"
        return self.payments.add(Payment(str(line), day, label, signed, row.get("way", ""), row.get("currency") or "EUR", extra))
