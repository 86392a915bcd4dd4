"""The commands as people type them, against real servers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.move.account import client, content, fill, put
from world.certificates import Authority
from world.dovecot import PASSWORD, Dovecot
from world.parts import Certificate

pytestmark = pytest.mark.xdist_group("dovecot")
TOTAL = 32


def bascule(*words: object, into: Path, answer: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    command = [sys.executable, "-m", "bascule", "--lang", "en", *(str(word) for word in words)]
    return subprocess.run(command, cwd=into, input=answer, capture_output=True, text=True, check=False, timeout=60, env=environment)


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    file = tmp_path / "secrets.toml"
    file.write_text(f'[source]\npassword = "{PASSWORD}"\n[target]\npassword = "{PASSWORD}"\n')
    return file


def test_move_verify_and_receipts_in_every_form(old: Dovecot, new: Dovecot, tmp_path: Path, secrets: Path) -> None:
    fill(old, "told", count=TOTAL - 12)
    ends = (old.address("told"), new.address("told"))
    looked = bascule("move", *ends, "--secrets", secrets, "--dry-run", "--format", "json", into=tmp_path)
    assert (looked.returncode, json.loads(looked.stdout)) == (0, {"moved": 0, "already_there": 0, "refused": 0, "pending": TOTAL})
    assert "told" not in {path.name for path in (new.home / "mail").iterdir()}
    done = bascule("move", *ends, "--secrets", secrets, "-o", "r.csv", "-o", "r.html", "-o", "r.json", into=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "r.json").read_text()) == {"moved": TOTAL, "already_there": 0, "refused": 0, "pending": 0}
    rows = (tmp_path / "r.csv").read_text().splitlines()
    assert (len(rows), sum("carried over" in row for row in rows)) == (TOTAL + 1, TOTAL)
    assert "Everything is over there." in (tmp_path / "r.html").read_text()
    [journal] = tmp_path.glob("*.journal")
    checked = bascule("verify", journal, "--secrets", secrets, into=tmp_path)
    assert (checked.returncode, f"{TOTAL} messages are identical" in checked.stdout) == (0, True)
    next(new.maildir("told").glob("cur/*")).unlink()
    checked = bascule("verify", journal, "--secrets", secrets, "--format", "json", into=tmp_path)
    assert (checked.returncode, json.loads(checked.stdout)["different"]) == (5, 1)
    without = bascule("verify", journal, "--secrets", "-", "--target-only", into=tmp_path, answer=f'[target]\npassword = "{PASSWORD}"\n')
    assert without.returncode == 5


def test_a_password_stands_nowhere_but_where_the_person_wrote_it(old: Dovecot, new: Dovecot, tmp_path: Path, secrets: Path) -> None:
    fill(old, "canary", count=4)
    ends = (old.address("canary"), new.address("canary"))
    said = [bascule("move", *ends, "--secrets", secrets, "-o", "r.csv", "-o", "r.html", "-o", "r.json", into=tmp_path)]
    said.append(bascule("verify", next(tmp_path.glob("*.journal")), "--secrets", secrets, into=tmp_path))
    said.append(bascule("move", f"imap://canary:{PASSWORD}@127.0.0.1:{old.port}/", ends[1], "--secrets", secrets, into=tmp_path))
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(f'[source]\npassword = "{PASSWORD}-not"\n[target]\npassword = "{PASSWORD}"\n')
    said.append(bascule("move", *ends, "--secrets", wrong, "--journal", "w.journal", into=tmp_path))
    broken = tmp_path / "broken.toml"
    broken.write_text(f'[source]\npassword = "{PASSWORD}\n')
    said.append(bascule("move", *ends, "--secrets", broken, into=tmp_path))
    assert [one.returncode for one in said] == [0, 0, 2, 5, 3]
    assert "does not let canary in" in said[3].stderr
    for one in said:
        assert PASSWORD not in one.stdout + one.stderr
        assert "Traceback" not in one.stderr
    for file in tmp_path.iterdir():
        if file not in (secrets, wrong, broken):
            assert PASSWORD.encode() not in file.read_bytes(), file


def test_without_a_terminal_and_a_file_nobody_is_asked(old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    said = bascule("move", old.address("u"), new.address("u"), into=tmp_path)
    assert (said.returncode, "--secrets" in said.stderr) == (2, True)


def test_a_list_of_accounts_in_one_run_where_one_that_fails_holds_up_no_other(old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    for user in ("anne", "bob"):
        with client(old, user) as box:
            put(box, "INBOX", b"Subject: pour %s\r\n\r\n" % user.encode(), "()", 1)
    (tmp_path / "people.csv").write_text(
        f"old;new;old_password;new_password\nanne;anne.neuf;{PASSWORD};{PASSWORD}\nzoe;zoe.neuf;{PASSWORD}-not;{PASSWORD}\nbob;bob.neuf;{PASSWORD};{PASSWORD}\n"
    )
    ends = (f"imap://127.0.0.1:{old.port}/", f"imap://127.0.0.1:{new.port}/")
    said = bascule("move", *ends, "--accounts", "people.csv", into=tmp_path)
    assert said.returncode == 5, said.stderr
    assert [line.split(" · ")[:2] for line in said.stdout.splitlines()][::2] == [["anne → anne.neuf", "1 over there"], ["bob → bob.neuf", "1 over there"]]
    assert "zoe → zoe.neuf" in said.stdout
    assert PASSWORD not in said.stdout + said.stderr
    assert sum(content(new, "bob.neuf")["INBOX"].values()) == 1


def test_a_list_that_does_not_say_who_becomes_whom_is_refused_by_line(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("old,new\nanne,anne\nbob,\n")
    said = bascule("move", "imap://127.0.0.1:1/", "imap://127.0.0.1:2/", "--accounts", "people.csv", into=tmp_path)
    assert (said.returncode, "line 3" in said.stderr) == (3, True)


def test_a_certificate_of_one_s_own_is_explained_and_taken_when_its_authority_is_given(shelter: Path, old: Dovecot, tmp_path: Path, secrets: Path) -> None:
    authority = Authority(tmp_path)
    chain, key = authority.files(Certificate(), ("localhost",))
    with Dovecot(shelter / "tls", certificate=(chain, key)) as safe:
        ends = (old.address("tls"), f"imaps://tls@localhost:{safe.secure}/")
        with client(old, "tls") as box:
            put(box, "INBOX", b"Subject: chiffre\r\n\r\n", "()", 1)
        unknown = bascule("move", *ends, "--secrets", secrets, into=tmp_path)
        assert (unknown.returncode, "--ca-file" in unknown.stderr) == (5, True)
        known = bascule("move", *ends, "--secrets", secrets, "--ca-file", authority.root_file, into=tmp_path)
        assert known.returncode == 0, known.stderr
        other = bascule("move", ends[0], ends[1].replace("localhost", "127.0.0.1"), "--secrets", secrets, "--ca-file", authority.root_file, into=tmp_path)
        assert (other.returncode, "certificate is not trusted" in other.stderr) == (5, True)


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("imaps://mail.exemple.fr/", "imap://u@127.0.0.1:1/", "is no end of a move"),
        ("ftp://u@mail.exemple.fr/", "imap://u@127.0.0.1:1/", "its beginning is not known"),
        ("imaps://u:geheim@mail.exemple.fr/", "imap://u@127.0.0.1:1/", "does not belong in an address"),
    ],
)
def test_an_address_that_is_none_is_refused_with_what_to_write(tmp_path: Path, source: str, target: str, said: str) -> None:
    told = bascule("move", source, target, into=tmp_path)
    assert (told.returncode, said in told.stderr, "geheim" in told.stderr) == (2, True, False)


def test_an_authority_of_one_s_own_is_taken_beside_those_of_the_system_by_mover_and_check(shelter: Path, old: Dovecot, tmp_path: Path, secrets: Path) -> None:
    known, own = Authority(tmp_path / "known"), Authority(tmp_path / "own")
    with Dovecot(shelter / "own-authority", certificate=own.files(Certificate(), ("localhost",))) as safe:
        with client(old, "beside") as box:
            put(box, "INBOX", b"Subject: deux autorites\r\n\r\n", "()", 1)
        ends = (old.address("beside"), f"imaps://beside@localhost:{safe.secure}/")
        assert bascule("move", *ends, "--secrets", secrets, "--ca-file", own.root_file, "--journal", "j", into=tmp_path).returncode == 0
        for given, status in ((own.root_file, 0), (known.root_file, 5), (tmp_path / "none.pem", 3)):
            assert bascule("verify", "j", "--secrets", secrets, "--ca-file", given, into=tmp_path).returncode == status, given
    # What the system trusts stays trusted: `SSL_CERT_FILE` is the system's bundle to Python.
    with Dovecot(shelter / "system-authority", certificate=known.files(Certificate(), ("localhost",))) as safe, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(known.root_file))
        ends = (old.address("beside"), f"imaps://beside@localhost:{safe.secure}/")
        assert bascule("move", *ends, "--secrets", secrets, "--ca-file", own.root_file, "--journal", "k", into=tmp_path).returncode == 0
        checked = bascule("verify", "k", "--secrets", secrets, "--ca-file", own.root_file, into=tmp_path)
        assert checked.returncode == 0, checked.stderr
