import re
from decimal import Decimal

import msgspec
import pytest
import synthetic as w

from bascule.model import Cited, Cutoff, FunctionState, IfCut
from bascule.report import Lookup, Words, sentences
from bascule.report.seen import observation

# Words that would judge a vendor or frighten its customer.
VERDICTS = re.compile(
    r"\b(danger\w*|dangereu\w*|unsafe|insecure|evil|bad|mauvais\w*|toxi\w*|menac\w*|threat\w*|alarm\w*|catastroph\w*|désastre|disaster|scandal\w*|peur|fear"
    r"|espion\w*|spy\w*|probab\w*|likely|risque fort|fuyez|avoid)\b",
    re.IGNORECASE,
)


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def cut(*states, **more):
    made = tuple(FunctionState(function=name, critical=critical, effect=effect, after_hours=hours, because=()) for name, critical, effect, hours in states)
    return Cutoff(**{"id": "c", "scenario": "order-us", "power": "XB", "stops": (), "degrades": (), "functions": made, **more})


STOPS, WEAK = IfCut.STOPS, IfCut.DEGRADES


@pytest.mark.parametrize(
    ("states", "french", "english"),
    [
        ([("email", True, None, None)], "Rien ne s’arrête, à notre connaissance.", "Nothing that we know of stops."),
        (
            [("email", False, STOPS, 0), ("dns", False, None, None)],
            "1 de vos 2 fonctions s’arrête en 24 heures.",
            "1 of your 2 functions stops within 24 hours.",
        ),
        (
            [("email", True, STOPS, 0), ("dns", False, STOPS, 24)],
            "2 de vos 2 fonctions s’arrêtent en 24 heures, dont 1 vitale.",
            "2 of your 2 functions stop within 24 hours, 1 of them vital.",
        ),
        (
            [("email", True, STOPS, 0), ("dns", True, STOPS, 25)],
            "1 de vos 2 fonctions s’arrête en 24 heures, 2 en 30 jours, dont 2 vitales.",
            "1 of your 2 functions stops within 24 hours, 2 within 30 days, 2 of them vital.",
        ),
        (
            [("email", True, WEAK, 0), ("dns", False, STOPS, 721)],
            "Rien ne s’arrête ; 1 fonction marche moins bien.",
            "Nothing stops; 1 function works less well.",
        ),
    ],
)
def test_the_headline_counts(fr, en, states, french, english):
    assert plain(sentences.headline(cut(*states), fr)) == french
    assert sentences.headline(cut(*states), en) == english


def test_nothing_is_known_of_a_firm_without_functions(en):
    assert sentences.headline(cut(), en) == "We know too little to say."


def test_a_service_that_closes_is_named(en):
    one = cut(scenario="vendor-decision", power=None, organisation="alder", service="alder-mail")
    assert (sentences.scenario(one, en), sentences.question(one, en)) == ("Alder Mail closes", "What if Alder Mail closed its doors to you?")


def test_critical_functions_are_named_first(en):
    assert sentences.which(cut(("dns", False, STOPS, 0), ("email", True, STOPS, 0), ("website", True, STOPS, 900)), en) == "Email and Dns"


@pytest.mark.parametrize(
    ("scenario", "scene", "asked"),
    [
        ("vendor-decision", "Alder closes your accounts", "What if Alder decided to close your accounts?"),
        ("failure", "Alder fails", "What if Alder broke down?"),
        ("terms-change", "Alder changes its terms", "What if Alder changed its prices or terms, and you had to leave?"),
    ],
)
def test_who_throws_the_switch_is_named(en, scenario, scene, asked):
    one = cut(scenario=scenario, power=None, organisation="alder")
    assert (sentences.scenario(one, en), sentences.question(one, en)) == (scene, asked)


def test_a_power_that_no_file_tells_of_is_named(en):
    one = cut(scenario="order-zz", power="XC")
    assert sentences.scenario(one, en) == "An order from XC"
    assert sentences.question(one, en) == "What if XC ordered its companies to stop serving you?"


def test_the_cost_and_its_part_outside_the_trusted_countries(fr, en):
    assert plain(sentences.cost(fr)) == "52,50 € par mois, d’après vos fichiers."
    assert sentences.cost(en) == "€52.50 a month, as far as your files tell."
    assert sentences.cost_more(en) == ["€52.50 of it goes to organisations that depend on a country outside those that you trust: Alder €52.50."]


