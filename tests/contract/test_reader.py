"""What every reader of the registry promises, whatever it reads."""

import io
import os
import random
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter

from bascule.guard import GuardError
from bascule.model import Evidence
from bascule.model.firm import Firm
from bascule.read import CODES, READERS, InputError, InputNote, read_inputs

AT = datetime(2026, 11, 24, tzinfo=UTC)
_EVIDENCE = '{"subject":"%s.fr","kind":"dns","question":"MX %s.fr","outcome":"absent","source":"x","seen_at":"2026-01-02T03:04:05Z"}\n'
_MASSDNS = (
    '{"name":"%s.fr.","type":"MX","class":"IN","status":"NOERROR","rx_ts":1767225600000000000,"data":{},"flags":[],"resolver":"192.0.2.53:53","proto":"UDP"}\n'
)
_ZDNS = '{"name":"%s.fr","results":{"MX":{"status":"NOERROR","timestamp":"2026-01-01T00:00:00Z","data":{}}}}\n'
_FEC = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tEcritureLib\tDebit\tCredit\n"
_BILL = "AC\tAchats\t1\t20250115\t401\tFournisseurs\t\t%s\tFacture\t0,00\t12,00\n"
_STATE = '{"version": 4, "terraform_version": "1.9.0", "resources": [{"mode": "managed", "type": "ardoise_craie", "instances": [{}]}]}'
_APPS = "displayName,appId,homepage\n"
_GLPI = "Nom;Éditeur;Nombre d'installations\n"
_COMPOSE = "services:\n  web:\n    image: ardoise/craie:1\n"


