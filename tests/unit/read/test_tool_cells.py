"""Cells as people write them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.read.tool_cells import LONGEST_CELL, amount, names, spoken
from bascule.read.tool_words import Column, column, is_function


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("LeChat (Mistral)", [("LeChat", "Mistral")]),
        ("A (x / y, z) / B + C;D ou E et F", [("A", "x / y, z"), ("B", ""), ("C", ""), ("D", ""), ("E", ""), ("F", "")]),
        ("Ardoise or Craie and Buvard", [("Ardoise", ""), ("Craie", ""), ("Buvard", "")]),
        ("Ardoise\nCraie", [("Ardoise", ""), ("Craie", "")]),
        ("Ardoise+Craie", [("Ardoise", ""), ("Craie", "")]),
        ("Bloc++, Canal+", [("Bloc++", ""), ("Canal+", "")]),
        ("TCP/IP", [("TCP/IP", "")]),
        ("Version 1,5", [("Version 1,5", "")]),
        ("**Ardoise** [Craie](https://craie.example/a,b)", [("Ardoise Craie", "")]),
        ("(Mistral)", [("Mistral", "")]),
        ("Ardoise (ouverte", [("Ardoise", "ouverte")]),
        ("X", [("X", "")]),
        ("Окно", [("Окно", "")]),
        ("- ; néant, N/A / ?", []),
        ("", []),
    ],
)
def test_a_cell_names_its_tools(cell: str, found: list[tuple[str, str]]) -> None:
    assert list(names(cell)) == found


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", "12"),
        ("12,50 €", "12.50"),
        ("€12.50", "12.50"),
        ("1 234,56", "1234.56"),
        ("1\u202f234,56 €", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1,234", "1234"),
        ("8 € HT", "8"),
        ("1.5E2", "150"),
        ("gratuit", "0"),
        ("env. 7,19", "7.19"),
        ("env 7,19 €", "7.19"),
        ("environ 120 euros", "120"),
        ("~12", "12"),
        ("~ 12 € HT", "12"),
        ("≈ 1 234,50 €", "1234.50"),
        ("about 8", "8"),
    ],
)
def test_amounts_are_read_in_french_and_english(cell: str, value: str) -> None:
    assert amount(cell) == Decimal(value)


@pytest.mark.parametrize("cell", ["cher", "12 $", "-5", "1,2,3", "12 CHF", "9" * 12, "1 2 3"])
def test_what_is_no_amount_in_euros_is_an_error(cell: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        amount(cell)


def test_a_cell_that_says_nothing_has_no_amount() -> None:
    assert [amount(cell) for cell in ("", "-", "?", "n/c", "inconnu")] == [None] * 5


def test_a_share_is_no_amount() -> None:
    assert [amount(cell) for cell in ("20 %", "0,5%", "2 % du chiffre d’affaires", "20 % de 100 €")] == [None] * 4


def test_a_price_that_mentions_a_tax_is_an_amount() -> None:
    assert amount("100 € (TVA 20 %)") == 100


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("messagerie, 8 €/mois", ("messagerie", "8.00", None)),
        ("mail, €8 per month", ("mail", "8.00", None)),
        ("96 € HT par an", ("", "8.00", None)),
        ("5 €/utilisateur/mois, 4 utilisateurs", ("", "20.00", 4)),
        ("5 €/utilisateur/mois", ("", None, None)),
        ("1.234.5 €/mois", ("", None, None)),
        ("mail, env. 7,19 € par mois", ("mail", "7.19", None)),
        ("~ 8 €/mois", ("", "8.00", None)),
        ("3 postes", ("", None, 3)),
        ("8 €", ("8 €", None, None)),
    ],
)
def test_costs_and_seats_are_taken_out_of_a_phrase(text: str, found: tuple[str, str | None, int | None]) -> None:
    rest, cost, seats = spoken(text)
    assert (rest, None if cost is None else str(cost), seats) == found


def test_headings_are_told_from_names() -> None:
    assert column("Outil courant (non souverain)") is Column.TOOL
    assert column("Coût / an") is Column.YEARLY
    assert column("Prix mensuel") is Column.MONTHLY
    assert column("Usge") is Column.FUNCTION
    assert column("Sage") is None
    assert column("Usge", tolerant=False) is None
    assert is_function("Boîte mail") is False
    assert is_function("Messagerie") is True


@given(st.text(max_size=400))
def test_any_text_is_read_without_another_error_than_no_amount(text: str) -> None:
    assert all(label for label, _ in names(text))
    spoken(text)
    column(text)
    with suppress(ValueError):
        amount(text)


@pytest.mark.parametrize("piece", [" ", "(", "\n ", "8 € ", "1 ", ", ", "1.", "a+", "[a]("])
def test_long_cells_take_no_time(piece: str) -> None:
    text = piece * 100_000
    assert sum(len(name) + len(more) for name, more in names(text)) <= LONGEST_CELL
    assert len(spoken(text)[0]) <= LONGEST_CELL
    assert column(text) is None
