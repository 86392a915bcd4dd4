"""Records as zone files write them."""

from types import SimpleNamespace as Bag

import pycares
import pytest

from bascule.collect.presentation import host, links, shown

CASES = {
    "A": (Bag(addr="9.9.9.9"), "9.9.9.9"),
    "AAAA": (Bag(addr="2620:fe::fe"), "2620:fe::fe"),
    "CAA": (Bag(critical=0, tag="issue", value="letsencrypt.org"), '0 issue "letsencrypt.org"'),
    "CNAME": (Bag(cname="A.Exemple.NET"), "a.exemple.net."),
    "MX": (Bag(priority=10, exchange="MX.exemple.net"), "10 mx.exemple.net."),
    "NS": (Bag(nsdname="ns1.exemple.net"), "ns1.exemple.net."),
    "SOA": (Bag(mname="ns", rname="root", serial=1, refresh=2, retry=3, expire=4, minimum=5), "ns. root. 1 2 3 4 5"),
    "SRV": (Bag(priority=0, weight=1, port=993, target="imap.exemple.net"), "0 1 993 imap.exemple.net."),
    "TXT": (Bag(data="v=spf1 é".encode() + b"\xff\x00"), "v=spf1 é\\255\x00"),
}


@pytest.mark.parametrize("kind", CASES)
def test_each_type_has_its_form(kind):
    data, text = CASES[kind]
    record = Bag(name="exemple.fr", type=getattr(pycares, f"QUERY_TYPE_{kind}"), data=data)
    assert shown(kind, [record, Bag(name="exemple.fr", type=9999, data=None)]) == (text,)


def test_a_null_mx_keeps_its_dot():
    record = Bag(name="exemple.fr", type=pycares.QUERY_TYPE_MX, data=Bag(priority=0, exchange=""))
    assert shown("MX", [record]) == ("0 .",)


def test_links_are_lower_case_without_final_dot():
    record = Bag(name="WWW.exemple.fr.", type=pycares.QUERY_TYPE_CNAME, data=Bag(cname="Site.net."))
    assert links([record]) == {"www.exemple.fr": "site.net"}
    assert host(b"A.b.") == "a.b"


def test_a_long_text_is_cut():
    record = Bag(name="exemple.fr", type=pycares.QUERY_TYPE_TXT, data=Bag(data=b"x" * 100_000))
    assert len(shown("TXT", [record])[0]) == 64 * 1024
