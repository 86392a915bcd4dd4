"""What the firm's own files say: tools that it lists, suppliers that it pays; and what must not leave them."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import FIRM_DOMAIN, MARKET, ON, absent, bill, catalogue, deployment, organisation, own_machine, records, service, tool

from bascule.identify import identify
from bascule.model import FIRM, Role, Status

OAK = organisation(
    "oak",
    "XA",
    service("oak-drive", "cloud-storage", "office-suite", title="Ciel", deployments=(deployment("oak-drive/vendor", "oak"), own_machine("oak-drive"))),
    aliases=("Le Chêne",),
)
PINE = organisation("pine", "XA", service("pine-docs", "office-suite", title="Ciel"), service("pine-chat", "team-chat", title="Pine Chat"))
SHOP = catalogue(*MARKET, OAK, PINE)


def meant(*items):
    return identify(items, SHOP, ON)


def only(result):
    (row,) = result.dependencies
    return row


def only_of(result, name):
    (row,) = [one for one in result.dependencies if one.service == name]
    return row


def test_a_tool_of_a_list_is_a_declared_dependency_of_the_firm():
    row = only(meant(*tool("alder courrier", function="Messagerie", cost_month_eur="12.50")))
    assert (row.subject, row.function, row.role, row.service, row.status) == (FIRM, "email", Role.OPERATOR, "alder-mail", Status.DECLARED)
    assert row.cost_eur_month == Decimal("12.50")
    assert len(row.evidence) == 3


def test_a_typing_error_is_forgiven_with_less_confidence():
    right, wrong = only(meant(*tool("Alder Files"))), only(meant(*tool("Alder Flies")))
    assert right.service == wrong.service == "alder-files"
    assert wrong.confidence < right.confidence


def test_a_name_of_several_services_is_asked_for_with_the_choices():
    (unknown,) = meant(*tool("ciel")).unknowns
    assert (unknown.ask.question, unknown.ask.args["choices"]) == ("which-service", "oak-drive, pine-docs")


def test_the_function_beside_the_name_decides():
    assert only(meant(*tool("Ciel", function="stockage de fichiers"))).service == "oak-drive"
    assert only(meant(*tool("le chene", function="bureautique"))).function == "office-suite"


def test_a_name_that_nobody_knows_is_asked_for_in_its_function():
    (unknown,) = meant(*tool("Zorglub 3000", function="Messagerie")).unknowns
    assert (unknown.function, unknown.seen, unknown.ask.question) == ("email", "Zorglub 3000", "which-tool")


def test_a_remark_beside_the_name_may_complete_it():
    assert only(meant(*tool("Pine", hint="Chat"))).service == "pine-chat"


@pytest.mark.parametrize("hint", ["auto-hébergé", "Self-hosted on a NAS", "sur nos serveurs", "on-premise"])
def test_the_firms_own_machine_is_told_by_its_words(hint):
    assert only(meant(*tool("Ciel", function="cloud storage", hint=hint))).deployment == "oak-drive/self"


def test_an_address_names_the_provider_of_the_mailbox_and_the_domain_has_none():
    items = [*tool("cabinet@alder.example", function="Messagerie"), absent(f"MX {FIRM_DOMAIN}"), absent(f"A {FIRM_DOMAIN}")]
    rows = {row.subject: row for row in meant(*items).dependencies}
    assert (rows[FIRM].service, rows[FIRM].status) == ("alder-mail", Status.DECLARED)
    assert rows[FIRM_DOMAIN].organisation == "none"


@pytest.mark.parametrize("cost", ["", "gratuit", "12,50 €"])
def test_a_cost_that_is_no_number_is_unknown(cost):
    assert only(meant(*tool("Alder Files", cost_month_eur=cost))).cost_eur_month is None


# Bills.


def test_a_supplier_that_is_known_is_in_use_and_has_its_cost():
    row = only(meant(bill("PRLV ALDER*MAIL 4711", 24.9)))
    assert (row.service, row.status, row.cost_eur_month) == ("alder-mail", Status.IN_USE, Decimal("24.9"))


def test_two_bills_of_one_service_are_added():
    assert only(meant(bill("ALDER*MAIL a", 10, 1), bill("ALDER*MAIL b", 5, 2))).cost_eur_month == 15


def test_a_bill_takes_the_place_of_the_cost_on_the_list():
    row = only(meant(*tool("Alder Courrier", cost_month_eur="12"), bill("ALDER*MAIL", 13)))
    assert (row.status, row.cost_eur_month) == (Status.IN_USE, 13)


def test_a_bill_takes_the_place_of_the_list_also_on_a_row_that_a_scan_saw():
    row = only_of(
        meant(records(f"MX {FIRM_DOMAIN}", "1 mx.alder.example."), *tool("Alder Courrier", cost_month_eur="12"), bill("ALDER*MAIL", 13)), "alder-mail"
    )
    assert (row.subject, row.role, row.status, row.cost_eur_month) == (FIRM_DOMAIN, Role.MAILBOX, Status.IN_USE, 13)


def test_a_seen_mailbox_and_a_declared_tool_of_one_service_are_one_row():
    row = only_of(meant(records(f"MX {FIRM_DOMAIN}", "1 mx.alder.example."), *tool("Alder Courrier", cost_month_eur="12")), "alder-mail")
    assert (row.subject, row.cost_eur_month, row.status) == (FIRM_DOMAIN, 12, Status.IN_USE)


def test_a_bill_without_amount_leaves_the_cost_on_the_list():
    assert only(meant(*tool("Alder Courrier", cost_month_eur="12"), bill("ALDER*MAIL"))).cost_eur_month == 12


def test_a_seller_of_several_things_is_asked_for():
    (unknown,) = meant(bill("Alder", 40)).unknowns
    assert unknown.ask.question == "which-service"
    assert unknown.ask.args["choices"] == "alder-mail"


def test_the_bill_of_a_seller_goes_to_the_tool_of_that_price():
    result = meant(*tool("Alder Files", 1, cost_month_eur="39"), *tool("Alder Docs", 2, cost_month_eur="12"), bill("Alder", 40))
    assert {row.service: row.cost_eur_month for row in result.dependencies} == {"alder-files": 40, "alder-docs": 12}


def test_mail_that_a_list_calls_self_hosted_is_the_firms_own():
    own = organisation("own", "XA", service("own-mail", "email", deployments=(deployment("own-mail/vendor", "own"), own_machine("own-mail"))))
    (row,) = identify(tool("Own Mail", hint="auto-hébergé"), catalogue(own), ON).dependencies
    assert (row.organisation, row.service, row.deployment) == ("self", "own-mail", "own-mail/self")


def test_the_bill_of_a_seller_goes_to_its_one_known_tool():
    row = only(meant(*tool("Alder Files"), bill("Alder", 40)))
    assert (row.service, row.cost_eur_month) == ("alder-files", 40)


@pytest.mark.parametrize("label", ["Alder Flies", "Dogwod", "Le Chêene"])
def test_a_typing_error_in_a_ledger_is_not_forgiven(label):
    result = meant(bill(label, 10))
    assert (result.dependencies, result.unknowns, result.unmatched) == ((), (), 1)


PEOPLE = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéè '-", min_size=6, max_size=30).map(lambda text: f"Patient {text} Durand-Zyx")


@given(st.lists(PEOPLE, min_size=1, max_size=5))
def test_labels_that_match_nothing_are_nowhere_in_the_result(labels):
    items = [bill(label, 80, line, vat="FR00", ics="FR00ZZZ") for line, label in enumerate(labels)]
    result = meant(*items, bill("ALDER*MAIL", 5, 99), records(f"MX {FIRM_DOMAIN}", "1 mx.alder.example."))
    told = msgspec.json.encode(result).decode().casefold()
    assert result.unmatched == len(labels)
    assert all(label.casefold() not in told for label in labels)
    assert "patient" not in told
    assert "durand" not in told


ITEMS = [
    *tool("Alder Courrier", 1, function="email"),
    *tool("ciel", 2),
    *tool("Zorglub", 3),
    bill("ALDER*MAIL", 5, 1),
    bill("ALDER*MAIL x", 6, 2),
    bill("M. Dupont", 7, 3),
]


@given(st.permutations(ITEMS))
def test_the_order_of_the_lines_changes_nothing(items):
    assert meant(*items) == meant(*ITEMS)
