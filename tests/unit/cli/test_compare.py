"""`bascule compare`: forms and exit statuses."""

import json

LINE = '{"subject":"firm.example","kind":"dns","question":"MX firm.example","outcome":"present","value":["1 %s."],"source":"x","seen_at":"2026-0%d-01T00:00:00Z"}\n'


def looks(tmp_path, *hosts):
    files = []
    for number, host in enumerate(hosts, 1):
        files.append(tmp_path / f"{number}.jsonl")
        files[-1].write_text(LINE % (host, number), "utf-8")
    return files


def test_a_moved_mailbox_is_told_first(bascule, tmp_path):
    done = bascule("compare", *looks(tmp_path, "mx.oak.example", "mx.elm.example"))
    assert done.status == 0
    assert "The mail of firm.example has moved from oak.example to elm.example." in done.out
    assert done.out.index("has moved") < done.out.index("MX firm.example")


def test_the_same_look_twice_is_no_change(bascule, tmp_path):
    old, _ = looks(tmp_path, "mx.oak.example", "x.example")
    assert "Nothing has changed at 1 domain." in bascule("compare", old, old).out


def test_json_and_csv_hold_the_change(bascule, tmp_path):
    old, new = looks(tmp_path, "mx.oak.example", "mx.elm.example")
    found = json.loads(bascule("compare", old, new, "--format", "json").out)
    assert (found["schema"], len(found["records"]), len(found["shifts"])) == ("bascule.drift/1", 1, 1)
    assert "MX firm.example (mx),1 mx.oak.example.,1 mx.elm.example.,2026-01-01,2026-02-01" in bascule("compare", old, new, "--format", "csv").out


def test_a_survey_folder_and_an_audit_are_read_too(bascule, tmp_path):
    old, new = looks(tmp_path, "mx.oak.example", "mx.elm.example")
    folder = tmp_path / "survey" / "evidence"
    folder.mkdir(parents=True)
    old.rename(folder / "part-0.jsonl")
    audit = tmp_path / "audit.json"
    assert bascule("audit", new, "-o", audit).status == 0
    assert "has moved" in bascule("compare", folder.parent, audit).out


def test_bad_input_is_named_and_the_rest_compared(bascule, tmp_path):
    old, new = looks(tmp_path, "mx.oak.example", "mx.elm.example")
    new.write_text(new.read_text("utf-8") + "{broken\n", "utf-8")
    done = bascule("compare", old, new)
    assert (done.status, "2.jsonl:2" in done.err, "has moved" in done.out) == (3, True, True)
    assert bascule("compare", old, tmp_path / "nowhere").status == 3
