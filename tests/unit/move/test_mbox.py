import errno
import os
import random
import socket
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.model import Receipt
from bascule.move import Access, BusyError, Folder, Journal, MoveError, Mover, Note, address
from bascule.move.mbox import split
from bascule.move.mbox.source import MboxSource
from bascule.move.mbox.target import MboxTarget
from bascule.move.verify import reader
from tests.unit.move.file_ends import AT, message
from tests.unit.move.memory import Mail, MemorySource

LINE = b"From a@exemple.fr Sat Feb 29 12:30:59 2020\n"


def _read(root: Path, quoting: str = "mboxrd") -> dict[tuple[str, ...], list[tuple[bytes, tuple[str, ...], datetime | None]]]:
    source = MboxSource(root, quoting)
    found = {}
    for folder in source.folders():
        keys = [entry.key for some in source.entries(folder) for entry in some]
        found[folder.path] = [(b"".join(one.body.pieces()), one.entry.flags, one.entry.date) for one in source.fetch(folder, keys)]
    source.close()
    return found


def _bodies(file: Path, data: bytes, quoting: str = "mboxrd") -> list[bytes]:
    file.write_bytes(data)
    [messages] = _read(file, quoting).values()
    return [body for body, _, _ in messages]


@pytest.mark.parametrize(
    ("data", "bodies"),
    [
        (LINE + b"a: b\n\nx\n\n" + LINE + b"c: d\n\ny\n\n", [b"a: b\r\n\r\nx\r\n", b"c: d\r\n\r\ny\r\n"]),
        (LINE + b"a: b\n\nx\n" + LINE + b"c: d\n\ny\n", [b"a: b\r\n\r\nx\r\n", b"c: d\r\n\r\ny\r\n"]),
        (LINE + b"a: b\r\n\r\nx\r\n\r\n" + LINE + b"c\n\n", [b"a: b\r\n\r\nx\r\n", b"c\r\n"]),
        (LINE + b"a: b\n\nFrom the start, 2020 was odd\n\n", [b"a: b\r\n\r\nFrom the start, 2020 was odd\r\n"]),
        (LINE + b"a: b\n\n\nFrom now on: 12:30\n\n", [b"a: b\r\n\r\n\r\nFrom now on: 12:30\r\n"]),
        (b"From - Sat Feb 29 12:30:59 2020\na: b\n\nx\n\nFrom \nc: d\n\ny\n", [b"a: b\r\n\r\nx\r\n", b"c: d\r\n\r\ny\r\n"]),
        (b'From "Marie Durand" Sat Feb 29 12:30:59 2020\nx\n\n', [b"x\r\n"]),
        (b"From 123@xxx Sat Feb 29 12:30:59 +0000 2020\r\nx\r\n\r\n", [b"x\r\n"]),
        (LINE + b"\n" + LINE + b"\n\n", [b"", b"\r\n"]),
        (LINE + b"a: b\n\n>From me\n>>From you\n> From\n\n", [b"a: b\r\n\r\nFrom me\r\n>From you\r\n> From\r\n"]),
        (LINE + b"\0\0\n\n", [b"\0\0\r\n"]),
        (b"From nobody\nx\n\n", [b"x\r\n"]),
    ],
)
def test_messages_begin_where_they_begin(tmp_path: Path, data: bytes, bodies: list[bytes]) -> None:
    assert _bodies(tmp_path / "x", data) == bodies


@pytest.mark.parametrize(
    ("quoting", "body"), [("mboxrd", b"From 1\r\n>From 2\r\n"), ("mboxo", b"From 1\r\n>>From 2\r\n"), ("none", b">From 1\r\n>>From 2\r\n")]
)
def test_the_rule_of_quoting_can_be_named(tmp_path: Path, quoting: str, body: bytes) -> None:
    assert _bodies(tmp_path / "x", LINE + b">From 1\n>>From 2\n\n", quoting) == [body]
    [seen] = reader(address(f"mbox:{tmp_path}/x?quoting={quoting}"), Access()).read(("x",))
    assert seen.digest == sha256(body).digest()


@given(st.lists(st.sampled_from([b"\n", b"From ", LINE, b">", b"x", b"\r"]), max_size=14).map(b"".join), st.integers(1, 7))
def test_a_window_that_ends_anywhere_splits_alike(data: bytes, window: int) -> None:
    class Held:
        size = len(data)

        def read(self, start: int, length: int) -> bytes:
            return data[start : start + length]

    before = split._WINDOW
    whole = [(part.start, part.begin, part.end) for part in split.parts(Held())]
    split._WINDOW = window
    try:
        assert [(part.start, part.begin, part.end) for part in split.parts(Held())] == whole
    finally:
        split._WINDOW = before


