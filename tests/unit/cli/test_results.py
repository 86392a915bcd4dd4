"""Results: on standard output or in files, in the form of the option or of the file's ending."""

import csv
import io
import json

import pytest


@pytest.mark.parametrize("form", ["text", "json", "html", "csv"])
def test_a_result_goes_to_standard_output_alone(bascule, tools, form):
    ended = bascule("audit", tools, "--format", form)
    assert (ended.status, ended.err) == (0, "")
    assert "Slack" in ended.out
    assert ended.out.endswith("\n")


def test_each_form_is_what_it_says(bascule, tools):
    assert json.loads(bascule("audit", tools, "--format", "json").out)["schema"] == "bascule.audit/1"
    assert bascule("audit", tools, "--format", "html").out.lstrip().startswith("<!doctype html>")
    assert next(csv.reader(io.StringIO(bascule("audit", tools, "--format", "csv").out)))[0] == "Function"


def test_targets_may_be_repeated_and_are_told(bascule, tools, tmp_path):
    files = [tmp_path / name for name in ("a.json", "a.html", "a.htm", "a.csv", "a.txt", "A.JSON")]
    ended = bascule("audit", tools, *(part for file in files for part in ("-o", file)))
    assert (ended.status, ended.out) == (0, "")
    assert ended.err.splitlines() == [f"Written: {file}" for file in files]
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "A.JSON").read_bytes()
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "a.htm").read_bytes()


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.json.bak"])
def test_an_ending_that_says_no_form_is_wrong_use(bascule, tools, tmp_path, name):
    ended = bascule("audit", tools, "-o", tmp_path / name)
    assert ended.status == 2
    assert "(.csv, .htm, .html, .json, .txt) or with --format" in ended.err
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(("name", "status"), [("b.pdf", 2), ("b", 2), ("folder.html", 4)])
def test_every_target_is_judged_before_any_is_written(bascule, tools, tmp_path, name, status):
    (tmp_path / "folder.html").mkdir()
    ended = bascule("audit", tools, "-o", tmp_path / "a.json", "-o", tmp_path / name)
    assert (ended.status, ended.out) == (status, "")
    assert str(tmp_path / name) in ended.err
    assert not (tmp_path / "a.json").exists()


@pytest.mark.parametrize("form", ["text", "json", "html", "csv"])
def test_equal_inputs_give_equal_bytes(bascule, tools, form):
    first, second = (bascule("audit", tools, "--at", "2026-11-24", "--format", form).out for _ in range(2))
    assert first == second


def test_what_bears_no_date_of_its_own_is_of_the_day_of_the_audit(bascule, tools):
    made = json.loads(bascule("audit", tools, "--at", "2026-11-24", "--format", "json").out)
    assert {item["seen_at"] for item in made["evidence"]} == {"2026-11-24T00:00:00Z"}
    today = json.loads(bascule("audit", tools, "--format", "json").out)
    assert {item["seen_at"] for item in today["evidence"]} == {f"{today['as_of']}T00:00:00Z"}


def test_a_form_that_is_named_wins_over_the_ending(bascule, tools, tmp_path):
    assert bascule("audit", tools, "-o", tmp_path / "a", "--format", "json").status == 0
    assert json.loads((tmp_path / "a").read_bytes())


def test_the_language_of_the_result_is_that_of_the_option(bascule, tools):
    assert "Fonction;" in bascule("audit", tools, "--format", "csv", language="fr").out
    assert "Ce qui s’arrête" in bascule("audit", tools, language="fr").out


def test_what_was_read_later_is_left_out(bascule, tmp_path):
    file = tmp_path / "seen.jsonl"
    line = {"subject": "a.example", "kind": "dns", "question": "MX a.example", "outcome": "present", "source": "x"}
    file.write_text(
        "\n".join(
            json.dumps({**line, "value": [value], "seen_at": f"{day}T10:00:00Z"})
            for value, day in (("10 aspmx.l.google.com.", "2026-01-10"), ("10 mx1.mail.ovh.net.", "2026-02-10"))
        ),
        "utf-8",
    )
    early = json.loads(bascule("audit", file, "--at", "2026-01-31", "--format", "json").out)
    late = json.loads(bascule("audit", file, "--at", "2026-02-28", "--format", "json").out)
    assert (early["as_of"], late["as_of"]) == ("2026-01-31", "2026-02-28")
    assert [row["organisation"] for row in early["dependencies"] if row["role"] == "mailbox"] == ["google"]
    assert [row["organisation"] for row in late["dependencies"] if row["role"] == "mailbox"] == ["ovhcloud"]


def test_a_folder_leaves_aside_what_it_does_not_know(bascule, tools):
    tools.with_name("photo.bin").write_bytes(b"\x00\x01\x02" * 50)
    ended = bascule("audit", tools.parent)
    assert ended.status == 0
    assert "photo.bin: not recognised, left aside." in ended.out.replace("\n", "")


def test_a_file_name_that_is_no_text_is_no_defect(bascule, tools):
    import os

    strange = os.fsencode(tools.parent) + b"/caf\xe9.bin"
    with open(strange, "wb") as file:
        file.write(b"\x00\x01\x02" * 50)
    for form in ("text", "json", "html", "csv"):
        assert bascule("audit", tools.parent, "--format", form).status == 0


CODES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\u2066"


def test_what_was_scanned_cannot_move_the_cursor(bascule, tmp_path):
    file = tmp_path / "seen.jsonl"
    told = {"subject": "firm", "kind": "answer", "question": "ANSWER tool:l.csv#1", "outcome": "present", "value": [f"Saw{CODES}"], "source": "x"}
    file.write_text(json.dumps({**told, "seen_at": "2026-01-10T10:00:00Z"}), "utf-8")
    (tmp_path / "firm.toml").write_text('name = "Oak\\u001b[31m"', "utf-8")
    for arguments in (["audit", tmp_path], ["audit", tmp_path, "--format", "text"], ["cutoff", tmp_path]):
        ended = bascule(*arguments)
        assert ended.status == 0
        assert not set(ended.out + ended.err) & set(CODES) - set(CODES.translate({27: None, 7: None, 0x9B: None, 0x202E: None, 0x2066: None}))
    assert "Saw" in bascule("audit", tmp_path).out


def test_a_message_is_no_markup(bascule):
    assert "[red]x.csv: there is no such" in bascule("audit", "[red]x.csv").err
