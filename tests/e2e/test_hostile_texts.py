"""Every text of an audit may come from somebody else: shown as it stands, and never obeyed."""

import csv
import io
import re
from datetime import UTC, date, datetime

import msgspec
import pytest
from payloads import FORMULAS, PAYLOADS

from bascule.audit import audit, decode, encode
from bascule.catalogue import load
from bascule.model import Audit, Credit, Evidence, Firm, Kind, NetworkStamp, Note, Outcome
from bascule.report import Lookup, Words, as_csv, cutoff_page, page

D = "firm.example"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SENTINEL = "() => { window.alert = window.confirm = window.prompt = window.fired = () => { window.burnt = (window.burnt || 0) + 1 } }"
FOREIGN = "img, iframe, object, embed, form, link, base, video, audio, math, noscript, textarea, template, body ~ *, main script, svg svg, svg style, main meta"
CHUNKS = 6


def evidence():
    """A little of everything that the report tells of."""

    def seen(question, value, kind=Kind.DNS, subject=D):
        return Evidence(subject=subject, kind=kind, question=question, outcome=Outcome.PRESENT, value=value, source="s", seen_at=NOON)

    return [
        seen(f"MX {D}", ["10 mail.protection.outlook.com."]),
        seen(f"NS {D}", ["ns1.nobody.example."]),
        seen(f"TXT {D}", ["v=spf1 include:spf.brevo.com -all"]),
        seen(f"A {D}", ["192.0.2.1"]),
        seen("ASN 192.0.2.1", [{"asn": 16276, "name": "OVH", "country": "FR"}], Kind.ASN),
        seen(f"TLS {D}:443", [{"issuer": "O=Let's Encrypt", "subject": "x", "names": [D], "not_before": "", "not_after": "", "sha256": ""}], Kind.TLS),
        seen(f"RDAP {D}", {"registrar": "OVH sas"}, Kind.RDAP),
        seen(
            f"GET https://{D}/",
            {
                "url": f"https://{D}/",
                "status": 200,
                "headers": [],
                "body": '<meta name="generator" content="WordPress 6"><script src="https://www.googletagmanager.com/gtm.js"></script>',
            },
            Kind.HTTP,
        ),
        seen(f"TLS mx.{D}:25", [{"issuer": "O=X", "subject": "x", "names": ["mx.google.com"], "not_before": "", "not_after": "", "sha256": ""}], Kind.TLS),
        seen(f"EHLO mx.{D}:25", {"address": "192.0.2.2", "banner": "mx.google.com ESMTP", "ehlo": ["STARTTLS"], "starttls": True}, Kind.SMTP),
        seen(f"TENANT {D}", ["Managed"], Kind.TENANT),
        *(
            Evidence(subject=D, kind=kind, question=question, outcome=Outcome.UNREACHABLE, code="timeout", reason="late", source="s", seen_at=NOON)
            for question, kind in ((f"A www.{D}", Kind.DNS), (f"GET http://{D}/", Kind.HTTP), (f"RDAP x.{D}", Kind.RDAP))
        ),
        seen("ANSWER tool:l.csv#1", ["Slack"], Kind.ANSWER, "firm"),
        seen("ANSWER tool-hint:l.csv#1", ["hint"], Kind.ANSWER, "firm"),
        seen("ANSWER tool-function:l.csv#1", ["chat"], Kind.ANSWER, "firm"),
        seen("ANSWER tool-cost-month-eur:l.csv#1", ["12.00"], Kind.ANSWER, "firm"),
        seen("ANSWER tool-seats:l.csv#1", ["3"], Kind.ANSWER, "firm"),
        seen("ANSWER tool:l.csv#2", ["Sawdust Pro"], Kind.ANSWER, "firm"),
        seen("ROW c.txt#1", {"label": "SLACK TECHNOLOGIES LIMITED", "count": 2, "monthly_eur": 12.0}, Kind.FILE, "firm"),
    ]


@pytest.fixture(scope="module")
def plain():
    networks = NetworkStamp(date=date(2026, 1, 1), sources=(Credit(publisher="p", title="t", url="https://x.example/", licence="l"),))
    made = audit(evidence(), Firm(name="Oak", people=3), load(), date(2026, 11, 24), [Note(code="skipped", args={"file": "f"})], networks)
    return msgspec.to_builtins(made)


NOTES = ("skipped", "empty", "repeated", "skipped-types", "shared-cost", "no-supplier", "unanswered", "of a later version")
ASKS = ("not-answered", "which-mailbox", "which-host", "which-service", "which-tool", "who-is", "of a later version")


