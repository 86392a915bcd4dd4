"""An archive of a real account, and back into a fresh one."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bascule.cli.app import run
from bascule.cli.context import Speaker
from bascule.report import Words
from tests.move.account import client, content, fill, put
from world.dovecot import PASSWORD, Dovecot

pytestmark = pytest.mark.xdist_group("dovecot")
CHECK = "sha256sum --quiet -c SCEAU.sha256 && sha256sum --quiet -c SHA256SUMS"


def secrets(folder: Path, **source: str) -> Path:
    file = folder / "secrets.toml"
    told = "".join(f"{name} = {json.dumps(value)}\n" for name, value in source.items())
    file.write_text(f'[source]\npassword = "{PASSWORD}"\n{told}[target]\npassword = "{PASSWORD}"\n{told}')
    return file


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the writer of an encrypted archive remembers, for this test alone."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


class Ended(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Bascule = Callable[..., Ended]


@pytest.fixture
def bascule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bascule:
    """The command line, run in this process and in the folder of the test."""
    monkeypatch.chdir(tmp_path)

    def called(*words: object) -> Ended:
        capsys.readouterr()
        status = run([str(word) for word in words], Speaker(Words("en")))
        return Ended(status, *capsys.readouterr())

    return called


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_archive_gives_everything_back_to_a_fresh_server_and_coreutils_check_it(bascule: Bascule, old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    fill(old, "kept", count=20)
    archive, key = tmp_path / "archive", secrets(tmp_path)
    done = bascule("move", old.address("kept"), f"archive:{archive}", "--secrets", key, "--journal", "a")
    assert done.returncode == 0, done.stderr
    assert subprocess.run(CHECK, shell=True, cwd=archive, check=False).returncode == 0
    before = files(archive)
    again = bascule("move", old.address("kept"), f"archive:{archive}", "--secrets", key, "--journal", "a")
    assert (again.returncode, files(archive)) == (0, before)
    checked = bascule("verify", "a", "--secrets", key, "--format", "json")
    assert (checked.returncode, json.loads(checked.stdout)["identical"]) == (0, 32), checked.stdout
    back = bascule("move", f"archive:{archive}", new.address("kept"), "--secrets", key, "--journal", "b")
    assert back.returncode == 0, back.stderr
    assert content(new, "kept") == content(old, "kept")
    assert files(archive) == before
    assert bascule("verify", "b", "--secrets", key).returncode == 0


def test_only_what_is_new_is_added(bascule: Bascule, old: Dovecot, tmp_path: Path) -> None:
    archive, key = tmp_path / "archive", secrets(tmp_path)
    with client(old, "grows") as box:
        put(box, "INBOX", b"Subject: un\r\n\r\n1\r\n", "()", 1)
        bascule("move", old.address("grows"), f"archive:{archive}", "--secrets", key, "--journal", "a")
        before = files(archive / "courrier")
        put(box, "INBOX", b"Subject: deux\r\n\r\n2\r\n", "(\\Seen Neuf)", 2)
    other = bascule("move", old.address("grows"), f"archive:{archive}", "--secrets", key, "--journal", "lost", "--format", "json")
    assert json.loads(other.stdout) == {"moved": 1, "already_there": 1, "refused": 0, "pending": 0}
    after = files(archive / "courrier")
    assert ({name: after[name] for name in before}, len(after)) == (before, len(before) + 2)
    assert b"Subject: deux\r\n\r\n2\r\n" in after.values()
    assert b"0 Neuf\n" in after.values()
    assert bascule("verify", f"archive:{archive}").returncode == 0


def test_the_mail_of_an_archive_is_a_maildir_that_a_server_opens_as_it_is(bascule: Bascule, old: Dovecot, new: Dovecot, tmp_path: Path) -> None:
    fill(old, "opened", count=20)
    archive = tmp_path / "archive"
    bascule("move", old.address("opened"), f"archive:{archive}", "--secrets", secrets(tmp_path))
    subprocess.run(["cp", "-a", str(archive / "courrier"), str(new.maildir("opened"))], check=True)
    subprocess.run(["chown", "-R", "mail:mail", str(new.maildir("opened"))], check=True)
    assert content(new, "opened") == content(old, "opened")


def test_an_encrypted_archive_tells_nothing_is_checked_without_and_restored_with_the_key(
    bascule: Bascule, old: Dovecot, new: Dovecot, memory: Path, tmp_path: Path
) -> None:
    pyrage = pytest.importorskip("pyrage")
    fill(old, "sealed", count=20)
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(f"# made for a test\n{identity}\n")
    archive, key = tmp_path / "archive", secrets(tmp_path)
    move = ("move", old.address("sealed"), f"archive:{archive}", "--secrets", key, "--journal", "a")
    done = bascule(*move, "--encrypt-to", identity.to_public())
    assert done.returncode == 0, done.stderr
    readable = b"".join(data for name, data in files(archive).items() if name != "LISEZ-MOI.txt") + "".join(files(archive)).encode()
    for word in (b"Projets", b"INBOX", b"Essai", b"Subject", b"NonJunk", b"2017-", b"sealed@", b"Sent"):
        assert word not in readable, word
    assert subprocess.run(CHECK, shell=True, cwd=archive, check=False).returncode == 0
    assert bascule("verify", f"archive:{archive}").returncode == 0
    # This machine knows again what it wrote, without the key.
    assert bascule("verify", "a", "--secrets", key).returncode == 0
    # Another machine does not, says so, and restores with the key.
    for file in (memory / "bascule" / "archives").iterdir():
        file.unlink()
    refused = bascule(*move[:-1], "third")
    assert (refused.returncode, "identity" in refused.stderr) == (2, True), refused.stderr
    back = ("move", f"archive:{archive}", new.address("sealed"), "--secrets", key, "--journal", "b")
    assert bascule(*back).returncode == 2
    secrets(tmp_path, identity=str(tmp_path / "key.txt"))
    restored = bascule(*back)
    assert restored.returncode == 0, restored.stderr
    assert content(new, "sealed") == content(old, "sealed")
    assert bascule("verify", "b", "--secrets", key).returncode == 0


def test_a_dry_run_prints_the_timer_that_keeps_it_fresh_and_writes_nothing(bascule: Bascule, old: Dovecot, tmp_path: Path) -> None:
    fill(old, "timed@exemple.fr", count=4)
    end = f"imap://timed%40exemple.fr@127.0.0.1:{old.port}/"
    said = bascule("move", end, f"archive:{tmp_path}/archive", "--secrets", secrets(tmp_path), "--dry-run")
    assert (said.returncode, (tmp_path / "archive").exists()) == (0, False), said.stderr
    [start] = [line for line in said.stdout.splitlines() if line.startswith("ExecStart=")]
    [cron] = [line for line in said.stdout.splitlines() if line.startswith("17 3 * * * ")]
    assert f"LoadCredential=secrets.toml:{tmp_path}/secrets.toml" in said.stdout
    assert PASSWORD not in said.stdout
    # systemd halves what is doubled; cron takes the backslash away before the shell sees the line.
    words = start.removeprefix("ExecStart=").replace("%%", "%").split(" ")
    environment = {**os.environ, "CREDENTIALS_DIRECTORY": str(tmp_path)}
    done = subprocess.run(words, cwd="/", env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    script = cron.removeprefix("17 3 * * * ").replace("\\%", "%")
    before = files(tmp_path / "archive")
    assert subprocess.run(script, shell=True, cwd="/", check=False, capture_output=True).returncode == 0
    assert files(tmp_path / "archive") == before


def test_an_archive_that_is_not_attached_is_not_begun_anew(bascule: Bascule, old: Dovecot, tmp_path: Path) -> None:
    with client(old, "gone") as box:
        put(box, "INBOX", b"Subject: un\r\n\r\n1\r\n", "()", 1)
    archive = tmp_path / "stick" / "archive"
    move = ("move", old.address("gone"), f"archive:{archive}", "--secrets", secrets(tmp_path), "--journal", "a")
    assert bascule(*move).returncode == 0
    (tmp_path / "stick").rename(tmp_path / "away")
    said = bascule(*move)
    assert (said.returncode, "attached" in said.stderr, archive.exists()) == (3, True, False)


def test_a_full_disk_is_said_leaves_nothing_half_written_and_goes_on_when_there_is_room(bascule: Bascule, old: Dovecot, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=False, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        with client(old, "full") as box:
            box.create("Sent")
            for number in range(4):
                put(box, "INBOX" if number < 2 else "Sent", b"Subject: %d\r\n\r\n" % number + b"x" * 300_000 + b"\r\n", "()", number)
        (disk / "other").write_bytes(b"x" * 200_000)
        move = ("move", old.address("full"), f"archive:{disk}/archive", "--secrets", secrets(tmp_path), "--journal", "a", "--format", "json")
        said = bascule(*move)
        assert (said.returncode, "disk is full" in said.stderr) == (4, True), said.stderr
        assert sorted(path.name for path in (disk / "archive" / "tmp").iterdir()) == ["lock"]
        looked = bascule("verify", f"archive:{disk}/archive", "--format", "json")
        assert [one["what"] for one in json.loads(looked.stdout)["differences"]] in ([], ["unsealed"]), looked.stdout
        (disk / "other").unlink()
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        said = bascule(*move)
        assert json.loads(said.stdout) == {"moved": 4, "already_there": 0, "refused": 0, "pending": 0}, said.stderr
        assert bascule("verify", f"archive:{disk}/archive").returncode == 0
        assert bascule("verify", "a", "--secrets", tmp_path / "secrets.toml").returncode == 0
    finally:
        subprocess.run(["umount", str(disk)], check=True)
