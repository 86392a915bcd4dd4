import errno
import gzip
import os
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from bascule.model import Receipt
from bascule.move import Access, Folder, Journal, MoveError, Mover, address
from bascule.move.maildir import layout
from bascule.move.maildir.source import MaildirSource
from bascule.move.maildir.target import MaildirTarget
from bascule.move.verify import reader, verify
from tests.unit.move.file_ends import message
from tests.unit.move.memory import Mail, MemorySource

INBOX = ("INBOX",)


def _deliver(folder: Path, name: str, data: bytes, part: str = "cur") -> Path:
    for one in ("cur", "new", "tmp"):
        (folder / one).mkdir(parents=True, exist_ok=True)
    file = folder / part / name
    file.write_bytes(data)
    return file


def _bodies(source: MaildirSource, path: tuple[str, ...] = INBOX) -> dict[str, tuple[bytes, tuple[str, ...]]]:
    folder = Folder(path=path)
    keys = [entry.key for some in source.entries(folder) for entry in some]
    return {one.entry.key: (b"".join(one.body.pieces()), one.entry.flags) for one in source.fetch(folder, keys)}


def test_files_with_lf_come_with_crlf_and_any_other_byte_by_byte(tmp_path: Path) -> None:
    for name, data in {"lf": b"a: b\n\nx\n", "crlf": b"a: b\r\n\r\nx\r\n", "mixed": b"a: b\r\n\nx\n", "stray": b"a\rb\n", "none": b"x"}.items():
        _deliver(tmp_path, f"{name}:2,", data)
    found = {key: body for key, (body, _) in _bodies(MaildirSource(tmp_path)).items()}
    assert found == {"lf": b"a: b\r\n\r\nx\r\n", "crlf": b"a: b\r\n\r\nx\r\n", "mixed": b"a: b\r\n\nx\n", "stray": b"a\rb\r\n", "none": b"x"}


def test_flags_are_in_the_name_and_keywords_in_the_list_of_the_folder(tmp_path: Path) -> None:
    _deliver(tmp_path, "1:2,FSac", b"x")
    _deliver(tmp_path, "2:2,DPRTz", b"x")
    _deliver(tmp_path, "3:2,S", b"x", "new")
    (tmp_path / layout.KEYWORDS).write_text("0 NonJunk\n2 Été\nrubbish\n99 Far\n")
    flags = {key: flags for key, (_, flags) in _bodies(MaildirSource(tmp_path)).items()}
    assert flags == {"1": ("&AMk-t&AOk-", "NonJunk", "\\Flagged", "\\Seen"), "2": ("$Forwarded", "\\Answered", "\\Deleted", "\\Draft"), "3": ()}


def test_the_date_is_that_of_the_file_and_the_oldest_comes_first(tmp_path: Path) -> None:
    for name, when in (("b", 1_000_000_000), ("a", 1_600_000_000), ("c", -86_400)):
        os.utime(_deliver(tmp_path, name, b"x", "new"), (when, when))
    source = MaildirSource(tmp_path)
    entries = [entry for some in source.entries(Folder(path=INBOX)) for entry in some]
    assert [entry.key for entry in entries] == ["c", "b", "a"]
    assert entries[1].date == datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)


def test_folders_of_both_layouts_are_found_with_their_readable_names(tmp_path: Path) -> None:
    for name in ("", ".Projets.&AMk-t&AOk-", ".INBOX.Sous", "Plain/Deep", ".bad&name", os.fsdecode(b".\xff"), "..no"):
        _deliver(tmp_path / name, "1:2,", b"x")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "Plain" / "loop").symlink_to(tmp_path)
    paths = [folder.path for folder in MaildirSource(tmp_path).folders()]
    assert paths == sorted([INBOX, ("Projets", "Été"), ("INBOX", "Sous"), ("Plain", "Deep"), ("bad&name",), ("\\xff",)])
    checks = reader(address(f"maildir:{tmp_path}"), Access())
    assert [[one.key for one in checks.read(path)] for path in paths] == [["1"]] * 6


def test_two_names_that_read_alike_stay_two_folders(tmp_path: Path) -> None:
    _deliver(tmp_path / ".&AMk-", "1:2,", b"one")
    _deliver(tmp_path / ".É", "1:2,", b"two")
    source = MaildirSource(tmp_path)
    assert sorted(body for folder in source.folders() for body, _ in _bodies(source, folder.path).values()) == [b"one", b"two"]


def test_links_and_pipes_are_listed_and_not_followed(tmp_path: Path) -> None:
    _deliver(tmp_path / "m", "good:2,", b"x")
    (tmp_path / "secret").write_bytes(b"not mail")
    (tmp_path / "m" / "cur" / "link:2,").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "m" / "cur" / "pipe:2,")
    kept = Journal(tmp_path / "j", "s", "t")
    receipt = Mover(lambda: MaildirSource(tmp_path / "m"), lambda: MaildirTarget(tmp_path / "n"), kept).run()
    assert receipt == Receipt(moved=1, refused=2)
    assert sorted(item.key for item in kept.items(failed=True)) == ["link", "pipe"]