def poisoned(plain, payload):
    """Return the audit with the payload in every text that is no id, no date and no word of a closed set."""
    made = msgspec.json.decode(msgspec.json.encode(plain))
    made |= {"name": payload, "subjects": [payload, payload], "trusted": [payload], "catalogue": {**made["catalogue"], "version": payload}}
    made["notes"] = [{"code": code, "args": {**dict.fromkeys(("file", "types", "place", "cost", "questions"), payload), "count": "2"}} for code in NOTES]
    made["networks"]["sources"] = [dict.fromkeys(("publisher", "title", "licence"), payload) | {"url": url} for url in (payload, f"https://{payload}")]
    one = made["unknowns"][0]
    args = dict.fromkeys(("name", "domain", "gateway", "choices", "record"), payload)
    made["unknowns"] = [
        {**one, "id": f"u{number}", "seen": payload, "function": payload, "ask": {"question": code, "args": args}} for number, code in enumerate(ASKS)
    ]
    for number, row in enumerate(made["dependencies"]):
        row |= {
            "subject": payload,
            "use": payload,
            "jurisdictions": [payload],
            "host_country": payload,
            "also": [payload],
            "ultimate_owner": f"domain:{payload}",
        }
        row |= {"organisation": f"domain:{payload}"} if number % 2 else {"service": payload}
    made["dependencies"][0]["function"] = payload
    for item in made["evidence"]:
        head = item["question"].partition(":" if item["kind"] == "answer" else " ")
        item |= {"reason": payload} if "reason" in item else {}
        item |= {"question": head[0] + head[1] + payload, "source": payload, "subject": payload, "value": filled(item.get("value"), payload)}
    for number, fact in enumerate(made["facts"]):
        fact |= {"value": payload, "source": payload if number % 2 else f"https://{payload}"}
        fact |= {"about": payload} if number % 3 else {"claim": fact["claim"].partition(" ")[0] + " " + payload}
    for number, cut in enumerate(made["cutoffs"]):
        cut |= ({"scenario": payload}, {"scenario": payload, "power": payload}, {"organisation": f"domain:{payload}"})[number % 3]
        cut["functions"][0]["function"] = payload
    for option in made["alternatives"]:
        option |= {"service": payload, "organisation": f"domain:{payload}", "jurisdictions": [payload]}
    return decode(encode(msgspec.convert(made, Audit)))


def filled(value, payload):
    """Put the payload into every text of an observation."""
    if isinstance(value, str):
        return payload
    if isinstance(value, list):
        return [filled(part, payload) for part in value]
    return {key: filled(part, payload) for key, part in value.items()} if isinstance(value, dict) else value


def told(plain, payload, language="en"):
    return Lookup(poisoned(plain, payload), load(), Words(language))


@pytest.fixture(scope="module")
def stage(browser):
    """A page that notes when something fires; it may reach nothing."""
    context = browser.new_context(offline=True)
    context.add_init_script(f"({SENTINEL})()")
    yield context.new_page()
    context.close()


def shown(text):
    """How a text stands in a document: parsers drop carriage returns and join spaces when they show them."""
    return re.sub(r"\s+", " ", text.replace("\r", "\n")).strip()


def without_policy(source):
    """Take the content security policy away: escaping alone has to hold."""
    assert source.count("Content-Security-Policy") == 1
    return re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", source)


def test_there_are_enough_payloads():
    assert len(set(PAYLOADS)) >= 150


@pytest.mark.parametrize("part", range(CHUNKS))
def test_no_payload_fires_and_each_is_shown(stage, plain, tmp_path, part):
    asked = []
    stage.on("request", lambda request: asked.append(request.url))
    file = tmp_path / "page.html"
    for number, payload in enumerate(PAYLOADS[part::CHUNKS]):
        it = told(plain, payload, ("fr", "en")[number % 2])
        source = page(it) if number % 4 else cutoff_page(it, it.audit.cutoffs)
        file.write_text(without_policy(source), "utf-8")
        stage.goto(file.as_uri())
        burnt, foreign, scripts, handlers, links, text = stage.evaluate(
            """(foreign) => [window.burnt || 0, document.querySelectorAll(foreign).length, document.scripts.length,
                [...document.querySelectorAll('*')].flatMap(one => [...one.attributes]).filter(one => /^on|^style$|^srcdoc$/.test(one.name)).length,
                [...document.querySelectorAll('[href]')].map(one => one.href).filter(one => !/^(https?|file|data:text.csv)/.test(one)),
                document.body.textContent]""",
            FOREIGN,
        )
        assert (burnt, foreign, scripts, handlers, links) == (0, 0, 1, 0, []), payload
        assert shown(text).count(shown(payload)) > 20, payload
    assert {url for url in asked if not url.startswith("data:")} == {file.as_uri()}


def test_the_policy_stops_a_script_that_came_in_all_the_same(browser, plain, tmp_path):
    """The second wall: were a text ever not escaped, its script would not run."""
    file = tmp_path / "page.html"
    source = page(told(plain, "x")).replace("<h1>", "<h1><script>fired()</script><img src=x onerror=fired()>", 1)
    context = browser.new_context(offline=True)
    context.add_init_script(f"({SENTINEL})()")
    stage = context.new_page()
    for text, burnt in ((source, 0), (without_policy(source), 2)):
        file.write_text(text, "utf-8")
        stage.goto(file.as_uri())
        assert stage.evaluate("window.burnt || 0") == burnt
    context.close()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_tables_hold_payloads_and_formulas_as_text(plain, language):
    for payload in (*PAYLOADS, *FORMULAS):
        text = as_csv(told(plain, payload, language))
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if language == "fr" else ",", strict=True))
        assert {len(row) for row in found} == {18}
        cells = [cell for row in found[1:] for cell in row]
        assert not [cell for cell in cells if re.match(r"\s*[=+\-@\t\r＝＋－＠]", cell)], payload
        assert sum(cell in (payload, "'" + payload) for cell in cells) > 10, payload


def test_the_terminal_shows_them_as_text_too(plain):
    from rich.console import Console

    from bascule.report import play_out, show

    for payload in ("[bold red]x[/]", "[link=https://x.example]x[/link]", "\\[x]", ":smile:"):
        out = io.StringIO()
        console = Console(file=out, width=2000, highlight=False)
        it = told(plain, payload)
        show(it, console)
        play_out(it, it.audit.cutoffs[0], console, moving=False)
        assert out.getvalue().count(payload) > 20
