"""What files promise as targets beyond the common set: mail that no server would make, names in any script, flags and dates for the check."""

from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from bascule.move import Access, Folder, Target, address
from bascule.move.verify import reader
from tests.unit.move.file_ends import AT, PLAIN, READERS, TARGETS, message, tree

INBOX = Folder(path=("INBOX",))
ODD = [
    b"", b"\r\n", b"\n", b"\r", b"x", b"x\r\n\r\n\r\n",
    b"Subject: lf\n\nlf\n", b"mixed\r\n\nends\r\n", b"stray \r here\r\n", b"\r\r\n", b"From \r\n", b">From x",
    b"From a@b Sat Feb 29 12:30:59 2020\r\n\r\nFrom a@b Sat Feb 29 12:30:59 2020\r\n", b"Status: O\r\nX-Keywords: no\r\n\r\n", b" continued\r\n\r\n", b"a\0\0b",
]  # fmt: skip
"""Messages that no server would make, and that are mail all the same."""


@pytest.fixture(params=list(TARGETS))
def connect(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Target]:
    return TARGETS[request.param](tmp_path)


def _held(target: Target, since: str = "") -> Counter[bytes]:
    return Counter(digest for _, digest in target.held(since, lambda _: True))


def _digests(bodies: list[bytes]) -> Counter[bytes]:
    return Counter(sha256(body).digest() for body in bodies)


def test_what_is_stored_is_held_byte_by_byte_under_the_key_that_was_told(connect: Callable[[], Target]) -> None:
    bodies = ODD + PLAIN[("INBOX",)]
    target = connect()
    target.open(INBOX)
    stored = target.store([message(number, body) for number, body in enumerate(bodies)])
    assert not [one for one in stored if one.said or one.lost]
    target.close()
    again = connect()
    again.open(INBOX)
    held = dict(again.held("", lambda _: True))
    assert [held[one.key] for one in stored if one.key] == [sha256(body).digest() for body in bodies]


def test_held_from_a_mark_on_is_what_came_since(connect: Callable[[], Target]) -> None:
    target = connect()
    target.open(INBOX)
    target.store([message(1, b"one\r\n"), message(2, b"two\r\n")])
    mark = target.mark()
    assert _held(target, mark) == Counter()
    target.store([message(3, b"three\r\n"), message(4, b"one\r\n")])
    target.close()
    again = connect()
    assert again.open(INBOX).mark != mark
    assert _held(again, mark) == _digests([b"three\r\n", b"one\r\n"])
    assert _held(again) == _digests([b"one\r\n", b"two\r\n", b"three\r\n", b"one\r\n"])


def test_only_wanted_sizes_are_read(connect: Callable[[], Target]) -> None:
    target = connect()
    target.open(INBOX)
    target.store([message(1, b"one\r\n"), message(2, b"three\r\n")])
    assert Counter(digest for _, digest in target.held("", lambda size: size == 5)) == _digests([b"one\r\n"])


def test_a_place_keeps_its_name_and_its_generation(connect: Callable[[], Target]) -> None:
    folder = Folder(path=("Clients", "Été", "日本 & Ко"))
    target = connect()
    first = target.open(folder)
    target.store([message(1, b"x\r\n")])
    target.open(INBOX)
    second = target.open(folder)
    target.close()
    third = connect().open(folder)
    assert (first.path, first.generation) == (second.path, second.generation) == (third.path, third.generation)


def test_nothing_that_stood_there_changes(connect: Callable[[], Target], tmp_path: Path) -> None:
    target = connect()
    target.open(INBOX)
    target.store([message(1, b"before\r\n")])
    before = {name: (size, digest) for name, (digest, size, _) in tree(tmp_path).items() if "keywords" not in name}
    for folder in (INBOX, Folder(path=("Neu",))):
        target.open(folder)
        target.store([message(2, b"after\r\n", ("Fresh",))])
    for name, (size, _) in before.items():
        start = Path(name).read_bytes()[:size]
        assert sha256(start).hexdigest() == before[name][1]


@pytest.mark.parametrize("kind", list(READERS))
@pytest.mark.parametrize(
    "path",
    [
        ("INBOX",),
        ("INBOX", "Sous"),
        ("Été",),
        ("a/b", "c.d"),
        ("..", "."),
        (" ",),
        ("x" * 300, "y" * 300),
        ("l\nf", "nul\0"),
        ("name.mbox", "b.sbd"),
        ("日本", "Ко"),
    ],
    ids=repr,
)
def test_the_reader_of_the_check_finds_bytes_flags_and_dates_under_any_name(tmp_path: Path, kind: str, path: tuple[str, ...]) -> None:
    target = TARGETS[kind](tmp_path)()
    place = target.open(Folder(path=path))
    flags = ("$Forwarded", "Client-7", "\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen", "été")
    target.store([message(number, body, flags if number % 2 else ()) for number, body in enumerate(ODD)])
    seen = list(reader(address(READERS[kind].format(root=tmp_path)), Access()).read(place.path))
    assert Counter(one.digest for one in seen) == _digests(ODD)
    assert Counter(one.flags for one in seen) == Counter({frozenset(): 8, frozenset(flag.lower() for flag in flags): 8})
    assert {one.date for one in seen} == {AT}
    assert {one.name for one in tmp_path.iterdir()} <= {"m", "b", "one.mbox", "one.mbox.sbd", "v"}
