"""Names as people write them: accents, case and typing errors forgiven, other words not."""

import pytest
from synthetic import FUNCTIONS, organisation, service

from bascule.catalogue import Named, Names, plain

NAMES = Names(
    (
        organisation(
            "alder",
            None,
            service("alder-mail", "email", title="Alder Courriél", aliases=("Alder Post",)),
            service("alder-files", "cloud-storage", title="Alder Files"),
            aliases=("Groupe Alder",),
        ),
        organisation(
            "birch", None, service("birch-cloud", "cloud-storage", title="Ciel"), service("birch-docs", "office-suite", "cloud-storage", title="Birch Docs")
        ),
        organisation("cedar", None, service("cedar-cloud", "hosting", title="Ciel")),
        organisation("dogwood", None, service("riveralpin", "newsletter", title="Riveralpin"), service("rivetalpin", "analytics", title="Rivetalpin")),
        organisation("scribe", None, service("scribe", "office-suite", title="Scribe", names={"en": "Writer"})),
    ),
    FUNCTIONS,
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Éditeur  de-Site !", "editeur de site"),
        ("NEXT.cloud", "next cloud"),
        ("œuvre", "oeuvre"),
        ("ﬁchier", "fichier"),
        ("ＡＬＤＥＲ", "alder"),
        ("微信 ！", "微信"),
        ("—", ""),
        ("", ""),
    ],
)
def test_a_plain_name_has_no_accents_case_or_punctuation(text, wanted):
    assert plain(text) == wanted


@pytest.mark.parametrize("label", ["Alder Courriel", "alder courriél", "ALDER-COURRIEL", "alder-mail", "Alder Post", "AlderPost"])
def test_a_name_is_found_however_it_is_written(label):
    assert NAMES.find(label).services == ("alder-mail",)


@pytest.mark.parametrize("label", ["Alder Couriel", "Alder Fils", "Scrib", "aldre files"])
def test_a_typing_error_is_forgiven_and_makes_the_name_less_sure(label):
    found = NAMES.find(label)
    assert len(found.services) == 1
    assert found.sure < 1


@pytest.mark.parametrize("label", ["", "微信", "?!", "—", "a", "Alderman and sons", "Dupont Martine", "mail", "Fil", "le ciel de Paris"])
def test_other_words_name_nothing(label):
    assert NAMES.find(label) is None


def test_a_name_of_two_services_stays_open():
    assert NAMES.find("Ciel").services == ("birch-cloud", "cedar-cloud")


def test_the_function_decides_between_services_of_one_name():
    assert NAMES.find("Ciel", "hosting").services == ("cedar-cloud",)
    assert NAMES.find("ciel", "cloud-storage").services == ("birch-cloud",)


def test_a_typing_error_between_two_names_stays_open():
    assert NAMES.find("Rivemalpin") is None
    assert NAMES.find("Riveralpine").services == ("riveralpin",)


def test_the_name_of_a_maker_stands_for_what_it_sells():
    assert NAMES.find("Groupe Alder") == Named(("alder-mail", "alder-files"), "alder", 1.0)


def test_the_function_decides_between_what_a_maker_sells():
    assert NAMES.find("Alder", "email") == Named(("alder-mail",), "alder", 1.0)


def test_the_usual_use_comes_before_a_possible_one():
    assert NAMES.find("birch", "cloud-storage").services == ("birch-cloud",)


def test_a_function_that_nothing_of_that_name_has_is_no_hindrance():
    assert NAMES.find("Scribe", "email").services == ("scribe",)


def test_a_name_in_another_language_is_known():
    assert NAMES.find("writer").services == ("scribe",)


@pytest.mark.parametrize(
    ("phrase", "services", "sure"),
    [
        ("Alder Files gratuit", ("alder-files",), 0.9),
        ("logiciel Alder Files pour les devis", ("alder-files",), 0.9),
        ("Notre abonnement à l’Alder-Files, depuis 2019", ("alder-files",), 0.9),
        ("ALDER FILES", ("alder-files",), 0.9),
        ("Alder Courriel Pro", ("alder-mail",), 0.9),
        ("Groupe Alder (tous)", ("alder-mail", "alder-files"), 0.9),
        ("Alder Flies gratuit", ("alder-mail", "alder-files"), 0.9),
        ("Scribbe en ligne", ("scribe",), 0.8),
    ],
)
def test_the_first_words_of_a_phrase_may_name_something(phrase, services, sure):
    found = NAMES.inside(phrase)
    assert (found.services, found.sure) == (services, sure)


@pytest.mark.parametrize(
    "phrase", ["", "—", "logiciel", "notre compte", "Zorglub avec Alder Files", "pour Alder Files", "Alderman et fils", "fichiers chez Scribe"]
)
def test_a_word_further_on_in_a_phrase_names_nothing(phrase):
    assert NAMES.inside(phrase) is None


def test_the_longest_name_at_the_head_of_a_phrase_counts_and_the_function_decides():
    assert NAMES.inside("Birch Docs en ligne").services == ("birch-docs",)
    assert NAMES.inside("Ciel gratuit").services == ("birch-cloud", "cedar-cloud")
    assert NAMES.inside("Ciel gratuit", "hosting").services == ("cedar-cloud",)
    assert NAMES.inside("Alder pro", "email") == Named(("alder-mail",), "alder", 0.9)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Messagerie :", "email"),
        ("e-mail", None),
        ("Hebergement", "hosting"),
        ("messagrie", "email"),
        ("HOSTING", "hosting"),
        ("", None),
        ("dns", "dns"),
        ("dnz", None),
    ],
)
def test_a_heading_names_a_function(words, wanted):
    assert NAMES.function(words) == (wanted if words != "e-mail" else NAMES.function("email"))


def test_a_search_returns_ids_best_first_without_repeats():
    assert NAMES.search("alder")[0] == "alder"
    assert len(NAMES.search("alder")) == len(set(NAMES.search("alder")))
    assert NAMES.search("scrib") == ["scribe"]
    assert NAMES.search("scribbe") == ["scribe"]
    assert NAMES.search("zzzzzz") == []
