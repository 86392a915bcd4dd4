"""What every stage of identification promises: mail, name and site read the same records under the same rules."""

import pytest
from synthetic import FIRM_DOMAIN, MARKET, absent, catalogue, network, page, records, seen, silent

from bascule.identify.mail import mail
from bascule.identify.name import name
from bascule.identify.records import Records
from bascule.identify.rows import Rows
from bascule.identify.site import site
from bascule.model import Channel

SHOP = catalogue(*MARKET)
D = FIRM_DOMAIN
STAGES = {
    mail: [
        records(f"MX {D}", "1 in.cedar.example."),
        records(f"TXT {D}", "v=spf1 include:spf.alder.example -all", "alder-verify=1"),
        records(f"CNAME s._domainkey.{D}", "s.dkim.alder.example."),
        records(f"TENANT {D}", "Managed"),
        records("A in.cedar.example", "192.0.2.1"),
        network("192.0.2.1", 64501, "XA"),
    ],
    name: [
        records(f"NS {D}", "ns.dogwood.example.", "ns.nobody.example."),
        seen(f"RDAP {D}", {"registrar": "Dogwood SAS"}),
        seen(f"TLS {D}:443", [{"issuer": "O=Ivy Trust"}]),
    ],
    site: [
        page('<meta name="generator" content="Gorse 6"><script src="https://stats.hazel.example/"></script>', [("elm-ray", "1")]),
        records(f"CNAME www.{D}", "x.shops.fir.example."),
        records(f"A {D}", "192.0.2.1"),
        network("192.0.2.1", 64501, "XA"),
    ],
}


@pytest.fixture(params=STAGES, ids=lambda stage: stage.__name__)
def stage(request):
    return request.param


def found(stage, items, subject=D, times=1):
    rows = Rows()
    for _ in range(times):
        stage(subject, Records(items), SHOP, rows)
    return rows.finished()


def test_a_stage_finds_something_in_its_records(stage):
    assert len(found(stage, STAGES[stage])[0]) >= 3


def test_nothing_asked_is_nothing_found(stage):
    assert found(stage, []) == ((), ())


def test_questions_that_got_no_answer_are_nothing_found(stage):
    assert found(stage, [silent(item.question) for item in STAGES[stage]]) == ((), ())


def test_no_answer_later_takes_nothing_away(stage):
    quiet = [silent(item.question, hours=5) for item in STAGES[stage]]
    assert found(stage, [*STAGES[stage], *quiet]) == found(stage, STAGES[stage])


def test_every_row_leans_on_evidence_and_has_an_id_of_its_own(stage):
    rows, _ = found(stage, STAGES[stage])
    assert all(row.evidence for row in rows)
    assert len({row.id for row in rows}) == len(rows)
    assert all(0 < row.confidence <= 1 for row in rows)


def test_every_reason_is_a_trace_of_the_catalogue(stage):
    rows, _ = found(stage, STAGES[stage])
    assert {name for row in rows for name in row.because} <= set(SHOP.traces.by_id)
    assert all(row.because for row in rows if row.service)


def test_reading_twice_says_nothing_new(stage):
    assert found(stage, STAGES[stage], times=2) == found(stage, STAGES[stage])


def test_the_records_of_one_domain_say_nothing_of_another(stage):
    assert found(stage, STAGES[stage], "other.example") == ((), ())


def test_an_absence_is_no_operator(stage):
    rows, _ = found(stage, [absent(item.question) for item in STAGES[stage]])
    assert {row.organisation for row in rows} <= {"none"}


def test_what_is_not_recognised_comes_with_the_question_that_would_settle_it(stage):
    empty = catalogue()
    rows = Rows()
    stage(D, Records(STAGES[stage]), empty, rows)
    made, unknowns = rows.finished()
    assert all(row.service is None for row in made)
    assert all(one.ask.question and one.ask.args for one in unknowns)


def test_channels_of_the_stages_are_those_of_the_market():
    assert all(SHOP.traces.all(channel) for channel in (Channel.MX, Channel.NS, Channel.SCRIPT_HOST, Channel.TENANT, Channel.ASN))
