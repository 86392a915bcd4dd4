"""Inputs are files and folders; what cannot be used is told, and the rest counts."""

import os
from pathlib import Path

import pytest

from bascule.guard import GuardError
from bascule.read import CODES, InputError, read_inputs, stream_inputs

from .conftest import AT, answers, codes

LINE = (
    '{"subject":"a.fr","kind":"dns","question":"MX a.fr","outcome":"absent","code":"NOERROR","source":"resolver 192.0.2.53","seen_at":"2026-01-02T03:04:05Z"}\n'
)


def test_a_folder_means_all_its_files_sorted_and_named_from_it(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "outils.txt").write_text("Ardoise\n")
    (tmp_path / "a.csv").write_text("Outil\nCraie\n")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\0\0")
    (tmp_path / "vide.txt").write_bytes(b" \n")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "x.txt").write_text("Non\n")
    (tmp_path / "~$outils.xlsx").write_text("lock")
    reading = read_inputs([tmp_path], AT)
    assert answers(reading) == {"ANSWER tool:a.csv#2": "Craie", "ANSWER tool:b/outils.txt#1": "Ardoise"}
    assert [(note.code, Path(note.path).name) for note in reading.notes] == [("skipped", "photo.jpg"), ("empty", "vide.txt")]
    assert reading.errors == ()


@pytest.mark.parametrize("name", ["README.md", "readme.txt", "LISEZMOI", "Lisez-moi.txt", "README.jpg"])
def test_what_tells_of_the_folder_itself_is_passed_over_without_a_note(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Ce dossier : Ardoise, Craie\n")
    (tmp_path / "outils.txt").write_text("Plume\n")
    reading = read_inputs([tmp_path], AT)
    assert answers(reading) == {"ANSWER tool:outils.txt#1": "Plume"}
    assert (reading.notes, reading.errors) == ((), ())
    assert codes(read_inputs([tmp_path / name], AT)) == [("not-recognised", None)]


def test_what_is_only_noted_in_a_folder_is_an_error_by_name(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\0\0")
    (tmp_path / "vide.txt").write_bytes(b"\xef\xbb\xbf\r\n")
    reading = read_inputs([tmp_path / "photo.jpg", tmp_path / "vide.txt", tmp_path / "absent"], AT)
    assert [error.code for error in reading.errors] == ["not-recognised", "empty", "missing"]
    for error, name in zip(reading.errors, ("photo.jpg", "vide.txt", "absent"), strict=True):
        assert name in str(error)
        assert error.remedy


def test_the_kind_is_known_by_content_before_suffix(tmp_path: Path) -> None:
    (tmp_path / "preuves.txt").write_text(LINE)
    (tmp_path / "outils.txt").write_text("Ardoise : messagerie\n")
    reading = read_inputs([tmp_path], AT)
    assert [item.question for item in reading.evidence] == ["ANSWER tool:outils.txt#1", "ANSWER tool-function:outils.txt#1", "MX a.fr"]


def test_two_files_of_one_name_do_not_answer_for_each_other(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "outils.txt").write_text(f"Ardoise {folder}\n")
    reading = read_inputs([tmp_path / "a", tmp_path / "b"], AT)
    assert answers(reading) == {"ANSWER tool:outils.txt#1": "Ardoise a", "ANSWER tool:outils.txt~2#1": "Ardoise b"}


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "outils.txt").write_text("Ardoise\n")
    reading = read_inputs([tmp_path, tmp_path / "outils.txt"], AT)
    assert len(reading.evidence) == 1
    assert [note.code for note in reading.notes] == ["repeated"]


def test_a_second_firm_is_an_error_that_names_the_first(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "firm.toml").write_text(f'name = "{folder}"\n')
    reading = read_inputs([tmp_path], AT)
    assert reading.firm is not None
    assert reading.firm.name == "a"
    assert codes(reading) == [("two-firms", None)]
    assert str(Path("a", "firm.toml")) in str(reading.errors[0])


def test_twenty_faults_of_a_file_are_told_and_the_others_counted(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text("{bad\n" * 50 + LINE)
    reading = read_inputs([path], AT)
    assert len(reading.evidence) == 1
    assert len(reading.errors) == 21
    assert (reading.errors[-1].code, reading.errors[-1].details) == ("more-errors", {"count": "30"})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tuyau")
    assert codes(read_inputs([tmp_path / "tuyau"], AT)) == [("not-a-file", None)]
    assert read_inputs([tmp_path], AT).errors == ()


def test_a_link_that_leads_to_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "boucle").symlink_to(tmp_path / "boucle")
    (tmp_path / "dossier").symlink_to(tmp_path)
    assert read_inputs([tmp_path], AT).evidence == ()
    assert codes(read_inputs([tmp_path / "boucle"], AT)) == [("missing", None)]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_closed_file_is_unreadable_and_named(tmp_path: Path) -> None:
    (tmp_path / "e.jsonl").write_text(LINE)
    (tmp_path / "e.jsonl").chmod(0)
    assert codes(read_inputs([tmp_path], AT)) == [("unreadable", None)]


def test_items_come_one_by_one_too(tmp_path: Path) -> None:
    (tmp_path / "e.jsonl").write_text(LINE + "{bad\n")
    first, second = stream_inputs([tmp_path / "e.jsonl"], AT)
    assert type(first).__name__ == "Evidence"
    assert isinstance(second, InputError)


def test_every_fault_has_a_sentence_that_names_file_and_place() -> None:
    error = InputError("unknown-key", "a.jsonl", "7", key="subjet", near="subject")
    assert str(error) == "a.jsonl:7: the key “subjet” is not known. Did you mean “subject”?"
    for code in CODES:
        assert str(InputError(code, "a", "1")).startswith("a:1: ")
    refused = InputError.of(GuardError("bomb", Path("b"), "m", limit="200:1"))
    assert (refused.code, refused.path, refused.place) == ("bomb", "b", "m")
