"""What every source promises, asked of each."""

from collections import Counter
from pathlib import Path

import pytest

from bascule.move import Entry, Folder
from tests.contract.mail_ends import SOURCES, Letters, SourceEnd

pytestmark = pytest.mark.xdist_group("cyrus")
INBOX, DEEP = ("INBOX",), ("Projets", "Été")
LETTERS: Letters = {
    INBOX: [b"Subject: %d\r\n\r\nun\r\n" % number for number in range(7)] + [b"Subject: 0\r\n\r\nun\r\n", b"Subject: z\r\n\r\n" + b"gros " * 300_000],
    ("Projets",): [],
    DEEP: [b"Subject: seul\r\n\r\n"],
}


@pytest.fixture(params=SOURCES)
def end(request: pytest.FixtureRequest, tmp_path: Path) -> SourceEnd:
    return SOURCES[request.param](request, tmp_path, LETTERS)


def _folder(end: SourceEnd, path: tuple[str, ...]) -> Folder:
    return next(folder for folder in _folders(end) if folder.path == path)


def _folders(end: SourceEnd) -> list[Folder]:
    opened = end.connect()
    found = opened.folders()
    opened.close()
    return found


def _entries(end: SourceEnd, folder: Folder) -> list[Entry]:
    opened = end.connect()
    found = [entry for some in opened.entries(folder) for entry in some]
    opened.close()
    return found


def test_folders_are_all_there_with_parents_first_and_the_same_each_time(end: SourceEnd) -> None:
    folders = _folders(end)
    paths = [folder.path for folder in folders]
    assert {INBOX, DEEP} <= set(paths)
    assert len(set(paths)) == len(paths)
    assert all(path[:-1] not in paths or paths.index(path[:-1]) < place for place, path in enumerate(paths))
    assert _folders(end) == folders


def test_a_list_has_each_message_once_and_is_the_same_each_time(end: SourceEnd) -> None:
    for path, bodies in LETTERS.items():
        if path in {folder.path for folder in _folders(end)}:
            entries = _entries(end, _folder(end, path))
            assert len({entry.key for entry in entries}) == len(entries) == len(bodies)
            assert _entries(end, _folder(end, path)) == entries


def test_what_is_fetched_is_what_was_listed_and_nothing_else(end: SourceEnd) -> None:
    opened = end.connect()
    opened.folders()
    for path in (INBOX, DEEP):
        folder = _folder(end, path)
        entries = {entry.key: entry for some in opened.entries(folder) for entry in some}
        messages = list(opened.fetch(folder, list(entries)))
        assert Counter(b"".join(message.body.pieces()) for message in messages) == Counter(LETTERS[path])
        assert sorted(message.entry.key for message in messages) == sorted(entries)
        assert all(message.entry.size == message.body.size for message in messages)
        assert all((message.entry.flags, message.entry.date) == (entries[message.entry.key].flags, entries[message.entry.key].date) for message in messages)
    opened.close()


def test_of_several_keys_those_that_are_there_are_given_once(end: SourceEnd) -> None:
    folder = _folder(end, INBOX)
    first, *_, last = _entries(end, folder)
    opened = end.connect()
    assert sorted(message.entry.key for message in opened.fetch(folder, [last.key, end.missing, first.key])) == sorted([first.key, last.key])
    assert list(opened.fetch(folder, [end.missing])) == []
    assert list(opened.fetch(folder, [])) == []
    assert [message.entry.key for message in opened.fetch(folder, [first.key])] == [first.key]
    opened.close()


def test_nothing_at_the_source_changes_whatever_is_asked(end: SourceEnd) -> None:
    before = end.state()
    opened = end.connect()
    for folder in opened.folders():
        keys = [entry.key for some in opened.entries(folder) for entry in some]
        assert len(list(opened.fetch(folder, keys))) == len(keys)
    opened.close()
    assert end.state() == before
