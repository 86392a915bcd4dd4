"""The supplier's name is what is left when programs and banks have been taken out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.read.fec_label import clean, label_of


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("PRLV SEPA ARDOISE G123456 31/12", "ARDOISE"),
        ("PAYPAL *ARDOISE 4029357733", "PAYPAL *ARDOISE"),
        ("SQ * CAFE DU COIN", "SQ *CAFE DU COIN"),
        ("Facture N° F2024-001 Ardoise", "Ardoise"),
        ("FA00123 Ardoise Business", "Ardoise Business"),
        ("CB*1234 ARDOISE 365", "ARDOISE 365"),
        ("CARTE 4974 XXXX XXXX 1234 ARDOISE.COM 12/03", "ARDOISE.COM"),
        ("ARDOISE * E0400XYZ", "ARDOISE"),
        ("ARDOISE*E0400XYZ", "ARDOISE"),
        ("ARDOISE*PRO 12/03", "ARDOISE*PRO"),
        ("*ARDOISE*", "ARDOISE"),
        ("Avoir Ardoise du 12/03/2025", "Ardoise"),
        ("VIR SEPA LOYER 2025-01 REF: XJ12", "LOYER"),
        ("Abonnement Ardoise février 2025", "Ardoise"),
        ("Du Pont SARL", "Du Pont SARL"),
        ("O2Craie", "O2Craie"),
    ],
)
def test_dates_cards_references_and_bank_words_are_taken_out(entry: str, name: str) -> None:
    assert clean(entry) == name


def test_the_name_of_an_account_of_several_suppliers_is_no_name() -> None:
    assert label_of("", "FOURNISSEURS - ACHATS", "Ardoise")[0] == "Ardoise"
    assert label_of("Divers", "Fournisseurs", "Ardoise")[0] == "Ardoise"
    assert label_of("Ardoise  SAS", "Fournisseurs", "x") == ("Ardoise SAS", "ardoise sas")


def test_small_numbers_do_not_tell_bills_apart_but_do_tell_accounts_apart() -> None:
    assert label_of("", "", "Ardoise 12")[1] == label_of("", "", "ARDOISE 13")[1]
    assert label_of("Client 1", "", "x")[1] != label_of("Client 2", "", "x")[1]


def test_an_entry_of_numbers_only_is_kept_as_it_stands() -> None:
    assert label_of("", "Fournisseurs", "20250101")[0] == "Fournisseurs"
    assert label_of("", "", "")[0] == "?"


@given(st.text(max_size=300), st.text(max_size=50), st.text(max_size=50))
def test_any_text_gives_a_name(entry: str, account: str, auxiliary: str) -> None:
    label, key = label_of(auxiliary, account, entry)
    assert label
    assert key
    assert len(label) <= 120
