"""Between servers of different make: the promises hold whoever wrote the other side."""

from collections import Counter
from pathlib import Path

import pytest

from bascule.model import Receipt, Verification
from bascule.move import Journal
from tests.move.account import Content, Server, client, content, fill, put, quoted
from tests.move.moves import carry, checked
from world.cyrus import Cyrus
from world.dovecot import Dovecot

pytestmark = pytest.mark.xdist_group("cyrus")
FOLDERS = ("INBOX", "Sent", "Projets/&AMk-t&AOk- &- fils", "&ZeVnLIqe-", "Autre", "Vide")
BROKEN = b"From a@exemple.fr\r\n"
"""How the one message begins that Cyrus takes from nobody: its headers are none."""


def plain(found: Content) -> Content:
    """Return an account as a server with `/` and without a prefix names it, without the folder that only holds others.

    Dovecot gives a byte 0 as 0x80 to Python's own client, Cyrus as it is; `checked` tells them apart.
    """
    names = {name: "/".join(name.removeprefix("INBOX.").split(".")) if "INBOX." in name or "." in name else name for name in found}
    return {names[name]: _shown(messages) for name, messages in found.items() if names[name] != "Projets"}


def _shown(messages: Counter[tuple[bytes, str, frozenset[str]]]) -> Counter[tuple[bytes, str, frozenset[str]]]:
    return Counter({(data.replace(b"\0", b"\x80"), date, flags): count for (data, date, flags), count in messages.items()})


def without_broken(found: Content) -> Content:
    return {name: Counter({one: count for one, count in messages.items() if not one[0].startswith(BROKEN)}) for name, messages in found.items()}


def test_from_dovecot_through_two_habits_of_cyrus_and_back(old: Dovecot, second: Cyrus, flat: Cyrus, tmp_path: Path) -> None:
    fill(old, "tour", count=24, folders=FOLDERS)
    before = content(old, "tour")
    total = sum(sum(messages.values()) for messages in before.values())
    assert carry(tmp_path / "1", old.address("tour"), second.address("tour")) == Receipt(moved=total - 1, refused=1)
    assert plain(content(second, "tour")) == without_broken(plain(before))
    assert checked(tmp_path / "1") == Verification(identical=total - 1, refused=1)
    assert _reasons(tmp_path / "1") == ["NO Message contains invalid header"]
    assert carry(tmp_path / "2", second.address("tour"), flat.address("tour")) == Receipt(moved=total - 1)
    assert plain(content(flat, "tour")) == without_broken(plain(before))
    assert checked(tmp_path / "2") == Verification(identical=total - 1)
    assert carry(tmp_path / "3", flat.address("tour"), old.address("tour-back")) == Receipt(moved=total - 1)
    assert plain(content(old, "tour-back")) == without_broken(plain(before))
    assert checked(tmp_path / "3") == Verification(identical=total - 1)
    for journal, ends in (("1", (old, second)), ("2", (second, flat))):
        stored = content(ends[1], "tour")
        carry(tmp_path / journal, ends[0].address("tour"), ends[1].address("tour"))
        assert content(ends[1], "tour") == stored


def _reasons(journal: Path) -> list[str]:
    kept = Journal(journal)
    said = [item.said for item in kept.items(failed=True)]
    kept.close()
    return said


def _put(server: Server, user: str, folder: str, *bodies: bytes) -> None:
    with client(server, user) as box:
        if folder != "INBOX":
            box.create(quoted(folder))
        for number, body in enumerate(bodies):
            put(box, folder, body, "()", number)


def test_a_folder_and_its_namesake_below_another_are_not_mixed_up_by_the_check(old: Dovecot, flat: Cyrus, tmp_path: Path) -> None:
    _put(old, "namesake", "Anciens/Sent", b"Subject: un\r\n\r\n")
    _put(old, "namesake", "Sent", b"Subject: deux\r\n\r\n")
    assert carry(tmp_path / "j", old.address("namesake"), flat.address("namesake")) == Receipt(moved=2)
    assert checked(tmp_path / "j") == Verification(identical=2)


def test_folders_for_special_uses_meet_whatever_they_are_called(old: Dovecot, flat: Cyrus, tmp_path: Path) -> None:
    _put(old, "uses", "Sent", b"Subject: parti\r\n\r\n")
    with client(flat, "uses") as box:
        assert box._simple_command("CREATE", '"&AMk-l&AOk-ments envoy&AOk-s"', "(USE (\\Sent))")[0] == "OK"
    assert carry(tmp_path / "j", old.address("uses"), flat.address("uses")) == Receipt(moved=1)
    assert sum(content(flat, "uses")["&AMk-l&AOk-ments envoy&AOk-s"].values()) == 1
    assert checked(tmp_path / "j") == Verification(identical=1)


@pytest.mark.parametrize("name", ['a "b" c', "a\\\\b", "a*b%"])
def test_a_name_that_the_other_server_does_not_take_is_tamed_and_found_again(old: Dovecot, second: Cyrus, tmp_path: Path, name: str) -> None:
    user = f"names{sum(name.encode())}"
    _put(old, user, name, b"Subject: un\r\n\r\n")
    assert carry(tmp_path / "j", old.address(user), second.address(user)) == Receipt(moved=1)
    assert len(content(second, user)) == 2
    assert checked(tmp_path / "j") == Verification(identical=1)
    _put(old, user, name, b"Subject: deux\r\n\r\n")
    assert carry(tmp_path / "j", old.address(user), second.address(user)) == Receipt(moved=2)
    assert checked(tmp_path / "j") == Verification(identical=2)


def test_two_folders_that_become_one_keep_each_of_their_messages(flat: Cyrus, second: Cyrus, tmp_path: Path) -> None:
    same = b"Subject: pareil\r\n\r\n"
    _put(flat, "merge", "v1.2", same, same)
    _put(flat, "merge", "v1_2", same)
    for count in (3, 4):
        assert carry(tmp_path / "j", flat.address("merge"), second.address("merge")) == Receipt(moved=count)
        assert [sum(messages.values()) for name, messages in content(second, "merge").items() if name == "INBOX.v1_2"] == [count]
        assert checked(tmp_path / "j") == Verification(identical=count)
        _put(flat, "merge", "v1.2", same)


def test_a_server_that_rewrites_headers_and_says_ok_is_found_out(old: Dovecot, shelter: Path, second: Cyrus, tmp_path: Path) -> None:
    _put(old, "munge", "INBOX", "Subject: été\r\n\r\nça va\r\n".encode(), b"Subject: ete\r\n\r\n")
    with Cyrus(shelter / f"munge-{tmp_path.name}") as writer:
        carry(tmp_path / "j", old.address("munge"), writer.address("munge"))
        found = checked(tmp_path / "j")
    assert (found.identical, found.different) == (1, 1)
    assert [one.what for one in found.differences] == ["missing"]
