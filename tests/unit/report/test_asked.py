"""What was asked and what could not be seen, in plain words."""

import pytest

from bascule.report import Words, unseen, what_is_asked

D = "exemple.fr"
EVERY = ("MX", "NS", "SOA", "A", "AAAA", "CNAME", "TXT", "SRV", "CAA")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_question_is_told_without_the_letters_of_dns(language):
    words = Words(language)
    told = {what_is_asked(f"{kind} {D}", words) for kind in EVERY} | {what_is_asked(f"CNAME s1._domainkey.{D}", words), what_is_asked(f"TXT _dmarc.{D}", words)}
    told |= {what_is_asked(question, words) for question in (f"GET https://{D}/", f"EHLO mx.{D}:25", f"RDAP {D}", f"TENANT {D}", f"TLS {D}:443")}
    assert len(told) >= 11
    assert not any(text.startswith(EVERY) for text in told)


def test_the_weightiest_comes_first_and_names_below_are_counted():
    questions = [f"A x{number}.{D}" for number in range(30)] + [f"TXT s1._domainkey.{D}", f"CAA {D}", f"NS {D}", f"GET https://{D}/", f"MX {D}"]
    text = unseen(questions, [D], Words("en"))
    assert text == (
        "Could not be seen: who receives the mail, the home page (https://exemple.fr/), who keeps the name, who certifies the site, "
        "who signs the mail and 30 names below the domain."
    )


def test_a_long_list_ends_with_a_number():
    questions = [f"A host{number}.exemple.net" for number in range(30)]
    text = unseen(questions, [D], Words("en"))
    assert text.count("where ") == 8
    assert text.endswith("and 22 more.")


def test_nothing_unseen_says_nothing():
    assert unseen([], [D], Words("fr")) == ""
