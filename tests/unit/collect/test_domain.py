"""The course of one audit, before tables that answer at once."""

import asyncio
from functools import partial

import msgspec
from doubles import ADDRESS, TableTransfers, means, page, run

from bascule.collect import plan
from bascule.collect.calls import Browser
from bascule.collect.domain import course, mail_course, place
from bascule.collect.observer import MAX_QUERIES, Observer
from bascule.guard import Gate
from bascule.model import Kind, Outcome, Questions
from table import TableResolver

TABLE = {
    "A exemple.fr": [ADDRESS],
    "MX exemple.fr": ["20 mx2.exemple.net.", "10 mx1.exemple.net."],
    "A mx1.exemple.net": ["51.255.0.1"],
    "CNAME mx2.exemple.net": ["mx2.elsewhere.org."],
    "A mx2.elsewhere.org": ["9.9.9.9"],
    "TXT exemple.fr": ["v=spf1 include:spf.exemple.net -all", "token=1"],
    "TXT spf.exemple.net": ["v=spf1 include:deeper.exemple.net -all"],
    "TXT deeper.exemple.net": ["v=spf1 include:exemple.fr include:spf.exemple.net -all"],
    "A cdn.exemple.org": ["9.9.9.10"],
}
PAGES = {"https://exemple.fr/": page(b"the page")}


def audited(table=TABLE, replies=PAGES, hosts=("cdn.exemple.org", "127.0.0.1", "localhost", "[::1]", "exemple.fr"), **more):
    observer, transfers = Observer("exemple.fr", TableResolver(table)), TableTransfers(replies)
    made = means(transfers, hosts=lambda url, body: list(hosts) if body == "the page" else [], **more)
    asyncio.run(course(observer, made))
    place(observer, made.networks, made.network_source)
    return {item.question: item for item in observer.seen}, observer, transfers


def test_each_answer_sends_its_own_follow_up():
    seen, observer, _ = audited()
    assert seen["A mx1.exemple.net"].value == ["51.255.0.1"]
    assert seen["CNAME mx2.exemple.net"].value == ["mx2.elsewhere.org."]
    assert seen["A mx2.elsewhere.org"].value == ["9.9.9.9"]
    assert seen["TXT deeper.exemple.net"].outcome is Outcome.PRESENT
    assert seen["GET https://exemple.fr/"].value["body"] == "the page"
    assert seen["A cdn.exemple.org"].value == ["9.9.9.10"]
    assert observer.queries <= MAX_QUERIES


def test_numbers_and_inner_names_of_a_page_are_not_asked_about():
    seen, _, _ = audited()
    assert not any("127.0.0.1" in question or "localhost" in question or "::1" in question for question in seen)


def test_the_network_of_each_address_comes_from_the_table():
    seen, _, _ = audited()
    assert seen["ASN 51.255.0.1"].value == [{"asn": 16276, "name": "OVH", "country": "FR"}]
    assert seen["ASN 51.255.0.1"].source == "table of 2026-11-01"
    assert "ASN 9.9.9.9" not in seen


def test_nobody_else_is_told_unless_the_person_asks():
    seen, _, transfers = audited(questions=Questions(rdap={"fr": "https://rdap.exemple.net/"}, tenant="https://login.exemple.net/{domain}"))
    assert not {item.kind for item in seen.values()} & {Kind.SMTP, Kind.RDAP, Kind.TENANT}
    assert transfers.asked == ["https://exemple.fr/"]


def test_what_the_person_asks_for_is_asked():
    questions = Questions(rdap={"fr": "https://rdap.exemple.net/"}, tenant="https://login.exemple.net/{domain}")
    seen, _, _ = audited(questions=questions, asks=("smtp", "rdap", "tenant"))
    assert {"EHLO mx1.exemple.net:25", "EHLO mx2.exemple.net:25", "RDAP exemple.fr", "TENANT exemple.fr"} <= set(seen)


def test_a_null_mx_leads_nowhere():
    seen, _, _ = audited(TABLE | {"MX exemple.fr": ["0 ."]})
    assert not any(question.startswith(("A mx", "A .", "A  ")) for question in seen)


def test_policies_without_end_come_to_an_end():
    table = TABLE | {f"TXT p{number}.net": [f"v=spf1 include:p{number + 1}.net include:p{number + 2}.net"] for number in range(60)}
    seen, _, _ = audited(table | {"TXT exemple.fr": ["v=spf1 include:p0.net"]})
    assert sum(question.startswith("TXT p") for question in seen) == 10


def test_a_page_of_a_thousand_hosts_stays_within_the_budget():
    _, observer, _ = audited(hosts=[f"h{number}.exemple.org" for number in range(1000)])
    assert observer.queries <= MAX_QUERIES


def test_the_mail_course_asks_fifteen_questions_at_most():
    table = TABLE | {"MX exemple.fr": [f"{number} mx{number}.exemple.net." for number in range(30)]}
    resolver = TableResolver(table)
    observer = Observer("exemple.fr", resolver)
    asyncio.run(mail_course(observer, Questions(many=("selector1", "a", "b", "c", "d", "e"), selectors_cname=("selector1", "selector2"))))
    assert len(resolver.asked) <= plan.MAIL_QUESTIONS
    assert {"MX exemple.fr", "A mx0.exemple.net", "CNAME selector1._domainkey.exemple.fr"} <= {item.question for item in observer.seen}


def test_the_browser_is_asked_only_when_it_is_wanted():
    table, replies = {"A exemple.fr": [ADDRESS]}, {"https://exemple.fr/": page()}

    async def work(observer, transfers, browser=None):
        await course(observer, msgspec.structs.replace(means(transfers), browser=browser))

    _, without, _ = run(work, table, replies)
    ends = Browser(program="/bin/false", gate=Gate(), agent="Bascule")
    _, wanted, _ = run(partial(work, browser=ends), table, replies)
    assert "REQUEST https://exemple.fr/" not in without
    assert wanted["REQUEST https://exemple.fr/"].outcome is Outcome.UNREACHABLE
