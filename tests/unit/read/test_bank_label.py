"""What a line of a statement pays for, and whose names it must not give away."""

import pytest

from bascule.read.bank_label import Labels, named


@pytest.mark.parametrize(
    ("text", "way", "name"),
    [
        ("FACTURE CARTE DU 031026 ARDOISE.IO DUBLIN CARTE 4974XXXXXXXX1234", "CARTE", "ARDOISE.IO"),
        ("CARTE 11/09/26 CRAIE CB*1234", "", "CRAIE"),
        ("PRLV SEPA SLATE SAS ICS FR12ZZZ123456 RUM AB12", "", "SLATE SAS"),
        ("PAYPAL *ARDOISE", "card", "PAYPAL *ARDOISE"),
        ("CARTE ARDOISE DUBLIN 2 IE", "", "ARDOISE"),
        ("CARTE ARDOISE SAINT-ETIENNE FR", "", "ARDOISE"),
        ("CARTE ARDOISE Palo Alto CA USA", "", "ARDOISE"),
        ("CARTE PARIS", "", "PARIS"),
        ("CARTE DUBLINERS", "", "DUBLINERS"),
        ("CARTE 03/10 SQ *CRAIE CB*1234", "card", "SQ *CRAIE"),
        ("PRELEVEMENT DE CRAIE", "", "CRAIE"),
        ("VIR SEPA ARDOISE SARL", "", "ARDOISE SARL"),
    ],
)
def test_the_supplier_is_named_without_what_the_bank_writes_around(text: str, way: str, name: str) -> None:
    told = named(text, way, False)[1]
    assert told is not None
    assert told[0] == name


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("VIR SEPA JEAN DUPONT", ""),
        ("VIREMENT EMIS M. DUPONT SARL", ""),
        ("Jean Dupont", "TRANSFER"),
        ("JEAN DUPONT", ""),
        ("CHEQUE 1234567", ""),
        ("RETRAIT DAB PARIS", ""),
        ("VIR SALAIRE ARDOISE SAS", ""),
        ("PRLV SEPA URSSAF ILE DE FRANCE", ""),
        ("PRLV SEPA DGFIP IMPOT", ""),
        ("PRLV SEPA MME DURAND", "Prélèvement"),
    ],
)
def test_persons_wages_taxes_and_cash_are_not_kept(text: str, way: str) -> None:
    assert named(text, way, False)[1] is None


def test_two_bills_that_differ_in_digits_are_one_label() -> None:
    labels = Labels()
    first, second = (labels.read(f"CARTE {day}/09/26 ARDOISE CB*12{day}", "") for day in (11, 12))
    assert first == second
