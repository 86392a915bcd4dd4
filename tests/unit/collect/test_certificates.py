"""A chain as libcurl tells it."""

import ssl
from hashlib import sha256

from bascule.collect.certificates import chain

DER = b"\x30\x03\x02\x01\x01"


def told(**more):
    fields = {
        "Subject": "CN = exemple.fr",
        "Issuer": "C = US, O = Let's Encrypt, CN = R11",
        "X509v3 Subject Alternative Name": "DNS:Exemple.fr, DNS:www.exemple.fr, IP Address:9.9.9.9",
        "Start date": "Nov  4 10:00:00 2026 GMT",
        "Expire date": "Feb 14 09:59:59 2027 GMT",
        "Cert": ssl.DER_cert_to_PEM_cert(DER),
    }
    return list((fields | more).items())


def test_the_leaf_comes_first_with_its_names_dates_and_digest():
    leaf, issuer = chain([told(), told(Subject="CN = R11")])
    assert leaf == {
        "subject": "CN = exemple.fr",
        "issuer": "C = US, O = Let's Encrypt, CN = R11",
        "names": ["exemple.fr", "www.exemple.fr"],
        "not_before": "2026-11-04T10:00:00Z",
        "not_after": "2027-02-14T09:59:59Z",
        "sha256": sha256(DER).hexdigest(),
    }
    assert issuer["subject"] == "CN = R11"


def test_what_is_missing_or_odd_is_left_open():
    (leaf,) = chain([told(**{"Start date": "yesterday", "Cert": "-----", "X509v3 Subject Alternative Name": ""})])
    assert (leaf["not_before"], leaf["sha256"], leaf["names"]) == (None, None, [])
    assert chain([[]])[0]["subject"] == ""


def test_a_chain_and_its_names_are_bounded():
    many = ", ".join(f"DNS:{number}.exemple.fr" for number in range(5000))
    found = chain([told(**{"X509v3 Subject Alternative Name": many})] * 50)
    assert len(found) == 10
    assert len(found[0]["names"]) == 200
