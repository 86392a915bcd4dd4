"""A file is written whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from bascule import guard


def test_a_file_is_written_and_replaced_with_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "rapport.html"
    guard.write_text(path, "été\n")
    guard.write_text(path, "hiver\r\n")
    assert path.read_bytes() == b"hiver\r\n"
    assert [*tmp_path.iterdir()] == [path]


def test_a_new_file_has_the_rights_of_any_new_file_and_a_replaced_one_keeps_its_own(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    other.write_bytes(b"")
    guard.write_bytes(path, b"1")
    assert path.stat().st_mode == other.stat().st_mode
    path.chmod(0o600)
    guard.write_bytes(path, b"2")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    path = tmp_path / "rapport.html"
    guard.write_text(path, "ancien")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(*((os, "fsync") if call == "fsync" else (Path, "replace")), full)
    with pytest.raises(guard.WriteError) as caught:
        guard.write_text(path, "nouveau")
    assert "rapport.html" in str(caught.value)
    assert path.read_text() == "ancien"
    assert [*tmp_path.iterdir()] == [path]


def test_an_interruption_leaves_nothing_behind_and_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        guard.write_text(tmp_path / "rapport.html", "nouveau")
    assert [*tmp_path.iterdir()] == []


def test_a_missing_folder_is_a_write_error(tmp_path: Path) -> None:
    with pytest.raises(guard.WriteError) as caught:
        guard.write_text(tmp_path / "absent" / "rapport.html", "x")
    assert caught.value.code == "not-written"
    assert caught.value.remedy


def test_a_folder_in_the_way_is_a_write_error(tmp_path: Path) -> None:
    (tmp_path / "rapport").mkdir()
    with pytest.raises(guard.WriteError):
        guard.write_text(tmp_path / "rapport", "x")
    assert [*tmp_path.iterdir()] == [tmp_path / "rapport"]
