"""A zip archive is judged by its directory before anything is unpacked."""

import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bascule.guard import Archive, GuardError

from .bombs import deflated, zip_bomb, zipped
from .memory import peak_mb


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def unpack(path: Path) -> None:
    with Archive(path) as opened:
        for name in opened.names:
            list(opened.pieces(name))


def code(path: Path) -> str:
    with pytest.raises(GuardError) as caught:
        unpack(path)
    assert str(path) in str(caught.value)
    return caught.value.code


def test_members_are_read_in_pieces_and_an_absent_one_is_empty(tmp_path: Path) -> None:
    with Archive(archive(tmp_path / "a.zip", un=b"1" * 100_000, deux=b"2")) as opened:
        assert opened.names == {"un", "deux"}
        assert b"".join(opened.pieces("un")) == b"1" * 100_000
        assert list(opened.pieces("trois")) == []


def test_a_bomb_is_refused_without_unpacking(tmp_path: Path) -> None:
    path = tmp_path / "bombe.xlsx"
    path.write_bytes(zip_bomb())
    assert path.stat().st_size < 3_000_000
    assert code(path) == "bomb"
    assert peak_mb("read.read_inputs([path], at)", path) < 64


def test_a_member_that_lies_about_its_size_is_not_read_beyond_it(tmp_path: Path) -> None:
    data, check = deflated(64)
    path = tmp_path / "menteur.zip"
    path.write_bytes(zipped("petit", data, check, 1000))
    assert code(path) == "corrupt"


def test_too_many_members_are_refused_before_the_directory_is_loaded(tmp_path: Path) -> None:
    data, check = deflated(0)
    path = tmp_path / "foule.zip"
    path.write_bytes(zipped("x", data, check, 0, times=10_001))
    assert code(path) == "bomb"
    path.write_bytes(zipped("x" * 400, data, check, 0, times=30_000, declared_count=1))
    assert code(path) == "bomb"


def test_small_members_that_add_up_are_refused(tmp_path: Path) -> None:
    data, check = deflated(1)
    path = tmp_path / "somme.zip"
    path.write_bytes(zipped("x", data, check, 2**20, times=300))
    assert code(path) == "bomb"


def test_an_archive_within_an_archive_is_refused_and_its_place_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"dans/b.zip": b"PK"})
    assert code(path) == "bad-archive"


def test_an_archive_cut_short_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", un=b"1" * 1000)
    path.write_bytes(path.read_bytes()[:-30])
    assert code(path) == "bad-archive"


def test_a_damaged_member_is_corrupt(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", un=bytes(range(256)) * 50)
    data = bytearray(path.read_bytes())
    data[60:80] = b"\xff" * 20
    path.write_bytes(data)
    assert code(path) == "corrupt"


def test_a_missing_archive_is_unreadable(tmp_path: Path) -> None:
    assert code(tmp_path / "absent.zip") == "unreadable"


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 400), value=st.integers(0, 255))
def test_any_changed_byte_gives_content_or_a_guard_error(tmp_path_factory, at: int, value: int) -> None:
    members = {"un": b"un deux trois" * 20, "deux": b"2"}
    path = archive(tmp_path_factory.mktemp("zip") / "a.zip", **members)
    data = bytearray(path.read_bytes())
    data[at % len(data)] = value
    path.write_bytes(data)
    found: list[bytes] = []
    with suppress(GuardError), Archive(path) as opened:
        for name in opened.names:
            found.append(b"".join(opened.pieces(name)))
    assert set(found) <= set(members.values())
