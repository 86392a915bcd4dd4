"""What an archive promises, without any server: nothing lost at any end of the program, no flipped bit unseen."""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bascule.model import FolderReceipt, Receipt
from bascule.move import Body, Entry, Folder, Journal, Message, MoveError, Mover, address
from bascule.move.archive import receipts
from bascule.move.archive.source import ArchiveSource
from bascule.move.archive.target import ArchiveTarget
from bascule.move.verify.archive import ArchiveReader, audit
from tests.unit.move.memory import Mail, MemorySource

INBOX = ("INBOX",)
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SEALED = pytest.param(True, id="encrypted")
CLEAR = pytest.param(False, id="clear")


class Key:
    """A pair of keys of age, or none."""

    def __init__(self, real: bool) -> None:
        self.identity, self.recipients = "", ()
        if real:
            pyrage = pytest.importorskip("pyrage")
            made = pyrage.x25519.Identity.generate()
            self.identity, self.recipients = str(made), (str(made.to_public()),)


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


def mail() -> Mail:
    return {
        INBOX: [(str(n), b"mail %d\r\n" % n) for n in range(1, 8)],
        ("Été", "a.b\\c"): [("3", b"mail 1\r\n"), ("9", b"mail 1\r\n"), ("10", b"")],
        ("Vide",): [],
    }


def fill(root: Path, key: Key, journal: Path, content: Mail | None = None) -> Receipt:
    kept = Journal(journal, "s", "t")
    try:
        return Mover(lambda: MemorySource(content or mail()), lambda: ArchiveTarget(root, key.recipients), kept).run()
    finally:
        kept.close()


def back(root: Path, key: Key) -> dict[tuple[str, ...], Counter[bytes]]:
    """Return what an archive gives back."""
    source = ArchiveSource(root, key.identity)
    found = {}
    for folder in source.folders():
        keys = [entry.key for entries in source.entries(folder) for entry in entries]
        found[folder.path] = Counter(b"".join(message.body.pieces()) for message in source.fetch(folder, keys))
    source.close()
    return found


def wanted(content: Mail | None = None) -> dict[tuple[str, ...], Counter[bytes]]:
    return {path: Counter(data for _, data in messages) for path, messages in (content or mail()).items()}


def flaws(root: Path, identity: str = "") -> list[tuple[str, str]]:
    reader = ArchiveReader(root, identity)
    try:
        return [(flaw.file, flaw.what) for flaw in reader.flaws()]
    finally:
        reader.close()