def test_flags_are_read_and_no_byte_is_changed_for_it(tmp_path: Path) -> None:
    heads = {
        b"Status: RO\nX-Status: AF\nX-Keywords: NonJunk  Client\n": ("Client", "NonJunk", "\\Answered", "\\Flagged", "\\Seen"),
        b"X-Mozilla-Status: 1005\nX-Mozilla-Status2: 00000000\n": ("$Forwarded", "\\Flagged", "\\Seen"),
        b"X-Mozilla-Status: 0009\n": ("\\Deleted", "\\Seen"),
        b"X-Mozilla-Status: RO\nStatus:\n": (),
        b"Status: O\nX-Status: TD\n": ("\\Deleted", "\\Draft"),
        b"Subject: x\n\nStatus: R\n": (),
    }
    (tmp_path / "x").write_bytes(b"".join(LINE + head + b"\nx\n\n" for head in heads))
    [messages] = _read(tmp_path / "x").values()
    assert [(body, flags) for body, flags, _ in messages] == [((head + b"\nx\n").replace(b"\n", b"\r\n"), flags) for head, flags in heads.items()]
    seen = list(reader(address(f"mbox:{tmp_path}/x"), Access()).read(("x",)))
    assert [one.flags for one in seen] == [frozenset(flag.lower() for flag in flags) for flags in heads.values()]


def test_a_keyword_is_made_one_that_every_server_takes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(LINE + "X-Keywords: a(b) {9}\r \\Seen Été %\n\nx\n".encode())
    [[(_, flags, _)]] = _read(tmp_path / "x").values()
    assert flags == ("&AMk-t&AOk-", "_", "_9}", "_Seen", "a_b_")


@pytest.mark.parametrize(
    ("line", "date"),
    [
        (b"From a Sat Feb 29 12:30:59 2020\n", AT),
        (b"From a@b Sat Feb 29 13:30:59 +0100 2020\n", AT),
        (b"From a@b Sat Feb 29 12:30:59 UTC 2020\n", AT),
        (b"From - \nDate: Sat, 29 Feb 2020 07:30:59 -0500\n", AT),
        (b"From nobody\nDate: nonsense\n", None),
        (b"From a Sat Feb 31 12:30:59 2020\n", None),
    ],
)
def test_the_date_is_that_of_the_from_line_else_of_the_header(tmp_path: Path, line: bytes, date: datetime | None) -> None:
    (tmp_path / "x").write_bytes(line + b"\nx\n")
    assert [date for messages in _read(tmp_path / "x").values() for _, _, date in messages] == [date]


