import base64
import re
from hashlib import sha256
from itertools import pairwise
from urllib.parse import unquote

import jinja2
import msgspec
import pytest
import synthetic as w

from bascule.catalogue import load
from bascule.model import Firm, FunctionState, IfCut
from bascule.report import Lookup, Words, as_csv, cutoff_page, page, sentences
from bascule.report import html as room
from report.parsed import Page

LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


@pytest.fixture(scope="module")
def pages(fr, en):
    return {name: Page(page(it)) for name, it in (("fr", fr), ("en", en))} | {
        "fr cutoff": Page(cutoff_page(fr, fr.audit.cutoffs[:1])),
        "en cutoff": Page(cutoff_page(en, en.audit.cutoffs)),
    }


EVERY = pytest.mark.parametrize("name", ["fr", "en", "fr cutoff", "en cutoff"])
FETCHING = (
    "src",
    "srcset",
    "poster",
    "data",
    "background",
    "action",
    "formaction",
    "ping",
    "manifest",
    "xlink:href",
    "codebase",
    "cite",
    "profile",
    "longdesc",
)


@EVERY
def test_the_page_names_no_resource_from_outside(pages, name):
    for tag, attrs in pages[name].elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form", "audio", "video", "source", "image", "use", "feimage")
        assert not [key for key in attrs if key in FETCHING], (tag, attrs)
        assert not [key for key in attrs if key.startswith("on") or key == "style"], (tag, attrs)
        assert tag == "a" or "href" not in attrs
        assert attrs.get("http-equiv", "").lower() in ("", "content-security-policy")
    assert not re.search(r"url\(|@import|@font-face", pages[name].raw["style"])
    assert not re.search(r"fetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource|import\(|\.src|eval|innerHTML", pages[name].raw["script"])


@EVERY
def test_links_lead_within_the_page_to_sources_or_to_the_table(pages, name):
    for link in pages[name].links:
        assert re.match(r"#|https?://|data:text/csv;", link), link
    assert all(attrs.get("rel") == "noreferrer" for tag, attrs in pages[name].elements if tag == "a" and attrs["href"].startswith("http"))


@EVERY
def test_every_link_within_the_page_arrives(pages, name):
    ids = pages[name].ids
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in pages[name].links if link.startswith("#")} <= set(ids)
    assert {attrs["aria-labelledby"] for _, attrs in pages[name].elements if "aria-labelledby" in attrs} <= set(ids)


@EVERY
def test_the_policy_allows_this_style_and_this_script_only(pages, name):
    policy = next(attrs["content"] for tag, attrs in pages[name].elements if attrs.get("http-equiv"))
    for part, rule in (("style", "style-src"), ("script", "script-src")):
        digest = base64.b64encode(sha256(pages[name].raw[part].encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_every_link_of_every_chain_is_told(en):
    held = {*en.rows, *en.facts, *en.evidence}
    for cut in en.audit.cutoffs:
        for hit in (*cut.stops, *cut.degrades):
            assert set(hit.chain) <= held
            assert hit.chain
    source = page(en)
    assert "<li></li>" not in source.replace(" ", "").replace("\n", "")


def test_chains_of_the_example_firm_arrive_too(example_audit):
    it = Lookup(example_audit, load(), Words("fr"))
    held = {*it.rows, *it.facts, *it.evidence}
    assert not {name for cut in it.audit.cutoffs for hit in (*cut.stops, *cut.degrades) for name in hit.chain} - held
    found = Page(page(it))
    assert len(found.ids) == len(set(found.ids))
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)
    assert "<li></li>" not in page(it)


@LANGUAGES
def test_the_page_says_its_language_and_title(pages, language):
    assert ("html", {"lang": language}) in pages[language].elements
    assert any("Les Copeaux" in text for text in pages[language].texts)


def test_headings_step_down_one_by_one(pages):
    for found in pages.values():
        levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_table_on_the_page_is_the_csv(pages, fr):
    link = next(link for link in pages["fr"].links if link.startswith("data:"))
    assert unquote(link.partition(",")[2]) == "\ufeff" + as_csv(fr)


def test_a_cut_off_page_plays_and_tells_no_more(pages):
    assert not any(link.startswith("data:") for link in pages["fr cutoff"].links)
    assert "tools" not in pages["fr cutoff"].ids
    assert not [attrs for _, attrs in pages["fr cutoff"].elements if "data-choose" in attrs]
    assert len([attrs for _, attrs in pages["en cutoff"].elements if "data-choose" in attrs]) == 5


def test_a_missing_word_in_a_template_is_an_error_and_no_blank():
    environment = room.environment()
    assert environment.undefined is jinja2.StrictUndefined
    assert environment.autoescape is True
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string("{{ nowhere }}").render()


def test_the_same_audit_gives_the_same_page(tell, fr):
    assert page(tell("fr")) == page(fr)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("JAVASCRIPT:alert(1)", "JAVASCRIPT:alert(1)"),
        ("data:text/html,<script>alert(1)</script>", "data:text/html,<script>alert(1)</script>"),
        ("a letter of 3 March", "a letter of 3 March"),
        ("https://[broken", "https://[broken"),
        ('https://example.org/?a="><script>', "example.org"),
    ],
)
def test_a_source_that_is_no_web_address_is_text(en, value, said):
    facts = tuple(msgspec.structs.replace(fact, source=value) for fact in en.audit.facts)
    found = Page(page(Lookup(msgspec.structs.replace(en.audit, facts=facts), en.catalogue, Words("en"))))
    assert any(said in text for text in found.texts)
    assert all(re.match(r"#|https?://|data:text/csv;", link) for link in found.links)
    assert [tag for tag, _ in found.elements].count("script") == 1


