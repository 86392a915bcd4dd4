"""Look-ups, and the catalogue as it was on a day."""

from datetime import date

import msgspec
from synthetic import (
    LAWS,
    MARKET,
    READ,
    alternative,
    alternatives,
    catalogue,
    deployment,
    export,
    fact,
    hosting,
    law,
    need,
    organisation,
    owner,
    price,
    service,
    sign_in,
)

from bascule.catalogue import Catalogue, Content
from bascule.model import Channel

LATER = date(2026, 3, 1)
BEFORE = date(2026, 2, 1)


def late(thing):
    return msgspec.structs.replace(thing, read_on=LATER)


FULL = organisation(
    "oak",
    "XA",
    service(
        "oak-files",
        "cloud-storage",
        facts=(fact("licence", "proprietary"), late(fact("keys", "customer"))),
        deployments=(
            deployment("oak-files/vendor", "oak", hosts=[hosting("oak"), late(hosting("alder"))], needs=[need("alder-mail"), late(need("birch-mail"))]),
            late(deployment("oak-files/self", "self")),
        ),
        exports=(export(), late(export("photos"))),
        imports=(late(export("photos")),),
        prices=(price(5), late(price(9))),
        sign_in=(sign_in("a.example"), late(sign_in("b.example"))),
        fingerprints=(late(MARKET[0].services[0].fingerprints[0]),),
    ),
    owners=[late(owner("alder"))],
    facts=(late(fact("ultimate", "listed")),),
)


def dated(content):
    return Catalogue(msgspec.structs.replace(content, date=LATER))


def world():
    return dated(
        catalogue(FULL, *MARKET, laws=(*LAWS, late(law("late", "XA"))), sets=[alternatives("email", "alder-mail", late(alternative("birch-mail")))]).content
    )


def test_what_was_read_later_is_left_out():
    then = world().as_of(BEFORE)
    oak = then.services["oak-files"]
    assert [entry.claim for entry in oak.facts] == ["licence"]
    assert list(then.deployments) == ["oak-files/vendor", *(entry.id for one in MARKET for sold in one.services for entry in sold.deployments)]
    assert [host.provider for host in oak.deployments[0].hosting] == ["oak"]
    assert [one.service for one in oak.deployments[0].needs] == ["alder-mail"]
    assert (len(oak.exports), len(oak.imports), len(oak.prices)) == (1, 0, 1)
    assert then.sign_ins == {("imap", "a.example"): sign_in("a.example")}
    assert then.organisations["oak"].owners == ()
    assert [entry.claim for entry in then.organisations["oak"].facts] == ["country"]
    assert "late" not in then.laws
    assert [option.service for option in then.alternatives["email"].alternatives] == ["alder-mail"]


def test_how_to_read_old_records_stays_though_it_was_learnt_later():
    assert world().as_of(BEFORE).traces.find(Channel.MX, "mx.alder.example")


def test_on_a_later_day_nothing_is_left_out():
    now = world()
    assert now.as_of(LATER) is now


def test_what_was_read_on_the_day_itself_counts():
    assert dated(catalogue(FULL).content).as_of(READ).organisations["oak"].facts


def test_the_version_stays_that_of_the_data():
    assert world().as_of(BEFORE).version == world().version


def test_a_union_has_its_members_and_a_country_itself():
    assert catalogue().members("XU") == {"XU", "XA", "XC"}
    assert catalogue().members("XA") == {"XA"}
    assert catalogue().members("ZZ") == {"ZZ"}


def test_each_service_knows_who_sells_it():
    shop = catalogue(*MARKET)
    assert shop.publisher["alder-files"] == "alder"
    assert set(shop.publisher) == set(shop.services)


def test_content_reads_back_as_it_was_written():
    content = world().content
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(content), type=Content) == content
