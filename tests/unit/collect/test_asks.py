"""Look-ups that the person asks for."""

import msgspec
import pytest
from doubles import ADDRESS, page, run

from bascule.collect import asks
from bascule.collect.transfer import Reply
from bascule.model import Outcome, Questions

RDAP = Questions(rdap={"fr": "https://rdap.exemple.net/"}, rdap_none=("tk",), tenant="https://login.exemple.net/realm?login=x@{domain}")
TABLE = {
    "A rdap.exemple.net": [ADDRESS],
    "A login.exemple.net": [ADDRESS],
    "A mx1.exemple.net": [ADDRESS],
    "A mx2.exemple.net": [ADDRESS],
    "A mx3.exemple.net": [ADDRESS],
}
REGISTERED = {
    "status": ["active"],
    "events": [{"eventAction": "registration", "eventDate": "2010-01-02T03:04:05Z"}, {"eventAction": "expiration", "eventDate": "2027-01-02T03:04:05Z"}],
    "entities": [
        {"roles": ["registrant"], "vcardArray": ["vcard", [["fn", {}, "text", "Jeanne Dupont"]]]},
        {
            "roles": ["registrar"],
            "handle": "OVH",
            "publicIds": [{"type": "IANA Registrar ID", "identifier": "433"}],
            "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "OVH SAS"], ["email", {}, "text", "jeanne@ovh.net"]]],
            "entities": [{"roles": ["abuse"], "vcardArray": ["vcard", [["fn", {}, "text", "Paul Martin"]]]}],
        },
    ],
}


def rdap(replies, name="exemple.fr"):
    async def work(observer, transfers):
        await asks.rdap(observer, transfers, RDAP, name)

    _, seen, transfers = run(work, TABLE, replies, subject=name)
    return seen[f"RDAP {name}"], transfers


def test_the_registrar_is_kept_and_persons_are_dropped():
    item, transfers = rdap({"https://rdap.exemple.net/domain/exemple.fr": page(msgspec.json.encode(REGISTERED))})
    assert item.value == {"registrar": "OVH SAS", "iana_id": "433", "status": ["active"], "created": "2010-01-02T03:04:05Z", "expires": "2027-01-02T03:04:05Z"}
    assert not any(name in str(item) for name in ("Jeanne", "Paul", "jeanne"))
    assert transfers.verified == transfers.asked


def test_a_name_that_the_registry_does_not_know_is_absent():
    assert rdap({"https://rdap.exemple.net/domain/exemple.fr": page(b"{}", 404)})[0].outcome is Outcome.ABSENT


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (page(b"", 429), "refused"),
        (page(b"<html>"), "servfail"),
        (page(b'{"entities": 3}'), "servfail"),
        (page(b'{"entities":[3]}'), "servfail"),
        (page(b'{"entities":[{"roles":["registrar"],"vcardArray":["vcard"]}]}'), "servfail"),
        (page(b'{"entities":[{"roles":["registrar"],"vcardArray":["vcard",[["fn"]]]}]}'), "servfail"),
        (page(b"[" * 100_000), "servfail"),
        (Reply(code="timeout"), "timeout"),
    ],
)
def test_what_cannot_be_read_is_unreachable(reply, code):
    item, _ = rdap({"https://rdap.exemple.net/domain/exemple.fr": reply})
    assert (item.outcome, item.code) == (Outcome.UNREACHABLE, code)


@pytest.mark.parametrize(("name", "words"), [("exemple.tk", "publishes no RDAP"), ("exemple.zz", "no RDAP service is known")])
def test_an_ending_without_service_says_so_and_asks_nobody(name, words):
    item, transfers = rdap({}, name)
    assert words in item.reason
    assert transfers.asked == []


@pytest.mark.parametrize(
    ("body", "status", "outcome", "value"),
    [
        (b'{"NameSpaceType":"Managed"}', 200, Outcome.PRESENT, ["Managed"]),
        (b'{"NameSpaceType":"Federated"}', 200, Outcome.PRESENT, ["Federated"]),
        (b'{"NameSpaceType":"Unknown"}', 200, Outcome.ABSENT, None),
        (b'{"NameSpaceType":"Managed"}', 429, Outcome.UNREACHABLE, None),
        (b"", 404, Outcome.UNREACHABLE, None),
        (b'{"NameSpaceType":"<b>"}', 200, Outcome.UNREACHABLE, None),
        (b"<html>", 200, Outcome.UNREACHABLE, None),
    ],
)
def test_a_tenant_is_there_is_not_or_could_not_be_asked_about(body, status, outcome, value):
    async def work(observer, transfers):
        await asks.tenant(observer, transfers, RDAP)

    _, seen, _ = run(work, TABLE, {"https://login.exemple.net/realm?login=x@exemple.fr": page(body, status)})
    item = seen["TENANT exemple.fr"]
    assert (item.outcome, item.value) == (outcome, value)
    assert "exemple.fr" not in item.source


def test_the_first_two_mail_servers_are_greeted():
    said = [("", "220 mx1 ESMTP"), ("", "250-mx1.exemple.net"), ("", "250 STARTTLS"), ("", "220 go"), ("", "250-mx1.exemple.net"), ("", "250 SIZE")]
    replies = {"mx1.exemple.net:25": Reply(address=ADDRESS, lines=said, certificates=[{"names": ["mx1.exemple.net"]}])}

    async def work(observer, transfers):
        await asks.smtp(observer, transfers, ["mx1.exemple.net", "mx2.exemple.net", "mx3.exemple.net"])

    _, seen, transfers = run(work, TABLE, replies)
    assert transfers.asked == ["mx1.exemple.net:25", "mx2.exemple.net:25"]
    assert seen["EHLO mx1.exemple.net:25"].value == {
        "address": ADDRESS,
        "banner": "mx1 ESMTP",
        "ehlo": ["mx1.exemple.net", "STARTTLS", "SIZE"],
        "starttls": True,
    }
    assert seen["TLS mx1.exemple.net:25"].value == [{"names": ["mx1.exemple.net"]}]
    refused = Reply(lines=[("", "421 Too many connections")])
    replies["mx1.exemple.net:25"] = refused
    _, turned_away, _ = run(work, TABLE, replies)
    item = turned_away["EHLO mx1.exemple.net:25"]
    assert (item.outcome, item.code, item.reason) == (Outcome.UNREACHABLE, "refused", "it said: 421 Too many connections")
    assert (seen["EHLO mx2.exemple.net:25"].outcome, seen["EHLO mx2.exemple.net:25"].code) == (Outcome.UNREACHABLE, "timeout")
