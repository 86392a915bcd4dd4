"""Statements in the layouts of the banks: made up, with their headings, marks and encodings."""

from collections.abc import Callable

import pytest

from bascule.read import Reading

from .conftest import codes

Read = Callable[[str, bytes | str], Reading]
_BPCE = (
    "Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;Type operation;Categorie;Sous categorie;"
    "Debit;Credit;Date operation;Date de valeur;Pointage operation\n"
)
_N26 = (
    '"Booking Date","Value Date","Partner Name","Partner Iban",Type,"Payment Reference","Account Name","Amount (EUR)","Original Amount",'
    '"Original Currency","Exchange Rate"\n'
)
LAYOUTS = {
    "bnp": (
        "Compte de chèques;Compte;****1234;30/09/2026;;1 234,56\nDate operation;Libelle court;Type operation;Libelle operation;Montant operation en euro\n"
        "04/09/2026;CB;CARTE;FACTURE CARTE DU 030926 ARDOISE CARTE 4974XXXXXXXX1234;-12,00\n",
        "cp1252",
    ),
    "société générale": (
        "=\"00012345678\";01/09/2026;04/10/2026;1;;\n\nDate de l'opération;Libellé;Détail de l'écriture;Montant de l'opération;Devise\n"
        "04/09/2026;CARTE X1306;CARTE X1306 03/09 ARDOISE;-12,00;EUR\n",
        "cp1252",
    ),
    "société générale pro": (
        "Date;Nature de l'opération;Débit;Crédit;Devise;Date de valeur;Libellé interbancaire\n"
        '"04/09/2026";"PRELEVEMENT EUROPEEN";"12,00";"";"EUR";"04/09/2026";"PRELEVEMENT"\n"";"DE: ARDOISE";"";"";"";"";""\n',
        "cp1252",
    ),
    "crédit agricole": (
        'Téléchargement du 05/10/2026;\n\nCompte n° 123;\nDate;Libellé;Débit euros;Crédit euros;\n04/09/2026;"PRELEVEMENT\n   ARDOISE\n RUM 77";12,00;;\n',
        "cp1252",
    ),
    "crédit mutuel": ("Date;Date de valeur;Débit;Crédit;Libellé;Solde\n04/09/2026;04/09/2026;-12,00;;PRLV SEPA ARDOISE;100,00\n", "cp1252"),
    "bpce": (_BPCE + "04/09/26;ARDOISE;PRLV ARDOISE;REF1;;Prelevement;x;y;-12,00;;04/09/2026;04/09/2026;0\n", "utf-8"),
    "banque postale": (
        'Numéro Compte   ;123\nType ;CCP\nDate ;12/09/2026\nSolde (EUROS) ;1,0\n\nDate;Libellé;Montant(EUROS)\n04/09/2026;"PRELEVEMENT DE ARDOISE";-12,00\n',
        "iso8859-15",
    ),
    "boursobank": (
        "dateOp;dateVal;label;category;categoryParent;supplierFound;amount;comment;accountNum;accountLabel;accountbalance\n"
        '2026-09-04;2026-09-04;"CARTE 03/09/26 ARDOISE CB*1234";"A";"B";"a";-12,00;;000123;Compte;1234,56\n',
        "utf-8-sig",
    ),
    "qonto": (
        "Status,Settlement date (UTC),Operation date (UTC),Total amount (incl. VAT),Currency,Counterparty name,Payment method,Reference\n"
        "settled,2026-09-04 10:00:00,2026-09-04 10:00:00,-12.00,EUR,ARDOISE,card,\n",
        "utf-8",
    ),
    "revolut business": (
        "Date started (UTC),Date completed (UTC),ID,Type,State,Description,Reference,Payer,Card number,Orig currency,Orig amount,Payment currency,Amount\n"
        "2026-09-03,2026-09-04,1,CARD_PAYMENT,COMPLETED,ARDOISE,,,,USD,-13.00,EUR,-12.00\n"
        "2026-09-03,2026-09-04,2,CARD_PAYMENT,DECLINED,CRAIE,,,,USD,-13.00,EUR,-12.00\n",
        "utf-8",
    ),
    "n26": (_N26 + '2026-09-04,2026-09-04,"ARDOISE",,Presentment,,"Main",-12.00,13.00,USD,1\n', "utf-8"),
    "without headings": ("04/09/2026;-12,00;Carte;;CB ARDOISE 03/09/26\n" * 3, "cp1252"),
    "utf-16": ("Date\tLibellé\tMontant\n04/09/2026\tPRLV ARDOISE\t-12,00\n", "utf-16"),
}


