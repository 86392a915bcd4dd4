import json

import pytest

LINE = '{{"subject":"firm.example","kind":"dns","question":"MX firm.example","outcome":"present","value":["1 {}."],"source":"","seen_at":"2026-10-01T10:00:00Z"}}\n'  # noqa: E501


@pytest.fixture
def files(tmp_path):
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    old.write_text(LINE.format("mx.before.example"), "utf-8")
    new.write_text(LINE.format("mx.after.example"), "utf-8")
    return old, new


def test_a_move_is_told_by_its_consequence(bascule, files):
    ended = bascule("compare", *files)
    assert ended.status == 0
    assert ended.out.startswith("firm.example: mail moved from before.example to after.example\n")


def test_an_audit_an_evidence_file_and_a_survey_folder_say_the_same(bascule, files, tmp_path):
    old, new = files
    audit, survey = tmp_path / "audit.json", tmp_path / "survey"
    assert bascule("audit", old, "-o", audit).status == 0
    (survey / "evidence").mkdir(parents=True)
    (survey / "evidence" / "part-0.jsonl").write_bytes(new.read_bytes())
    plain = bascule("compare", old, new, "--format", "json").out
    assert bascule("compare", audit, survey, "--format", "json").out == plain
    assert [row["question"] for row in json.loads(plain)["records"]] == ["MX firm.example"]


def test_the_ending_says_the_form(bascule, files, tmp_path):
    target = tmp_path / "drift.csv"
    assert bascule("compare", *files, "-o", target).status == 0
    assert len(target.read_text("utf-8").splitlines()) == 3


def test_nothing_changed_is_said(bascule, files):
    assert bascule("compare", files[0], files[0]).out.startswith("Nothing really changed")


def test_bad_input_is_named(bascule, files, tmp_path):
    for bad in (tmp_path / "none.jsonl", tmp_path):
        ended = bascule("compare", files[0], bad)
        assert (ended.status, ended.out) == (3, "")
        assert str(bad) in ended.err
