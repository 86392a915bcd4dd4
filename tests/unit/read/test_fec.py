"""A ledger becomes one line a supplier: how many bills, how much a month."""

from pathlib import Path

import pytest
from guard.memory import peak_mb

from bascule.model import FIRM, Kind
from bascule.read import fec, read_inputs

from .conftest import AT, codes

NAME = "123456789FEC20251231.txt"
HEAD = list(fec.COLUMNS)


def row(**cells: str) -> list[str]:
    usual = {"JournalCode": "AC", "JournalLib": "Achats", "EcritureNum": "1", "EcritureDate": "20250115", "CompteNum": "401000", "CompteLib": "Fournisseurs"}
    money = {"Debit": "0,00", "Credit": "0,00", "EcritureLib": "Facture"}
    return [{**usual, **money, **cells}.get(column, "") for column in HEAD]


def bill(credit: str, name: str = "Ardoise", **cells: str) -> list[str]:
    return row(CompAuxLib=name, Credit=credit, **cells)


def ledger(*rows: list[str], mark: str = "\t", end: str = "\r\n") -> str:
    return "".join(mark.join(cells) + end for cells in [HEAD, *rows])


def values(reading) -> list[tuple[str, int, float]]:
    return [(item.value["label"], item.value["count"], item.value["monthly_eur"]) for item in reading.evidence]


YEAR = [row(EcritureDate="20250101", CompteNum="606"), row(EcritureDate="20251231", CompteNum="606")]


@pytest.mark.parametrize("mark", ["\t", "|", ";"])
@pytest.mark.parametrize("codec", ["ascii", "utf-8", "utf-8-sig", "cp1252", "iso8859-15"])
def test_bills_of_a_supplier_add_up_in_every_dialect(reading, mark: str, codec: str) -> None:
    name = "Ardoise" if codec == "ascii" else "Société d'été"
    got = reading(NAME, ledger(*YEAR, bill("120,50", name), bill("119.5", name, EcritureDate="20250320"), mark=mark).encode(codec))
    assert got.errors == ()
    (item,) = got.evidence
    assert (item.subject, item.kind, item.question, item.source) == (FIRM, Kind.FILE, f"ROW {NAME}#4", NAME)
    assert item.value == {"label": name, "count": 2, "monthly_eur": 20.0, "first": "2025-01-15", "last": "2025-03-20"}
    assert item.seen_at.isoformat() == "2025-12-31T00:00:00+00:00"


def test_payments_openings_and_other_accounts_do_not_count(reading) -> None:
    got = reading(
        NAME,
        ledger(
            *YEAR,
            bill("900,00", JournalCode="AN", JournalLib="A nouveaux", EcritureDate="20250101"),
            bill("900,00", JournalCode="OD", JournalLib="Divers", EcritureLib="Report à nouveau", EcritureDate="20250101"),
            bill("900,00", JournalCode="BQ1", JournalLib="Banque", EcritureLib="Remboursement"),
            row(CompAuxLib="Ardoise", Debit="12,00", JournalCode="BQ", JournalLib="Banque", EcritureLib="Règlement"),
            row(CompAuxLib="Ardoise", Debit="12,00", JournalCode="OD", JournalLib="Divers"),
            bill("900,00", CompteNum="404000"),
            bill("900,00", CompteNum="409100"),
            bill("900,00", CompteNum="411000", JournalCode="VE", JournalLib="Ventes"),
            bill("12,00"),
            bill("24,00", JournalCode="NDF", JournalLib="Notes"),
        ),
    )
    assert values(got) == [("Ardoise", 2, 3.0)]


def test_credit_notes_subtract_and_one_that_outweighs_all_bills_leaves_nothing(reading) -> None:
    got = reading(
        NAME,
        ledger(*YEAR, bill("48,00"), row(CompAuxLib="Ardoise", Debit="12,00"), bill("-12,00"), bill("10,00", "Craie"), row(CompAuxLib="Craie", Debit="20,00")),
    )
    assert values(got) == [("Ardoise", 1, 2.0)]