@pytest.mark.parametrize("bank", LAYOUTS)
def test_each_layout_gives_the_one_supplier(reading: Read, bank: str) -> None:
    text, encoding = LAYOUTS[bank]
    found = reading("releve.csv", text.encode(encoding))
    assert found.errors == ()
    values = [item.value for item in found.evidence]
    assert [value["label"] for value in values if isinstance(value, dict)] == ["ARDOISE"]


def rows(reading: Read, *lines: str) -> list[dict[str, object]]:
    found = reading("r.csv", "Date;Libellé;Montant;Devise\n" + "".join(f"{line}\n" for line in lines))
    return [item.value for item in found.evidence if isinstance(item.value, dict)]


def test_a_quarterly_bill_costs_a_third_of_it_a_month(reading: Read) -> None:
    (value,) = rows(reading, *(f"05/{month:02}/2026;PRLV ARDOISE;-30,00;EUR" for month in (1, 4, 7)))
    assert (value["every_months"], value["monthly_eur"], value["count"]) == (3, 10.0, 3)


def test_one_payment_in_a_short_statement_tells_no_monthly_cost(reading: Read) -> None:
    (value,) = rows(reading, "05/01/2026;PRLV ARDOISE;-30,00;EUR")
    assert "monthly_eur" not in value


def test_one_payment_in_a_year_is_a_yearly_bill(reading: Read) -> None:
    values = rows(reading, "05/01/2026;PRLV ARDOISE;-120,00;EUR", *(f"05/{month:02}/2026;PRLV CRAIE;-1,00;EUR" for month in range(1, 13)))
    assert values[0]["monthly_eur"] == 10.0


def test_what_came_back_subtracts_and_what_came_back_whole_is_left_out(reading: Read) -> None:
    values = rows(
        reading,
        *(f"05/{month:02}/2026;CARTE ARDOISE;-10,00;EUR" for month in (1, 2)),
        "06/02/2026;CARTE ARDOISE;10,00;EUR",
        "05/01/2026;CARTE CRAIE;-10,00;EUR",
        "06/01/2026;CARTE CRAIE;10,00;EUR",
    )
    assert [(value["label"], value["monthly_eur"]) for value in values] == [("ARDOISE", 5.0)]


def test_a_foreign_currency_is_never_converted(reading: Read) -> None:
    values = rows(reading, *(f"05/{month:02}/2026;CARTE ARDOISE;-10,00;USD" for month in (1, 2)))
    assert [(value["currency"], "monthly_eur" in value) for value in values] == [("USD", False)]


def test_clients_and_employees_appear_nowhere(reading: Read) -> None:
    text = "Date;Libellé;Montant\n05/01/2026;VIR SEPA JEAN DUPONT;-900,00\n05/01/2026;VIR RECU MARIE DURAND;100,00\n05/01/2026;PRLV ARDOISE;-1,00\n"
    told = repr(reading("r.csv", text))
    assert "ARDOISE" in told
    assert "DUPONT" not in told
    assert "DURAND" not in told


def test_a_quote_that_is_never_closed_loses_twenty_lines_at_most(reading: Read) -> None:
    text = 'Date;Libellé;Montant\n05/01/2026;"PRLV CRAIE;-1,00\n' + "05/01/2026;PRLV ARDOISE;-1,00\n" * 30
    found = reading("r.csv", text)
    assert "ARDOISE" in repr(found.evidence)
    assert all(code in ("bad-number", "bad-row") for code, _ in codes(found))
