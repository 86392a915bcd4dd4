from bascule.catalogue.coverage import Gap, Seen, asked_of, gaps, seen_of
from bascule.model import Role


def test_the_most_frequent_name_comes_first_and_a_subject_counts_once():
    one, two = (Seen(name, Role.MAILBOX, "domain:oak.example") for name in ("a.example", "b.example"))
    rare = Seen("c.example", Role.HOST, "as:64500")
    assert gaps([rare, two, one, one]) == [Gap(Role.MAILBOX, "domain:oak.example", 2, "a.example"), Gap(Role.HOST, "as:64500", 1, "c.example")]


def test_what_the_catalogue_learnt_since_is_no_gap():
    assert gaps([Seen("a.example", Role.MAILBOX, "oak")], known=["oak"]) == []


def test_a_known_operator_and_an_answer_that_did_not_come_are_no_gaps():
    assert seen_of("a.example", Role.MAILBOX, "alder") is None
    assert asked_of("a.example", Role.MAILBOX, "MX a.example", "not-answered") is None
    assert asked_of("firm", Role.OPERATOR, "Oak Tool", "which-tool") == Seen("firm", Role.OPERATOR, "Oak Tool")
