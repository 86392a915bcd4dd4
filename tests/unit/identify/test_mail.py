"""Mail, layer by layer: what each record proves, and what it does not (T01 to T14, R1 to R12)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import FIRM_DOMAIN, absent, network, records, seen, silent

from bascule.model import Role, Status, evidence_id

from .meaning import meant, only, rows

D = FIRM_DOMAIN


def mx(*hosts, **more):
    return records(f"MX {D}", *(f"{number} {name}." for number, name in enumerate(hosts, 1)), **more)


def spf(terms, name=D):
    return records(f"TXT {name}", f"v=spf1 {terms} -all")


ALDER_SIGNS = records(f"CNAME s1._domainkey.{D}", "s1-firm.dkim.alder.example.")
ALDER_CLIENTS = records(f"CNAME autodiscover.{D}", "auto.alder.example.")
KEY = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3"


# The MX.


def test_the_mx_at_a_provider_is_its_mailbox():
    box = only(meant(mx("firm.mx.alder.example")), Role.MAILBOX)
    assert (box.function, box.service, box.organisation, box.status) == ("email", "alder-mail", "alder", Status.IN_USE)
    assert box.confidence >= 0.95
    assert box.deployment == "alder-mail/vendor"
    assert box.jurisdictions == ("XB",)


def test_a_name_that_only_ends_like_a_provider_is_none():
    assert only(meant(mx("notmx.alder.example.org")), Role.MAILBOX).organisation == "domain:example.org"
    assert only(meant(mx("xmx.alder.example")), Role.MAILBOX).service is None


def test_a_homograph_in_the_firms_own_name_is_the_firm():
    box = only(meant(mx(f"mx.alder.example.{D}")), Role.MAILBOX)
    assert box.organisation == "self"


def test_a_filter_is_never_the_mailbox():
    result = meant(mx("in.cedar.example"))
    assert only(result, Role.GATEWAY).organisation == "cedar"
    assert rows(result, Role.MAILBOX) == []
    (unknown,) = result.unknowns
    assert (unknown.role, unknown.ask.question, unknown.ask.args["gateway"]) == (Role.MAILBOX, "which-mailbox", "cedar")


def test_an_unknown_mail_host_keeps_the_mail_under_its_registrable_domain():
    box = only(meant(mx("mx1.mail.regional.co.uk")), Role.MAILBOX)
    assert (box.organisation, box.service, box.jurisdictions) == ("domain:regional.co.uk", None, ())


def test_an_own_host_is_the_firm_itself():
    assert only(meant(mx(f"mail.{D}")), Role.MAILBOX).organisation == "self"


@pytest.mark.parametrize("value", ["0 .", "10 .", "0 . "])
def test_a_null_mx_means_no_mail(value):
    result = meant(records(f"MX {D}", value), records(f"A {D}", "192.0.2.1"))
    assert only(result, Role.MAILBOX).organisation == "none"
    assert result.unknowns == ()


def test_neither_mx_nor_address_means_no_mail():
    assert only(meant(absent(f"MX {D}"), absent(f"A {D}"), absent(f"AAAA {D}")), Role.MAILBOX).organisation == "none"


def test_no_mx_but_an_address_leaves_the_mailbox_open():
    result = meant(absent(f"MX {D}"), records(f"A {D}", "192.0.2.1"))
    assert rows(result, Role.MAILBOX) == []
    assert result.unknowns[0].ask.question == "which-mailbox"


def test_no_mx_and_an_address_that_got_no_answer_leaves_the_mailbox_open():
    result = meant(absent(f"MX {D}"), silent(f"A {D}"))
    assert rows(result, Role.MAILBOX) == []
    assert result.unknowns


def test_an_unreachable_mx_gives_no_row_and_says_what_is_open():
    result = meant(silent(f"MX {D}"))
    assert result.dependencies == ()
    assert [(item.function, item.role, item.seen, item.ask.question) for item in result.unknowns] == [("email", Role.MAILBOX, f"MX {D}", "not-answered")]


def test_an_unreachable_mx_hides_nothing_else_and_proves_no_mailbox():
    result = meant(silent(f"MX {D}"), spf("include:spf.alder.example"), ALDER_SIGNS)
    assert {row.role for row in result.dependencies} == {Role.SENDER}


def test_an_mx_that_was_not_asked_gives_no_mailbox():
    assert rows(meant(spf("include:spf.alder.example")), Role.MAILBOX) == []


def test_a_record_without_preference_is_still_a_mail_host():
    assert only(meant(records(f"MX {D}", "mx.alder.example.")), Role.MAILBOX).organisation == "alder"


def test_the_first_provider_by_preference_keeps_the_mail_and_the_other_is_a_rival():
    box = only(meant(mx("mx.birch.example", "mx.alder.example")), Role.MAILBOX)
    assert (box.organisation, box.also) == ("birch", ("alder",))
    assert box.confidence < only(meant(mx("mx.birch.example")), Role.MAILBOX).confidence


def test_of_two_providers_in_the_mx_the_one_that_signs_keeps_the_mail():
    box = only(meant(mx("mx.birch.example", "mx.alder.example"), ALDER_SIGNS), Role.MAILBOX)
    assert (box.organisation, box.also) == ("alder", ("birch",))


def test_a_filter_beside_a_provider_is_a_gateway_before_that_provider():
    result = meant(mx("in.cedar.example", "mx.alder.example"))
    assert only(result, Role.GATEWAY).organisation == "cedar"
    assert only(result, Role.MAILBOX).organisation == "alder"


def test_an_alias_leads_to_the_operator():
    box = only(meant(mx(f"mail.{D}"), records(f"CNAME mail.{D}", "firm.mx.alder.example.")), Role.MAILBOX)
    assert box.organisation == "alder"


def test_the_certificate_on_port_25_names_the_operator_that_the_mx_name_hides():
    shown = seen(f"TLS mail.{D}:25", [{"subject": "x", "issuer": "y", "names": ["*.mx.alder.example"]}])
    result = meant(mx(f"mail.{D}"), shown, records(f"A mail.{D}", "192.0.2.9"), network("192.0.2.9", 64501, "XC"))
    assert only(result, Role.MAILBOX).organisation == "alder"
    assert only(result, Role.INFRASTRUCTURE).organisation == "fir"


# Behind a filter.


def test_behind_a_filter_the_signature_names_the_mailbox():
    box = only(meant(mx("in.cedar.example"), ALDER_SIGNS), Role.MAILBOX)
    assert box.organisation == "alder"
    assert box.confidence >= 0.85


def test_behind_a_filter_the_clients_name_the_mailbox():
    assert only(meant(mx("in.cedar.example"), ALDER_CLIENTS), Role.MAILBOX).organisation == "alder"


def test_behind_a_filter_spf_of_one_provider_is_weak_evidence():
    box = only(meant(mx("in.cedar.example"), spf("include:spf.alder.example include:spf.cedar.example")), Role.MAILBOX)
    assert box.organisation == "alder"
    assert 0.6 <= box.confidence <= 0.7


def test_behind_a_filter_spf_of_two_providers_proves_nothing():
    result = meant(mx("in.cedar.example"), spf("include:spf.alder.example include:_spf.birch.example"))
    assert rows(result, Role.MAILBOX) == []
    assert result.unknowns


def test_behind_a_filter_a_tenant_host_that_resolves_is_weak_evidence():
    box = only(meant(mx("in.cedar.example"), records("A firm-example.protection.alder.example", "192.0.2.3")), Role.MAILBOX)
    assert box.organisation == "alder"
    assert box.confidence <= 0.6


def test_behind_a_filter_an_own_host_keeps_the_mail():
    assert only(meant(mx("in.cedar.example", f"mail.{D}")), Role.MAILBOX).organisation == "self"


@pytest.mark.parametrize("item", [records(f"CNAME autodiscover.{D}", f"mail.{D}."), records(f"SRV _autodiscover._tcp.{D}", f"0 0 443 webmail.{D}.")])
def test_behind_a_filter_clients_sent_to_an_own_server_name_the_firm(item):
    box = only(meant(mx("in.cedar.example"), item, spf("include:spf.alder.example")), Role.MAILBOX)
    assert (box.organisation, box.also) == ("self", ("alder",))
    assert only(meant(mx("in.cedar.example"), item, ALDER_SIGNS), Role.MAILBOX).organisation == "alder"


@pytest.mark.parametrize("target", [D, f"www.{D}", f"autodiscover.{D}", "", "."])
def test_behind_a_filter_clients_sent_to_the_site_itself_are_a_wildcard_and_no_evidence(target):
    assert rows(meant(mx("in.cedar.example"), records(f"CNAME autodiscover.{D}", target)), Role.MAILBOX) == []


def test_behind_a_filter_clients_sent_to_a_stranger_outweigh_spf():
    stranger = records(f"CNAME autodiscover.{D}", "mail.regional.example.")
    assert rows(meant(mx("in.cedar.example"), stranger, spf("include:spf.alder.example")), Role.MAILBOX) == []
    assert only(meant(mx("in.cedar.example"), stranger, ALDER_SIGNS), Role.MAILBOX).organisation == "alder"


def test_behind_a_filter_an_operator_that_clients_and_spf_name_keeps_the_mail():
    stranger = records(f"CNAME autodiscover.{D}", "mail.regional.example.")
    box = only(meant(mx("in.cedar.example"), stranger, spf("include:spf.regional.example include:spf.cedar.example")), Role.MAILBOX)
    assert (box.organisation, len(box.evidence)) == ("domain:regional.example", 2)
    assert 0.6 <= box.confidence <= 0.7
    assert rows(meant(mx("in.cedar.example"), stranger, spf("include:spf.cedar.example")), Role.MAILBOX) == []


NO_TENANT = absent(f"TENANT {D}")


def test_behind_a_filter_the_one_operator_that_may_send_is_a_weak_reading_where_no_tenant_is():
    box = only(meant(mx("in.cedar.example"), NO_TENANT, spf("include:spf.regional.example include:spf.dogwood.example")), Role.MAILBOX)
    assert box.organisation == "domain:regional.example"
    assert 0.6 <= box.confidence <= 0.7


@pytest.mark.parametrize(
    "items",
    [
        [spf("include:spf.regional.example")],
        [spf("include:spf.regional.example"), seen(f"TENANT {D}", ["Managed"])],
        [spf("include:spf.regional.example"), silent(f"TENANT {D}")],
        [spf("include:spf.regional.example include:spf.another.example"), NO_TENANT],
        [spf("include:spf.regional.example ip4:192.0.2.25"), NO_TENANT],
        [spf("include:spf.cedar.example"), NO_TENANT],
    ],
    ids=["tenant not asked", "a tenant", "no answer", "several operators", "an address that may be its own", "the filter alone"],
)
def test_behind_a_filter_who_may_send_decides_nothing_otherwise(items):
    assert rows(meant(mx("in.cedar.example"), *items), Role.MAILBOX) == []


def test_a_mass_mailer_in_spf_behind_a_filter_is_no_mailbox():
    assert rows(meant(mx("in.cedar.example"), spf("include:spf.dogwood.example")), Role.MAILBOX) == []


# SPF.


def test_spf_authorises_and_proves_no_mailbox():
    result = meant(mx("mx.birch.example"), spf("include:spf.alder.example"))
    assert only(result, Role.MAILBOX).organisation == "birch"
    sender = only(result, Role.SENDER)
    assert (sender.organisation, sender.status) == ("alder", Status.CONFIGURED)


def test_spf_of_the_provider_without_its_mx_leaves_the_own_server_in_place():
    box = only(meant(mx(f"mail.{D}"), spf("include:out.dogwood.example")), Role.MAILBOX)
    assert (box.organisation, box.also) == ("self", ("dogwood",))


def test_a_transitive_include_never_votes():
    theirs = records("TXT spf.regional.example", "v=spf1 include:spf.alder.example -all")
    result = meant(mx("in.cedar.example"), spf("include:spf.regional.example"), theirs)
    assert {row.organisation for row in rows(result, Role.SENDER)} == {"domain:regional.example"}
    assert rows(result, Role.MAILBOX) == []


def test_includes_of_own_sub_domains_are_opened():
    own = spf("include:spf.alder.example include:spf.dogwood.example", f"_spf.{D}")
    result = meant(mx(f"mail.{D}"), spf(f"include:_spf.{D}"), own)
    assert {row.organisation for row in rows(result, Role.SENDER)} == {"alder", "dogwood"}


def test_own_sub_domains_that_include_each_other_end():
    one, two = spf(f"include:b.{D}", f"a.{D}"), spf(f"include:a.{D} include:spf.alder.example", f"b.{D}")
    assert {row.organisation for row in rows(meant(spf(f"include:a.{D}"), one, two), Role.SENDER)} == {"alder"}


def test_a_record_that_is_no_spf_authorises_nobody():
    assert rows(meant(records(f"TXT {D}", "include:spf.alder.example")), Role.SENDER) == []


@pytest.mark.parametrize("sign", ["-", "~"])
def test_a_sender_that_spf_refuses_is_none(sign):
    result = meant(mx("in.cedar.example"), spf(f"{sign}include:spf.alder.example include:spf.dogwood.example"))
    assert {row.organisation for row in rows(result, Role.SENDER)} == ({"dogwood"} if sign == "-" else {"alder", "dogwood"})
    assert [row.organisation for row in rows(result, Role.MAILBOX)] == ([] if sign == "-" else ["alder"])


# Signatures and clients.


def test_a_key_under_the_selector_of_a_provider_is_found_without_an_alias():
    box = only(meant(mx("in.cedar.example"), records(f"TXT birch._domainkey.{D}", KEY)), Role.MAILBOX)
    assert box.organisation == "birch"


@pytest.mark.parametrize("record", ["v=DKIM1; p=", "v=DKIM1; k=rsa; p=;", "v=DMARC1; p=none", "v=spf1 include:x.example -all", "help=me"])
def test_a_revoked_key_or_a_wildcard_record_is_no_signature(record):
    assert rows(meant(mx("in.cedar.example"), records(f"TXT birch._domainkey.{D}", record)), Role.MAILBOX) == []


def test_wildcard_aliases_are_no_evidence():
    site = "firm.sites.regional.example."
    items = [records(f"CNAME {name}.{D}", site) for name in ("s1._domainkey", "birch._domainkey", "autodiscover", "www")]
    result = meant(mx("in.cedar.example"), *items)
    assert rows(result, Role.MAILBOX) == []
    assert result.unknowns


def test_an_own_mx_with_signature_and_clients_elsewhere_is_that_provider_with_the_firm_as_rival():
    box = only(meant(mx(f"mail.{D}"), ALDER_SIGNS, ALDER_CLIENTS), Role.MAILBOX)
    assert (box.organisation, box.also) == ("alder", ("self",))
    assert 0.7 <= box.confidence <= 0.8


def test_an_own_mx_with_one_sign_only_stays_the_firm_with_a_rival():
    box = only(meant(mx(f"mail.{D}"), ALDER_SIGNS), Role.MAILBOX)
    assert (box.organisation, box.also) == ("self", ("alder",))


def test_a_relay_with_a_signature_elsewhere_is_a_gateway():
    result = meant(mx("relay.regional.example"), ALDER_SIGNS)
    assert only(result, Role.GATEWAY).organisation == "domain:regional.example"
    box = only(result, Role.MAILBOX)
    assert (box.organisation, box.also) == ("alder", ("domain:regional.example",))


def test_a_known_host_that_may_only_relay_keeps_the_mail_when_nothing_points_elsewhere():
    box = only(meant(mx("in.lines.dogwood.example")), Role.MAILBOX)
    assert (box.organisation, box.service, box.also) == ("dogwood", "dogwood-lines", ())
    assert box.confidence < only(meant(mx("mail.dogwood.example")), Role.MAILBOX).confidence


def test_a_known_host_that_may_only_relay_is_a_gateway_when_a_signature_points_elsewhere():
    result = meant(mx("in.lines.dogwood.example"), ALDER_SIGNS)
    relay = only(result, Role.GATEWAY)
    assert (relay.organisation, relay.service) == ("dogwood", "dogwood-lines")
    box = only(result, Role.MAILBOX)
    assert (box.organisation, box.also) == ("alder", ("dogwood",))


def test_a_known_host_that_may_only_relay_keeps_the_mail_when_clients_connect_to_the_same_operator():
    result = meant(mx("in.lines.dogwood.example"), records(f"CNAME autodiscover.{D}", "clients.dogwood.example."))
    assert rows(result, Role.GATEWAY) == []
    box = only(result, Role.MAILBOX)
    assert (box.organisation, box.also) == ("dogwood", ())
    assert box.confidence == 0.9


def test_the_spf_name_of_a_host_that_may_only_relay_is_no_sign_of_a_mailbox():
    assert rows(meant(mx("in.cedar.example"), spf("include:smtp.dogwood.example")), Role.MAILBOX) == []
    beside = meant(mx("in.cedar.example"), spf("include:smtp.dogwood.example include:spf.alder.example"))
    assert only(beside, Role.MAILBOX).organisation == "alder"


def test_an_own_web_mail_page_is_no_provider():
    shown = seen(f"EHLO mail.{D}:25", {"address": "192.0.2.1", "banner": "220 Alder ESMTP", "ehlo": [], "starttls": True})
    assert only(meant(mx(f"mail.{D}"), shown), Role.MAILBOX).organisation == "self"


# Tenants.


def test_an_own_mx_and_a_tenant_alone_are_two_rows():
    result = meant(mx(f"mail.{D}"), records(f"TENANT {D}", "Managed"))
    assert only(result, Role.MAILBOX).organisation == "self"
    assert only(result, Role.TENANT).organisation == "alder"


def test_a_tenant_look_up_that_got_no_answer_changes_nothing():
    items = [mx("in.cedar.example"), spf("include:spf.alder.example")]
    throttled = [silent(f"TENANT {D}", hours=hour) for hour in range(100)]
    assert meant(*items, *throttled) == meant(*items)


def test_a_tenant_look_up_that_finds_none_outweighs_spf():
    result = meant(mx("in.cedar.example"), spf("include:spf.alder.example"), absent(f"TENANT {D}"))
    assert rows(result, Role.MAILBOX) == []
    assert only(result, Role.SENDER).organisation == "alder"


def test_a_token_proves_a_set_up_once_and_no_mailbox():
    result = meant(mx(f"mail.{D}"), records(f"TXT {D}", "alder-verify=1"))
    assert only(result, Role.TENANT).status is Status.CONFIGURED
    assert only(result, Role.MAILBOX).organisation == "self"


def test_a_search_verification_proves_no_mailbox():
    result = meant(absent(f"MX {D}"), absent(f"A {D}"), records(f"TXT {D}", "birch-site-verification=x"))
    assert only(result, Role.MAILBOX).organisation == "none"
    assert only(result, Role.OPERATOR).status is Status.CONFIGURED


def test_a_relay_with_spf_and_tenant_is_weakly_that_provider():
    result = meant(mx("relay.regional.example"), spf("include:spf.alder.example"), records(f"TENANT {D}", "Managed"))
    box = only(result, Role.MAILBOX)
    assert (box.organisation, box.also) == ("alder", ("domain:regional.example",))
    assert box.confidence < 0.62


def test_who_keeps_the_mail_holds_the_domain_as_a_tenant_and_says_by_which_record():
    item = mx("mx.alder.example")
    tenant = only(meant(item), Role.TENANT)
    assert tenant.status is Status.CONFIGURED
    assert tenant.evidence


@pytest.mark.parametrize("items", [[mx("mx.alder.example")], [mx("mx.alder.example"), ALDER_SIGNS, ALDER_CLIENTS], [mx(f"mail.{D}"), ALDER_SIGNS]])
def test_a_look_up_that_finds_no_tenant_outweighs_mail_at_that_provider(items):
    assert len(rows(meant(*items), Role.TENANT)) == 1
    without = meant(*items, absent(f"TENANT {D}"))
    assert rows(without, Role.TENANT) == []
    assert only(without, Role.MAILBOX).organisation == only(meant(*items), Role.MAILBOX).organisation


# Machines.


def test_the_country_of_a_network_is_where_the_machine_stands_and_no_jurisdiction():
    result = meant(mx("mx.dogwood.example", "mail.dogwood.example"), records("A mail.dogwood.example", "192.0.2.5"), network("192.0.2.5", 64501, "XB"))
    box = only(result, Role.MAILBOX)
    machine = only(result, Role.INFRASTRUCTURE)
    assert (box.jurisdictions, box.host_country) == (("XA",), "XB")
    assert (machine.organisation, machine.jurisdictions, machine.host_country) == ("fir", ("XA",), "XB")


@pytest.mark.parametrize(("name", "role"), [("mx.dogwood.example", Role.MAILBOX), ("in.cedar.example", Role.GATEWAY), (f"mail.{D}", Role.MAILBOX)])
def test_the_country_of_a_machine_carries_the_record_that_tells_it(name, role):
    place = network("192.0.2.5", 64501, "XB")
    found = only(meant(mx(name), records(f"A {name}", "192.0.2.5"), place), role)
    assert (found.host_country, evidence_id(place) in found.evidence) == ("XB", True)
    assert found.evidence[0] == evidence_id(mx(name))
    nowhere = network("192.0.2.5", 64501)
    found = only(meant(mx(name), records(f"A {name}", "192.0.2.5"), nowhere), role)
    assert (found.host_country, evidence_id(nowhere) in found.evidence) == (None, False)


def test_an_unknown_network_is_named_by_its_number():
    result = meant(mx(f"mail.{D}"), network(f"mail.{D}", 64999))
    assert only(result, Role.INFRASTRUCTURE).organisation == "as:64999"


# For all.

TRACES = [
    mx("in.cedar.example", "mx.alder.example", f"mail.{D}"),
    mx("mx.birch.example", hours=2),
    silent(f"MX {D}", hours=3),
    spf(f"include:_spf.{D} include:spf.dogwood.example include:_spf.birch.example"),
    spf("include:spf.alder.example", f"_spf.{D}"),
    ALDER_SIGNS,
    ALDER_CLIENTS,
    records(f"TXT birch._domainkey.{D}", KEY),
    records(f"CNAME s2._domainkey.{D}", "s2.dkim.alder.example."),
    records("A firm-example.protection.alder.example", "192.0.2.3"),
    records(f"TENANT {D}", "Managed"),
    absent(f"TENANT {D}", hours=1),
    records("A mx.birch.example", "192.0.2.7", "192.0.2.8"),
    network("192.0.2.7", 64501, "XA"),
    network("192.0.2.8", 64777, "XB"),
]


@given(st.permutations(TRACES), st.integers(0, len(TRACES)))
def test_the_order_of_the_answers_changes_nothing(items, kept):
    chosen = items[:kept]
    in_order = sorted(chosen, key=TRACES.index)
    assert meant(*chosen) == meant(*in_order)


@given(st.lists(st.sampled_from(TRACES), unique_by=id))
def test_there_is_at_most_one_mailbox_and_one_gateway_and_all_is_email(items):
    result = meant(*items)
    assert len(rows(result, Role.MAILBOX)) <= 1
    assert len(rows(result, Role.GATEWAY)) <= 1
    assert all(
        row.function == "email" for row in result.dependencies if row.role in (Role.MAILBOX, Role.GATEWAY, Role.SENDER, Role.TENANT, Role.INFRASTRUCTURE)
    )
    assert all(row.evidence for row in result.dependencies)
    assert len({row.id for row in result.dependencies}) == len(result.dependencies)


@given(st.lists(st.sampled_from(TRACES), unique_by=id), st.lists(st.sampled_from([item.question for item in TRACES])))
def test_a_question_that_got_no_answer_is_as_if_it_had_not_been_asked(items, questions):
    asked_of_mx = any(item.question == f"MX {D}" for item in items)
    quiet = [silent(question, hours=9) for question in questions if asked_of_mx or question != f"MX {D}"]
    assert meant(*items, *quiet).dependencies == meant(*items).dependencies


def test_a_later_answer_counts():
    items = [mx("mx.alder.example"), mx("mx.birch.example", hours=1)]
    assert only(meant(*items), Role.MAILBOX).organisation == "birch"
    assert only(meant(*reversed(items)), Role.MAILBOX).organisation == "birch"


def test_at_the_same_time_the_later_line_counts():
    assert only(meant(mx("mx.alder.example"), mx("mx.birch.example")), Role.MAILBOX).organisation == "birch"


def test_a_later_answer_that_did_not_come_never_hides_one_that_did():
    assert only(meant(mx("mx.alder.example"), silent(f"MX {D}", hours=5)), Role.MAILBOX).organisation == "alder"
    assert only(meant(silent(f"MX {D}", hours=5), mx("mx.alder.example")), Role.MAILBOX).organisation == "alder"


def test_an_absence_that_is_later_counts():
    assert only(meant(mx("mx.alder.example"), absent(f"MX {D}", hours=1), absent(f"A {D}")), Role.MAILBOX).organisation == "none"


@pytest.mark.parametrize("value", [None, [], ["x"], [1, 2], {"a": 1}, "1 mx.alder.example.", [["1", "mx"]]])
@pytest.mark.parametrize(
    "question", [f"MX {D}", f"TXT {D}", f"TENANT {D}", f"CNAME s1._domainkey.{D}", f"TLS mail.{D}:25", "ASN 192.0.2.1", f"RDAP {D}", f"GET https://{D}/"]
)
def test_an_answer_of_the_wrong_shape_harms_nobody(question, value):
    found = meant(mx(f"mail.{D}"), records(f"A mail.{D}", "192.0.2.1"), seen(question, value, hours=1))
    assert {row.subject for row in found.dependencies} <= {D}
    if question != f"MX {D}":
        assert only(found, Role.MAILBOX).organisation == "self"


def test_an_own_mx_with_clients_and_spf_at_one_local_operator_is_that_operator():
    clients = records(f"CNAME autodiscover.{D}", "auto.regional.example.org.")
    box = only(meant(mx(f"mail.{D}"), clients, spf("include:spf.regional.example.org")), Role.MAILBOX)
    assert (box.organisation, box.also) == ("domain:example.org", ("self",))
