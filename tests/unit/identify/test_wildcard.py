"""A zone that answers for every name."""

import pytest
from synthetic import FIRM_DOMAIN as D
from synthetic import absent, records, silent

from bascule.identify import Records
from bascule.identify.wildcard import by_wildcard
from bascule.model import WILDCARD_PROBE

PROBE, KEYED = f"{WILDCARD_PROBE}.{D}", f"{WILDCARD_PROBE}._domainkey.{D}"


@pytest.mark.parametrize("unsure", [True, False])
def test_a_probe_without_an_answer_proves_nothing_either_way(unsure):
    found = Records([silent(f"A {PROBE}"), silent(f"AAAA {PROBE}"), records(f"A cloud.{D}", "192.0.2.1")])
    assert by_wildcard(f"cloud.{D}", D, found, unsure=unsure) is unsure


def test_a_probe_that_was_absent_clears_every_name():
    found = Records([absent(f"A {PROBE}"), silent(f"AAAA {PROBE}"), records(f"A cloud.{D}", "192.0.2.1")])
    assert not by_wildcard(f"cloud.{D}", D, found)


def test_keys_have_a_probe_of_their_own():
    found = Records(
        [records(f"TXT {KEYED}", "v=DKIM1; p=abc"), records(f"TXT s1._domainkey.{D}", "v=DKIM1; p=abc"), records(f"TXT s2._domainkey.{D}", "v=DKIM1; p=def")]
    )
    assert by_wildcard(f"s1._domainkey.{D}", D, found)
    assert not by_wildcard(f"s2._domainkey.{D}", D, found)
