"""What files promise as sources beyond the common set: line ends, keys, and that nothing changes."""

from collections import Counter
from pathlib import Path

import pytest

from bascule.move import Source
from tests.unit.move.file_ends import PLAIN, SOURCES, tree


def _all(source: Source) -> dict[tuple[str, ...], list[tuple[str, bytes]]]:
    found = {}
    for folder in source.folders():
        keys = [entry.key for entries in source.entries(folder) for entry in entries]
        found[folder.path] = [(message.entry.key, b"".join(message.body.pieces())) for message in source.fetch(folder, keys)]
    return {path: messages for path, messages in found.items() if messages}


def _content(body: bytes) -> bytes:
    """Return a message without the labels that a Takeout export writes into it."""
    return body.partition(b"\r\n")[2] if body.startswith(b"X-Gmail-Labels") else body


@pytest.fixture(params=list(SOURCES))
def connect(request: pytest.FixtureRequest, tmp_path: Path):
    return SOURCES[request.param](tmp_path, PLAIN)


def test_every_message_comes_byte_by_byte_with_crlf_line_ends(connect) -> None:
    source = connect()
    found = {path: Counter(_content(body) for _, body in messages) for path, messages in _all(source).items()}
    assert found == {path: Counter(bodies) for path, bodies in PLAIN.items()}
    source.close()


def test_the_list_tells_the_size_that_is_carried_and_each_key_once(connect) -> None:
    source = connect()
    for folder in source.folders():
        entries = [entry for some in source.entries(folder) for entry in some]
        assert len({entry.key for entry in entries}) == len(entries)
        sizes = {message.entry.key: message.body.size for message in source.fetch(folder, [entry.key for entry in entries])}
        assert {entry.key: entry.size for entry in entries} == sizes
    source.close()


def test_keys_mean_the_same_in_the_next_run_and_a_few_can_be_asked_for_alone(connect) -> None:
    first, second = connect(), connect()
    held = _all(first)
    for folder in second.folders():
        for key, body in reversed(held.get(folder.path, [])):
            got = list(second.fetch(folder, [key]))
            assert [(message.entry.key, b"".join(message.body.pieces())) for message in got] == [(key, body)]
    first.close()
    second.close()


def test_a_key_that_has_gone_is_left_out(connect) -> None:
    source = connect()
    folder = source.folders()[0]
    assert list(source.fetch(folder, ["0" * 32])) == []
    source.close()


def test_nothing_at_the_source_changes(connect, tmp_path: Path) -> None:
    before = tree(tmp_path)
    source = connect()
    _all(source)
    source.close()
    assert tree(tmp_path) == before
