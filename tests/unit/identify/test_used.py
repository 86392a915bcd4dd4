"""What technical files mean: signed in to and reached is in use, named by a program is configured, unknown applications are asked about."""

import pytest
from synthetic import NOON, ON, catalogue, deployment, mark, organisation, own_machine, service

from bascule.identify import identify, known_domains
from bascule.model import FIRM, Evidence, Kind, Match, Outcome, Role, Status, Strength

WEAK = Strength.WEAK
SHOP = catalogue(
    organisation(
        "ardoise",
        "FR",
        service(
            "ardoise-chat",
            "team-chat",
            deployments=(deployment("ardoise-chat/vendor", "ardoise"), own_machine("ardoise-chat")),
            fingerprints=(
                mark("domain", "ardoise.test", "operator", strength=WEAK),
                mark("script_host", "widgets.test", "third-party"),
                mark("autodiscover", "clients.test", "mailbox"),
                mark("sso_app_id", "id-1", "operator", Match.EXACT),
                mark("package", "pkg:npm/@ardoise/", "operator", Match.PREFIX),
                mark("image", "ardoise/serveur", "operator", Match.EXACT),
                mark("iac_resource", "ardoise/ardoise", "operator", Match.EXACT),
                mark("env_name", "ARDOISE_", "operator", Match.PREFIX, WEAK),
            ),
        ),
    )
)


def line(label, what, number=1, **more):
    value = {"label": label, "what": what, "count": 1, **more}
    return Evidence(subject=FIRM, kind=Kind.FILE, question=f"ROW f#{number}", outcome=Outcome.PRESENT, value=value, source="f", seen_at=NOON)


@pytest.mark.parametrize(
    ("item", "status"),
    [
        (line("ardoise.test", "domain"), Status.IN_USE),
        (line("clients.test", "domain"), Status.IN_USE),
        (line("ardoise.test", "bookmark"), Status.CONFIGURED),
        (line("Sans nom", "app", id="id-1", users=4), Status.IN_USE),
        (line("Sans nom", "app", id="id-1"), Status.CONFIGURED),
        (line("Ardoise Chat", "app", users=0), Status.CONFIGURED),
        (line("Sans nom", "app", site="www.ardoise.test"), Status.CONFIGURED),
        (line("Ardoise Chat", "software"), Status.CONFIGURED),
        (line("pkg:npm/@ardoise/sdk", "package"), Status.CONFIGURED),
        (line("ardoise/serveur", "image"), Status.CONFIGURED),
        (line("ardoise/ardoise", "resource"), Status.CONFIGURED),
        (line("ARDOISE_API_KEY", "variable"), Status.CONFIGURED),
    ],
)
def test_a_known_name_is_a_row_with_its_status(item, status):
    result = identify([item], SHOP, ON)
    (row,) = result.dependencies
    assert (row.service, row.role, row.status, row.function) == ("ardoise-chat", Role.OPERATOR, status, "team-chat")
    assert (result.unknowns, result.unmatched) == ((), 0)


def test_an_application_that_nobody_knows_is_asked_about():
    result = identify([line("Mystère", "app", users=3)], SHOP, ON)
    assert result.dependencies == ()
    assert [(item.seen, item.ask.question) for item in result.unknowns] == [("Mystère", "which-tool")]


@pytest.mark.parametrize("what", ["domain", "bookmark", "software", "package", "image", "resource", "variable", "autre"])
def test_other_unknown_names_are_neither_asked_about_nor_counted_as_suppliers(what):
    result = identify([line("mystere.test", what)], SHOP, ON)
    assert (result.dependencies, result.unknowns, result.unmatched) == ((), (), 0)


def test_two_lines_of_one_service_are_one_row_and_use_outweighs_configuration():
    (row,) = identify([line("ARDOISE_KEY", "variable"), line("ardoise.test", "domain", 2)], SHOP, ON).dependencies
    assert row.status is Status.IN_USE
    assert len(row.evidence) == 2


def test_hosts_that_pages_of_others_load_from_are_not_looked_for_in_logs():
    assert known_domains(SHOP) == {"ardoise.test", "clients.test"}
    assert identify([line("widgets.test", "domain")], SHOP, ON).dependencies == ()


def test_a_typing_error_is_not_forgiven_to_a_machine():
    assert identify([line("Ardoise Chatt", "software")], SHOP, ON).dependencies == ()


def test_an_image_says_that_the_firm_runs_it_itself():
    (row,) = identify([line("ardoise/serveur", "image")], SHOP, ON).dependencies
    assert row.deployment == "ardoise-chat/self"
    (row,) = identify([line("ARDOISE_KEY", "variable")], SHOP, ON).dependencies
    assert row.deployment != "ardoise-chat/self"
