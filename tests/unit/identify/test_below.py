"""What a live audit brings: names below the domain, a zone that answers for every name, signatures, greetings, allowed authorities."""

from itertools import permutations

import pytest
from synthetic import FIRM_DOMAIN, MARKET, ON, absent, catalogue, mark, network, organisation, page, records, seen, service

from bascule.identify import identify
from bascule.model import WILDCARD_PROBE, Role, ServiceKind, Status

D = FIRM_DOMAIN
PROBE = f"{WILDCARD_PROBE}.{D}"
LARCH = organisation(
    "larch",
    "XB",
    service("larch-apps", "hosting", kind=ServiceKind.IAAS, fingerprints=(mark("cname", "apps.larch.example", "host"), mark("asn", "64510", "host", "exact"))),
    service("larch-notes", "cloud-storage", fingerprints=(mark("cname", "notes.larch.example", "operator"),)),
    service("larch-letters", "newsletter", fingerprints=(mark("dkim_cname", "sign.larch.example", "sender", not_proof_of=("mailbox",)),)),
    service("larch-mail", "email", fingerprints=(mark("mx", "mx.larch.example", "mailbox"), mark("autodiscover", "clients.larch.example", "mailbox"))),
    service("larch-trust", "certificate", fingerprints=(mark("caa", "ca.larch.example", "certificate", "exact"),)),
    service(
        "larch-seal",
        "certificate",
        fingerprints=(mark("caa", "seal.larch.example", "certificate", "exact"), mark("tls_issuer", "^Seal$", "certificate", "regex")),
    ),
)
SHOP = catalogue(*MARKET, LARCH)


def meant(*items):
    """What the evidence means, of a domain that was asked about and not only met on the way."""
    return identify([*items, absent(f"SOA {D}")], SHOP, ON).dependencies


def row(service, *items):
    found = [one for one in meant(*items) if one.service == service]
    assert len(found) < 2
    return found[0] if found else None


def alias(name, target):
    return records(f"CNAME {name}.{D}", target)


# Names below the domain.


@pytest.mark.parametrize("name", ["cloud", "visio", "shop", "a.b", "mta-sts"])
def test_a_name_below_the_domain_leads_to_the_service_that_it_is_an_alias_of(name):
    found = row("larch-notes", alias(name, "firm.notes.larch.example."))
    assert (found.function, found.role, found.organisation, found.status) == ("cloud-storage", Role.OPERATOR, "larch", Status.IN_USE)


def test_an_alias_is_followed_over_several_links():
    assert row("larch-notes", alias("cloud", f"files.{D}."), alias("files", "x.notes.larch.example.")) is not None


def test_a_name_that_tells_its_function_tells_what_the_machines_are_for():
    found = row("larch-apps", alias("bureautique", "firm.apps.larch.example."))
    assert (found.function, found.role) == ("office-suite", Role.OPERATOR)


@pytest.mark.parametrize("name", ["app", "extranet", "courriel", "boutique", "hébergement".encode("idna").decode(), "autoconfig"])
def test_of_machines_under_a_name_that_does_not_tell_nothing_is_said(name):
    assert meant(alias(name, "firm.apps.larch.example.")) == ()


def test_machines_under_a_name_that_the_page_calls_are_called_by_the_site():
    found = row("larch-apps", alias("static", "firm.apps.larch.example."), page(f'<img src="https://static.{D}/x.png">'))
    assert (found.function, found.role) == ("website", Role.THIRD_PARTY)


def test_an_address_in_a_network_that_is_known_tells_the_machines_too():
    items = (records(f"A bureautique.{D}", "192.0.2.7"), network("192.0.2.7", 64510, "XC"))
    assert (row("larch-apps", *items).host_country, row("larch-apps", *items).role) == ("XC", Role.OPERATOR)


def test_machines_that_the_site_stands_on_anyway_are_not_told_twice():
    site = (records(f"A {D}", "192.0.2.7"), network("192.0.2.7", 64510))
    assert [one.role for one in meant(*site, records(f"A bureautique.{D}", "192.0.2.7"))] == [Role.HOST]


