"""From one real server into another: everything is there, byte by byte, and the old account is as it was."""

from hashlib import sha256
from pathlib import Path

import pytest

from bascule.model import Receipt, Verification
from bascule.move import Access, Journal
from tests.move.account import FOLDERS, client, content, fill, put
from tests.move.moves import carry, checked
from world.dovecot import PASSWORD, Dovecot

pytestmark = pytest.mark.xdist_group("dovecot")
KEY = Access(password=PASSWORD)
TOTAL = 72


def state(folder: Path) -> dict[str, str]:
    """Return name and digest of each message file; the server's own indexes come and go."""
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.parent.name in ("cur", "new")}


def test_bytes_dates_flags_and_folders_are_the_same_and_the_source_is_untouched(old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    fill(old, "all")
    before = state(old.maildir("all"))
    assert carry(tmp_path / "j", old.address("all"), new.address("all")) == Receipt(moved=TOTAL)
    assert content(new, "all") == content(old, "all")
    assert state(old.maildir("all")) == before
    assert checked(tmp_path / "j") == Verification(identical=TOTAL)
    stored = state(new.maildir("all"))
    assert carry(tmp_path / "j", old.address("all"), new.address("all")) == Receipt(moved=TOTAL)
    assert state(new.maildir("all")) == stored


@pytest.mark.parametrize(
    "capability",
    [
        "IMAP4rev1 LITERAL+ UIDPLUS BINARY",
        "IMAP4rev1 BINARY",
        "IMAP4rev1 SASL-IR MULTIAPPEND NAMESPACE SPECIAL-USE LIST-EXTENDED BINARY",
    ],
    ids=["pipelined", "one-by-one", "asking-before-each-literal"],
)
def test_simpler_servers_take_the_same(old: Dovecot, shelter: Path, tmp_path: Path, capability: str) -> None:
    user = f"simple{len(capability)}"
    fill(old, user, count=30)
    with Dovecot(tmp_path_of(shelter, tmp_path), capability=capability) as plain:
        assert carry(tmp_path / "j", old.address(user), plain.address(user)) == Receipt(moved=TOTAL - 30)
        assert content(plain, user) == content(old, user)


def tmp_path_of(shelter: Path, tmp_path: Path) -> Path:
    return shelter / f"{tmp_path.parent.name}-{tmp_path.name}"


def test_another_separator_and_a_prefix_are_translated(old: Dovecot, shelter: Path, tmp_path: Path) -> None:
    fill(old, "dots", count=20)
    with Dovecot(tmp_path_of(shelter, tmp_path), separator=".", prefix="INBOX.") as dotted:
        assert carry(tmp_path / "j", old.address("dots"), dotted.address("dots")) == Receipt(moved=TOTAL - 40)
        names = {name: name.removeprefix("INBOX.").replace(".", "/") for name in content(dotted, "dots")}
        assert {names[name]: messages for name, messages in content(dotted, "dots").items()} == content(old, "dots")
        back = carry(tmp_path / "back", dotted.address("dots"), old.address("dots-back"))
        assert back == Receipt(moved=TOTAL - 40)
        assert content(old, "dots-back") == content(old, "dots")
        assert checked(tmp_path / "back") == Verification(identical=TOTAL - 40)


def test_a_message_of_megabytes_takes_no_memory_and_stays_itself(old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    big = b"Subject: gros\r\n\r\n" + b"0123456789abcdef\r\n" * 600_000
    with client(old, "big") as box:
        put(box, "INBOX", big, "(\\Seen)", 1)
        put(box, "INBOX", b"Subject: petit\r\n\r\n\r\n", "()", 2)
    assert carry(tmp_path / "j", old.address("big"), new.address("big")) == Receipt(moved=2)
    assert content(new, "big") == content(old, "big")


def test_an_account_whose_folders_the_server_numbered_anew_is_not_carried_twice(old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    fill(old, "anew", count=20)
    carry(tmp_path / "j", old.address("anew"), new.address("anew"))
    stored = content(new, "anew")
    for file in old.maildir("anew").rglob("dovecot*"):
        if file.is_file() and file.name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            file.unlink()
    (old.maildir("anew") / "dovecot-uidvalidity").unlink(missing_ok=True)
    assert carry(tmp_path / "j", old.address("anew"), new.address("anew")) == Receipt(moved=TOTAL - 40)
    assert content(new, "anew") == stored


def test_verification_names_what_was_taken_away_changed_or_came_later(old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    fill(old, "check", count=20)
    carry(tmp_path / "j", old.address("check"), new.address("check"))
    gone, spoilt = sorted(path for path in new.maildir("check").glob("cur/*"))[:2]
    gone.unlink()
    spoilt.write_bytes(spoilt.read_bytes().replace(b"e", b"E", 1))
    with client(old, "check") as box:
        put(box, "INBOX", b"Subject: tard\r\n\r\n", "()", 9)
    found = checked(tmp_path / "j")
    assert sorted(one.what for one in found.differences) == ["missing", "missing", "new"]
    assert (found.identical, found.different, found.pending) == (TOTAL - 42, 2, 1)


def test_the_server_s_own_folder_for_sent_mail_is_used(old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    with client(old, "use") as box:
        box.create("Sent")
        put(box, "Sent", b"Subject: parti\r\n\r\n", "(\\Seen)", 1)
    with client(new, "use") as box:
        put(box, "INBOX", b"Subject: neuf\r\n\r\n", "()", 1)
    carry(tmp_path / "j", old.address("use"), new.address("use"))
    assert set(content(new, "use")) >= {"INBOX", "Sent"}
    assert len(content(new, "use")["Sent"]) == 1
    assert FOLDERS[1] == "Sent"


def test_a_zero_byte_arrives_as_a_zero_byte(old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    with client(old, "zero") as box:
        put(box, "INBOX", b"Subject: nul\r\n\r\na\0b \x80\r\n", "()", 1)
    assert carry(tmp_path / "j", old.address("zero"), new.address("zero")) == Receipt(moved=1)
    assert [path.read_bytes() for path in new.maildir("zero").glob("cur/*")] == [b"Subject: nul\n\na\0b \x80\n"]
    assert checked(tmp_path / "j") == Verification(identical=1)


def test_a_server_that_takes_no_zero_byte_is_named_and_nothing_else_waits(old: Dovecot, shelter: Path, tmp_path: Path) -> None:
    with client(old, "nozero") as box:
        put(box, "INBOX", b"Subject: nul\r\n\r\na\0b\r\n", "()", 1)
        put(box, "INBOX", b"Subject: oui\r\n\r\n\r\n", "()", 2)
    with Dovecot(tmp_path_of(shelter, tmp_path), capability="IMAP4rev1 LITERAL+ UIDPLUS MULTIAPPEND") as plain:
        assert carry(tmp_path / "j", old.address("nozero"), plain.address("nozero")) == Receipt(moved=1, refused=1)
    kept = Journal(tmp_path / "j")
    assert ["zero byte" in item.said for item in kept.items(failed=True)] == [True]
    kept.close()
