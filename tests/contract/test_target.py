"""What every target promises, asked of each."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from bascule.move import Body, Entry, Folder, Message
from tests.contract.mail_ends import TARGETS, TargetEnd

pytestmark = pytest.mark.xdist_group("cyrus")
INBOX, DEEP = Folder(path=("INBOX",), generation="1"), Folder(path=("Projets", "Été"), generation="1")
FIRST, SECOND, LARGE = b"Subject: un\r\n\r\n1\r\n", b"Subject: deux\r\n\r\n2\r\n", b"Subject: gros\r\n\r\n" + b"gros " * 300_000


@pytest.fixture(params=TARGETS)
def end(request: pytest.FixtureRequest, tmp_path: Path) -> TargetEnd:
    return TARGETS[request.param](request, tmp_path)


def letters(*bodies: bytes) -> list[Message]:
    date = datetime(2020, 10, 25, 0, 30, tzinfo=UTC)
    return [Message(Entry(str(number), len(data), ("\\Seen",), date), Body(data)) for number, data in enumerate(bodies, 1)]


def _all(_size: int) -> bool:
    return True


def _digests(*bodies: bytes) -> list[bytes]:
    return sorted(sha256(body).digest() for body in bodies)


def test_what_is_stored_is_held_under_its_digest_also_by_whoever_comes_later(end: TargetEnd) -> None:
    opened = end.connect()
    opened.open(INBOX)
    assert [one.said for one in opened.store(letters(FIRST, LARGE, FIRST))] == ["", "", ""]
    assert sorted(digest for _, digest in opened.held("", _all)) == _digests(FIRST, LARGE, FIRST)
    opened.close()
    later = end.connect()
    later.open(INBOX)
    held = list(later.held("", _all))
    assert sorted(digest for _, digest in held) == _digests(FIRST, LARGE, FIRST)
    assert len({key for key, _ in held}) == 3
    later.close()


def test_keys_that_are_told_are_those_under_which_it_is_held(end: TargetEnd) -> None:
    opened = end.connect()
    opened.open(DEEP)
    stored = opened.store(letters(FIRST, SECOND))
    held = dict(opened.held("", _all))
    for one, body in zip(stored, (FIRST, SECOND), strict=True):
        assert one.key is None or held[one.key] == sha256(body).digest()
    opened.close()


def test_from_a_mark_on_exactly_what_came_after_it_is_held(end: TargetEnd) -> None:
    opened = end.connect()
    place = opened.open(INBOX)
    opened.store(letters(FIRST))
    mark = opened.mark()
    assert list(opened.held(mark, _all)) == []
    opened.store(letters(SECOND, FIRST))
    assert sorted(digest for _, digest in opened.held(mark, _all)) == _digests(SECOND, FIRST)
    assert sorted(digest for _, digest in opened.held(place.mark, _all)) == _digests(FIRST, SECOND, FIRST)
    opened.close()
    later = end.connect()
    later.open(INBOX)
    assert sorted(digest for _, digest in later.held(mark, _all)) == _digests(SECOND, FIRST)
    later.close()


def test_only_sizes_that_are_wanted_are_read(end: TargetEnd) -> None:
    opened = end.connect()
    opened.open(INBOX)
    opened.store(letters(FIRST, LARGE))
    assert [digest for _, digest in opened.held("", lambda size: size == len(FIRST))] == _digests(FIRST)
    opened.close()


def test_a_folder_opened_twice_is_the_same_place(end: TargetEnd) -> None:
    opened = end.connect()
    first = opened.open(DEEP)
    opened.open(INBOX)
    same = opened.open(DEEP)
    assert (same.path, same.generation) == (first.path, first.generation)
    opened.close()
    later = end.connect()
    again = later.open(DEEP)
    assert (again.path, again.generation) == (first.path, first.generation)
    assert list(later.held("", _all)) == []
    later.close()


def test_nothing_stored_is_nothing_changed(end: TargetEnd) -> None:
    opened = end.connect()
    opened.open(INBOX)
    mark = opened.mark()
    assert opened.store([]) == []
    assert opened.mark() == mark
    assert list(opened.held("", _all)) == []
    opened.close()


def test_a_refused_message_is_not_there_and_holds_up_no_other(end: TargetEnd) -> None:
    if end.refusable is None:
        pytest.skip("it takes every message")
    opened = end.connect()
    opened.open(INBOX)
    stored = opened.store(letters(FIRST, end.refusable, SECOND))
    assert [bool(one.said) for one in stored] == [False, True, False]
    assert sorted(digest for _, digest in opened.held("", _all)) == _digests(FIRST, SECOND)
    opened.close()