def checked_by_coreutils(root: Path) -> bool:
    script = "sha256sum --quiet --strict -c SCEAU.sha256 && sha256sum --quiet --strict -c SHA256SUMS"
    return subprocess.run(script, shell=True, cwd=root, check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize("sealed", [CLEAR, SEALED])
def test_everything_comes_back_and_coreutils_agree(tmp_path: Path, sealed: bool) -> None:
    key, root = Key(sealed), tmp_path / "archive"
    assert fill(root, key, tmp_path / "j") == Receipt(moved=10)
    assert back(root, key) == wanted()
    assert checked_by_coreutils(root)
    assert audit(root).complete
    assert audit(root).identical == 10


@pytest.mark.parametrize("sealed", [CLEAR, SEALED])
def test_what_is_there_is_known_again_without_its_journal(tmp_path: Path, sealed: bool) -> None:
    key, root = Key(sealed), tmp_path / "archive"
    fill(root, key, tmp_path / "j")
    manifest = (root / "manifest.jsonl").read_bytes()
    assert fill(root, key, tmp_path / "other") == Receipt(already_there=10)
    assert (root / "manifest.jsonl").read_bytes() == manifest


def killed_at(number: int, act: Callable[[], object]) -> bool:
    """Do something in a process of its own that dies at its n-th step on the disk; return whether it died."""
    child = os.fork()
    if child == 0:
        left = [number]

        def dying(real: Callable[..., Any]) -> Callable[..., Any]:
            def step(*arguments: Any, **named: Any) -> Any:
                left[0] -= 1
                if left[0] == 0:
                    os._exit(9)
                return real(*arguments, **named)

            return step

        os.fsync, os.utime, os.mkdir = dying(os.fsync), dying(os.utime), dying(os.mkdir)
        for name in ("rename", "replace", "unlink"):
            setattr(Path, name, dying(getattr(Path, name)))
        try:
            act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.fixture
def memory_disk() -> Iterator[Path]:
    """A folder in memory where there is one: only the program dies here, so that nothing needs to reach a disk."""
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.mark.parametrize("sealed", [CLEAR, SEALED])
def test_killed_at_any_step_nothing_is_lost_doubled_or_half(memory_disk: Path, sealed: bool) -> None:
    key, number = Key(sealed), 0
    content: Mail = {INBOX: [("1", b"one"), ("2", b"two")], ("B",): [("1", b"one")]}
    alive = True
    while alive:
        number += 1
        folder = memory_disk / str(number)
        folder.mkdir()
        root, journal = folder / "archive", folder / "j"
        alive = killed_at(number, lambda root=root, journal=journal: fill(root, key, journal, content))  # type: ignore[misc]
        if (root / "archive.json").exists() and (not sealed or (root / "coffre" / "index.age").exists()):
            # What was stored up to now can be read as it lies there, and nothing is called damaged.
            seen = back(root, key)
            assert all(found <= wanted(content)[path] for path, found in seen.items())
            assert {what for _, what in flaws(root)} <= {"unsealed"}, number
        assert fill(root, key, journal, content).total == 3
        receipts.keep(root, "s", Receipt(moved=3), [], NOW)
        assert back(root, key) == wanted(content), number
        assert (flaws(root), checked_by_coreutils(root)) == ([], True), number
        shutil.rmtree(folder)
    assert number > 40


@pytest.mark.parametrize("sealed", [CLEAR, SEALED])
def test_every_flipped_bit_is_found_and_named(tmp_path: Path, sealed: bool) -> None:
    key, root = Key(sealed), tmp_path / "archive"
    fill(root, key, tmp_path / "j", {INBOX: [("1", b"Subject: a\r\n\r\none"), ("2", b"two")], ("B",): [("1", b"one")]})
    receipts.keep(root, "s", Receipt(moved=3), [FolderReceipt(folder=("B",))], NOW)
    assert flaws(root) == []
    for file in sorted(path for path in root.rglob("*") if path.is_file() and path.stat().st_size):
        name, whole = str(file.relative_to(root)), file.read_bytes()
        for place in range(0, len(whole), max(1, len(whole) // 25)):
            data = bytearray(whole)
            data[place] ^= 1 << place % 8
            file.write_bytes(data)
            found = flaws(root)
            assert found, (name, place)
            # A list that is damaged may accuse the file of which it speaks; everything else is named itself.
            assert name in ("SCEAU.sha256", "SHA256SUMS") or any(one.startswith(name) for one, _ in found), (name, place, found)
        file.write_bytes(whole)
    assert flaws(root) == []


@pytest.mark.parametrize("sealed", [CLEAR, SEALED])
def test_what_is_missing_and_what_is_too_much_is_named(tmp_path: Path, sealed: bool) -> None:
    key, root = Key(sealed), tmp_path / "archive"
    fill(root, key, tmp_path / "j")
    message = next(path for path in sorted(root.rglob("*")) if path.is_file() and path.parent.name in ("cur", "0000000"))
    (message.parent / "more").write_bytes(b"")
    message.unlink()
    assert flaws(root) == [(str((message.parent / "more").relative_to(root)), "stray"), (str(message.relative_to(root)), "absent")]
    (root / "manifest.jsonl").unlink()
    assert ("manifest.jsonl", "absent") in flaws(root)


def test_lines_cut_off_at_the_end_of_all_lists_leave_files_that_nothing_speaks_of(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    fill(root, Key(False), tmp_path / "j")
    for name in ("manifest.jsonl", "SHA256SUMS"):
        lines = (root / name).read_bytes().splitlines(keepends=True)
        (root / name).write_bytes(b"".join(lines[: 5 if name == "SHA256SUMS" else 6]))
    assert {("manifest.jsonl", "damaged"), ("SHA256SUMS", "damaged")} < set(flaws(root))
    (root / "SCEAU.sha256").unlink()
    found = flaws(root)
    assert [what for _, what in found].count("stray") == 5, found


def test_a_message_that_is_damaged_is_not_carried_back(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    fill(root, Key(False), tmp_path / "j")
    next(path for path in (root / "courrier" / "cur").iterdir() if "B0000000002" in path.name).write_bytes(b"mail X\r\n")
    content = wanted()
    content[INBOX][b"mail 1\r\n"] -= 1
    assert back(root, Key(False)) == {path: +found for path, found in content.items()}


def test_a_damaged_manifest_stops_a_run_before_it_writes(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    fill(root, Key(False), tmp_path / "j")
    data = (root / "manifest.jsonl").read_bytes()
    (root / "manifest.jsonl").write_bytes(data.replace(b'"number":3', b'"number":7'))
    with pytest.raises(MoveError) as stopped:
        ArchiveTarget(root)
    assert (stopped.value.code, stopped.value.details["line"]) == ("archive-damaged", "3")
    with pytest.raises(MoveError, match="archive-damaged"):
        ArchiveSource(root)


def test_flags_dates_uses_and_names_come_back_that_file_names_cannot_hold(tmp_path: Path) -> None:
    root, when = tmp_path / "archive", datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    words = tuple(sorted(f"mot{number}" for number in range(40)))
    target = ArchiveTarget(root)
    paths = [("a.b",), ("a_b",), ("Envoyés",), ("x" * 300,), ("日本",)]
    for path in paths:
        target.open(Folder(path=path, use="sent" if path == ("Envoyés",) else None))
        target.store([Message(Entry("1", 2, ("\\Seen", *words), when), Body(b"a\n"))])
    target.close()
    source = ArchiveSource(root)
    assert [(folder.path, folder.use) for folder in source.folders()] == [(path, "sent" if path == ("Envoyés",) else None) for path in paths]
    for folder in source.folders():
        [[entry]] = source.entries(folder)
        assert (set(entry.flags), entry.date, entry.size) == ({"\\Seen", *words}, when, 2)
    assert flaws(root) == []


def test_an_older_copy_of_an_archive_is_told_from_its_present_self(tmp_path: Path) -> None:
    root, content = tmp_path / "archive", mail()
    fill(root, Key(False), tmp_path / "j", {INBOX: content[INBOX][:3]})
    shutil.copytree(root, tmp_path / "copy")
    fill(root, Key(False), tmp_path / "j", {INBOX: content[INBOX][:5]})
    shutil.rmtree(root)
    shutil.copytree(tmp_path / "copy", root)
    with pytest.raises(MoveError, match="archive-older"):
        fill(root, Key(False), tmp_path / "j", {INBOX: content[INBOX]})
    assert fill(root, Key(False), tmp_path / "other", {INBOX: content[INBOX]}) == Receipt(moved=4, already_there=3)


def test_another_archive_in_the_place_of_the_first_is_not_taken_for_it(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    receipts.expected(root, frozenset())
    fill(root, Key(False), tmp_path / "j")
    kept = Journal(tmp_path / "j")
    receipts.expected(root, kept.generations())
    shutil.rmtree(root)
    ArchiveTarget(root).close()
    with pytest.raises(MoveError, match="archive-gone"):
        receipts.expected(root, kept.generations())
    kept.close()


def test_a_disk_that_takes_no_colons_gets_names_that_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ArchiveTarget, "_takes_colons", lambda _: False)
    root, content = tmp_path / "archive", {('a"b',): [("1", b"x")], ("a*b",): [("1", b"y")], ("a\\b",): [("1", b"z")]}
    fill(root, Key(False), tmp_path / "j", content)
    names = [str(path.relative_to(root)) for path in root.rglob("*")]
    assert not [name for name in names if set(name) & set('"*:<>?\\|')]
    assert sum(";2," in name for name in names) == 3
    assert back(root, Key(False)) == wanted(content)
    assert flaws(root) == []


def test_a_damaged_message_is_not_counted_as_whole_even_where_nobody_can_read_it(tmp_path: Path, memory: Path) -> None:
    key, root = Key(True), tmp_path / "archive"
    fill(root, key, tmp_path / "j")
    shutil.rmtree(memory)
    message = next((root / "coffre" / "0000000").iterdir())
    message.write_bytes(message.read_bytes()[:-1])
    found = audit(root)
    assert (found.identical, found.different, [one.what for one in found.differences]) == (9, 1, ["damaged"])


def test_two_runs_do_not_write_at_once(tmp_path: Path) -> None:
    first = ArchiveTarget(tmp_path / "archive")
    with pytest.raises(MoveError, match="archive-busy"):
        ArchiveTarget(tmp_path / "archive")
    first.close()
    ArchiveTarget(tmp_path / "archive").close()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"")
    with pytest.raises(MoveError, match="no-archive"):
        ArchiveTarget(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_keys_that_fit_no_archive_are_said(tmp_path: Path) -> None:
    key, other = Key(True), Key(True)
    with pytest.raises(MoveError, match="recipient"):
        ArchiveTarget(tmp_path / "a", ("age1nonsense",))
    fill(tmp_path / "b", key, tmp_path / "j")
    with pytest.raises(MoveError, match="recipients-differ"):
        ArchiveTarget(tmp_path / "b", other.recipients)
    with pytest.raises(MoveError, match="identity-missing"):
        ArchiveSource(tmp_path / "b")
    with pytest.raises(MoveError, match="wrong-identity"):
        ArchiveSource(tmp_path / "b", other.identity)
    with pytest.raises(MoveError) as said:
        ArchiveSource(tmp_path / "b", "AGE-SECRET-KEY-1NONSENSE")
    assert "NONSENSE" not in repr(said.value)


def test_another_machine_goes_on_with_the_key_alone(tmp_path: Path, memory: Path) -> None:
    key, root = Key(True), tmp_path / "archive"
    fill(root, key, tmp_path / "j")
    shutil.rmtree(memory)
    with pytest.raises(MoveError, match="archive-key"):
        ArchiveTarget(root)
    ArchiveTarget(root, identity=key.identity).close()
    assert fill(root, key, tmp_path / "other") == Receipt(already_there=10)


def test_each_account_of_a_list_has_an_archive_of_its_own(tmp_path: Path) -> None:
    assert address(f"archive:{tmp_path}", "anne@exemple.fr").path == tmp_path / "anne@exemple.fr"
    assert address(f"archive:{tmp_path}", "../x").path == tmp_path / "_._x"


def test_a_receipt_is_kept_when_it_says_something_new(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    fill(root, Key(False), tmp_path / "j")
    for receipt, count in ((Receipt(moved=9, pending=1), 1), (Receipt(moved=10), 2), (Receipt(moved=10), 2)):
        receipts.keep(root, "imaps://a@b/", receipt, [], NOW.replace(second=count))
        assert len(list((root / "receipts").iterdir())) == count
    assert flaws(root) == []


def test_without_the_library_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyrage", None)
    with pytest.raises(MoveError, match="no-age"):
        ArchiveTarget(tmp_path / "a", ("age1x",))
