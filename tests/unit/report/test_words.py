from datetime import date
from decimal import Decimal

import pytest

from bascule.report.words import LANGUAGES, Words, typographic

THIN, WIDE = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("plain", "set_"),
    [
        ("Et si ?", f"Et si{THIN}?"),
        ("Arrêtez !", f"Arrêtez{THIN}!"),
        ("oui ; non", f"oui{THIN}; non"),
        ("Voir : ici", f"Voir{WIDE}: ici"),
        ("« oui »", f"«{WIDE}oui{WIDE}»"),
        ("l'ordre d'un juge", "l’ordre d’un juge"),
        ("24 heures", f"24{WIDE}heures"),
        ("30 jours, 1 jour, 2 mois, 3 ans", f"30{WIDE}jours, 1{WIDE}jour, 2{WIDE}mois, 3{WIDE}ans"),
        ("5 %, 5 €", f"5{WIDE}%, 5{WIDE}€"),
    ],
)
def test_french_signs_keep_their_spaces(plain, set_):
    assert typographic(plain, "fr") == set_


def test_a_place_to_fill_keeps_its_unit_too():
    assert typographic("à {percent} %", "fr") == f"à {{percent}}{WIDE}%"


@pytest.mark.parametrize("text", ["https://exemple.fr/a?b=c;d!", "12:30", "a:b", "3 heuristiques", "10 anses"])
def test_addresses_and_words_that_look_alike_stay(text):
    assert typographic(text, "fr") == text


def test_english_stays_as_it_is():
    assert typographic("Who's that ? 5 % : «a»", "en") == "Who's that ? 5 % : «a»"


def test_what_is_filled_in_is_not_touched():
    words = Words("fr", translate=lambda _: "voici : {name}")
    assert words.t("x", name="it's a : b ?") == f"voici{WIDE}: it's a : b ?"


def test_dates_are_written_out():
    assert Words("fr").day(date(2026, 11, 24)) == "24 novembre 2026"
    assert Words("fr").day(date(2026, 8, 1)) == "1 août 2026"
    assert Words("en").day(date(2026, 11, 24)) == "24 November 2026"


@pytest.mark.parametrize(
    ("amount", "french", "english"),
    [
        ("0", f"0{WIDE}€", "€0"),
        ("12.00", f"12{WIDE}€", "€12"),
        ("12.5", f"12,50{WIDE}€", "€12.50"),
        ("1141.42", f"1{THIN}141,42{WIDE}€", "€1,141.42"),
        ("9.999", f"10,00{WIDE}€", "€10.00"),
    ],
)
def test_euros_show_cents_only_when_there_are_some(amount, french, english):
    assert Words("fr").euros(Decimal(amount)).replace(" ", WIDE) == french
    assert Words("en").euros(Decimal(amount)) == english


def test_figures_are_for_spreadsheets():
    assert Words("fr").figure(Decimal("1141.4")) == "1141,40"
    assert Words("en").figure(0.9) == "0.90"


def test_lists_end_in_and():
    assert Words("fr").listed(["a", "b", "c"]) == "a, b et c"
    assert Words("en").listed(["a", "b", "c"]) == "a, b and c"
    assert Words("fr").listed(["a"]) == "a"
    assert Words("fr").listed([]) == ""


@pytest.mark.parametrize(
    ("hours", "french", "english"),
    [(0, "aussitôt", "at once"), (1, "après 1 heure", "after 1 hour"), (47, "après 47 heures", "after 47 hours"), (48, "après 2 jours", "after 2 days")],
)
def test_delays_are_told_in_hours_then_days(hours, french, english):
    assert Words("fr").after(hours).replace(WIDE, " ") == french
    assert Words("en").after(hours) == english


def test_zero_is_singular_in_french_and_plural_in_english():
    one, many = "{count} person", "{count} people"
    assert [Words("fr").n(one, many, count) for count in (0, 1, 2)] == ["0 personne", "1 personne", "2 personnes"]
    assert [Words("en").n(one, many, count) for count in (0, 1, 2)] == ["0 people", "1 person", "2 people"]


def test_a_text_of_the_catalogue_falls_back_to_the_other_language():
    assert Words("fr").pick({"fr": "Qui ?", "en": "Who?"}) == f"Qui{THIN}?"
    assert Words("fr").pick({"en": "It's this ?"}) == "It's this ?"
    assert Words("en").pick({}) == ""


def test_an_unknown_language_is_french():
    assert Words("de").language == "fr"
    assert LANGUAGES == ("fr", "en")


def test_an_unknown_message_is_said_as_it_stands():
    assert Words("fr").t("never translated {x}", x=1) == "never translated 1"
