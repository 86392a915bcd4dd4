"""Files against a real server: it reads what we write, we read what it writes, and both say the same of every byte."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from bascule.model import Receipt, Verification
from bascule.move import Access, Journal
from tests.move import moves
from tests.move.account import content, fill
from tests.move.moves import checked
from world.dovecot import KEEPER, PASSWORD, Dovecot

pytestmark = pytest.mark.xdist_group("dovecot")
KEY = Access(password=PASSWORD)
TOTAL = 72
carry = partial(moves.carry, sleep=time.sleep)


def _given(folder: Path) -> None:
    for one in [folder, *folder.rglob("*")]:
        shutil.chown(one, KEEPER, KEEPER)


def test_the_maildir_of_a_server_is_what_the_server_says(old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    fill(old, "files")
    here = f"maildir:{old.maildir('files')}"
    assert carry(tmp_path / "j", here, new.address("files")) == Receipt(moved=TOTAL)
    assert content(new, "files") == content(old, "files")
    assert checked(tmp_path / "j") == Verification(identical=TOTAL)


def test_a_server_that_packs_its_files_is_read_alike(shelter: Path, tmp_path: Path) -> None:
    with Dovecot(shelter / "packed", extra="mail_plugins = zlib\nplugin {\n  zlib_save = gz\n}") as server:
        fill(server, "packed", count=10)
        held = content(server, "packed")
    files = [file for file in server.maildir("packed").rglob("*,S=*") if file.read_bytes()[:2] == b"\x1f\x8b"]
    assert len(files) == TOTAL - 50
    assert carry(tmp_path / "j", f"maildir:{server.maildir('packed')}", f"maildir:{tmp_path}/m") == Receipt(moved=TOTAL - 50)
    assert checked(tmp_path / "j") == Verification(identical=TOTAL - 50)
    # What the server shows as 0x80 is a zero in its file (RFC 3501 literals know none).
    shown = (body.replace(b"a\x80b\x80\x80c", b"a\0b\0\0c") for messages in held.values() for body, _, _ in messages.elements())
    bodies = Counter(sha256(body).digest() for body in shown)
    kept = Journal(tmp_path / "j")
    assert Counter(bytes.fromhex(item.digest) for item in kept.items()) == bodies
    kept.close()


@pytest.mark.parametrize("between", ["maildir", "mbox"])
def test_an_account_in_files_and_back_on_a_server_is_the_same_account(old: Dovecot, new: Dovecot, tmp_path: Path, between: str) -> None:
    user = f"back-{between}"
    fill(old, user, count=20)
    files = f"{between}:{tmp_path}/files"
    assert carry(tmp_path / "out.j", old.address(user), files) == Receipt(moved=TOTAL - 40)
    assert checked(tmp_path / "out.j") == Verification(identical=TOTAL - 40)
    assert carry(tmp_path / "back.j", files, new.address(user)) == Receipt(moved=TOTAL - 40)
    assert checked(tmp_path / "back.j") == Verification(identical=TOTAL - 40)
    theirs, ours = content(old, user), content(new, user)
    assert {name: messages for name, messages in ours.items() if messages} == {name: messages for name, messages in theirs.items() if messages}


def test_a_server_takes_a_maildir_of_ours_as_its_own(old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    fill(old, "own", count=20)
    assert carry(tmp_path / "j", old.address("own"), f"maildir:{tmp_path}/m") == Receipt(moved=TOTAL - 40)
    shutil.copytree(tmp_path / "m", new.maildir("own"))
    # A copy is younger than what it was copied from, the date of a message is that of its file.
    for one in (tmp_path / "m").rglob("*"):
        shutil.copystat(one, new.maildir("own") / one.relative_to(tmp_path / "m"))
    _given(new.maildir("own"))
    theirs, ours = content(old, "own"), content(new, "own")
    assert _plain(ours) == _plain(theirs)


def _plain(found: dict[str, Counter[tuple[bytes, str, frozenset[str]]]]) -> dict[str, Counter[tuple[bytes, str, frozenset[str]]]]:
    """Return an account by its folders, which another separator may part; a `.` and a `/` in a name become `_` in a Maildir."""
    return {name.replace(".", "_").replace("/", "_"): messages for name, messages in found.items() if messages}


def test_mixed_line_ends_that_a_server_does_not_keep_are_named_by_the_check(new: Dovecot, tmp_path: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (tmp_path / "m" / part).mkdir(parents=True)
    (tmp_path / "m" / "cur" / "plain:2,").write_bytes(b"Subject: a\n\nx\n")
    (tmp_path / "m" / "cur" / "mixed:2,").write_bytes(b"Subject: b\r\n\nx\r\n")
    assert carry(tmp_path / "j", f"maildir:{tmp_path}/m", new.address("mixed")) == Receipt(moved=2)
    found = checked(tmp_path / "j")
    assert (found.identical, [(one.key, one.what) for one in found.differences]) == (1, [("mixed", "missing")])


@pytest.mark.soak
@pytest.mark.parametrize("there", ["maildir", "mbox"])
def test_a_hundred_kills_at_random_lose_nothing_and_double_nothing(old: Dovecot, tmp_path: Path, there: str) -> None:
    user = f"kills-{there}"
    fill(old, user, count=600)
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(f'[source]\npassword = "{PASSWORD}"\n')
    chance, midway = random.Random(11), 0
    for turn in range(20):
        end, journal = f"{there}:{tmp_path}/files{turn}", tmp_path / f"j{turn}"
        command = [sys.executable, "-m", "bascule", "move", old.address(user), end, "--journal", str(journal), "--secrets", str(secrets)]
        for _ in range(5):
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as process:
                # The clock of a kill begins when there is something to break.
                while not journal.exists() and process.poll() is None:
                    time.sleep(0.005)
                time.sleep(chance.uniform(0.0, 0.5))
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        kept = Journal(journal, old.address(user), end)
        midway += 0 < kept.receipt().moved < 612
        kept.close()
        assert carry(journal, old.address(user), end) == Receipt(moved=612)
        assert checked(journal) == Verification(identical=612)
    assert midway
