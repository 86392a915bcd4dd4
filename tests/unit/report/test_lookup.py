import pytest
import synthetic as w

from bascule.report import Lookup, Words
from bascule.report.lookup import degraded, stopped


def test_elements_are_found_by_id(en):
    audit = en.audit
    assert set(en.rows) == {row.id for row in audit.dependencies} == set(en.exposure)
    assert set(en.facts) == {fact.id for fact in audit.facts}
    assert set(en.evidence) == {item.id for item in audit.evidence}
    assert [option.service for option in en.candidates["d:firm/cloud-storage/operator/alder-files"]] == ["juniper-files"]


def test_functions_stand_in_the_order_of_the_catalogue(en):
    order = list(en.catalogue.functions)
    assert en.functions == sorted(en.functions, key=order.index)


def test_the_rows_that_carry_a_function_come_first(en):
    assert [row.role for row in en.rows_of("email")] == ["mailbox", "tenant", "sender", "sender"]


def test_every_role_and_status_has_its_words(en):
    from bascule.model import Role, Status

    assert set(en.words_of_roles) == set(Role)
    assert set(en.words_of_status) == set(Status)


@pytest.mark.parametrize(
    ("name", "words"),
    [("self", "yourselves"), ("none", "nobody"), ("alder", "Alder"), ("domain:oak.example", "oak.example"), ("as:64510", "network no. 64510")],
)
def test_an_organisation_that_the_catalogue_lacks_is_named_all_the_same(en, name, words):
    assert en.organisation(name) == words


def test_names_that_the_catalogue_lacks_stand_as_they_are(en):
    assert (en.function("knitting"), en.service("yarn"), en.country("ZZ"), en.countries([])) == ("Other", "yarn", "ZZ", "country unknown")


@pytest.mark.parametrize(
    ("row", "title", "short"),
    [
        (w.row("a", "none", subject="oak.example"), "no mail at oak.example", "no mail at oak.example"),
        (w.row("b", "self"), "run by yourselves", "run by yourselves"),
        (w.row("c", "alder", service="alder-mail"), "Alder Mail", "Alder Mail"),
        (w.row("d", "alder"), "Alder", "Alder"),
        (w.row("e", "domain:Oak / Beech (trees)"), "Oak / Beech (trees)", "Oak"),
    ],
)
def test_a_dependency_is_called_by_its_service_else_its_organisation(en, row, title, short):
    assert (en.title(row), en.short(row)) == (title, short)


def test_at_most_three_tools_are_named_for_a_function(en):
    assert en.tools("email") == ["Alder Mail", "Alder Id", "Dogwood Letters"]


def test_the_cost_outside_counts_every_country_that_can_command(tell):
    it = tell("en", seen=[*w.tool("Alder Files", 1, cost_month_eur="5"), *w.tool("Juniper Files", 2, cost_month_eur="7")])
    assert (it.cost(), it.cost_outside()) == (12, 5)


def test_stopped_and_degraded_are_told_apart_by_the_hour(en):
    cut = next(cut for cut in en.audit.cutoffs if cut.scenario == "order-us")
    assert [state.function for state in stopped(cut, 0)] == ["email", "cloud-storage"]
    assert {state.function for state in degraded(cut, 720)} >= {"analytics"}
    assert not {state.function for state in degraded(cut, 720)} & {state.function for state in stopped(cut, 720)}


def test_the_language_decides_the_names(en):
    assert Lookup(en.audit, en.catalogue, Words("fr")).words_of_roles["mailbox"] == "boîtes aux lettres"
