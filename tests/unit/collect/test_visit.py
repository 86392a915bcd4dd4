"""A visit to the home page."""

import pytest
from doubles import ADDRESS, onward, page, run

from bascule.collect.transfer import Reply
from bascule.collect.visit import home_page, text_of
from bascule.guard import Gate
from bascule.model import Outcome

BOTH = {"A exemple.fr": [ADDRESS], "A www.exemple.fr": [ADDRESS]}
CERTIFICATE = [{"issuer": "O = X"}]


def test_https_is_enough():
    visit, seen, transfers = run(home_page, BOTH, {"https://exemple.fr/": page(Server="nginx")})
    assert transfers.asked == ["https://exemple.fr/"]
    assert visit.arrived
    value = seen["GET https://exemple.fr/"].value
    assert (value["url"], value["address"], value["status"], value["headers"], value["body"], value["hops"], value["truncated"]) == (
        *("https://exemple.fr/", ADDRESS, 200, [["Server", "nginx"]]),
        *("<html>", [], False),
    )


def test_redirects_are_followed_and_told():
    replies = {"https://exemple.fr/": onward("https://www.exemple.fr/"), "https://www.exemple.fr/": onward("/fr/", 302), "https://www.exemple.fr/fr/": page()}
    visit, seen, _ = run(home_page, BOTH, replies)
    value = seen["GET https://exemple.fr/"].value
    assert value["url"] == visit.last.url == "https://www.exemple.fr/fr/"
    assert [(hop["url"], hop["status"], hop["location"]) for hop in value["hops"]] == [
        ("https://exemple.fr/", 301, "https://www.exemple.fr/"),
        ("https://www.exemple.fr/", 302, "/fr/"),
    ]


def test_http_is_tried_when_https_fails_and_www_when_the_name_itself_does():
    _, seen, transfers = run(home_page, BOTH, {"http://www.exemple.fr/": page()})
    assert transfers.asked == ["https://exemple.fr/", "http://exemple.fr/", "https://www.exemple.fr/", "http://www.exemple.fr/"]
    assert seen["GET https://exemple.fr/"].outcome is Outcome.UNREACHABLE
    assert seen["GET https://exemple.fr/"].code == "refused"
    assert seen["GET http://www.exemple.fr/"].outcome is Outcome.PRESENT


def test_machines_that_kept_a_visitor_waiting_are_not_tried_again():
    table = {"A exemple.fr": [ADDRESS], "A www.exemple.fr": [ADDRESS, "9.9.9.9"]}
    replies = {"https://exemple.fr/": Reply(code="timeout"), "https://www.exemple.fr/": page()}
    visit, _, transfers = run(home_page, table, replies)
    assert transfers.asked == ["https://exemple.fr/", "https://www.exemple.fr/"]
    assert visit.arrived


def test_a_name_without_address_is_not_visited():
    visit, _, transfers = run(home_page, {"MX exemple.fr": ["1 mx.exemple.net."]})
    assert visit is None
    assert transfers.asked == []


def test_endless_redirects_come_to_an_end():
    visit, seen, transfers = run(home_page, {"A exemple.fr": [ADDRESS]}, {f"{scheme}://exemple.fr/": onward("/") for scheme in ("http", "https")})
    assert not visit.arrived
    assert len(transfers.asked) == 12
    assert (seen["GET https://exemple.fr/"].code, seen["GET https://exemple.fr/"].reason) == ("blocked", "more than 5 redirects")


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://inside.exemple.fr/",
        "ftp://exemple.fr/",
        "http://localhost/",
        "http://exemple.fr:22/",
    ],
)
def test_a_redirect_inwards_is_not_followed(to):
    table = {"A exemple.fr": [ADDRESS], "A inside.exemple.fr": ["10.0.0.1"]}
    _, seen, transfers = run(home_page, table, {"https://exemple.fr/": onward(to)}, gate=Gate())
    assert seen["GET https://exemple.fr/"].code == "blocked"
    assert transfers.reached == ["https://exemple.fr/", "http://exemple.fr/"]


def test_the_certificate_of_each_host_on_the_way_is_kept():
    replies = {
        "https://exemple.fr/": Reply(status=301, lines=[("location", "https://www.exemple.fr/")], certificates=CERTIFICATE),
        "https://www.exemple.fr/": Reply(status=200, certificates=CERTIFICATE, body=b"x"),
    }
    _, seen, _ = run(home_page, BOTH, replies)
    assert seen["TLS exemple.fr:443"].value == seen["TLS www.exemple.fr:443"].value == CERTIFICATE


@pytest.mark.parametrize(
    ("names", "url"), [(["exemple.fr"], "https"), (["*.exemple.fr", "exemple.fr"], "https"), ([], "https"), (["voisin.fr", "*.fr.exemple"], "http")]
)
def test_a_certificate_for_another_name_is_a_neighbour_s_and_so_may_be_the_page(names, url):
    replies = {"https://exemple.fr/": Reply(status=200, body=b"neighbour", certificates=[{"names": names}]), "http://exemple.fr/": page()}
    visit, seen, _ = run(home_page, BOTH, replies)
    assert visit.last.scheme == url
    assert "TLS exemple.fr:443" in seen


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/html; charset=ISO-8859-1", "é€".encode("cp1252"), "é€"),
        ("text/html; charset=utf-8", "é".encode(), "é"),
        ("text/html", "é".encode(), "é"),
        ("text/html", b"caf\xe9 \xe0", "café à"),
        ("text/html; charset=unicode_escape", b"\\u0041", "\\u0041"),
        ("text/html; charset=zip", b"x", "x"),
        ("text/html; charset=utf-8", "aé".encode()[:-1], "a\ufffd"),
    ],
)
def test_a_body_becomes_text_by_known_encodings_only(kind, body, text):
    assert text_of(Reply(lines=[("Content-Type", kind)], body=body)) == text
