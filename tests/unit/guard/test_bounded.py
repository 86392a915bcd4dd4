"""Files are read in pieces, unpacked on the way, and never beyond the limits."""

import gzip
import os
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from bascule import guard
from bascule.guard import bounded

from .bombs import gzip_bomb, zstd_bomb
from .memory import peak_mb

TEXT = b"un\r\ndeux\n\ntrois"


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_a_file_reads_alike_plain_and_packed(tmp_path: Path, pack) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(TEXT))
    assert guard.read_bytes(path) == TEXT
    assert list(guard.lines(path)) == [(1, b"un"), (2, b"deux"), (3, b""), (4, b"trois")]
    assert guard.head(path, 2) == b"un"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_members_packed_one_after_the_other_are_one_content(tmp_path: Path, pack) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(b"un\n") + pack(b"") + pack(b"deux\n"))
    assert guard.read_bytes(path) == b"un\ndeux\n"


def test_zeros_after_the_last_gzip_member_are_padding(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(TEXT) + b"\0" * 512)
    assert guard.read_bytes(path) == TEXT


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_packed_file_cut_anywhere_is_corrupt_and_never_shorter_in_silence(tmp_path: Path, pack) -> None:
    path = tmp_path / "file"
    whole = pack(os.urandom(200_000) + TEXT * 2000)
    for cut in [*range(5, 40), *range(60, len(whole), 1709), *range(len(whole) - 40, len(whole))]:
        path.write_bytes(whole[:cut])
        with pytest.raises(guard.GuardError) as caught:
            guard.read_bytes(path)
        assert caught.value.code == "corrupt"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_what_stands_before_the_cut_is_still_given(tmp_path: Path, pack) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(os.urandom(300_000).replace(b"\n", b"") + b"\n" + os.urandom(300_000))[:500_000])
    given_lines = guard.lines(path)
    assert next(given_lines)[0] == 1
    with pytest.raises(guard.GuardError):
        list(given_lines)


@pytest.mark.parametrize("make", [gzip_bomb, zstd_bomb])
def test_a_bomb_is_refused_by_name(tmp_path: Path, make) -> None:
    path = tmp_path / "bombe.jsonl"
    path.write_bytes(make())
    assert path.stat().st_size < 2_000_000
    with pytest.raises(guard.GuardError) as caught:
        for _ in guard.chunks(path):
            pass
    assert caught.value.code == "bomb"
    assert str(path) in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize("make", [gzip_bomb, zstd_bomb])
def test_a_bomb_costs_no_memory(tmp_path: Path, make) -> None:
    path = tmp_path / "bombe.jsonl"
    path.write_bytes(make())
    body = """
        try:
            for _ in guard.lines(path): pass
        except guard.GuardError:
            pass
    """
    assert peak_mb(body, path) < 64


def test_a_frame_that_asks_for_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.zst"
    parameters = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    path.write_bytes(packer.compress(TEXT) + packer.flush())
    with pytest.raises(guard.GuardError):
        guard.read_bytes(path)


def test_a_file_within_the_limit_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 1000)
    assert len(guard.read_bytes(path, 1000)) == 1000
    with pytest.raises(guard.GuardError) as caught:
        guard.read_bytes(path, 999)
    assert caught.value.code == "too-large"


def test_a_line_beyond_its_cap_is_skipped_and_the_next_ones_count(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a\n" + b"x" * 200_000 + b"\nb\n" + b"y" * 100 + b"\n" + b"z" * 300_000)
    got = list(guard.lines(path, 100_000))
    assert got == [(1, b"a"), (2, None), (3, b"b"), (4, b"y" * 100), (5, None)]


def test_a_line_that_never_ends_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(128 * 2**20)
    assert peak_mb("for _ in guard.lines(path): pass", path) < 64


def test_a_missing_file_is_unreadable_and_named(tmp_path: Path) -> None:
    with pytest.raises(guard.GuardError) as caught:
        guard.read_bytes(tmp_path / "absent")
    assert caught.value.code == "unreadable"
    assert "absent" in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=3000), max_line=st.integers(1, 50))
def test_lines_are_those_of_the_file_whatever_the_pieces(tmp_path_factory, data: bytes, max_line: int) -> None:
    path = tmp_path_factory.mktemp("lines") / "file"
    path.write_bytes(b"#" + data)
    whole = (b"#" + data).split(b"\n")
    whole = whole[:-1] if whole[-1] == b"" else whole
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounded, "CHUNK", 7)
        got = list(guard.lines(path, 10_000))
        capped = list(guard.lines(path, max_line))
    assert got == [(number, line.removesuffix(b"\r")) for number, line in enumerate(whole, 1)]
    assert [number for number, _ in capped] == [number for number, _ in got]


@settings(max_examples=150, deadline=None)
@given(start=st.sampled_from([b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b""]), data=st.binary(max_size=500))
def test_any_bytes_give_content_or_a_guard_error(tmp_path_factory, start: bytes, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(start + data)
    assert fault(path) in (None, "corrupt", "bomb", "too-large")


def fault(path: Path) -> str | None:
    try:
        guard.read_bytes(path)
    except guard.GuardError as error:
        return error.code
    return None


@given(st.lists(st.binary(min_size=1, max_size=9).map(lambda piece: piece.replace(b"x", b"\n")), max_size=12))
def test_blocks_hold_each_line_once_and_skip_those_that_are_too_long(pieces):
    longest, found = 9, []
    for block in guard.blocks(pieces, longest):
        found += [None] if block is None else block.removesuffix(b"\n").split(b"\n")
        assert block is None or block.endswith(b"\n")
    whole = b"".join(pieces)
    expected = whole.removesuffix(b"\n").split(b"\n") if whole else []
    assert found == [line if len(line) <= longest else None for line in expected]
