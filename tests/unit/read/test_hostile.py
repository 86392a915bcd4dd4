"""Whatever stands in a file, the room gives a reading, soon and in little memory."""

import gzip
import time
from pathlib import Path

import pytest
import zstandard
from guard.bombs import gzip_bomb, zip_bomb, zstd_bomb
from guard.memory import peak_mb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bascule.read import CODES, read_inputs

from .conftest import AT, codes

NAMES = [
    "firm.toml",
    "e.jsonl",
    "e.jsonl.gz",
    "e.jsonl.zst",
    "m.json",
    "o.csv",
    "o.csv.gz",
    "o.txt",
    "o.md",
    "o.xlsx",
    "o.ods",
    "123456789FEC20251231.txt",
    "c.xml",
    "o.ofx",
    "f.pdf",
    "x",
]
WORDS = st.sampled_from(
    [
        *(b'{"subject":"a.fr"', b'"kind":"dns"', b'"question":"MX a.fr"', b'"outcome":"present"', b'"value":["x"]', b'"seen_at":"2026-01-01T00:00:00Z"'),
        *(b'{"name":"a.fr"', b'"type":"A"', b'"class":"IN"', b'"status":"NOERROR"', b'"data":{"answers":[', b'"results":{"A":{', b"}]}", b"}", b","),
        *(b"Outil", b"Fonction", "Coût".encode("cp1252"), b"|", b";", b"\t", b"\n", b"\r", b'"', b"*", b": ", b"(", b")", b"- ", b"8 \xe2\x82\xac/mois"),
        *(b"JournalCode\tEcritureDate\tCompteNum\tEcritureLib\tDebit\tCredit\tCompAuxLib\tJournalLib\tPieceRef\n", b"401", b"20250101", b"12,00"),
        *("Date;Libellé;Montant\n".encode(), b"04/10/2026;CARTE A;-1,00\n", b"!Type:Bank\n", b"D04/10/2026\nT-1,00\nPA\n^\n", b"%PDF-1.7\n", b"stream\n"),
        *(
            b"<OFX>",
            b"<STMTTRN>",
            b"<TRNAMT>-1",
            b"<DTPOSTED>20261004",
            b"</STMTTRN>",
            b'<D xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">',
            b"<Ntry>",
        ),
        *(b"[[functions]]\n", b'id = "email"\n', b"people = 3\n", b"trusted = ", b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"PK\x03\x04"),
    ]
)


_REPEATED = 40_000
"""So many bytes: what takes the square of the time takes a thousand million steps."""


def never_another_error(folder: Path, name: str, content: bytes, within: bool = True) -> None:
    """Read a file by its name, and `within` its folder too."""
    path = folder / name
    path.write_bytes(content)
    started = time.process_time()
    for given_path in (path, folder) if within else (path,):
        reading = read_inputs([given_path], AT)
        assert all(error.code in CODES for error in reading.errors)
        assert all(str(error) for error in reading.errors)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=600) | st.lists(WORDS, max_size=40).map(b"".join))
def test_any_bytes_under_any_name_give_a_reading(tmp_path: Path, name: str, content: bytes) -> None:
    pack = {".gz": gzip.compress, ".zst": zstandard.compress}.get(Path(name).suffix, bytes)
    never_another_error(tmp_path, name, content)
    never_another_error(tmp_path, name, pack(content))


@pytest.mark.parametrize("name", ["e.jsonl", "o.txt", "o.csv", "o.md", "123456789FEC20251231.txt", "firm.toml"])
@pytest.mark.parametrize("piece", [b" ", b"\n", b"\n ", b'"', b"{", b"[", b"(", b"|", b"a|", b"*", b"- ", b"8 eur ", b"report ", b"a;", b'";', b"1.", b"\xff"])
def test_no_repetition_makes_it_slow(tmp_path: Path, name: str, piece: bytes) -> None:
    never_another_error(tmp_path, name, b"x" + piece * (_REPEATED // len(piece)), within=False)
    head = b"JournalCode\tEcritureDate\tCompteNum\tEcritureLib\tDebit\tCredit\tPieceRef\tJournalLib\n" if b"FEC" in name.encode() else b"Outil;Fonction\n"
    never_another_error(tmp_path, name, head + b"AC\t20250101\t401\t" + piece * (_REPEATED // len(piece)), within=False)


@pytest.mark.parametrize(
    ("name", "make"), [("e.jsonl.gz", gzip_bomb), ("e.jsonl.zst", zstd_bomb), ("o.xlsx", zip_bomb), ("o.csv.gz", gzip_bomb), ("firm.toml", gzip_bomb)]
)
def test_a_bomb_of_any_kind_costs_no_memory_and_is_told(tmp_path: Path, name: str, make) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    got = read_inputs([path], AT)
    assert got.evidence == ()
    assert [code for code, _ in codes(got)] in (["bomb"], ["too-large"], ["not-recognised"])
    assert peak_mb("read.read_inputs([path], at)", path) < 64


def test_what_came_before_a_bomb_still_counts(tmp_path: Path) -> None:
    line = '{"subject":"a.fr","kind":"dns","question":"MX a.fr","outcome":"absent","source":"x","seen_at":"2026-01-02T03:04:05Z"}\n'
    path = tmp_path / "e.jsonl.gz"
    path.write_bytes(gzip.compress(line.encode()) + gzip_bomb())
    got = read_inputs([path], AT)
    assert len(got.evidence) == 1
    assert [code for code, _ in codes(got)] == ["bomb"]
