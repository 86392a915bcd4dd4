"""The website and its name: who makes, serves, relays, and whom a visitor's browser calls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import FIRM_DOMAIN, network, page, records, seen, silent

from bascule.identify.page import read_page
from bascule.model import Role, Status

from .meaning import meant, only, rows

D = FIRM_DOMAIN
STATS = "https://stats.hazel.example/s.js"


# Pages.


@pytest.mark.parametrize(
    "body",
    [
        f'<script src="{STATS}"></script>',
        f'<script async src="{STATS[6:]}"></script>',
        f'<img src="{STATS}">',
        f'<iframe data-src="{STATS}"></iframe>',
        f'<img data-lazy-src="{STATS}">',
        f'<link rel="preload" href="{STATS}">',
        f"<script>load('{STATS}')</script>",
        f"<script>var u = '{STATS}'.replace('/', '\\/')</script>",
        '<script>var u = "https:\\/\\/stats.hazel.example\\/s.js"</script>',
        f"<style>@import url({STATS})</style>",
        f"<div style=\"background: url('{STATS}')\"></div>",
        f'<img srcset="/a.png 1x, {STATS} 2x">',
        f'<link rel="modulepreload" href="{STATS}">',
        f'<form action="{STATS}"></form>',
        f'<object data="{STATS}"></object>',
        f'<noscript><img src="{STATS}"></noscript>',
        f'<script type="text/plain" data-cookieconsent="statistics" src="{STATS}"></script>',
        f'<script type="text/plain" data-cookie-src="{STATS}"></script>',
        f"<script type=\"text/plain\">s.src = '{STATS}'</script>",
        "<script>hazel('init', 1)</script>",
        '<script src="/js/hazel.js"></script>',
    ],
)
def test_an_address_that_the_page_loads_names_its_operator(body):
    caller = only(meant(page(body)), Role.THIRD_PARTY)
    assert (caller.organisation, caller.function, caller.status) == ("hazel", "analytics", Status.IN_USE)


@pytest.mark.parametrize(
    "body",
    [
        f'<a href="{STATS}">stats.hazel.example</a>',
        "<p>We love stats.hazel.example</p>",
        f'<link rel="canonical" href="{STATS}">',
        f'<link rel="dns-prefetch" href="{STATS}">',
        f"<!-- {STATS} -->",
        f'<!-- <script src="{STATS}"></script> -->',
        "<!-- <script src='/js/hazel.js'></script> -->",
        f"<script>/* load('{STATS}') */</script>",
        f"<script>\n  // load('{STATS}')\n</script>",
        "<p>hazel('init')</p>",
        "<script>/* hazel('init') */</script>",
        f'<link rel="preconnect" href="{STATS}">',
        f'<link rel="alternate" href="{STATS}">',
        f'<script type="application/json">{{"u": "{STATS}"}}</script>',
        f'<script type="application/ld+json">{{"u": "{STATS}"}}</script>',
        f'<script type="text/x-template"><img src="{STATS}"></script>',
        f'<script type="importmap">{{"imports": {{"x": "{STATS}"}}}}</script>',
        f'<meta name="generator" content="{STATS}">',
        '<script src="https://notstats.hazel.example.org/s.js"></script>',
        '<script src="https://mystats.hazel.example/s.js"></script>'.replace("mystats", "my-stats"),
        '<script src="data:text/javascript,stats.hazel.example"></script>',
        '<script src="https://[bad/"></script>',
        "",
    ],
)
def test_a_word_a_link_or_mere_data_names_nobody(body):
    assert meant(page(body)).dependencies == ()


def test_what_a_snippet_names_is_less_sure_than_what_an_element_loads():
    loaded, named = (only(meant(page(body)), Role.THIRD_PARTY) for body in (f'<script src="{STATS}"></script>', f"<script>go('{STATS}')</script>"))
    assert named.confidence < loaded.confidence


def test_what_a_browser_saw_counts_as_loaded():
    assert only(meant(records(f"REQUEST https://{D}/", STATS + "?id=1")), Role.THIRD_PARTY).organisation == "hazel"


@pytest.mark.parametrize(
    "body", ['<meta name="generator" content="Gorse 6.1">', '<META NAME="Generator" CONTENT="gorse 6">', '<script src="/gorse-content/a.js"></script>']
)
def test_software_gives_itself_away_also_on_the_sites_own_host(body):
    made = only(meant(page(body)), Role.SOFTWARE)
    assert (made.service, made.function) == ("gorse-cms", "website")


@pytest.mark.parametrize("before", [f"https://{D}", f"https://cdn.{D}", ""])
def test_a_path_in_the_markup_tells_the_sites_own_software(before):
    assert only(meant(page(f'<img src="{before}/gorse-files/a.png">')), Role.SOFTWARE).service == "gorse-cms"


def test_a_path_on_another_host_is_that_hosts_software():
    other = '<a href="https://elsewhere.example/gorse-files/a.pdf">a</a>'
    assert rows(meant(page(other)), Role.SOFTWARE) == []
    assert only(meant(page(other + '<img src="/gorse-files/b.png">')), Role.SOFTWARE).service == "gorse-cms"


def test_what_a_tag_manager_loads_later_stays_open():
    (unknown,) = meant(page('<script src="https://tags.hazel.example/t.js"></script>')).unknowns
    assert (unknown.function, unknown.seen, unknown.ask.question) == ("tag-manager", "hazel-tags", "loaded-later")


def test_a_browser_that_saw_the_calls_leaves_nothing_open():
    tags = "https://tags.hazel.example/t.js"
    assert meant(page(f'<script src="{tags}"></script>'), records(f"REQUEST https://{D}/", tags)).unknowns == ()


def test_a_page_that_nests_without_end_is_cut():
    assert only(meant(page(f'<script src="{STATS}"></script>' + "<div>" * 50_000)), Role.THIRD_PARTY).organisation == "hazel"


def test_a_host_trace_never_makes_the_site_its_own_third_party():
    own = page('<script src="/s.js"></script>', url="https://stats.hazel.example/")
    assert rows(meant(own), Role.THIRD_PARTY) == []


def test_headers_and_cookies_are_read_whatever_their_case():
    result = meant(page("x", [("Elm-Ray", "1"), ("Set-Cookie", "gorse_session=1; Path=/")]))
    assert only(result, Role.CDN).organisation == "elm"
    assert only(result, Role.SOFTWARE).organisation == "gorse"


def test_a_weak_trace_gives_a_weak_row():
    assert only(meant(page("<!-- made with gorse -->")), Role.SOFTWARE).confidence < 0.6


def test_a_page_is_judged_by_its_own_address_not_by_the_subject():
    other = page('<script src="/s.js"></script><script src="https://stats.hazel.example/s.js"></script>', url="https://elsewhere.example/")
    assert only(meant(other), Role.THIRD_PARTY).organisation == "hazel"


def test_a_broken_page_gives_what_could_be_read():
    assert only(meant(page(f'<div><script src="{STATS}"></script><p><<<')), Role.THIRD_PARTY)


def test_a_relative_address_belongs_to_the_page():
    assert read_page("https://a.example/x/y", '<img src="../z.png">').loads == ("a.example/z.png",)


@given(st.text(max_size=300))
def test_any_text_can_be_a_page(body):
    page = read_page("https://a.example/", body)
    assert page.source == body
    assert all(address and "://" not in address.partition("/")[0] for address in page.loads)


# Who serves it.

ADDRESS = records(f"A {D}", "192.0.2.1")
RELAYED = network("192.0.2.1", 64500)
SERVED = network("192.0.2.1", 64501, "XA")


def test_the_network_of_the_site_is_its_host():
    host = only(meant(records(f"NS {D}"), ADDRESS, SERVED), Role.HOST)
    assert (host.service, host.function, host.host_country) == ("fir-servers", "website", "XA")


def test_name_servers_at_a_relay_are_no_relayed_site():
    result = meant(records(f"NS {D}", "a.ns.elm.example."), ADDRESS, SERVED)
    assert only(result, Role.DNS).service == "elm-dns"
    assert rows(result, Role.CDN) == []
    assert only(result, Role.HOST).organisation == "fir"


def test_behind_a_relay_the_host_stays_open():
    result = meant(page("x", [("elm-ray", "1")]), ADDRESS, RELAYED)
    assert rows(result, Role.HOST) == []
    (unknown,) = result.unknowns
    assert (unknown.role, unknown.ask.question) == (Role.HOST, "which-host")


def test_behind_a_relay_an_unknown_network_is_no_host():
    result = meant(page("x", [("elm-ray", "1")]), ADDRESS, network("192.0.2.1", 64999))
    assert rows(result, Role.HOST) == []
    assert result.unknowns[0].role is Role.HOST


def test_a_known_host_beside_a_relay_is_told():
    assert only(meant(page("x", [("elm-ray", "1")]), ADDRESS, SERVED), Role.HOST).organisation == "fir"


def test_the_network_of_a_relay_alone_makes_it_no_host():
    result = meant(records(f"NS {D}"), ADDRESS, RELAYED)
    assert only(result, Role.CDN).organisation == "elm"
    assert rows(result, Role.HOST) == []
    assert result.unknowns[0].role is Role.HOST


def test_an_alias_of_the_site_names_its_operator():
    result = meant(page("x"), records(f"CNAME www.{D}", "firm.shops.fir.example."))
    assert only(result, Role.OPERATOR).service == "fir-shop"


def test_the_operators_own_network_is_no_second_host():
    result = meant(page("x"), records(f"CNAME www.{D}", "firm.shops.fir.example."), records("A firm.shops.fir.example", "192.0.2.1"), SERVED)
    assert rows(result, Role.HOST) == []


def test_software_on_a_host_that_was_seen_is_run_by_the_firm():
    made = only(meant(page('<meta name="generator" content="Gorse 6">'), ADDRESS, SERVED), Role.SOFTWARE)
    assert made.deployment == "gorse-cms/self"
    assert only(meant(page('<meta name="generator" content="Gorse 6">')), Role.SOFTWARE).deployment is None


# The name.


def test_name_servers_are_told_by_operator():
    result = meant(records(f"NS {D}", "ns1.ns.dogwood.example.", "ns2.ns.dogwood.example.", "ns.regional.example.", f"ns.{D}."))
    assert {row.organisation for row in rows(result, Role.DNS)} == {"dogwood", "domain:regional.example", "self"}
    assert {row.function for row in rows(result, Role.DNS)} == {"dns"}


def test_a_registrar_that_is_not_known_is_asked_for():
    assert only(meant(seen(f"RDAP {D}", {"registrar": "Dogwood SAS"})), Role.REGISTRAR).function == "domain-name"
    (unknown,) = meant(seen(f"RDAP {D}", {"registrar": "Somebody"})).unknowns
    assert (unknown.function, unknown.seen, unknown.ask.question) == ("domain-name", "Somebody", "who-is")


def test_the_leaf_of_the_site_names_its_authority():
    chain = [{"subject": f"CN={D}", "issuer": "CN=R1,O=Ivy Trust", "names": [D]}, {"issuer": "O=Other"}]
    result = meant(seen(f"TLS {D}:443", chain))
    assert (only(result, Role.CERTIFICATE).organisation, result.unknowns) == ("ivy", ())
    assert rows(meant(seen(f"TLS mail.{D}:25", chain)), Role.CERTIFICATE) == []


def test_name_servers_that_did_not_answer_give_no_row():
    assert meant(silent(f"NS {D}")).dependencies == ()


TRACES = [
    page(f'<script src="{STATS}"></script><meta name="generator" content="Gorse 6">', [("elm-ray", "1")]),
    page(f"<script>go('{STATS}')</script>", [("set-cookie", "gorse_session=1")], url=f"https://www.{D}/"),
    records(f"REQUEST https://{D}/", STATS),
    records(f"NS {D}", "a.ns.elm.example.", "ns.dogwood.example."),
    records(f"CNAME www.{D}", "x.edge.elm.example."),
    ADDRESS,
    SERVED,
    records("A x.edge.elm.example", "192.0.2.9"),
    network("192.0.2.9", 64500),
    seen(f"TLS {D}:443", [{"issuer": "O=Ivy Trust"}]),
    seen(f"RDAP {D}", {"registrar": "Dogwood SAS"}),
]


@given(st.permutations(TRACES))
def test_the_order_of_the_answers_changes_nothing(items):
    assert meant(*items) == meant(*TRACES)


@pytest.mark.parametrize("tag", ["div", "b", "svg", "table><tr><td", "template"])
def test_a_page_nested_without_end_is_read_in_time_up_to_there(tag):
    body = f'<script src="{STATS}"></script>' + f"<{tag}>" * 200_000
    assert rows(meant(page(body)), Role.THIRD_PARTY)


def test_long_lists_without_closing_tags_are_no_depth():
    body = "<ul>" + "<li>one<p>two" * 5000 + f'</ul><script src="{STATS}"></script>'
    assert rows(meant(page(body)), Role.THIRD_PARTY)
