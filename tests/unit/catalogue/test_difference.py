from datetime import date

import msgspec
from synthetic import organisation, service

from bascule.catalogue import Content
from bascule.catalogue.difference import Change, differences
from bascule.model import Owner, OwnerKind

READ = {"source": "https://a.example/", "read_on": date(2026, 1, 15)}
ALDER = organisation("alder", "XA", service("alder-mail", "email"))


def content(*organisations):
    parts = dict.fromkeys(("functions", "jurisdictions", "laws", "scenarios", "alternatives"), ())
    return Content(version="1", date=date(2026, 1, 15), organisations=organisations, **parts)


def test_equal_catalogues_differ_in_nothing():
    assert differences(content(ALDER), content(ALDER)) == []


def test_a_new_owner_comes_before_a_new_name():
    owner = Owner(organisation="oak", kind=OwnerKind.MAJORITY, **READ)
    sold = msgspec.structs.replace(ALDER, name="Alder & Oak", owners=(owner,))
    found = differences(content(ALDER), content(sold))
    assert [(item.change, item.kind, item.about) for item in found] == [(Change.ADDED, "owner", "alder"), (Change.CHANGED, "organisation", "alder")]


def test_a_source_read_again_is_no_change():
    again = msgspec.structs.replace(ALDER, facts=tuple(msgspec.structs.replace(fact, read_on=date(2026, 5, 1)) for fact in ALDER.facts))
    assert differences(content(ALDER), content(again)) == []


def test_what_left_is_told_with_its_old_value():
    gone = differences(content(ALDER), content())
    assert {item.change for item in gone} == {Change.REMOVED}
    assert ("service", "alder-mail") in {(item.kind, item.about) for item in gone}
    assert all(item.old and not item.new for item in gone if item.kind == "service")