def test_a_message_that_is_marked_meanwhile_is_found_under_its_new_name(tmp_path: Path) -> None:
    file = _deliver(tmp_path, "1:2,", b"x")
    source = MaildirSource(tmp_path)
    assert [entry.flags for some in source.entries(Folder(path=INBOX)) for entry in some] == [()]
    file.rename(file.with_name("1:2,S"))
    assert [(one.entry.key, one.entry.flags) for one in source.fetch(Folder(path=INBOX), ["1"])] == [("1", ("\\Seen",))]


def test_the_same_name_in_new_and_cur_is_two_messages(tmp_path: Path) -> None:
    _deliver(tmp_path, "1:2,", b"cur")
    _deliver(tmp_path, "1", b"new", "new")
    assert sorted(body for body, _ in _bodies(MaildirSource(tmp_path)).values()) == [b"cur", b"new"]


def test_a_packed_file_is_unpacked_and_a_bomb_is_not(tmp_path: Path) -> None:
    body, bomb = b"a: b\n\nx\n" * 50, bytes(30_000_000)
    _deliver(tmp_path, f"1,S={len(body)}:2,S", gzip.compress(body))
    _deliver(tmp_path, "2,S=1000:2,S", gzip.compress(bomb))
    _deliver(tmp_path, "3,S=900:2,S", gzip.compress(body)[:-9])
    _deliver(tmp_path, "4:2,S", gzip.compress(body))
    short = next(
        text for text in (b"%d\n" % number * repeat for repeat in range(1, 60) for number in (7, 1234567, 98765432101)) if len(gzip.compress(text)) == len(text)
    )
    _deliver(tmp_path, f"5,S={len(short)}:2,S", gzip.compress(short))
    _deliver(tmp_path, "6,S=9:2,S", b"\x1f\x8b no zip"[:9])
    _deliver(tmp_path, "7.bascule,S=9:2,S", gzip.compress(b"ours"))
    found = {key: body for key, (body, _) in _bodies(MaildirSource(tmp_path)).items()}
    assert found == {
        f"1,S={len(body)}": body.replace(b"\n", b"\r\n"),
        "4": found["4"],
        f"5,S={len(short)}": short.replace(b"\n", b"\r\n"),
        "6,S=9": b"\x1f\x8b no zip"[:9],
        "7.bascule,S=9": found["7.bascule,S=9"],
    }
    assert found["4"].startswith(b"\x1f\x8b")
    assert found["7.bascule,S=9"].startswith(b"\x1f\x8b")
    seen = {one.key: one.digest for one in reader(address(f"maildir:{tmp_path}"), Access()).read(INBOX)}
    assert seen == {key: sha256(body).digest() for key, body in found.items()}


def test_a_name_of_dovecot_tells_the_size_and_a_wrong_one_is_not_believed(tmp_path: Path) -> None:
    _deliver(tmp_path, "1,S=8,W=11:2,", b"a: b\n\nx\n")
    _deliver(tmp_path, "2,S=9,W=99:2,", b"a: b\n\nx\n")
    source = MaildirSource(tmp_path)
    assert {entry.key: entry.size for some in source.entries(Folder(path=INBOX)) for entry in some} == {"1,S=8,W=11": 11, "2,S=9,W=99": 11}


@pytest.mark.parametrize(("made", "code"), [(None, "source-missing"), ("file", "source-missing"), ("empty", "not-maildir")])
def test_what_is_no_maildir_is_said(tmp_path: Path, made: str | None, code: str) -> None:
    if made == "file":
        (tmp_path / "m").write_text("x")
    elif made:
        (tmp_path / "m").mkdir()
    with pytest.raises(MoveError) as found:
        MaildirSource(tmp_path / "m")
    assert found.value.code == code


def test_files_at_the_target_have_lf_where_that_can_be_undone_and_else_say_so(tmp_path: Path) -> None:
    target = MaildirTarget(tmp_path)
    target.open(Folder(path=INBOX))
    target.store([message(1, b"a: b\r\n\r\nx\r\n"), message(2, b"a: b\r\n\nx"), message(3, b"a: b\n\nx\n")])
    files = sorted((file.name.partition(".bascule")[2], file.read_bytes()) for file in (tmp_path / "cur").iterdir())
    assert files == [(",S=8,E=asis:2,S", b"a: b\n\nx\n"), (",S=8,W=11:2,S", b"a: b\n\nx\n"), (",S=8:2,S", b"a: b\r\n\nx")]


