"""What the firm's own files say: tools that it lists, suppliers that it pays; and what must not leave them."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import FIRM_DOMAIN, MARKET, NOON, ON, absent, bill, catalogue, deployment, mark, organisation, own_machine, price, records, service, tool

from bascule.catalogue import plain
from bascule.identify import identify
from bascule.model import FIRM, Role, Status

OAK = organisation(
    "oak",
    "XA",
    service("oak-drive", "cloud-storage", "office-suite", title="Ciel", deployments=(deployment("oak-drive/vendor", "oak"), own_machine("oak-drive"))),
    aliases=("Le Chêne",),
)
PINE = organisation("pine", "XA", service("pine-docs", "office-suite", title="Ciel"), service("pine-chat", "team-chat", title="Pine Chat"))
LARCH = organisation(
    "larch",
    "XA",
    service("larch-plans", "cloud-storage", prices=(price(9),)),
    service("larch-books", "accounting", fingerprints=(mark("invoice_vat", "FR42", "operator", "exact"),)),
    service("larch-notes", "office-suite"),
)
SHOP = catalogue(*MARKET, OAK, PINE, LARCH)


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


def test_an_address_at_a_mail_host_names_its_provider_though_no_name_does():
    assert only(meant(*tool("cabinet@mx.alder.example"))).service == "alder-mail"


@pytest.mark.parametrize(
    ("label", "service", "sure"),
    [("Alder Files gratuit", "alder-files", 0.855), ("logiciel Pine Chat pour l’équipe", "pine-chat", 0.855)],
)
def test_a_name_at_the_head_of_a_phrase_is_found_with_less_confidence(label, service, sure):
    row = only(meant(*tool(label)))
    assert (row.service, row.confidence) == (service, sure)


def test_a_name_further_on_in_a_phrase_is_a_remark():
    (unknown,) = meant(*tool("Zorglub avec Alder Files")).unknowns
    assert (unknown.seen, unknown.ask.question) == ("Zorglub avec Alder Files", "which-tool")


def test_what_stays_open_keeps_its_cost():
    unknowns = meant(*tool("Zorglub", 1, cost_month_eur="7.19"), *tool("ciel", 2, cost_month_eur="4"), *tool("Sawdust", 3)).unknowns
    assert {item.seen: item.cost_eur_month for item in unknowns} == {"Zorglub": Decimal("7.19"), "ciel": 4, "Sawdust": None}


@pytest.mark.parametrize("cost", ["", "gratuit", "12,50 €", "NaN", "sNaN", "Infinity", "-Infinity", "-5"])
def test_a_cost_that_is_no_number_is_unknown(cost):
    assert only(meant(*tool("Alder Files", cost_month_eur=cost))).cost_eur_month is None


# Bills.


def test_a_supplier_that_is_known_is_in_use_and_has_its_cost():
    row = only(meant(bill("PRLV ALDER*MAIL 4711", 24.9)))
    assert (row.service, row.status, row.cost_eur_month) == ("alder-mail", Status.IN_USE, Decimal("24.9"))


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-5", "-0.01", "cher"])
def test_a_bill_of_no_amount_is_in_use_without_a_cost(amount):
    row = only(meant(bill("ALDER*MAIL", amount)))
    assert (row.status, row.cost_eur_month) == (Status.IN_USE, None)
    assert only(meant(bill("ALDER*MAIL", amount), bill("ALDER*MAIL", 3, 2))).cost_eur_month == 3


def test_two_bills_of_one_file_are_added():
    assert only(meant(bill("ALDER*MAIL a", 10, 1), bill("ALDER*MAIL b", 5, 2))).cost_eur_month == 15


def of(file, hours, *items):
    return [msgspec.structs.replace(item, source=file, seen_at=NOON + timedelta(hours=hours), question=f"{item.question}~{file}") for item in items]


@pytest.mark.parametrize("turn", [1, -1])
def test_of_several_files_the_latest_tells_the_cost_and_does_not_add_up(turn):
    old = of("z.csv", 0, bill("ALDER*MAIL", 50, 1))
    new = of("a.csv", 24, bill("ALDER*MAIL a", 10, 1), bill("ALDER*MAIL b", 5, 2))
    assert only(meant(*[*old, *new][::turn])).cost_eur_month == 15
    lists = [*of("z.csv", 0, *tool("Alder Files", cost_month_eur="8")), *of("a.csv", 24, *tool("Alder Files", cost_month_eur="9"))]
    assert only(meant(*lists[::turn])).cost_eur_month == 9


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_files_of_one_time_the_last_by_name_tells_the_cost(turn):
    items = [*of("2025.csv", 0, bill("ALDER*MAIL", 50)), *of("2026.csv", 0, bill("ALDER*MAIL", 20))]
    assert only(meant(*items[::turn])).cost_eur_month == 20


def test_what_was_paid_counts_also_when_a_later_list_declares_another_price():
    items = [*of("fec.csv", 0, bill("ALDER*MAIL", 13)), *of("list.csv", 24, *tool("Alder Courrier", cost_month_eur="12"))]
    assert only(meant(*items)).cost_eur_month == 13


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
    assert (unknown.ask.question, unknown.cost_eur_month) == ("which-service", 40)
    assert unknown.ask.args["choices"] == "alder-mail"


def test_the_bill_of_a_seller_goes_to_the_tool_of_that_price():
    result = meant(*tool("Larch Plans", 1, cost_month_eur="39"), *tool("Larch Books", 2, cost_month_eur="12"), bill("Larch", 40))
    assert {row.service: row.cost_eur_month for row in result.dependencies} == {"larch-plans": 40, "larch-books": 12}
    assert result.unknowns == ()


def test_mail_that_a_list_calls_self_hosted_is_the_firms_own():
    own = organisation("own", "XA", service("own-mail", "email", deployments=(deployment("own-mail/vendor", "own"), own_machine("own-mail"))))
    (row,) = identify(tool("Own Mail", hint="auto-hébergé"), catalogue(own), ON).dependencies
    assert (row.organisation, row.service, row.deployment) == ("self", "own-mail", "own-mail/self")


def test_the_bill_of_a_seller_goes_to_its_one_known_tool():
    row = only(meant(*tool("Larch Plans"), bill("Larch", 40)))
    assert (row.service, row.cost_eur_month, row.status) == ("larch-plans", 40, Status.IN_USE)


def test_the_bill_of_a_seller_goes_to_no_tool_of_which_no_price_and_no_bill_is_known():
    result = meant(*tool("Larch Notes"), bill("Larch", 40))
    assert (only(result).service, only(result).cost_eur_month, only(result).status) == ("larch-notes", None, Status.DECLARED)
    (unknown,) = result.unknowns
    assert (unknown.ask.question, unknown.ask.args["choices"], unknown.cost_eur_month) == ("which-service", "larch-plans, larch-books", 40)
    both = meant(*tool("Larch Notes", 1), *tool("Larch Books", 2), bill("Larch", 40))
    assert {row.service: row.cost_eur_month for row in both.dependencies} == {"larch-notes": None, "larch-books": 40}


def test_the_bill_of_a_seller_goes_to_no_tool_that_the_firm_has_for_free():
    result = meant(*tool("Larch Plans", cost_month_eur="0"), bill("Larch", 40))
    assert (only(result).cost_eur_month, only(result).status) == (0, Status.DECLARED)
    assert [unknown.cost_eur_month for unknown in result.unknowns] == [40]


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
    assert result.unmatched == len(set(map(plain, labels)))
    assert all(label.casefold() not in told for label in labels)
    assert "patient" not in told
    assert "durand" not in told


def test_a_label_that_matches_nothing_is_counted_once_however_often_it_is_paid():
    assert meant(bill("Scierie Dupont", 10, 1), bill("SCIERIE  DUPONT", 20, 2), bill("Menuiserie", 5, 3)).unmatched == 2


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


def test_a_list_that_names_one_mailbox_provider_answers_who_stands_behind_a_filter():
    def asked(*items):
        return [item.ask.question for item in identify([records(f"MX {FIRM_DOMAIN}", "1 in.cedar.example."), *items], SHOP, ON).unknowns]

    assert asked() == ["which-mailbox"]
    assert asked(*tool("Alder Mail")) == []
    assert asked(*tool("Alder Mail", 1), *tool("Birch Mail", 2)) == ["which-mailbox"]
    assert asked(*tool("Cedar Filter")) == ["which-mailbox"]
