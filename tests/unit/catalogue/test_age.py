from datetime import date, timedelta

import msgspec
from synthetic import organisation

from bascule.catalogue.age import aged
from bascule.model import Fact, Owner, OwnerKind

READ = date(2026, 1, 15)
FACT = Fact(claim="country", value="XA", source="https://a.example/", read_on=READ)
OWNER = Owner(organisation="oak", kind=OwnerKind.MAJORITY, source="https://a.example/", read_on=READ)
ALDER = msgspec.structs.replace(organisation("alder", "XA"), facts=(FACT,), owners=(OWNER,))


def test_an_owner_ages_before_a_country():
    assert aged([ALDER], READ + timedelta(days=180)) == []
    assert [item.kind for item in aged([ALDER], READ + timedelta(days=181))] == ["owner"]
    both = aged([ALDER], READ + timedelta(days=366))
    assert [(item.kind, item.place) for item in both] == [("owner", "$.owners[0]"), ("fact", "$.facts[0]")]
    assert both[0].due < both[1].due