def test_folders_of_thunderbird_apple_and_others_are_found(tmp_path: Path) -> None:
    for name in ("Inbox", "Inbox.sbd/Été", "Inbox.sbd/Été.sbd/日本", "Sent.mbox", "Kept/mbox", "Apple.mbox/mbox", "Deep/er"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(LINE + b"x\n\n")
    for name in ("Inbox.msf", "filterlog.html", "prefs.js", ".hidden"):
        (tmp_path / name).write_bytes(b"// none\n")
    (tmp_path / "Empty").touch()
    (tmp_path / "Empty.msf").touch()
    paths = [("Apple", ), ("Deep", "er"), ("Empty",), ("INBOX",), ("INBOX", "Été"), ("INBOX", "Été", "日本"), ("Kept",), ("Sent",)]  # fmt: skip
    assert list(_read(tmp_path)) == sorted(paths)


def test_a_file_that_ends_in_a_message_or_begins_with_something_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(b"junk\n\n" + LINE + b"x\n\n" + LINE + b"y: z\n\ncut of")
    source = MboxSource(tmp_path)
    [folder] = source.folders()
    assert [(entry.key == "0", entry.size) for some in source.entries(folder) for entry in some] == [(False, 3), (False, 14), (True, 6)]
    assert source.notes() == [Note("no-beginning", ("a",), "6"), Note("cut", ("a",), "52")]
    kept = Journal(tmp_path / "j", "s", "t")
    assert Mover(lambda: MboxSource(tmp_path), lambda: MboxTarget(tmp_path / "n"), kept).run() == Receipt(moved=2, refused=1)


@pytest.mark.parametrize("before", [b"\n", b"\0\0\r\n", b" \n"])
def test_blank_space_before_the_first_message_is_nothing(tmp_path: Path, before: bytes) -> None:
    (tmp_path / "a.mbox").write_bytes(before + LINE + b"x\n\n")
    source = MboxSource(tmp_path)
    assert [entry.size for some in source.entries(source.folders()[0]) for entry in some] == [3]
    assert source.notes() == []


@pytest.mark.parametrize(("name", "data", "code"), [("x", None, "source-missing"), ("x", b"\x89PNG\r\n", "not-mbox")])
def test_what_is_no_mbox_is_said(tmp_path: Path, name: str, data: bytes | None, code: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(MoveError) as found:
        MboxSource(tmp_path / name)
    assert found.value.code == code


def test_a_folder_without_mail_files_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(MoveError):
        MboxSource(tmp_path)


def test_a_file_that_grew_or_was_compacted_keeps_its_keys(tmp_path: Path) -> None:
    one, two = LINE + b"one\n\n", LINE + b"two\n\n"
    (tmp_path / "x").write_bytes(one + two + one)

    def keys() -> list[str]:
        source = MboxSource(tmp_path / "x")
        return [entry.key for some in source.entries(source.folders()[0]) for entry in some]

    before = keys()
    assert len(set(before)) == 3
    (tmp_path / "x").write_bytes(two + one + LINE + b"three\n\n" + one)
    assert set(before) < set(keys())


def _mail() -> Mail:
    bodies = [b"Subject: %d\r\n\r\nFrom %d\r\n" % (number // 2, number // 2) for number in range(5)]
    return {("INBOX",): [(str(number), body) for number, body in enumerate(bodies)]}


def _carry(root: Path, journal: Path, mail: Mail) -> Receipt:
    kept = Journal(journal, "s", "t")
    try:
        return Mover(lambda: MemorySource(mail), lambda: MboxTarget(root), kept).run()
    finally:
        kept.close()


@pytest.mark.parametrize("step", [19, pytest.param(1, marks=pytest.mark.soak)])
def test_a_write_that_was_cut_anywhere_is_mended_and_the_move_goes_on(tmp_path: Path, step: int) -> None:
    mail = _mail()
    standing = LINE + b"of another\n\n"
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "Inbox").write_bytes(standing)
    _carry(tmp_path / "whole", tmp_path / "j", mail)
    whole = (tmp_path / "whole" / "Inbox").read_bytes()
    for end in sorted({*range(len(standing), len(whole), step), len(whole) - 1, len(whole)}):
        root = tmp_path / f"b{end}"
        root.mkdir()
        (root / "Inbox").write_bytes(standing)
        # What a kill leaves: the note of the length, and a part of what was to follow; the journal knows where the file ended.
        kept = Journal(tmp_path / f"j{end}", "s", "t")
        source, target = MemorySource(mail), MboxTarget(root)
        number = kept.folder(source.folders()[0])
        kept.note(number, next(iter(source.entries(source.folders()[0]))))
        place = target.open(source.folders()[0])
        kept.hold(number, place, target.held("", lambda _: True), first=True)
        kept.close()
        (root / ".Inbox.bascule").write_text(str(len(standing)))
        with (root / "Inbox").open("ab") as file:
            file.write(whole[len(standing) : end])
        assert _carry(root, tmp_path / f"j{end}", mail) == Receipt(moved=5), end
        assert (root / "Inbox").read_bytes()[: len(standing)] == standing
        [messages] = _read(root).values()
        assert Counter(body for body, _, _ in messages) == Counter([b"of another\r\n", *(body for _, body in mail[("INBOX",)])]), end
        assert [one.name for one in root.iterdir()] == ["Inbox"]


def test_what_another_program_appended_behind_a_cut_is_never_taken_away(tmp_path: Path) -> None:
    foreign = LINE + b"delivered meanwhile\n\n"
    (tmp_path / "Inbox").write_bytes(LINE + b"first\n\n" + b"From bascule-l900-h1-@localhost Sat Feb 29 12:30:59 2020\nStatus: O\nhalf\n\n" + foreign)
    (tmp_path / ".Inbox.bascule").write_text(str(len(LINE + b"first\n\n")))
    before = (tmp_path / "Inbox").read_bytes()
    MboxTarget(tmp_path).open(Folder(path=("INBOX",)))
    assert (tmp_path / "Inbox").read_bytes() == before


def test_a_disk_that_is_full_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = MboxTarget(tmp_path)
    target.open(Folder(path=("INBOX",)))
    target.store([message(1, b"first\r\n")])
    before = (tmp_path / "Inbox").read_bytes()
    fsync, calls = os.fsync, []

    def full(number: int) -> None:
        calls.append(number)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(number)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MoveError) as found:
        target.store([message(2, b"x" * 100)])
    assert found.value.code == "full"
    # The message is whole in the file: it stays, and the next run knows it by its digest.
    assert (tmp_path / "Inbox").read_bytes().startswith(before)
    assert not (tmp_path / ".Inbox.bascule").exists()


def test_a_lock_of_another_is_waited_for_and_one_of_the_dead_is_taken_away(tmp_path: Path) -> None:
    target = MboxTarget(tmp_path)
    target.open(Folder(path=("INBOX",)))
    lock = tmp_path / "Inbox.lock"
    lock.write_text("somebody")
    with pytest.raises(BusyError):
        target.store([message(1, b"x")])
    assert lock.read_text() == "somebody"
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True)
    lock.write_text(f"{ended.stdout.strip()} {socket.gethostname()}\n")
    assert [one.said for one in target.store([message(1, b"x")])] == [""]
    assert not lock.exists()


def test_a_file_as_target_takes_the_inbox_and_the_rest_stands_beside_it(tmp_path: Path) -> None:
    target = MboxTarget(tmp_path / "all.mbox")
    paths = []
    for path in (("INBOX",), ("Sent",), ("A", "B")):
        paths.append(target.open(Folder(path=path)).path)
        target.store([message(1, b"/".join(level.encode() for level in path))])
    assert paths == [("all",), ("all", "Sent"), ("all", "A", "B")]
    held = {path: [body for body, _, _ in messages] for path, messages in _read(tmp_path / "all.mbox").items() if messages}
    assert held == {("all",): [b"INBOX"], ("all", "Sent"): [b"Sent"], ("all", "A", "B"): [b"A/B"]}


def test_other_programs_read_what_we_write(tmp_path: Path) -> None:
    target = MboxTarget(tmp_path)
    target.open(Folder(path=("INBOX",)))
    target.store([message(number, b"Subject: %d\r\n\r\nFrom here\r\n" % number, ("\\Flagged", "\\Seen")) for number in range(3)])
    # In a process of its own: a module of the tests is called mailbox too.
    asked = "import mailbox, sys; print([(one['Subject'], one.get_flags()) for one in mailbox.mbox(sys.argv[1], create=False)])"
    said = subprocess.run([sys.executable, "-I", "-c", asked, str(tmp_path / "Inbox")], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[('0', 'ROF'), ('1', 'ROF'), ('2', 'ROF')]"


def test_a_huge_mbox_is_read_by_its_places(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        file.write(LINE + b"a\n\n" + LINE)
        for _ in range(160):
            file.write(b"0123456789abcde\n" * 4096)
        file.write(b"\n" + LINE + b"z\n\n")
    sizes = [len(body) for messages in _read(tmp_path / "x").values() for body, _, _ in messages]
    assert sizes == [3, 160 * 4096 * 17, 3]


@pytest.mark.soak
def test_a_message_of_a_hundred_megabytes_goes_everywhere_and_comes_back(tmp_path: Path) -> None:
    body = b"Subject: gros\r\n\r\n" + b"0123456789abcdef\r\n" * 5_600_000
    target = MboxTarget(tmp_path)
    target.open(Folder(path=("INBOX",)))
    target.store([message(1, body)])
    [seen] = reader(address(f"mbox:{tmp_path}"), Access()).read(("INBOX",))
    assert seen.digest == sha256(body).digest()
    [messages] = _read(tmp_path).values()
    assert [sha256(one).digest() for one, _, _ in messages] == [sha256(body).digest()]


@pytest.mark.soak
def test_random_bytes_are_never_lost(tmp_path: Path) -> None:
    chance = random.Random(7)
    alphabet = [b"\r", b"\n", b"\r\n", b">", b"From ", LINE, b"x", b"\0", b"Status: RO\n"]
    bodies = [b"".join(chance.choices(alphabet, k=chance.randrange(12))) for _ in range(20_000)]
    target = MboxTarget(tmp_path)
    target.open(Folder(path=("INBOX",)))
    target.store([message(number, body) for number, body in enumerate(bodies)])
    [messages] = _read(tmp_path).values()
    assert Counter(body for body, _, _ in messages) == Counter(bodies)
    seen = reader(address(f"mbox:{tmp_path}"), Access()).read(("INBOX",))
    assert Counter(one.digest for one in seen) == Counter(sha256(body).digest() for body in bodies)
    assert {one.date for one in reader(address(f"mbox:{tmp_path}"), Access()).read(("INBOX",))} == {datetime(2020, 2, 29, 12, 30, 59, tzinfo=UTC)}