def test_what_is_paid_and_not_recognised_is_not_counted_and_said_so(tell):
    it = tell("en", seen=[*w.tool("Sawdust Pro", cost_month_eur="210"), *w.tool("Juniper Files", 2, cost_month_eur="9")])
    assert sentences.cost(it) == "€9 a month, as far as your files tell."
    assert sentences.cost_more(it) == ["Not counted: €210 a month for what we do not recognise."]


def test_a_cost_inside_the_trusted_countries_is_told_without_more(tell):
    it = tell("en", seen=w.tool("Juniper Files", cost_month_eur="9"))
    assert sentences.cost(it) == "€9 a month, as far as your files tell."


def test_no_price_is_no_zero(tell):
    it = tell("en", seen=w.tool("Alder Files"))
    assert sentences.cost(it).startswith("Your files do not tell.")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"organisation": "none"}, "Its records name no server that takes mail."),
        ({"organisation": "self"}, "yourselves"),
        ({"organisation": "alder", "jurisdictions": ("XB",), "ultimate_owner": "alder"}, "Alder (XB)"),
        ({"organisation": "alder", "jurisdictions": ("XB",)}, "Alder (XB; ultimate owner unknown)"),
        ({"organisation": "alder", "jurisdictions": ("XA", "XB"), "ultimate_owner": "birch"}, "Alder, controlled by Birch (XA and XB)"),
        ({"organisation": "domain:oak.example"}, "oak.example (country unknown)"),
        ({"organisation": "as:64510"}, "network no. 64510 (country unknown)"),
    ],
)
def test_who_decides_is_said_up_to_the_ultimate_owner(en, fields, said):
    row = w.row("x", fields.pop("organisation"), **fields)
    assert sentences.who_decides(row, en) == said


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (w.seen("ANSWER tool:l.csv#1", ["Alder Files"], "firm"), "Your list names “Alder Files”"),
        (w.seen("ANSWER tool-function:l.csv#1", ["stockage"], "firm"), "Your list puts it under “stockage”"),
        (w.seen("ANSWER tool-hint:l.csv#1", ["à nous"], "firm"), "Your list notes: “à nous”"),
        (w.seen("ANSWER tool-cost-month-eur:l.csv#1", ["12.50"], "firm"), "Your list gives its price: €12.50 a month"),
        (w.seen("ANSWER tool-cost-month-eur:l.csv#1", ["cheap"], "firm"), "Your list gives its price: cheap € a month"),
        (w.seen("ANSWER tool-seats:l.csv#1", ["3"], "firm"), "Your list counts its users: 3"),
        (w.bill("ALDER", 12.5), "Your accounts name “ALDER”, 1 entry, €12.50 a month"),
        (w.bill("ALDER", Decimal("3"), count=2), "Your accounts name “ALDER”, 2 entries, €3 a month"),
        (w.bill("ALDER"), "Your accounts name “ALDER”, 1 entry"),
        (w.page(), "The page https://firm.example/"),
        (w.network("192.0.2.1", 64501), "The address 192.0.2.1 belongs to network AS64501"),
        (w.seen("TLS firm.example:443", [{"issuer": "O=Ivy"}]), "The certificate of firm.example:443 is issued by O=Ivy"),
        (w.seen("RDAP firm.example", {"registrar": "Dogwood SAS"}), "The register names Dogwood SAS as registrar"),
        (w.records("MX firm.example", "10 mx.alder.example."), "MX firm.example → 10 mx.alder.example."),
        (w.records("TXT firm.example", *"abcdefghij"), "TXT firm.example → a · b · c · d · e · f · g · h …"),
    ],
)
def test_an_observation_is_told_so_that_it_can_be_asked_again(en, item, said):
    assert observation(item, en) == said


@pytest.mark.parametrize("value", [None, 3, "text", [], [3], ["x"], {}, {"label": None}, [{"asn": "x"}], [{}], [[[]]]])
@pytest.mark.parametrize("question", ["TLS a:443", "RDAP a", "ASN a", "ROW a#1", "ANSWER a", "GET a", "MX a", "EHLO a", "REQUEST a", "TENANT a"])
def test_evidence_of_another_shape_is_told_too(en, question, value):
    assert observation(w.seen(question, value), en)


