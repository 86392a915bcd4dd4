"""One firm, all the stages: what the document refers to is in it, and the same input gives the same bytes."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import (
    FIRM_DOMAIN,
    MARKET,
    NOON,
    SCENARIOS,
    alternatives,
    bill,
    catalogue,
    country,
    deployment,
    fact,
    law,
    network,
    organisation,
    own_machine,
    owner,
    page,
    records,
    seen,
    service,
    silent,
    tool,
)

from bascule.audit import audit, decode, encode, order_for, resimulate, trusted_countries
from bascule.catalogue import Catalogue
from bascule.model import FIRM, Degree, Effect, Firm, FirmFunction, IfCut, Kind, Note, ScenarioKind, evidence_id

D = FIRM_DOMAIN
DAY = NOON.date() + timedelta(days=1)
OAK = organisation(
    "oak",
    "XA",
    service(
        "oak-mail",
        "email",
        facts=(fact("licence", "AGPL-3.0-only"), fact("interest", "Sold by a friend."), fact("caution", "Young.")),
        deployments=(deployment("oak-mail/vendor", "oak"), own_machine("oak-mail")),
    ),
    service("oak-files", "cloud-storage"),
    ultimate="founders",
)
POWERS = (
    msgspec.structs.replace(SCENARIOS[0], id="order-fr"),
    msgspec.structs.replace(SCENARIOS[1], id="order-us"),
    *SCENARIOS[2:],
)
SHOP = catalogue(*MARKET, OAK, sets=[alternatives("email", "oak-mail", "birch-mail"), alternatives("cloud-storage", "oak-files")], scenarios=POWERS)
TRACES = [
    records(f"MX {D}", "1 mx.alder.example."),
    records(f"TXT {D}", "v=spf1 include:spf.dogwood.example include:spf.nobody.example -all"),
    records("A mx.alder.example", "192.0.2.7"),
    network("192.0.2.7", 64501, "XB"),
    records(f"NS {D}", "ns.dogwood.example."),
    records(f"A {D}", "192.0.2.1"),
    network("192.0.2.1", 64501, "XA"),
    page('<meta name="generator" content="Gorse 6"><script src="https://stats.hazel.example/s.js"></script>' + "x" * 1000),
    seen(f"RDAP {D}", {"registrar": "Somebody"}),
    *tool("Alder Files", 1, cost_month_eur="12.50"),
    *tool("Zorglub", 2),
    bill("ALDER*MAIL", 24.9, 1),
    bill("Patient Dupont", 80, 2),
    records("MX quiet.example", subject="quiet.example"),
    silent("MX dark.example", subject="dark.example"),
]
FIRM_FILE = Firm(name="Firm", people=7, trusted=("xa",), functions=(FirmFunction(id="email", use="Orders by mail."),))


def made(items=TRACES, firm=FIRM_FILE, shop=SHOP, on=DAY, notes=()):
    return audit(items, firm, shop, on, notes)


def ids(result):
    return {one.id for group in (result.dependencies, result.facts, result.evidence) for one in group}


def references(result):
    """Every id that an element of the document gives for another."""
    for row in result.dependencies:
        yield from (*row.evidence, *row.because)
    for found in (*result.exposure, *(one.exposure for one in result.alternatives)):
        for name in found.__struct_fields__[2:]:
            yield from getattr(found, name).because
    for cut in result.cutoffs:
        for hit in (*cut.stops, *cut.degrades):
            yield from (hit.dependency, *hit.chain)
        for state in cut.functions:
            yield from state.because
    for one in result.alternatives:
        yield from (one.dependency, *one.interest, *one.cautions, *one.because)
    yield from (found.dependency for found in result.exposure)
    yield from result.first


def test_every_id_that_is_referred_to_is_in_the_document():
    result = made()
    assert len(result.dependencies) >= 8
    assert len(result.cutoffs) == 4
    assert set(references(result)) <= ids(result)


def test_no_id_is_used_twice():
    result = made()
    groups = (result.dependencies, result.unknowns, result.facts, result.evidence, result.alternatives, result.exposure, result.cutoffs)
    every = [one.id for group in groups for one in group]
    assert len(every) == len(set(every))


def test_each_dependency_has_one_exposure_in_its_place():
    result = made()
    assert [(found.id, found.dependency) for found in result.exposure] == [(f"x:{row.id}", row.id) for row in result.dependencies]
    assert all(one.exposure.id == f"x:{one.id}" for one in result.alternatives)


def test_every_fact_has_a_source_and_a_day():
    assert all(one.source.startswith("https://") and one.read_on for one in made().facts)


# The document.


def test_a_document_reads_back_as_it_was_written():
    result = made()
    assert decode(encode(result)) == result
    assert encode(decode(encode(result))) == encode(result)


@given(st.permutations(TRACES))
def test_the_same_traces_give_the_same_bytes_whatever_their_order(items):
    assert encode(made(items)) == encode(made())


def test_the_document_is_indented_and_ends_with_a_line():
    data = encode(made())
    assert data.startswith(b'{\n "schema": "bascule.audit/1"')
    assert data.endswith(b"}\n")


def test_money_is_a_number_without_loss():
    data = encode(made())
    assert b'"cost_eur_month": 12.50' in data
    assert next(row for row in decode(data).dependencies if row.service == "alder-files").cost_eur_month == Decimal("12.50")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"not json",
        b'{"schema": 1}',
        b'{"schema": "bascule.evidence/1"}',
        b'{"schema": "bascule.audit/1"}',
        b'\xff{"schema"',
        b'{"schema":"bascule.audit/1","x":1}',
    ],
)
def test_another_document_is_refused(data):
    with pytest.raises(ValueError):
        decode(data)


def test_a_document_of_a_later_version_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"bascule\.audit/2"):
        decode(encode(made()).replace(b"bascule.audit/1", b"bascule.audit/2"))


def test_an_unknown_key_in_a_document_is_refused():
    with pytest.raises(ValueError, match="verdict"):
        decode(encode(made()).replace(b'"as_of"', b'"verdict": 1, "as_of"', 1))


# What goes in.


def test_every_domain_that_was_asked_about_is_a_subject_also_when_nothing_answered():
    assert made().subjects == ("dark.example", D, "quiet.example")


def test_pages_lose_their_body():
    result = made()
    (kept,) = [one for one in result.evidence if one.kind == "http"]
    assert (kept.value["body"], kept.value["truncated"], kept.value["status"]) == ("", True, 200)
    assert len(encode(result)) < len(encode(made([one for one in TRACES if one.kind != "http"]))) + 60_000


def test_what_matches_nothing_is_counted_and_not_told():
    result = made()
    assert Note(code="labels-unmatched", args={"count": "1"}) in result.notes
    assert b"Dupont" not in encode(result)


def test_every_observation_is_kept_but_ledger_rows_on_which_no_dependency_leans():
    result = made()
    leaned_on = {name for row in result.dependencies for name in row.evidence}
    ledger = {evidence_id(item) for item in TRACES if item.kind is Kind.FILE}
    assert {one.id for one in result.evidence} == {evidence_id(item) for item in TRACES} - (ledger - leaned_on)
    assert len(ledger & leaned_on) == len(ledger - leaned_on) == 1
    assert {one.outcome.value for one in result.evidence} == {"present", "unreachable"}


def test_an_id_that_a_file_brings_along_is_ignored():
    twins = [msgspec.structs.replace(item, id="e:0000000000000000") for item in TRACES]
    assert encode(made(twins)) == encode(made())


def test_endless_records_are_cut():
    one = records("TXT long.example", "x" * 5000, "short", subject="long.example")
    (kept,) = [item for item in made([*TRACES, one]).evidence if item.subject == "long.example"]
    assert list(map(len, kept.value)) == [4096, 5]
    assert kept.id == evidence_id(one)


def test_questions_without_an_answer_are_counted_in_a_note():
    (note,) = [note for note in made().notes if note.code == "unanswered"]
    assert note.args == {"count": "1", "questions": "MX dark.example"}
    assert not [note for note in made([item for item in TRACES if item.subject != "dark.example"]).notes if note.code == "unanswered"]


def test_notes_of_the_readers_are_passed_on():
    assert made(notes=[Note(code="x")]).notes[0] == Note(code="x")


def test_the_firm_says_what_it_uses_a_thing_for():
    uses = {row.role: row.use for row in made().dependencies if row.function == "email"}
    assert set(uses.values()) == {"Orders by mail."}
    assert {row.use for row in made().dependencies if row.function != "email"} == {None}


def test_the_firms_word_on_what_is_critical_outweighs_the_convention():
    firm = Firm(functions=(FirmFunction(id="email", critical=False), FirmFunction(id="dns", critical=True), FirmFunction(id="website")))
    assert made(firm=firm).critical == ("cloud-storage", "dns", "hosting", "website")
    assert made(firm=None).critical == ("cloud-storage", "email", "hosting", "website")


def test_nothing_seen_is_an_empty_audit():
    result = made([], None)
    assert (result.subjects, result.dependencies, result.exposure, result.first) == ((), (), (), ())
    assert decode(encode(result)) == result


# The day.


def test_what_was_seen_later_is_left_out():
    later = records(f"MX {D}", "1 mx.birch.example.", hours=48)
    without, told = made(on=NOON.date()), made([*TRACES, later], on=NOON.date())
    assert told.notes == (*without.notes, Note(code="left-out-later", args={"count": "1"}))
    assert encode(msgspec.structs.replace(told, notes=without.notes)) == encode(without)
    assert not [note for note in without.notes if note.code == "left-out-later"]
    assert encode(made([*TRACES, later], on=NOON.date() + timedelta(days=2))) != encode(made(on=NOON.date() + timedelta(days=2)))
    assert made(on=NOON.date() - timedelta(days=1)).dependencies == ()


def test_what_was_read_later_is_left_out():
    grown = organisation("alder", "XB", *MARKET[0].services, owners=[owner("oak", read_on=DAY + timedelta(days=9))])
    shop = catalogue(grown, *MARKET[1:], OAK, scenarios=POWERS)
    later = Catalogue(msgspec.structs.replace(shop.content, date=DAY + timedelta(days=9)))
    on_the_day, afterwards = made(shop=later), made(shop=later, on=DAY + timedelta(days=9))
    assert all(row.jurisdictions == ("XB",) for row in on_the_day.dependencies if row.organisation == "alder")
    assert all(row.jurisdictions == ("XA", "XB") for row in afterwards.dependencies if row.organisation == "alder")
    assert all(one.read_on <= DAY for one in on_the_day.facts)


# Whom the user trusts.

UNIONS = catalogue(
    jurisdictions=(country("EU"), country("EEA"), country("FR", "EU", "EEA"), country("DE", "EU", "EEA"), country("NO", "EEA"), country("CH"), country("US"))
)


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        (None, {"FR", "DE", "NO", "CH"}),
        ("eea+ch", {"FR", "DE", "NO", "CH"}),
        ("eea", {"FR", "DE", "NO"}),
        ("eu", {"FR", "DE"}),
        ("EU", {"FR", "DE"}),
        ("fr", {"FR"}),
        (("fr", "US"), {"FR", "US"}),
        ((), set()),
    ],
)
def test_a_trusted_set_is_its_member_countries(choice, wanted):
    assert trusted_countries(choice, UNIONS) == wanted


def test_trust_turns_the_measure_round():
    here, there = made(firm=Firm(trusted=("XA",))), made(firm=Firm(trusted=("XB",)))
    box = next(number for number, row in enumerate(here.dependencies) if row.role == "mailbox")
    assert here.exposure[box].decide.high < there.exposure[box].decide.low
    assert (here.trusted, there.trusted) == (("XA",), ("XB",))


# What is simulated.


def test_every_audit_simulates_powers_a_decision_and_a_failure():
    assert [cut.scenario for cut in made().cutoffs] == ["order-us", "order-fr", "vendor-decision", "failure"]
    assert {cut.organisation for cut in made().cutoffs[2:]} == {"alder"}
    assert [cut.id for cut in made().cutoffs] == ["c:order-us/XB", "c:order-fr/XA", "c:vendor-decision/alder", "c:failure/alder"]


def test_an_order_is_found_by_the_name_that_a_person_gives():
    assert order_for(SHOP, power="xb").scenario.id == "order-us"
    assert (order_for(SHOP, power="XC").scenario.id, order_for(SHOP, power="XC").power) == ("order-xc", "XC")
    assert order_for(SHOP, organisation="alder").scenario.kind is ScenarioKind.DECISION
    decided = order_for(SHOP, service="alder-files")
    assert (decided.service, decided.organisation, decided.power) == ("alder-files", "alder", None)
    failed = order_for(SHOP, scenario="failure", organisation="fir")
    assert (failed.scenario.kind, failed.organisation) == (ScenarioKind.FAILURE, "fir")
    assert order_for(SHOP, power="XB", notice_days=30).notice_hours == 720


@pytest.mark.parametrize("name", ["alder", "Alder", "ALDER", "Alder Courrier", "alder-files"])
def test_an_organisation_is_known_by_id_by_name_and_by_what_it_sells(name):
    assert order_for(SHOP, organisation=name).organisation == "alder"


@pytest.mark.parametrize("name", ["alder-files", "Alder Files", "alder files"])
def test_a_service_is_known_by_id_and_by_name(name):
    order = order_for(SHOP, service=name)
    assert (order.service, order.organisation, order.scenario.id) == ("alder-files", "alder", "vendor-decision")


@pytest.mark.parametrize(
    "choice",
    [
        {"scenario": "failure", "power": "XB"},
        {"scenario": "vendor-decision", "power": "XB"},
        {"scenario": "order-us", "organisation": "alder"},
        {"scenario": "order-us", "service": "alder-files"},
        {"scenario": "order-us", "power": "XA"},
        {"power": "XB", "organisation": "alder"},
    ],
)
def test_choices_that_contradict_each_other_are_refused(choice):
    with pytest.raises(ValueError) as caught:
        order_for(SHOP, **choice)
    assert caught.value.args == ("clash", choice.get("scenario", "vendor-decision"))


def test_a_scenario_and_its_own_power_are_no_contradiction():
    order = order_for(SHOP, scenario="order-us", power="xb")
    assert (order.scenario.id, order.power, order.organisation) == ("order-us", "XB", None)


@pytest.mark.parametrize("scenario", ["failure", "vendor-decision"])
def test_a_scenario_that_does_not_say_whose_is_refused(scenario):
    with pytest.raises(ValueError) as caught:
        order_for(SHOP, scenario=scenario)
    assert caught.value.args == ("whom", scenario)


@pytest.mark.parametrize(("kind", "name"), [("power", "ZZ"), ("organisation", "nobody"), ("service", "nothing"), ("scenario", "never")])
def test_what_the_catalogue_does_not_hold_is_refused_by_kind_and_name(kind, name):
    with pytest.raises(ValueError) as caught:
        order_for(SHOP, **{kind: name})
    assert caught.value.args == (kind, name)


def test_a_power_that_no_file_tells_about_is_walked_like_the_others():
    shop = catalogue(*MARKET, scenarios=())
    found = resimulate(made(shop=shop), shop, power="XB").cutoffs[0]
    chains = {hit.dependency: hit.chain for hit in found.stops}
    assert chains["d:firm/cloud-storage/operator/alder-files"][:2] == ("f:l/xb-1", "f:o/alder/country/XB")
    assert chains[f"d:{D}/email/mailbox/alder-mail"][0] == "f:l/xb-1"
    assert not [chain for chain in chains.values() if "f:l/xb-read" in chain]


def test_a_power_that_no_file_tells_about_has_its_own_stopping_laws_and_their_threads():
    laws = (law("xb-seat", "XB", reach=(Degree.SEAT,)), law("xb-place", "XB", reach=(Degree.PLACE,)), law("xb-read", "XB", Effect.READ), law("xa", "XA"))
    scenario = order_for(catalogue(*MARKET, scenarios=(), laws=laws), power="XB").scenario
    assert (scenario.id, scenario.laws, scenario.reach) == ("order-xb", ("xb-seat", "xb-place"), (Degree.SEAT, Degree.PLACE))
    lawless = order_for(catalogue(*MARKET, scenarios=(), laws=()), power="XB").scenario
    assert (lawless.laws, lawless.reach) == ((), (Degree.SEAT, Degree.OWNER, Degree.PLACE))


def test_another_scenario_on_a_saved_audit_brings_its_facts():
    saved = decode(encode(made()))
    again = resimulate(saved, SHOP, power="XU", notice_days=10)
    (cut,) = again.cutoffs
    assert (cut.id, cut.scenario, cut.power, cut.notice_hours) == ("c:order-xu/XU/240", "order-xu", "XU", 240)
    assert cut.stops
    assert set(references(again)) <= ids(again)
    assert decode(encode(again)) == again
    assert again.dependencies == saved.dependencies


def test_the_same_scenario_on_a_saved_audit_says_the_same():
    result = made()
    assert resimulate(decode(encode(result)), SHOP, power="XB").cutoffs[0] == result.cutoffs[0]


def test_a_cut_off_tells_what_becomes_of_each_function():
    (email,) = [one for one in made().cutoffs[0].functions if one.function == "email"]
    assert (email.effect, email.after_hours, email.critical) == (IfCut.STOPS, 0, True)


def test_alternatives_and_first_steps_name_dependencies():
    result = made()
    assert result.alternatives
    assert result.first
    assert {one.dependency for one in result.alternatives} <= {row.id for row in result.dependencies}
    assert all(row.subject in (*result.subjects, FIRM) for row in result.dependencies)


def test_the_day_of_the_audit_is_written():
    assert made(on=date(2026, 1, 25)).as_of == date(2026, 1, 25)
