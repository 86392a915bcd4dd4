"""CAMT, OFX and QIF: real layouts, and files that mean harm."""

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from guard.memory import peak_mb

from bascule.read import Reading

from .conftest import codes

Read = Callable[[str, bytes | str], Reading]
_OLD = (
    "<Ntry><Amt Ccy='EUR'>12.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-09-04</Dt></BookgDt><BkTxCd><Domn><Cd>PMNT</Cd><Fmly>"
    "<Cd>RDDT</Cd><SubFmlyCd>ESDD</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Ardoise</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>"
)
_NEW = (
    "<Ntry><Amt Ccy='EUR'>12.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>2026-09-04T10:00:00</DtTm></BookgDt><NtryDtls><TxDtls>"
    "<RltdPties><Cdtr><Pty><Nm>Ardoise</Nm><Id><PrvtId><Othr><Id>DE98ZZZ09999999999</Id></Othr></PrvtId></Id></Pty></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>"
)
_PENDING = _NEW.replace("BOOK", "PDNG").replace("Ardoise", "Craie")


def camt(version: str, entries: str, kind: str = "053") -> str:
    return f'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}"><B><Stmt>{entries}</Stmt></B></Document>'


def labels(found: Reading) -> list[object]:
    return [item.value["label"] for item in found.evidence if isinstance(item.value, dict)]


@pytest.mark.parametrize(("version", "entry"), [("02", _OLD), ("06", _OLD), ("08", _NEW), ("13", _NEW)])
@pytest.mark.parametrize("kind", ["052", "053", "054"])
def test_every_version_of_camt_names_the_creditor(reading: Read, version: str, entry: str, kind: str) -> None:
    assert labels(reading("c.xml", camt(version, entry + _PENDING, kind))) == ["Ardoise"]


@pytest.mark.parametrize(
    "text",
    [
        "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><CURDEF>EUR<STMTTRN><TRNTYPE>POS<DTPOSTED>20260904120000<TRNAMT>-12.00<FITID>1<NAME>Ardoise</STMTTRN></OFX>",
        '<?xml version="1.0"?><?OFX OFXHEADER="200"?><OFX><CURDEF>EUR</CURDEF><STMTTRN><TRNTYPE>POS</TRNTYPE><DTPOSTED>20260904</DTPOSTED>'
        "<TRNAMT>-12,00</TRNAMT><NAME>Ardoise</NAME></STMTTRN></OFX>",
    ],
    ids=["1", "2"],
)
def test_both_versions_of_ofx_are_read(reading: Read, text: str) -> None:
    assert labels(reading("o.ofx", text)) == ["Ardoise"]


def test_an_ofx_file_that_was_cut_short_is_told_and_what_was_whole_counts(reading: Read) -> None:
    found = reading("o.ofx", "OFXHEADER:100\n\n<OFX>\n<STMTTRN><TRNTYPE>POS<DTPOSTED>20260105<TRNAMT>-12.00<NAME>Ardoise</STMTTRN>\n<STMTTRN><TRNAMT>-")
    assert codes(found) == [("corrupt", "5")]
    assert labels(found) == ["Ardoise"]


def test_a_qif_date_with_an_apostrophe_is_read(reading: Read) -> None:
    assert labels(reading("q.qif", "!Type:Bank\nD04/09'26\nT-12,00\nPCARTE Ardoise\n^\n")) == ["Ardoise"]


def test_a_document_type_is_refused_before_its_entities_grow(reading: Read) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    found = reading("c.xml", camt("02", _OLD).replace("<Document", f"{laughs}<Document"))
    assert [code for code, _ in codes(found)] == ["bad-xml"]


def test_deep_nesting_is_refused(reading: Read) -> None:
    assert [code for code, _ in codes(reading("c.xml", camt("02", "<a>" * 5000)))] == ["bad-xml"]


def test_a_tag_that_never_ends_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "c.xml"
    path.write_text(camt("02", "<Ntry " + "a" * 40_000_000), "utf-8")
    assert peak_mb("assert [error.code for error in read.read_inputs([path], at).errors] == ['bad-xml']", path) < 60


def test_a_gigabyte_of_xml_in_a_pdf_is_refused_in_little_memory(tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    start = b'<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">'
    packed = packer.compress(start) + b"".join(packer.compress(b" " * 2**20) for _ in range(64)) + packer.flush()
    path = tmp_path / "f.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nstream\n" + packed + b"\nendstream\n")
    grown = peak_mb("reading = read.read_inputs([path], at)\nassert [error.code for error in reading.errors] == ['bomb'], reading", path)
    assert grown < 100


def test_a_statement_of_many_lines_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("Date;Libellé;Montant\n")
        for number in range(60_000):
            file.write(f"05/01/2026;CARTE ARDOISE {number};-1,00\n")
    assert peak_mb("assert len(read.read_inputs([path], at).evidence) == 1", path) < 60