def cited(claim, value, about="alder", kind="o", **more):
    return Cited(id=f"f:{kind}/{about}/{claim}", about=about, claim=claim, value=value, source=w.SOURCE, read_on=w.READ, **more)


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (cited("country", "XB"), "Alder is registered in: XB"),
        (cited("presence", "XA"), "Alder has an establishment in: XA"),
        (cited("owner", "birch 51 %"), "Alder belongs to Birch 51 %"),
        (cited("owner (control)", "birch"), "Alder is controlled by Birch"),
        (cited("hosting", "fir (XA)", "alder-mail/vendor", "d"), "Alder Mail runs on machines of Fir (XA)"),
        (cited("needs auth", "alder-id", "alder-mail", "s"), "Alder Mail needs Alder Id"),
        (cited("operator", "self", "gorse-cms/self", "d"), "Gorse Cms is operated by yourselves"),
        (cited("ultimate", "listed"), "Alder: listed on a stock exchange, no controlling owner known"),
        (cited("licence", "EUPL-1.2", "gorse-cms", "s"), "Gorse Cms, licence: EUPL-1.2"),
        (cited("export (mail)", "IMAP", "alder-mail", "s"), "Alder Mail, way out (mail): IMAP"),
        (cited("data_place", "XC", "alder-mail", "s"), "Alder Mail keeps its data in: XC"),
        (cited("country", "XB", partial=True), "Alder is registered in: XB (in part, by its source)"),
        (Cited(id="f:l/xb-1", about="XB", claim="law", value="XB 1", source=w.SOURCE, read_on=w.READ), "Law (XB): A law."),
        (cited("law", "XZ 1", "XZ", "l"), "Law (XZ): XZ 1"),
        (cited("takes-over (3/3)", "email", "alder-mail", "a"), "Alder Mail can take over: Email"),
        (cited("caution", "read this"), "To know about Alder: read this"),
        (cited("invented", "x", "nowhere"), "nowhere, invented: x"),
    ],
)
def test_a_fact_is_a_sentence(en, fr, fact, said):
    assert sentences.fact(fact, en) == said
    assert sentences.fact(fact, fr)


def test_an_organisation_and_a_service_of_one_id_are_told_apart(tell):
    it = tell("en", catalogue=w.catalogue(w.organisation("oak", "XA", w.service("oak", "email", title="Oak Mail"))), seen=[])
    assert sentences.fact(cited("country", "XA", "oak"), it) == "Oak is registered in: XA"
    assert sentences.fact(cited("licence", "MIT", "oak", "s"), it) == "Oak Mail, licence: MIT"


def test_a_fact_with_braces_is_no_place_to_fill(en):
    assert sentences.fact(cited("country", "{about}"), en) == "Alder is registered in: {about}"


def test_the_first_steps_name_function_and_tool(en):
    row = next(row for row in en.audit.dependencies if row.service == "alder-files")
    assert sentences.first_step(row, en) == "Cloud-Storage: prepare a replacement for Alder Files."
    assert sentences.candidates(row, en) == ""


def test_only_what_is_harder_to_stop_is_proposed(en):
    row = next(row for row in en.audit.dependencies if row.service == "alder-files")
    option = en.candidates[row.id][0]
    better = msgspec.structs.replace(option.exposure, stop=msgspec.structs.replace(option.exposure.stop, low=60))
    it = Lookup(msgspec.structs.replace(en.audit, alternatives=(msgspec.structs.replace(option, exposure=better),)), en.catalogue, Words("en"))
    assert sentences.candidates(row, it) == "To look at: Juniper Files."


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_message_judges_a_vendor_or_frightens(language):
    from bascule.report.words import _translation

    messages = [text for text in _translation(language)._catalog.values() if text and "Project-Id-Version" not in text]
    assert len(messages) > 200
    # Of bills alone, never of a cut: which tool a label stands for, and whether an amount is spent in vain.
    of_bills = ("probably {tool}", "probablement {tool}")
    assert [text for text in messages if VERDICTS.search(text) and text not in of_bills and "{amount}" not in text] == []
