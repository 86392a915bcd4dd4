"""`bascule survey`: exit statuses and what is said."""

import errno
import json
import os

from bascule.collect import Collected

LINE = '{"subject":"firm.example","kind":"dns","question":"MX firm.example","outcome":"present","value":["1 mx.oak.example."],"source":"x","seen_at":"2026-01-01T00:00:00Z"}\n'  # noqa: E501


def evidence(tmp_path, text=LINE):
    file = tmp_path / "e.jsonl"
    file.write_text(text, "utf-8")
    return file


def test_evidence_becomes_tables_and_asks_nobody(bascule, tmp_path):
    done = bascule("survey", evidence(tmp_path), "-o", tmp_path / "out", "--format", "jsonl", "--offline")
    assert (done.status, done.out) == (0, "")
    assert "Domains: 1. Dependencies: 1. Unknowns: " in done.err
    (row,) = [json.loads(line) for line in (tmp_path / "out/dependencies/part-00000.jsonl").read_text().splitlines()]
    assert (row["subject"], row["role"], row["organisation"]) == ("firm.example", "mailbox", "domain:oak.example")


def test_a_broken_line_is_named_and_the_status_is_3(bascule, tmp_path):
    done = bascule("survey", evidence(tmp_path, LINE + "{broken\n"), "-o", tmp_path / "out", "--format", "jsonl")
    assert (done.status, "e.jsonl:2" in done.err, (tmp_path / "out/_DONE").exists()) == (3, True, True)


def test_wrong_use_is_2_a_missing_file_3_and_a_strange_folder_4(bascule, tmp_path):
    file = evidence(tmp_path)
    assert bascule("survey", file, "-o", tmp_path / "out", "--shard", "3/2").status == 2
    assert bascule("survey", tmp_path / "none", "-o", tmp_path / "out").status == 3
    assert bascule("survey", file, "-o", tmp_path, "--format", "jsonl").status == 4


def test_what_was_seen_after_a_day_is_left_out_and_the_folder_remembers_the_day(bascule, tmp_path):
    file = evidence(tmp_path, LINE + LINE.replace("oak", "elm").replace("2026-01-01", "2026-01-02"))
    assert bascule("survey", file, "-o", tmp_path / "out", "--format", "jsonl", "--at", "2026-01-01").status == 0
    assert "domain:oak.example" in (tmp_path / "out/dependencies/part-00000.jsonl").read_text()
    other = bascule("survey", file, "-o", tmp_path / "out", "--format", "jsonl", "--at", "2026-01-02")
    assert (other.status, "--at" in other.err) == (2, True)


def test_a_list_is_not_asked_about_offline(bascule, tmp_path):
    names = tmp_path / "list.txt"
    names.write_text("firm.example\n", "utf-8")
    done = bascule("survey", names, "-o", tmp_path / "out", "--format", "jsonl", "--offline")
    assert (done.status, "--offline" in done.err, "Give evidence" in done.err) == (2, True, True)


def test_a_list_that_nobody_answers_about_says_so_and_the_status_is_1(bascule, tmp_path):
    names = tmp_path / "list.txt"
    names.write_text("firm.example\n", "utf-8")
    done = bascule("survey", names, "-o", tmp_path / "out", "--format", "jsonl", "--resolver", "127.0.0.1:9")
    assert (done.status, "got no answer; we do not take" in done.err) == (1, True)


def test_a_resolver_that_is_none_is_told_before_anything_is_begun(bascule, tmp_path):
    names = tmp_path / "list.txt"
    names.write_text("firm.example\n", "utf-8")
    for words, told in ((["--resolver", "nine"], "--resolver nine: give an address"), ([], "names no DNS resolver")):
        done = bascule("survey", names, "-o", tmp_path / "out", "--format", "jsonl", *words)
        assert (done.status, told in done.err, (tmp_path / "out").exists()) == (2, True, False)


def test_a_part_whose_questions_were_broken_off_is_not_signed(bascule, tmp_path, monkeypatch):
    names = tmp_path / "list.txt"
    names.write_text("firm.example\n", "utf-8")
    monkeypatch.setattr("bascule.collect.collect", lambda domains, how: Collected((), 0, bool(domains)))
    done = bascule("survey", names, "-o", tmp_path / "out", "--format", "jsonl")
    assert (done.status, list((tmp_path / "out/evidence").iterdir()), (tmp_path / "out/_DONE").exists()) == (70, [], False)


def test_a_folder_for_a_file_is_told_as_one(bascule, tmp_path):
    done = bascule("survey", tmp_path, "-o", tmp_path / "out", "--format", "jsonl")
    assert (done.status, "this is a folder" in done.err) == (3, True)


def test_a_damaged_ledger_and_a_system_without_forks_are_told(bascule, tmp_path, monkeypatch):
    (tmp_path / "out/.survey").mkdir(parents=True)
    (tmp_path / "out/.survey/ledger.sqlite").write_text("garbage" * 100)
    wrong = ("survey", evidence(tmp_path), "-o", tmp_path / "out", "--format", "jsonl")
    done = bascule(*wrong)
    assert (done.status, "is damaged" in done.err) == (4, True)
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])
    done = bascule(*wrong)
    assert (done.status, "Linux" in done.err) == (2, True)


def test_no_room_in_a_worker_is_told_as_such_and_not_as_a_defect(bascule, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("bascule.survey.run.shard", full)
    done = bascule("survey", evidence(tmp_path), "-o", tmp_path / "out", "--format", "jsonl")
    assert (done.status, "No space left" in done.err, "report" in done.err) == (4, True, False)


def test_another_input_in_the_same_folder_is_refused(bascule, tmp_path):
    bascule("survey", evidence(tmp_path), "-o", tmp_path / "out", "--format", "jsonl")
    done = bascule("survey", evidence(tmp_path, LINE * 2), "-o", tmp_path / "out", "--format", "jsonl")
    assert (done.status, "another input" in done.err) == (2, True)
