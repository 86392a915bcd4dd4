import json

import pytest

from bascule import report

KEYS = ["id", "scenario", "power", "organisation", "service", "notice_hours", "stops", "degrades", "functions"]


@pytest.fixture
def cut(bascule, audit_file):
    """Run a cut-off on the example firm and return its element."""

    def made(*arguments):
        ended = bascule("cutoff", audit_file, "--format", "json", *arguments)
        assert (ended.status, ended.err) == (0, "")
        return json.loads(ended.out)

    return made


def test_one_element_is_printed_with_the_keys_that_others_rely_on(cut, audit_file):
    found = cut()
    assert {"scenario", "power", "stops", "degrades"} <= set(found)
    assert list(found) == KEYS
    assert found["stops"]
    for hit in (*found["stops"], *found["degrades"]):
        assert list(hit) == ["dependency", "function", "after_hours", "thread", "chain"]
        assert hit["chain"]
    made = json.loads(audit_file.read_bytes())
    assert found == next(one for one in made["cutoffs"] if one["scenario"] == "order-us")


def test_the_chain_starts_with_the_cause_and_ends_with_what_was_seen(cut, audit_file):
    seen = {item["id"] for item in json.loads(audit_file.read_bytes())["evidence"]}
    for hit in cut()["stops"]:
        assert hit["chain"][0].startswith("f:")
        assert hit["chain"][-1] in seen


@pytest.mark.parametrize(
    ("arguments", "scenario", "power", "organisation"),
    [
        ([], "order-us", "US", None),
        (["--power", "FR"], "order-fr", "FR", None),
        (["--power", "fr"], "order-fr", "FR", None),
        (["--power", "EU"], "order-eu", "EU", None),
        (["--power", "CH"], "order-ch", "CH", None),
        (["--organisation", "microsoft"], "vendor-decision", None, "microsoft"),
        (["--organisation", "Microsoft"], "vendor-decision", None, "microsoft"),
        (["--organisation", "slack"], "vendor-decision", None, "salesforce"),
        (["--service", "slack"], "vendor-decision", None, "salesforce"),
        (["--service", "SLACK"], "vendor-decision", None, "salesforce"),
        (["--scenario", "order-cn"], "order-cn", "CN", None),
        (["--scenario", "failure", "--organisation", "ovhcloud"], "failure", None, "ovhcloud"),
    ],
)
def test_who_throws_the_switch_is_chosen(cut, arguments, scenario, power, organisation):
    found = cut(*arguments)
    assert (found["scenario"], found["power"], found["organisation"]) == (scenario, power, organisation)
    assert found["service"] == ("slack" if "--service" in arguments else None)


def test_a_service_alone_stops_less_than_its_seller(cut):
    one, all_ = cut("--service", "teams"), cut("--organisation", "microsoft")
    stops = [{hit["dependency"] for hit in (*found["stops"], *found["degrades"])} for found in (one, all_)]
    assert stops[0] < stops[1]


def test_notice_moves_the_hour(cut):
    now, later = cut(), cut("--notice", "10")
    assert later["notice_hours"] == 240
    assert min(hit["after_hours"] for hit in later["stops"]) == min(hit["after_hours"] for hit in now["stops"]) + 240


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--power", "ZZ"], "ZZ: no such country in the catalogue"),
        (["--organisation", "nobody"], "nobody: no such organisation; find its id with: bascule catalogue search nobody"),
        (["--service", "nothing"], "nothing: no such service"),
        (["--scenario", "flood"], "flood: no such scenario"),
        (["--scenario", "failure"], "failure: say whose decision or failure"),
        (["--scenario", "vendor-decision"], "vendor-decision: say whose decision or failure"),
        (["--power", "US", "--organisation", "slack"], "Choose one of --power, --organisation, --service."),
        (["--organisation", "slack", "--service", "slack"], "Choose one of --power, --organisation, --service."),
        (["--scenario", "failure", "--power", "US"], "failure: this scenario and the other choices contradict each other; choose one."),
        (["--scenario", "order-us", "--organisation", "microsoft"], "order-us: this scenario and the other choices contradict each other"),
        (["--scenario", "order-us", "--power", "FR"], "order-us: this scenario and the other choices contradict each other"),
        (["--at", "2026-01-31"], "--at is for files: an audit already has its day."),
    ],
)
def test_a_choice_that_does_not_exist_is_wrong_use(bascule, audit_file, arguments, said):
    ended = bascule("cutoff", audit_file, *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(said)


@pytest.mark.parametrize("command", ["cutoff", "couper"])
def test_it_reads_inputs_as_audit_does(bascule, tools, command):
    ended = bascule(command, tools)
    assert ended.status == 0
    assert "What if the United States ordered" in ended.out
    assert "Slack" in ended.out
    assert "\x1b" not in ended.out


def test_bad_inputs_beside_good_ones_are_told(bascule, tools):
    ended = bascule("cutoff", tools, "gone.csv", "--format", "json")
    assert ended.status == 3
    assert json.loads(ended.out)["scenario"] == "order-us"


def test_it_writes_pages_text_and_json(bascule, audit_file, tmp_path):
    files = [tmp_path / name for name in ("c.html", "c.txt", "c.json")]
    assert bascule("cutoff", audit_file, *(part for file in files for part in ("-o", file))).status == 0
    assert "<!doctype html>" in files[0].read_text("utf-8")
    assert "What if the United States" in files[1].read_text("utf-8")
    assert list(json.loads(files[2].read_bytes())) == KEYS
    assert bascule("cutoff", audit_file, "-o", tmp_path / "c.csv").status == 2


def test_the_terminal_plays_when_it_can_and_not_when_told_still(bascule, audit_file, monkeypatch):
    played = []
    monkeypatch.setattr(report, "play_out", lambda *_, moving: played.append(moving), raising=False)
    bascule("cutoff", audit_file)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    bascule("cutoff", audit_file)
    bascule("cutoff", audit_file, "--still")
    assert played == [False, True, False]
