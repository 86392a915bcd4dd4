"""`bascule survey`: exit statuses and what is said."""

import json

LINE = '{"subject":"firm.example","kind":"dns","question":"MX firm.example","outcome":"present","value":["1 mx.oak.example."],"source":"x","seen_at":"2026-01-01T00:00:00Z"}\n'  # noqa: E501


def evidence(tmp_path, text=LINE):
    file = tmp_path / "e.jsonl"
    file.write_text(text, "utf-8")
    return file


def test_evidence_becomes_tables_and_asks_nobody(bascule, tmp_path):
    done = bascule("survey", evidence(tmp_path), "-o", tmp_path / "out", "--format", "jsonl", "--offline")
    assert (done.status, done.out) == (0, "")
    assert "1 domains, 1 dependencies" in done.err
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
    assert (done.status, "--offline" in done.err) == (2, True)


def test_another_input_in_the_same_folder_is_refused(bascule, tmp_path):
    bascule("survey", evidence(tmp_path), "-o", tmp_path / "out", "--format", "jsonl")
    done = bascule("survey", evidence(tmp_path, LINE * 2), "-o", tmp_path / "out", "--format", "jsonl")
    assert (done.status, "another input" in done.err) == (2, True)