def sheet(*rows: list[str]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet("Outils")
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
    return file.getvalue()


_CSV = "Date;Libellé;Montant\n"
_LINE = "04/10/2026;CARTE 03/10 %s;-12,00\n"
_ENTRY = (
    '<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-04</Dt></BookgDt>'
    "<AddtlNtryInf>CARTE %s</AddtlNtryInf></Ntry>\n"
)
_CAMT = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>\n%s</Stmt></BkToCstmrStmt></Document>'
_OFX = "OFXHEADER:100\n\n<OFX><CURDEF>EUR\n%s</OFX>\n"
_TRN = "<STMTTRN><TRNTYPE>POS<DTPOSTED>20261004<TRNAMT>%s<NAME>%s</STMTTRN>\n"
_QIF = "!Type:Bank\n"
_RECORD = "D04/10/2026\nT%s\nPCARTE %s\n^\n"
_UBL = (
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><IssueDate>2026-10-04</IssueDate>\n<AccountingSupplierParty><Party><PartyName>'
    "<Name>Ardoise</Name></PartyName></Party></AccountingSupplierParty>\n<LegalMonetaryTotal><TaxInclusiveAmount>%s</TaxInclusiveAmount></LegalMonetaryTotal></Invoice>"
)
# reader, file name, a good file, the same with one fault in its midst, place of the fault, what is read of the faulty one
EXAMPLES = [
    ("firm", "firm.toml", b'name = "x"\n', b'name = "x"\npeopl = 3\n', "2", 0),
    ("evidence", "e.jsonl", _EVIDENCE % ("a", "a") * 2, (_EVIDENCE % ("a", "a")) + '{"subject":\n' + (_EVIDENCE % ("b", "b")), "2", 2),
    ("massdns", "m.json", _MASSDNS % "a" + _MASSDNS % "b", _MASSDNS % "a" + '{"name":\n' + _MASSDNS % "b", "2", 2),
    ("zdns", "z.json", _ZDNS % "a" + _ZDNS % "b", _ZDNS % "a" + '{"name":\n' + _ZDNS % "b", "2", 2),
    ("fec", "123456789FEC20251231.txt", _FEC + _BILL % "A" + _BILL % "B", _FEC + _BILL % "A" + "court\n" + _BILL % "B", "3", 2),
    ("terraform", "t.tfstate", _STATE, _STATE[:-1] + "\n]}", "2", 0),
    ("apps", "a.csv", _APPS + "Ardoise,a-1,\nCraie,a-2,\n", _APPS + "Ardoise,a-1,\ncourt\nCraie,a-2,\n", "3", 2),
    ("inventory", "g.csv", _GLPI + "Ardoise;Éditeur;2\nCraie;;1\n", _GLPI + "Ardoise;Éditeur;2\ncourt\nCraie;;1\n", "3", 2),
    ("manifest", "requirements.txt", "ardoise==1.0\n", "ardoise==1.0\n%%%\n", "2", 0),
    ("compose", "compose.yaml", _COMPOSE, _COMPOSE + "  craie: [\n  }\n", "5", 1),
    ("environment", ".env", "ARDOISE_KEY=x\n", "ARDOISE_KEY=x\n???\nCRAIE_KEY=y\n", "2", 2),
    ("camt", "c.xml", _CAMT % (_ENTRY % ("1", "A")), _CAMT % "".join(_ENTRY % row for row in (("1", "A"), ("x", "B"), ("1", "C"))), "3", 2),
    ("ofx", "o.ofx", _OFX % (_TRN % ("-1.00", "A")), _OFX % "".join(_TRN % row for row in (("-1", "A"), ("x", "B"), ("-1", "C"))), "5", 2),
    ("qif", "q.qif", _QIF + _RECORD % ("-1,00", "A"), _QIF + "".join(_RECORD % row for row in (("-1", "A"), ("x", "B"), ("-1", "C"))), "6", 2),
    ("invoice", "f.xml", _UBL % "12.00", _UBL % "douze", "3", 0),
    ("statement", "r.csv", _CSV + _LINE % "A", _CSV + _LINE % "A" + "34/10/2026;CARTE B;-1,00\n" + _LINE % "C", "3", 2),
    ("tools", "o.csv", "Outil;Coût mensuel\nArdoise;1\nCraie;\n", "Outil;Coût mensuel\nArdoise;cher\nCraie;\n", "2", 2),
    ("tools", "o.txt", "Outils | Coût\nArdoise | 1\nCraie |\n", "Outils | Coût\nArdoise | cher\nCraie |\n", "2", 2),
    ("tools", "o.xlsx", sheet(["Outil", "Coût"], ["Ardoise", "1"]), sheet(["Outil", "Coût"], ["Ardoise", "cher"], ["Craie", ""]), "Outils!2", 2),
]
EXAMPLES = [(*row[:2], *(cell.encode() if isinstance(cell, str) else cell for cell in row[2:4]), *row[4:]) for row in EXAMPLES]
every = pytest.mark.parametrize(("reader", "name", "good", "faulty", "place", "left"), EXAMPLES, ids=[row[1] for row in EXAMPLES])


def put(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_every_reader_of_the_registry_has_an_example() -> None:
    assert {row[0] for row in EXAMPLES} == READERS.keys()


@every
def test_a_good_file_is_recognised_by_its_reader_and_by_none_before_it(tmp_path: Path, reader, name, good, faulty, place, left) -> None:
    path = put(tmp_path, name, good)
    assert next(key for key, module in READERS.items() if module.recognise(path, good[:65536])) == reader


@every
def test_a_good_file_gives_something_and_no_fault(tmp_path: Path, reader, name, good, faulty, place, left) -> None:
    reading = read_inputs([put(tmp_path, name, good)], AT)
    assert reading.evidence or reading.firm
    assert reading.errors == ()
    assert all(item.seen_at.tzinfo is UTC for item in reading.evidence)
    questions = [item.question for item in reading.evidence]
    assert len(set(questions)) == len(questions) or reader == "evidence"


@every
def test_a_fault_names_file_and_place_and_the_rest_counts(tmp_path: Path, reader, name, good, faulty, place, left) -> None:
    path = put(tmp_path, name, faulty)
    reading = read_inputs([path], AT)
    assert [error.place for error in reading.errors] == [place]
    assert str(reading.errors[0]).startswith(f"{path}:{place}: ")
    assert reading.errors[0].code in CODES
    assert len(reading.evidence) == left


@every
def test_reading_twice_gives_the_same(tmp_path: Path, reader, name, good, faulty, place, left) -> None:
    path = put(tmp_path, name, faulty)
    first, second = read_inputs([path], AT), read_inputs([path], AT)
    assert (first.evidence, first.notes, first.firm) == (second.evidence, second.notes, second.firm)
    assert list(map(str, first.errors)) == list(map(str, second.errors))


@every
def test_an_empty_file_and_a_missing_one_are_told(tmp_path: Path, reader, name, good, faulty, place, left) -> None:
    assert [error.code for error in read_inputs([put(tmp_path, name, b"")], AT).errors] == ["empty"]
    assert [error.code for error in read_inputs([tmp_path / "absent" / name], AT).errors] == ["missing"]


@every
def test_a_reader_called_on_a_missing_file_raises_a_guard_error(tmp_path: Path, reader, name, good, faulty, place, left) -> None:
    with pytest.raises(GuardError) as caught:
        list(READERS[reader].read(tmp_path / name, name, AT))
    assert name in str(caught.value)


@every
def test_binary_garbage_is_a_fault_that_names_the_file(tmp_path: Path, reader, name, good, faulty, place, left) -> None:
    path = put(tmp_path, name, b"\x7fELF\0" + random.Random(7).randbytes(5000))
    reading = read_inputs([path], AT)
    assert reading.evidence == ()
    assert reading.errors
    assert all(str(path) in str(error) for error in reading.errors)


@every
def test_one_bad_file_loses_no_other(tmp_path: Path, reader, name, good, faulty, place, left) -> None:
    put(tmp_path, name, os.urandom(100) + b"\0\0")
    put(tmp_path, "z-bon.txt", b"Ardoise\n")
    assert "ANSWER tool:z-bon.txt#1" in [item.question for item in read_inputs([tmp_path], AT).evidence]


def mutations(good: bytes) -> Iterator[bytes]:
    """Yield a file changed in many small ways, the same ones in each run."""
    chance = random.Random(len(good))
    for _ in range(120):
        data = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data) or 1)
            match chance.randrange(5):
                case 0:
                    data[at : at + 1] = chance.randbytes(1)
                case 1:
                    del data[at : at + chance.randint(1, 40)]
                case 2:
                    data[at:at] = chance.choice([b'"', b"\n", b"\t", b";", b"{", b"[" * 3000, b"\0", b"\xff", b"9" * 50, b"-", b"(", "é".encode()])
                case 3:
                    data[at:at] = data[at // 2 :][:60]
                case _:
                    data = data[:at] or data
        yield bytes(data)


@every
def test_a_changed_file_gives_items_or_declared_errors_only(tmp_path: Path, reader, name, good, faulty, place, left) -> None:
    path = tmp_path / name
    for content in mutations(good):
        path.write_bytes(content)
        with suppress(GuardError):
            for item in READERS[reader].read(path, name, AT):
                assert isinstance(item, Evidence | InputError | InputNote | Firm)
        reading = read_inputs([path], AT)
        assert all(error.code in CODES for error in reading.errors)


def test_a_mutated_member_of_a_spreadsheet_gives_rows_or_declared_errors_only(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(EXAMPLES[-1][2])) as book:
        members = {name: book.read(name) for name in book.namelist()}
    for victim in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        for content in list(mutations(members[victim]))[:30]:
            with zipfile.ZipFile(tmp_path / "o.xlsx", "w") as book:
                for name, data in {**members, victim: content}.items():
                    book.writestr(name, data)
            assert all(error.code in CODES for error in read_inputs([tmp_path / "o.xlsx"], AT).errors)
