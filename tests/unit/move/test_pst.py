"""There is no free sample of a PST: a stand-in writes what `readpst` 0.6.76 writes, and draws its lots at each run as that does."""

import os
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest

from bascule.model import Receipt
from bascule.move import Access, Journal, MoveError, Mover, Note, address
from bascule.move.maildir.target import MaildirTarget
from bascule.move.pst import PstSource
from bascule.move.verify import reader, verify
from tests.unit.move.file_ends import Mail, stand_in

MAIL: Mail = {
    ("INBOX",): [
        b'Subject: 1\r\nContent-Type: multipart/mixed; boundary="--boundary-LOT"\r\n\r\n----boundary-LOT\r\n\r\nx\r\n----boundary-LOT--\r\n',
        b"two\r\n",
    ],
    ("Sent Items",): [b"Status: RO\r\nSubject: s\r\n\r\nFrom moi\r\n"],
    ("INBOX", "Été"): [b"deep\r\n"],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "a.pst").write_bytes(b"!BDN")
    return tmp_path / "a.pst"


def _program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mail: Mail = MAIL, **wishes: object) -> None:
    folder = stand_in(tmp_path / "bin", mail, **wishes)  # type: ignore[arg-type]
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def _read(source: PstSource) -> dict[tuple[str, ...], Counter[bytes]]:
    found = {}
    for folder in source.folders():
        keys = [entry.key for some in source.entries(folder) for entry in some]
        found[folder.path] = Counter(b"".join(one.body.pieces()) for one in source.fetch(folder, keys))
    return found


def test_mail_comes_with_its_folders_and_what_is_drawn_by_lot_is_numbered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path) -> None:
    _program(monkeypatch, tmp_path)
    source = PstSource(file)
    first = _read(source)
    assert {folder.path: folder.use for folder in source.folders()} == {("INBOX",): None, ("INBOX", "Été"): None, ("Sent Items",): "sent"}
    assert first[("INBOX",)] == Counter([MAIL[("INBOX",)][0].replace(b"LOT", b"LibPST-iamunique-1_-_-"), b"two\r\n"])
    assert source.notes() == [Note("mail-only")]
    source.close()
    again = PstSource(file)
    assert _read(again) == first
    again.close()


def test_a_second_run_carries_nothing_and_the_check_agrees(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path) -> None:
    _program(monkeypatch, tmp_path)
    here, there = address(f"pst:{file}"), address(f"maildir:{tmp_path}/m")
    kept = Journal(tmp_path / "j", str(here), str(there))
    for _ in range(2):
        assert Mover(lambda: PstSource(file), lambda: MaildirTarget(tmp_path / "m"), kept).run() == Receipt(moved=4)
    found = verify(kept, reader(here, Access()), reader(there, Access()))
    assert (found.identical, found.complete) == (4, True), found


def test_the_private_folder_is_taken_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    _program(monkeypatch, tmp_path)
    source = PstSource(file)
    assert list((tmp_path / "tmp").iterdir())
    source.close()
    assert not list((tmp_path / "tmp").iterdir())


def test_without_the_program_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MoveError) as found:
        PstSource(file)
    assert (found.value.code, found.value.details["program"]) == ("program-missing", "readpst")


def test_a_file_that_it_cannot_read_is_said_in_its_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path) -> None:
    _program(monkeypatch, tmp_path, status=1)
    with pytest.raises(MoveError) as found:
        PstSource(file)
    assert (found.value.code, found.value.details["said"]) == ("pst", "Error opening File")


@pytest.mark.skipif(shutil.which("readpst") is None, reason="pst-utils is not installed")
def test_the_real_program_refuses_what_is_no_pst(file: Path) -> None:
    with pytest.raises(MoveError) as found:
        PstSource(file)
    assert found.value.code == "pst"


def test_a_pst_without_mail_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path) -> None:
    _program(monkeypatch, tmp_path, {})
    with pytest.raises(MoveError) as found:
        PstSource(file)
    assert found.value.code == "pst-empty"


def test_a_program_that_hangs_is_ended_with_all_that_it_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path) -> None:
    note = tmp_path / "child"
    start = f"import subprocess, time\nchild = subprocess.Popen(['sleep', '60'])\nopen({str(note)!r}, 'w').write(str(child.pid))\ntime.sleep(60)"
    _program(monkeypatch, tmp_path, before=start)
    with pytest.raises(MoveError) as found:
        PstSource(file, limit_s=0.5)
    assert found.value.code == "pst-slow"
    deadline = time.monotonic() + 5
    while _lives(int(note.read_text())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _lives(int(note.read_text()))


def _lives(number: int) -> bool:
    status = Path(f"/proc/{number}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_folder_that_leads_upwards_stays_in_the_private_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path) -> None:
    escape = "import os, sys\nopen(os.path.join(sys.argv[sys.argv.index('-o') + 1], '..', '..', 'mbox'), 'w').write('From x')"
    _program(monkeypatch, tmp_path, before=escape)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    with pytest.raises(MoveError) as found:
        PstSource(file)
    assert (found.value.code, found.value.details["said"]) == ("pst", "a folder named ..")
    assert not list((tmp_path / "tmp").iterdir())