@pytest.mark.parametrize(
    "item",
    [
        records(f"CNAME cloud.{D}", "notes.larch.example.org."),
        records(f"CNAME cloud.{D}", "mynotes-larch.example."),
        records("CNAME cloud.other.example", "firm.notes.larch.example."),
        records(f"CNAME _dmarc.{D}", "firm.notes.larch.example."),
        records(f"CNAME x._domainkey.{D}", "firm.notes.larch.example."),
        records(f"CNAME cloud.{D}"),
    ],
)
def test_a_name_that_looks_alike_or_is_not_the_firms_leads_nowhere(item):
    assert meant(item) == ()


# A zone that answers for every name.


@pytest.mark.parametrize(
    ("probe", "item"),
    [
        (records(f"CNAME {PROBE}", "firm.notes.larch.example."), alias("cloud", "firm.notes.larch.example.")),
        (records(f"A {PROBE}", "192.0.2.7"), records(f"A bureautique.{D}", "192.0.2.7")),
        (records(f"AAAA {PROBE}", "2001:db8::7"), records(f"AAAA bureautique.{D}", "2001:db8::7")),
        (records(f"CNAME {PROBE}", "x.clients.larch.example."), alias("autodiscover", "x.clients.larch.example.")),
        (records(f"CNAME {PROBE}", "x.sign.larch.example."), alias("s1._domainkey", "x.sign.larch.example.")),
    ],
)
def test_what_answers_for_every_name_says_nothing_about_one(probe, item):
    around = (network("192.0.2.7", 64510), network("2001:db8::7", 64510), records(f"MX {D}", "1 mail.cedar-regional.example."))
    assert [one for one in meant(*around, item) if one.organisation == "larch"]
    assert [one for one in meant(*around, item, probe) if one.organisation == "larch"] == []


@pytest.mark.parametrize("probe", [records(f"CNAME {PROBE}", "other.notes.larch.example."), records(f"A {PROBE}", "192.0.2.8"), absent(f"A {PROBE}")])
def test_a_name_that_answers_otherwise_than_the_wildcard_still_counts(probe):
    assert row("larch-notes", alias("cloud", "firm.notes.larch.example."), probe) is not None


# A page that hides a third party behind its own name.


def test_an_own_name_that_the_page_loads_and_that_is_an_alias_of_a_third_party_names_it():
    hidden = (alias("m", "firm.stats.hazel.example."), page(f'<script src="https://m.{D}/s.js"></script>'))
    found = row("hazel-stats", *hidden)
    assert (found.role, found.function, found.status) == (Role.THIRD_PARTY, "analytics", Status.IN_USE)
    assert row("hazel-stats", hidden[0], page("x")) is None


def test_the_addresses_of_hosts_that_a_page_loads_say_nothing_about_mail():
    own = records(f"MX {D}", f"1 mail.{D}.")
    box = next(
        one for one in meant(own, records("A www.mx.alder.example", "192.0.2.3"), records("A mx.alder.example", "192.0.2.3")) if one.role is Role.MAILBOX
    )
    assert (box.organisation, box.also) == ("self", ())
    named = next(one for one in meant(own, records("A firm-example.mx.alder.example", "192.0.2.3")) if one.role is Role.MAILBOX)
    assert named.also == ("alder",)


# Mail.


@pytest.mark.parametrize(
    "item",
    [
        alias("autoconfig", "x.clients.larch.example."),
        records(f"SRV _imaps._tcp.{D}", "0 1 993 x.clients.larch.example."),
        records(f"SRV _submission._tcp.{D}", "0 1 587 x.clients.larch.example."),
        records(f"SRV _submissions._tcp.{D}", "0 1 465 x.clients.larch.example."),
    ],
)
def test_where_mail_programs_connect_names_the_mailbox_behind_a_filter(item):
    box = next(one for one in meant(records(f"MX {D}", "1 in.cedar.example."), item) if one.role is Role.MAILBOX)
    assert box.service == "larch-mail"


