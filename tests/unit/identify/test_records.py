"""Which answer counts, who the evidence is about, whose a host is."""

import pytest
from synthetic import absent, network, records, seen, silent, tool

from bascule.identify import Records, registrable, subjects
from bascule.identify.records import belongs, is_name
from bascule.model import Outcome


def test_hosts_that_were_only_looked_up_on_the_way_are_no_subjects():
    items = [
        records("MX b.example", subject="b.example"),
        records("MX a.example", subject="a.example"),
        records("A mx.c.example", subject="mx.c.example"),
        records("CNAME d.example", subject="d.example"),
        *tool("Alder"),
    ]
    assert subjects(items) == ["a.example", "b.example"]


def test_a_question_that_was_not_asked_is_neither_answer_nor_absence():
    items = Records([absent("MX a.example"), silent("NS a.example")])
    assert items.answer("TXT a.example") is None
    assert items.absent("MX a.example")
    assert not items.absent("NS a.example")
    assert not items.absent("TXT a.example")


def test_an_unreachable_answer_counts_only_when_there_is_no_other():
    assert Records([silent("MX a.example")]).answer("MX a.example").outcome is Outcome.UNREACHABLE
    assert Records([absent("MX a.example"), silent("MX a.example", hours=1)]).answer("MX a.example").outcome is Outcome.ABSENT


def test_a_chain_of_aliases_is_followed_and_a_loop_ends():
    items = Records([records("CNAME a.example", "B.example."), records("CNAME b.example", "c.example."), records("CNAME c.example", "a.example.")])
    assert items.links("a.example") == ["a.example", "b.example", "c.example"]


def test_a_long_chain_of_aliases_ends():
    items = Records([records(f"CNAME h{number}.example", f"h{number + 1}.example.") for number in range(50)])
    assert len(items.links("h0.example")) <= 11


def test_networks_are_found_by_address_or_by_the_host_itself():
    items = Records([records("A a.example", "192.0.2.1"), network("192.0.2.1", 64501, "XA"), network("a.example", 64502, "not a country")])
    assert sorted(number for number, _, _ in items.networks("a.example")) == [64501, 64502]
    assert {country for _, country, _ in items.networks("a.example")} == {"XA", None}


def test_a_network_without_number_is_none():
    items = Records([records("A a.example", "192.0.2.1"), seen("ASN 192.0.2.1", [{"asn": "64501"}, {"name": "x"}, 3])])
    assert items.networks("a.example") == []


@pytest.mark.parametrize(
    ("name", "subject", "own"),
    [
        ("mail.firm.example", "firm.example", True),
        ("firm.example", "www.firm.example", True),
        ("firm.example.alder.example", "firm.example", False),
        ("notfirm.example", "firm.example", False),
        ("a.co.uk", "b.co.uk", False),
        ("mail.a.co.uk", "a.co.uk", True),
        ("one.github.io", "two.github.io", False),
    ],
)
def test_a_host_is_the_subjects_own_within_its_registrable_domain_only(name, subject, own):
    assert belongs(name, subject) is own


def test_a_public_suffix_is_its_own_registrable_domain():
    assert (registrable("co.uk"), registrable("a.b.co.uk")) == ("co.uk", "b.co.uk")


@pytest.mark.parametrize(
    ("text", "fits"), [("a.example", True), ("_spf.a.example", True), ("a", False), ("a..example", False), ("a b.example", False), ("", False)]
)
def test_only_host_names_may_stand_in_an_id(text, fits):
    assert is_name(text) is fits


def test_the_short_way_to_a_registrable_domain_says_what_the_list_says():
    from publicsuffixlist import PublicSuffixList

    from bascule.identify import is_registered, registrable

    listed = PublicSuffixList(accept_encoded_idn=True)
    endings = [*sorted(rule.lstrip("!*.") for rule in listed._publicsuffix)[::37], "fr", "ck", "www.ck", "zz", "co.uk", "s3.amazonaws.com", "A.fr", "fr.", ""]
    for name in (f"{before}{ending}" for ending in endings for before in ("", "a.", "b-c.a.", "x.y.z.", ".", "a..")):
        assert registrable(name) == (listed.privatesuffix(name) or name), name
    assert is_registered("exemple.fr")
    assert not any(is_registered(name) for name in ("www.exemple.fr", "amazonaws.com"))