NASTY = "</title></style></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}&amp;"


def test_hostile_texts_are_shown_and_not_obeyed(tell):
    it = tell(
        "en",
        firm=Firm(name=NASTY),
        seen=[*w.tool(NASTY, 1), w.bill(NASTY, "3"), w.records("MX firm.example", NASTY), w.seen("RDAP firm.example", {"registrar": NASTY})],
    )
    found = Page(page(it))
    assert [tag for tag, _ in found.elements].count("script") == 1
    assert not [tag for tag, _ in found.elements if tag == "img"]
    assert sum(NASTY in text for text in found.texts) >= 4


def test_an_audit_of_nothing_has_its_page(tell):
    it = tell("en", firm=None, seen=[], notes=())
    texts = Page(page(it)).texts
    assert "Your firm" in texts
    assert "We know too little to say." in texts


def test_mail_of_ones_own_and_no_mail_have_no_marks(tell):
    found = Page(page(tell("en", seen=[w.records("MX firm.example", "0 .")])))
    assert any("no mail at firm.example" in text for text in found.texts)
    assert not any(text.startswith("Who decides:") for text in found.texts)


@pytest.mark.parametrize(
    ("effect", "hours", "said"),
    [(IfCut.STOPS, 0, "stops at once"), (IfCut.DEGRADES, 24, "works less well after 24 hours"), (IfCut.NO_UPDATE, 72, "no more updates after 3 days")],
)
def test_what_becomes_of_a_function_is_said_with_its_hour(en, effect, hours, said):
    assert sentences.effect(FunctionState(function="email", critical=True, effect=effect, after_hours=hours, because=()), en) == said


def test_an_alternative_is_described_for_the_function_it_takes_over(tell):
    option = w.organisation(
        "juniper", "XA", w.service("juniper-files", "cloud-storage", "office-suite", deployments=(w.deployment("juniper-files/vendor", "juniper"),))
    )
    told = {name: {"fr": f"perd {name}", "en": f"loses {name}"} for name in ("office-suite", "cloud-storage")}
    sets = [w.alternatives(name, w.alternative("juniper-files", loses=told[name])) for name in told]
    it = tell("en", catalogue=w.catalogue(*w.MARKET, option, sets=sets))
    source = page(it)
    assert "loses cloud-storage" in source
    assert "loses office-suite" not in source


@pytest.mark.parametrize(("trusted", "said"), [(("XA",), "XA"), (("XA", "XC"), "XA and XC")])
def test_the_trusted_countries_are_named(tell, trusted, said):
    assert any(f"The countries that you trust: {said}." in text for text in Page(page(tell("en", firm=Firm(trusted=trusted)))).texts)


@pytest.mark.parametrize(("name", "safe"), [("d:firm.example/email", "d-firm-example-email"), ("é\"'<>&", "é-----")])
def test_anchors_hold_letters_and_digits_only(name, safe):
    assert room.anchor(name) == safe