def test_an_accrual_and_its_reversal_cancel_out(reading) -> None:
    accrued = {"CompteNum": "408100", "CompteLib": "Factures non parvenues", "JournalCode": "OD", "JournalLib": "Divers", "EcritureLib": "FNP Ardoise"}
    got = reading(NAME, ledger(*YEAR, row(Debit="60,00", **accrued), row(Credit="60,00", **accrued), row(Credit="12,00", **accrued)))
    assert values(got) == [("Ardoise", 2, 1.0)]


def test_a_short_ledger_is_at_least_a_month(reading) -> None:
    assert values(reading(NAME, ledger(bill("10,00")))) == [("Ardoise", 1, 10.0)]
    assert values(reading(NAME, ledger(bill("10,00"), bill("10,00", EcritureDate="20250201")))) == [("Ardoise", 2, 10.0)]


def test_amount_and_side_may_stand_in_two_columns_and_more_columns_follow(reading) -> None:
    head = [{"Debit": "Montant", "Credit": "Sens"}.get(column, column) for column in HEAD] + ["Analytique"]
    rows = [[*row(CompAuxLib="Ardoise", Debit="12,00", Credit=side), "x"] for side in ("C", "C", "D")]
    got = reading(NAME, "".join("\t".join(cells) + "\n" for cells in [head, *rows]))
    assert got.errors == ()
    assert values(got) == [("Ardoise", 2, 12.0)]


def test_without_a_supplier_account_the_entry_names_the_supplier(reading) -> None:
    entries = ["PRLV SEPA ARDOISE G123456 31/01", "ARDOISE FACT 2025-002", "CB*1234 ardoise 12/03"]
    got = reading(NAME, ledger(*YEAR, *(row(EcritureLib=text, Credit="12,00") for text in entries)))
    assert values(got) == [("ARDOISE", 3, 3.0)]
    own = reading(NAME, ledger(*YEAR, row(CompteNum="401ARD", CompteLib="Ardoise SAS", Credit="12,00", EcritureLib="x")))
    assert values(own) == [("Ardoise SAS", 1, 1.0)]


def test_broken_lines_are_told_by_number_and_the_rest_counts(reading) -> None:
    content = ledger(*YEAR, bill("12,00"), ["trop", "court"], bill("12,00", EcritureDate="31/31/2025"), bill("douze"), bill("12,00"), [])
    got = reading(NAME, content)
    assert codes(got) == [("bad-row", "5"), ("bad-date", "6"), ("bad-number", "7")]
    assert values(got) == [("Ardoise", 2, 2.0)]
    many = reading(NAME, content + "x\n" * 40)
    assert len(many.errors) == 21
    assert many.errors[-1].details == {"count": "23"}


def test_a_file_named_like_a_ledger_without_its_columns_says_which_are_missing(reading) -> None:
    got = reading(NAME, "Date\tLibellé\tMontant\n20250101\tx\t1\n")
    assert codes(got) == [("not-a-ledger", "1")]
    assert "EcritureDate" in str(got.errors[0])
    assert codes(reading(NAME, "nothing here\n")) == [("not-a-ledger", "1")]


def test_a_ledger_without_suppliers_is_noted(reading) -> None:
    got = reading("export.txt", ledger(*YEAR))
    assert (got.evidence, got.errors) == ((), ())
    assert [note.code for note in got.notes] == ["no-supplier"]


def test_too_many_labels_give_no_total_at_all(reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fec, "MAX_LABELS", 3)
    got = reading(NAME, ledger(*(bill("1,00", f"F{letter}") for letter in "abcd")))
    assert got.evidence == ()
    assert codes(got) == [("too-many", "5")]


def test_four_hundred_thousand_lines_take_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / NAME
    block = ledger(*(bill("12,00", f"Fournisseur {number}") for number in range(500)), *[row(CompteNum="606000")] * 500).encode()
    head, _, lines = block.partition(b"\n")
    with path.open("wb") as file:
        file.write(head + b"\n")
        for _ in range(400):
            file.write(lines)
    assert peak_mb("assert len(read.read_inputs([path], at).evidence) == 500", path) < 64


def test_the_same_ledger_reads_the_same_twice(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(ledger(*YEAR, bill("12,00"), bill("7,77", "Craie")))
    assert read_inputs([path], AT) == read_inputs([path], AT)
