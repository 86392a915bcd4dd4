"""Measure the readers of a firm's files: 100,000 lines each, in CPU seconds. `python benchmarks/readers.py [READER…]`.

Add a reader: one function that writes a file of about 100,000 lines, one line in `FILES`.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bascule.read import read_inputs

LINES = 100_000
AT = datetime(2026, 11, 24, tzinfo=UTC)


def _day(number: int) -> date:
    return date(2022, 1, 1) + timedelta(days=number % 1500)


def _shop(number: int) -> str:
    return f"ARDOISE {chr(65 + number % 26)}{chr(65 + number // 26 % 26)} CLOUD"


def statement() -> str:
    """Card payments as BNP Paribas exports them."""
    head = "Date operation;Libelle court;Type operation;Libelle operation;Montant operation en euro\n"
    rows = (
        f"{_day(n):%d/%m/%Y};CB;CARTE;FACTURE CARTE DU {_day(n):%d%m%y} {_shop(n)} DUBLIN CARTE 4974XXXXXXXX{n % 10000:04d};-{n % 90},45\n"
        for n in range(LINES)
    )
    return head + "".join(rows)


def camt() -> str:
    """An ISO 20022 statement of 12,500 entries, eight lines each."""
    rows = (
        f'<Ntry>\n<Amt Ccy="EUR">{n % 90}.45</Amt>\n<CdtDbtInd>DBIT</CdtDbtInd>\n<Sts>BOOK</Sts>\n<BookgDt><Dt>{_day(n)}</Dt></BookgDt>\n'
        f"<NtryDtls><TxDtls><RltdPties><Cdtr><Nm>{_shop(n)} SAS</Nm></Cdtr></RltdPties></TxDtls></NtryDtls>\n<AddtlNtryInf>PRLV {n}</AddtlNtryInf>\n</Ntry>\n"
        for n in range(LINES // 8)
    )
    return f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>{"".join(rows)}</Stmt></BkToCstmrStmt></Document>'


def ofx() -> str:
    """An OFX 1 statement, seven lines a transaction."""
    rows = (f"<STMTTRN>\n<TRNTYPE>POS\n<DTPOSTED>{_day(n):%Y%m%d}\n<TRNAMT>-{n % 90}.45\n<FITID>{n}\n<NAME>{_shop(n)}\n</STMTTRN>\n" for n in range(LINES // 7))
    return f"OFXHEADER:100\n\n<OFX><CURDEF>EUR\n{''.join(rows)}</OFX>\n"


def qif() -> str:
    """A QIF statement, four lines a record."""
    return "!Type:Bank\n" + "".join(f"D{_day(n):%d/%m/%Y}\nT-{n % 90},45\nPCARTE {n % 28 + 1:02d}/09 {_shop(n)}\n^\n" for n in range(LINES // 4))


def invoice() -> str:
    """One UBL invoice of 20,000 lines of five."""
    lines = "".join(f"<InvoiceLine>\n<ID>{n}</ID>\n<Item>\n<Name>Jeton</Name></Item>\n</InvoiceLine>\n" for n in range(LINES // 5))
    return (
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><IssueDate>2026-10-04</IssueDate><AccountingSupplierParty><Party><PartyName>'
        f"<Name>Ardoise</Name></PartyName></Party></AccountingSupplierParty><LegalMonetaryTotal><TaxInclusiveAmount>1.00</TaxInclusiveAmount>"
        f"</LegalMonetaryTotal>{lines}</Invoice>"
    )


FILES: dict[str, tuple[str, Callable[[], str]]] = {
    "statement": ("releve.csv", statement),
    "camt": ("releve.xml", camt),
    "ofx": ("releve.ofx", ofx),
    "qif": ("releve.qif", qif),
    "invoice": ("facture.xml", invoice),
}
"""Reader, the file's name, what writes it."""


def main(wanted: list[str]) -> None:
    """Print one line a reader."""
    with tempfile.TemporaryDirectory() as folder:
        for reader, (name, written) in FILES.items():
            if wanted and reader not in wanted:
                continue
            path = Path(folder, name)
            path.write_text(text := written(), "utf-8")
            begun = time.process_time()
            reading = read_inputs([path], AT)
            spent = time.process_time() - begun
            print(f"{reader:<12} {text.count(chr(10)):>8} lines  {spent:.2f} s  {len(reading.evidence)} observations, {len(reading.errors)} faults")


if __name__ == "__main__":
    main(sys.argv[1:])
