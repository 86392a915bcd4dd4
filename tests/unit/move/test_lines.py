from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from bascule.move.files.lines import Pieces, blocks, body, carried, folded, folds, is_bare

TEXT = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b">", b"From ", b"\0"]), max_size=12).map(b"".join)


def _cut(data: bytes, size: int) -> Pieces:
    def pieces() -> Iterator[bytes]:
        yield from (data[start : start + size] for start in range(0, len(data), size))

    return pieces


@given(TEXT, st.integers(1, 4))
def test_a_message_that_folds_comes_back_exactly_from_its_file(data: bytes, size: int) -> None:
    pieces = _cut(data, size)
    if folds(pieces()):
        file = b"".join(folded(pieces()))
        assert b"".join(carried(_cut(file, size))) == data


@given(TEXT, st.integers(1, 4))
def test_a_message_that_does_not_fold_is_kept_as_it_is_or_is_marked(data: bytes, size: int) -> None:
    pieces = _cut(data, size)
    if not folds(pieces()):
        assert b"".join(carried(pieces)) == data or is_bare(pieces())


@given(TEXT, st.integers(1, 4))
def test_a_file_is_carried_with_crlf_only_when_it_has_none(data: bytes, size: int) -> None:
    found = b"".join(carried(_cut(data, size)))
    assert found == (data if b"\r\n" in data else data.replace(b"\n", b"\r\n"))


@given(TEXT, st.integers(1, 4))
def test_blocks_are_the_whole_and_say_truly_whether_they_begin_a_line(data: bytes, size: int) -> None:
    found, place = list(blocks(_cut(data, size)())), 0
    for begins, block in found:
        assert begins == (place == 0 or data[place - 1 : place] == b"\n")
        place += len(block)
    assert b"".join(block for _, block in found) == data


def test_a_large_body_waits_outside_of_memory_and_is_the_same() -> None:
    data = b"0123456789abcde\n" * 100_000
    assert b"".join(body(_cut(data, 70_000)()).pieces()) == data
