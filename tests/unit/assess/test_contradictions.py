"""Sources that name different providers: told with who names whom, and never decided."""

import pytest
from synthetic import (
    FIRM_DOMAIN,
    MARKET,
    NOON,
    absent,
    bill,
    catalogue,
    deployment,
    mark,
    need,
    network,
    organisation,
    page,
    records,
    seen,
    service,
    silent,
    tool,
)

from bascule.assess import contradictions, marked, witnessed
from bascule.identify import identify, subjects
from bascule.model import SELF, Witness

D = FIRM_DOMAIN
LARCH = organisation(
    "larch",
    "XA",
    service("larch-stats", "analytics", fingerprints=(mark("script_host", "stats.larch.example", "third-party"),)),
    service("larch-logs", "analytics"),
    service("larch-site", "website", fingerprints=(mark("generator", "^Larch ", "software", "regex"),)),
    service("larch-servers", "hosting", fingerprints=(mark("asn", "64502", "infrastructure", "exact"),)),
)
JUNIPER = organisation(
    "juniper",
    "XA",
    service(
        "juniper-shop",
        "website",
        deployments=(deployment("juniper-shop/self", SELF, needs=(need("larch-site"),)),),
        fingerprints=(mark("generator", "^Juniper ", "software", "regex"),),
    ),
)
SHOP = catalogue(*MARKET, LARCH, JUNIPER)
LIST, ACCOUNTS, PROGRAMS, DOMAIN = Witness


def told(*items):
    rows = witnessed(identify(items, SHOP, NOON.date()).dependencies, items)
    found = contradictions(rows, subjects(items), SHOP)
    return marked(rows, found), found


def sides(*items):
    _, found = told(*items)
    return [(entry.function, [(side.sources, side.organisation) for side in entry.sides], entry.ask.question) for entry in found]


AT_ALDER = records(f"MX {D}", "1 mx.alder.example.")


def test_a_list_that_names_another_mailbox_than_the_domain_contradicts_it():
    rows, (found,) = told(AT_ALDER, *tool("Birch Mail", function="mail"))
    assert [(side.sources, side.organisation) for side in found.sides] == [((LIST,), "birch"), ((DOMAIN,), "alder")]
    assert (found.function, found.role, found.ask.question) == ("email", "mailbox", "which-addresses")
    assert [row.service for row in rows if row.id == found.ask.args["dependency"]] == ["birch-mail"]
    assert {row.organisation for row in rows if found.id in row.contradictions} == {"alder", "birch"}


def test_sources_that_name_the_same_agree_on_one_dependency():
    rows, found = told(AT_ALDER, *tool("Alder Mail"), bill("ALDER*MAIL", "9.00"))
    assert (found, [row.sources for row in rows if row.role == "mailbox"]) == ((), [(LIST, ACCOUNTS, DOMAIN)])


def test_who_agrees_with_whom_is_told():
    assert sides(AT_ALDER, *tool("Birch Mail"), bill("ALDER*MAIL", "9.00")) == [
        ("email", [((LIST,), "birch"), ((ACCOUNTS, DOMAIN), "alder")], "which-addresses")
    ]


@pytest.mark.parametrize(
    "items",
    [
        [silent(f"MX {D}")],
        [records(f"MX {D}", "1 in.cedar.example.")],
        [AT_ALDER, silent("MX other.example", subject="other.example")],
        [records(f"MX {D}", f"1 mail.{D}."), records(f"TXT {D}", "v=spf1 include:_spf.birch.example -all")],
        [AT_ALDER, records("MX other.example", "1 mx.birch.example.", subject="other.example")],
    ],
    ids=["no answer", "hidden behind a filter", "another domain without an answer", "a rival reading", "another domain of the firm"],
)
def test_records_that_leave_room_for_what_the_list_says_contradict_nothing(items):
    assert sides(*items, *tool("Birch Mail")) == []


def test_a_domain_that_takes_no_mail_or_keeps_it_at_home_contradicts_a_mailbox_elsewhere():
    nothing = [records(f"MX {D}", "0 ."), absent(f"A {D}")]
    assert sides(*nothing, *tool("Birch Mail"))[0][1][1] == ((DOMAIN,), "none")
    assert sides(records(f"MX {D}", f"1 mail.{D}."), *tool("Birch Mail"))[0][1][1] == ((DOMAIN,), SELF)


def test_a_filter_is_no_rival_of_a_mailbox():
    assert sides(AT_ALDER, *tool("Cedar Filter")) == []


def test_accounts_that_pay_another_tool_than_the_list_names_are_asked_what_for():
    assert sides(*tool("Dogwood Letters"), bill("Hazel Stats", "5.00")) == []
    assert sides(*tool("Dogwood Mail"), bill("Birch Mail", "5.00")) == [("email", [((LIST,), "dogwood"), ((ACCOUNTS,), "birch")], "what-for")]


def test_a_name_service_or_a_registrar_elsewhere_is_told():
    seen_there = [records(f"NS {D}", "ns.dogwood.example."), seen(f"RDAP {D}", {"registrar": "Dogwood SAS"})]
    assert sides(*seen_there, *tool("Elm DNS")) == [("dns", [((LIST,), "elm"), ((DOMAIN,), "dogwood")], "still-used")]


def test_a_tool_that_a_page_would_show_is_told_when_the_page_shows_another_only():
    calls = page('<script src="https://stats.hazel.example/x.js"></script>')
    assert sides(calls, *tool("Larch Stats")) == [("analytics", [((LIST,), "larch"), ((DOMAIN,), "hazel")], "still-used")]
    assert sides(calls, *tool("Larch Logs")) == []
    assert (
        sides(page('<script src="https://stats.hazel.example/x.js"></script><script src="https://stats.larch.example/x.js"></script>'), *tool("Larch Stats"))
        == []
    )


def test_a_site_made_with_another_program_is_told_only_where_that_program_could_be_seen():
    site = page('<meta name="generator" content="Gorse 5">')
    assert sides(site, *tool("Larch Site")) == [("website", [((LIST,), "larch"), ((DOMAIN,), "gorse")], "still-used")]
    assert sides(site, *tool("Fir Shop")) == []
    assert sides(page("plain"), *tool("Larch Site")) == []


def test_a_program_that_runs_on_the_one_that_the_list_names_is_no_contradiction():
    assert sides(page('<meta name="generator" content="Juniper 2">'), *tool("Larch Site")) == []


def test_the_site_on_machines_of_another_host_is_told():
    at_fir = [records(f"A {D}", "192.0.2.1"), network("192.0.2.1", 64501), page("plain")]
    assert sides(*at_fir, *tool("Larch Servers")) == [("hosting", [((LIST,), "larch"), ((DOMAIN,), "fir")], "still-used")]
    assert sides(*at_fir, *tool("Fir Servers")) == []
