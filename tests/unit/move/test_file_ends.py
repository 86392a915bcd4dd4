"""Files as ends: their addresses, what can be read and what can be written, and that each fault has its sentence."""

from pathlib import Path

import pytest

from bascule.move import Access, MoveError, Note, address, source, target
from bascule.move.verify import reader
from bascule.report import move_error, move_note
from bascule.report.words import Words


@pytest.mark.parametrize(
    ("text", "path", "options"),
    [
        ("mbox:/a?quoting=mboxo", "/a", {"quoting": "mboxo"}),
        ("takeout:/a b?labels=copies", "/a b", {"labels": "copies"}),
        ("mbox:/was?", "/was?", {}),
        ("mbox:/was?labels=first", "/was?labels=first", {}),
        ("maildir:/a?quoting=none", "/a?quoting=none", {}),
        ("mbox:/a?b?quoting=none", "/a?b", {"quoting": "none"}),
    ],
)
def test_a_choice_stands_behind_the_name_and_any_other_question_mark_belongs_to_it(text: str, path: str, options: dict[str, str]) -> None:
    end = address(text)
    assert (end.path, end.options) == (Path(path), options)
    assert address(str(end)) == end


def test_each_of_several_accounts_has_a_place_of_its_own() -> None:
    assert address("maildir:/kept", "marie@exemple.fr").path == Path("/kept/marie@exemple.fr")
    assert address("pst:/old?x", "marie.pst").path == Path("/old?x/marie.pst")
    for user in ("..", "a/b", "/etc"):
        with pytest.raises(MoveError):
            address("maildir:/kept", user)


@pytest.mark.parametrize("scheme", ["maildir", "mbox", "takeout", "pst"])
def test_a_source_that_is_not_there_is_said_by_mover_and_check(tmp_path: Path, scheme: str) -> None:
    end = address(f"{scheme}:{tmp_path}/none")
    for opened in (source(end, Access()), lambda: reader(end, Access())):
        with pytest.raises(MoveError) as found:
            opened()
        assert found.value.code == "source-missing"


@pytest.mark.parametrize("scheme", ["takeout", "pst"])
def test_what_can_only_be_read_is_no_target(scheme: str) -> None:
    with pytest.raises(MoveError) as found:
        target(address(f"{scheme}:/x"), Access())
    assert found.value.code == "no-target"


def test_a_file_where_a_maildir_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with pytest.raises(MoveError) as found:
        target(address(f"maildir:{tmp_path}/x"), Access())()
    assert found.value.code == "no-folder"


DETAILS = {
    "file": "/x", "said": "s", "names": "n", "member": "m", "program": "p", "minutes": "3", "value": "v", "name": "n", "choices": "c",
}  # fmt: skip


@pytest.mark.parametrize(
    "code",
    [
        "source-missing", "not-maildir", "not-mbox", "not-takeout", "several-exports", "archive", "locked-archive", "bomb", "program-missing", "pst",
        "pst-slow", "pst-empty", "no-folder", "option",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_fault_has_a_sentence(code: str, language: str) -> None:
    said = move_error(code, DETAILS, Words(language))
    assert code not in said or code in ("archive", "bomb", "pst")
    assert said.endswith(".")


@pytest.mark.parametrize(
    "note", [Note(what, ("a",), "7") for what in ("cut", "no-beginning", "damaged", "missing-part", "mail-only")], ids=lambda note: note.what
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_note_has_a_sentence(note: Note, language: str) -> None:
    assert move_note(note.what, "/".join(note.path), note.details, Words(language)).endswith(".")