def test_a_service_that_is_said_not_to_exist_sends_nobody_anywhere():
    nowhere = records(f"SRV _imaps._tcp.{D}", "0 0 0 .")
    assert [one.role for one in meant(records(f"MX {D}", "1 in.cedar.example."), nowhere)] == [Role.GATEWAY]


def test_who_may_sign_and_keeps_no_mail_is_a_sender_and_no_mailbox():
    signed = alias("b1._domainkey", "b1.sign.larch.example.")
    found = row("larch-letters", signed)
    assert (found.role, found.function, found.status) == (Role.SENDER, "email", Status.CONFIGURED)
    assert [one.role for one in meant(records(f"MX {D}", "1 in.cedar.example."), signed)].count(Role.MAILBOX) == 0


@pytest.mark.parametrize(
    "value", [{"banner": "220 a.mx.larch.example ESMTP ready"}, {"banner": "a.mx.larch.example"}, {"ehlo": ["250-a.mx.larch.example at your service", "SIZE"]}]
)
def test_the_name_by_which_a_mail_server_greets_is_a_rival_reading_only(value):
    items = (records(f"MX {D}", f"1 mail.{D}."), seen(f"EHLO mail.{D}:25", value))
    box = next(one for one in meant(*items) if one.role is Role.MAILBOX)
    assert (box.organisation, box.also) == ("self", ("larch",))


@pytest.mark.parametrize("value", [{"banner": "220 mail ready"}, {"banner": 7, "ehlo": []}, {"ehlo": "x"}, {}, None, "220 a.mx.larch.example"])
def test_a_greeting_without_a_name_says_nothing(value):
    box = next(one for one in meant(records(f"MX {D}", f"1 mail.{D}."), seen(f"EHLO mail.{D}:25", value)) if one.role is Role.MAILBOX)
    assert box.also == ()


def test_what_an_included_policy_holds_never_votes():
    own = records(f"TXT {D}", "v=spf1 include:_spf.partner.example -all")
    theirs = records("TXT _spf.partner.example", "v=spf1 include:spf.alder.example include:spf.dogwood.example -all")
    assert [one.organisation for one in meant(own, theirs)] == ["domain:partner.example"]


# Authorities that may certify.


def test_the_only_authority_allowed_is_named_where_no_certificate_was_seen():
    found = row("larch-trust", records(f"CAA {D}", '0 issue "ca.larch.example; accounturi=x"', '0 iodef "mailto:caa@seal.larch.example"'))
    assert (found.role, found.function, found.status) == (Role.CERTIFICATE, "certificate", Status.CONFIGURED)


def test_of_several_authorities_allowed_none_is_said_to_carry_the_site():
    assert meant(records(f"CAA {D}", '0 issue "ca.larch.example"', '0 issue "seal.larch.example"')) == ()
    assert meant(records(f"CAA {D}", '0 issue "ca.larch.example"', '0 issue "nobody.example"')) == ()
    assert meant(records(f"CAA {D}", '0 issue ";"')) == ()


def test_the_record_speaks_for_the_authority_in_use_and_for_no_other():
    shown = seen(f"TLS {D}:443", [{"issuer": "CN=X,O=Seal"}])
    (found,) = meant(shown, records(f"CAA {D}", '0 issue "ca.larch.example"', '0 issuewild "seal.larch.example"'))
    assert (found.service, found.status, len(found.evidence)) == ("larch-seal", Status.IN_USE, 2)
    assert row("larch-trust", seen(f"TLS {D}:443", [{"issuer": "CN=X,O=Unread"}]), records(f"CAA {D}", '0 issue "ca.larch.example"')) is None


def test_the_order_of_the_evidence_changes_nothing():
    items = [
        records(f"CNAME {PROBE}", "any.notes.larch.example."),
        alias("cloud", "firm.notes.larch.example."),
        alias("app", "firm.apps.larch.example."),
        page(f'<script src="https://app.{D}/s.js"></script>'),
        records(f"CAA {D}", '0 issue "ca.larch.example"'),
    ]
    assert len({meant(*order) for order in permutations(items)}) == 1