def test_more_keywords_than_letters_are_told_as_lost(tmp_path: Path) -> None:
    target = MaildirTarget(tmp_path)
    target.open(Folder(path=INBOX))
    flags = tuple(f"k{number:02d}" for number in range(30))
    [stored] = target.store([message(1, b"x", flags)])
    assert stored.lost == flags[26:]
    assert len(layout.keywords(tmp_path)) == 26


def _mail() -> Mail:
    bodies = [b"Subject: %d\r\n\r\n%d\r\n" % (number // 2, number // 2) for number in range(7)]
    return {INBOX: [(str(number), body) for number, body in enumerate(bodies)], ("Été",): [("a", b"x"), ("b", b"x\n\n")]}


class Killed(BaseException):
    pass


@pytest.mark.parametrize("call", ["open", "rename", "fsync"])
def test_a_kill_at_any_moment_loses_nothing_and_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    mail, count = _mail(), 0
    original = {"open": Path.open, "rename": Path.rename, "fsync": os.fsync}[call]
    for after in range(40):
        root, journal = tmp_path / f"m{after}", tmp_path / f"j{after}"
        left = [after]

        def breaking(*arguments: object, left: list[int] = left, **wishes: object) -> object:
            if call == "open" and "x" not in str(arguments[1:]):
                return original(*arguments, **wishes)  # type: ignore[operator]
            left[0] -= 1
            if left[0] == -1:
                raise Killed
            return original(*arguments, **wishes)  # type: ignore[operator]

        def carry(root: Path = root, journal: Path = journal) -> Receipt:
            kept = Journal(journal, "s", "t")
            try:
                return Mover(lambda: MemorySource(mail), lambda: MaildirTarget(root), kept).run()
            finally:
                kept.close()

        with monkeypatch.context() as patch:
            patch.setattr(os if call == "fsync" else Path, call, breaking)
            try:
                carry()
            except Killed:
                count += 1
        assert carry() == Receipt(moved=9)
        held = {
            folder.path: Counter(body for body, _ in _bodies(source, folder.path).values()) for source in [MaildirSource(root)] for folder in source.folders()
        }
        assert held[INBOX] == Counter(body for _, body in mail[INBOX])
        assert sum(map(len, (os.listdir(root / "tmp"), os.listdir(root / ".&AMk-t&AOk-" / "tmp")))) == 0
        if left[0] >= 0:
            break
    assert count > 5


def test_a_full_disk_stops_the_move_and_the_next_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mail, fsync = _mail(), os.fsync

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    kept = Journal(tmp_path / "j", "s", "t")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MoveError) as found:
        Mover(lambda: MemorySource(mail), lambda: MaildirTarget(tmp_path / "m"), kept).run()
    assert found.value.code == "full"
    monkeypatch.setattr(os, "fsync", fsync)
    assert Mover(lambda: MemorySource(mail), lambda: MaildirTarget(tmp_path / "m"), kept).run() == Receipt(moved=9)


def test_what_a_server_delivered_stands_there_already_and_is_not_stored_again(tmp_path: Path) -> None:
    _deliver(tmp_path / "m", "srv:2,S", b"Subject: 1\n\n1\n")
    kept = Journal(tmp_path / "j", "s", "t")
    assert Mover(lambda: MemorySource(_mail()), lambda: MaildirTarget(tmp_path / "m"), kept).run() == Receipt(moved=8, already_there=1)


def test_the_check_finds_a_byte_that_was_flipped_and_a_file_that_went(tmp_path: Path) -> None:
    for number in range(4):
        _deliver(tmp_path / "m", f"{number}:2,S", b"Subject: %d\n\nx\n" % number)
    here, there = address(f"maildir:{tmp_path}/m"), address(f"maildir:{tmp_path}/n")
    kept = Journal(tmp_path / "j", str(here), str(there))
    Mover(lambda: MaildirSource(tmp_path / "m"), lambda: MaildirTarget(tmp_path / "n"), kept).run()
    assert verify(kept, reader(here, Access()), reader(there, Access())).complete
    one, two, *_ = sorted((tmp_path / "n" / "cur").iterdir())
    one.unlink()
    two.write_bytes(two.read_bytes().replace(b"x", b"y"))
    found = verify(kept, reader(here, Access()), reader(there, Access()))
    assert (found.identical, found.different) == (2, 2)
    assert {difference.what for difference in found.differences} == {"missing"}


def test_a_message_of_ten_megabytes_comes_through(tmp_path: Path) -> None:
    body = b"Subject: gros\r\n\r\n" + b"0123456789abcdef" * 4096 * 160 + b"\r\n"
    target = MaildirTarget(tmp_path)
    target.open(Folder(path=INBOX))
    target.store([message(1, body)])
    assert [digest for _, digest in target.held("", lambda size: size == len(body))] == [sha256(body).digest()]
