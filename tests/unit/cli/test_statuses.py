"""The exit statuses of docs/command-line.md, and what is said with each."""

import io
import re
import sys

import pytest

from bascule.cli import app, audit, main
from bascule.cli.context import forgiving

LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


def test_0_done(bascule, tools):
    ended = bascule("audit", tools)
    assert ended.status == 0
    assert "Slack" in ended.out
    assert ended.err == ""


@LANGUAGES
@pytest.mark.parametrize(
    ("arguments", "french", "english"),
    [
        (["audit"], "Il manque INPUT…", "INPUT… is missing."),
        (["cutoff"], "Il manque INPUT…|AUDIT", "INPUT…|AUDIT is missing."),
        (["audit", "x.csv", "--format", "pdf"], "--format : choisissez parmi text, json, html, csv.", "--format: choose one of text, json, html, csv."),
        (["audit", "x.csv", "--at", "2026-13-45"], "--at : cette valeur ne convient pas.", "--at: this value does not fit."),
        (["cutoff", "x.csv", "--notice", "-1"], "--notice : cette valeur ne convient pas.", "--notice: this value does not fit."),
        (["audit", "x.csv", "-o"], "-o : il manque une valeur.", "-o: a value is missing."),
        (["audit", "--formt", "x"], "L’option --formt n’existe pas. Vouliez-vous dire : --format ?", "There is no option --formt. Did you mean: --format?"),
        (["dance"], "Pas de commande 'dance'.", "No such command 'dance'."),
    ],
)
def test_2_wrong_use_is_told_in_the_users_language(bascule, language, arguments, french, english):
    ended = bascule(*arguments, language=language)
    assert ended.status == 2
    assert ended.out == ""
    said = ended.err.replace("\u202f", " ").replace("\u00a0", " ")
    assert said.startswith(french if language == "fr" else english)
    assert "--help" in said.splitlines()[-1]


@LANGUAGES
@pytest.mark.parametrize("wish", [("--lang", "de"), ("--lang=de",)])
def test_2_a_language_that_is_not_spoken(bascule, tools, language, wish):
    ended = bascule("audit", tools, *wish, language=language)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.replace("\u202f", " ").replace("\u00a0", " ") == (
        "--lang de : choisissez fr ou en.\n" if language == "fr" else "--lang de: choose fr or en.\n"
    )
    assert bascule("audit", tools, "--lang", "EN-GB").status == 0


def test_2_no_arguments_show_the_help(bascule):
    ended = bascule()
    assert ended.status == 2
    assert "audit" in ended.err
    assert "See:" not in ended.err


@pytest.mark.parametrize("name", ["exemple.fr", "www.exemple.fr", "EXEMPLE.FR", "xn--caf-dma.fr"])
def test_2_a_domain_is_not_asked_about_when_nothing_may_be(bascule, name):
    ended = bascule("audit", "--offline", name)
    assert ended.status == 2
    asked = name.lower().removeprefix("www.")
    assert ended.err == f"{asked}: with --offline nothing is asked. Give a file or a folder.\n"


@pytest.mark.parametrize("name", ["tools.csv", "nowhere/tools.csv", "exemple.fr/tools", "firm.toml", "notes"])
def test_3_a_missing_file_is_no_domain(bascule, name):
    ended = bascule("audit", name)
    assert (ended.status, ended.err) == (3, f"{name}: there is no such file or folder. Check the name.\n")


def test_3_good_and_bad_together_write_the_good(bascule, tools, tmp_path):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"subject":"a.example","kind":"dns"', "utf-8")
    result = tmp_path / "audit.json"
    ended = bascule("audit", tools, bad, tmp_path / "gone.xlsx", "-o", result)
    assert ended.status == 3
    assert f"{bad}:1: " in ended.err
    assert f"{tmp_path / 'gone.xlsx'}: there is no such file" in ended.err
    assert '"slack"' in result.read_text("utf-8")


def test_3_nothing_readable_writes_nothing(bascule, tmp_path):
    bad, result = tmp_path / "bad.bin", tmp_path / "page.html"
    bad.write_bytes(bytes(range(256)))
    assert bascule("audit", bad, "-o", result).status == 3
    assert not result.exists()


def test_3_an_audit_given_as_input_is_told_how_to_show_it(bascule, audit_file):
    ended = bascule("audit", audit_file)
    assert ended.status == 3
    assert "bascule report" in ended.err


def test_4_a_target_that_cannot_be_written_is_named_and_the_old_file_stays(bascule, tools, tmp_path, monkeypatch):
    old = tmp_path / "page.html"
    old.write_text("old", "utf-8")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    ended = bascule("audit", tools, "-o", old)
    assert ended.status == 4
    assert str(old) in ended.err
    assert "No space left on device" in ended.err
    assert old.read_text("utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "tools.csv"]


@pytest.mark.parametrize("target", ["nowhere/page.html", "", "."])
def test_4_a_folder_or_a_missing_folder(bascule, tools, tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    assert bascule("audit", tools, "-o", target, "--format", "html").status == 4


def test_4_what_was_written_before_stays(bascule, tools, tmp_path):
    first = tmp_path / "a.json"
    assert bascule("audit", tools, "-o", first, "-o", tmp_path / "nowhere/b.json").status == 4
    assert first.exists()


@LANGUAGES
def test_70_a_defect_is_called_one(bascule, tools, monkeypatch, language):
    monkeypatch.setattr(audit, "give", lambda *_: 1 / 0)
    ended = bascule("audit", tools, language=language)
    assert ended.status == 70
    assert "ZeroDivisionError" in ended.err
    assert ("défaut de Bascule" if language == "fr" else "defect of Bascule") in ended.err
    assert ended.out == ""


@LANGUAGES
def test_130_interrupted(bascule, tools, monkeypatch, language):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(audit, "give", interrupt)
    ended = bascule("audit", tools, language=language)
    assert ended.status == 130
    assert ended.err == ("Interrompu.\n" if language == "fr" else "Interrupted.\n")


def test_main_exits_with_the_status(tools, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["audit", str(tools), "--lang", "en"])
    assert ended.value.code == 0
    assert "Who holds the switch?" in capsys.readouterr().out


def test_the_version_is_printed(bascule):
    ended = bascule("--version")
    assert ended.status == 0
    assert re.fullmatch(r"bascule \d+\.\d+\.\d+\S*\n", ended.out)


@LANGUAGES
@pytest.mark.parametrize("command", [[], ["audit"], ["cutoff"], ["couper"], ["report"], ["catalogue"], ["catalogue", "check"]])
def test_help_is_in_the_users_language(bascule, language, command):
    ended = bascule(*command, "--help", language=language)
    assert ended.status == 0
    assert ("Montre cette aide" if language == "fr" else "Show this help") in ended.out
    assert ("Emploi" if language == "fr" else "Usage") in ended.out


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", "? Qui ?"), ("cp1252", "é Qui ?")])
def test_a_terminal_with_few_letters_is_no_defect(encoding, shown):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    forgiving(stream)
    stream.write("é Qui\u202f?")
    stream.flush()
    assert stream.buffer.getvalue().decode(encoding) == shown


def test_a_stream_that_is_no_terminal_at_all_is_left_alone():
    forgiving(object(), sys.__stdout__)
    assert app.forgiving is forgiving
