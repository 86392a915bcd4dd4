import random
import struct
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from bascule.model import Receipt
from bascule.move import Access, Folder, Journal, MoveError, Mover, Note, address
from bascule.move.maildir.target import MaildirTarget
from bascule.move.takeout import source as takeout
from bascule.move.takeout import zips
from bascule.move.takeout.labels import decoded, keyword, labels, role, split, standing
from bascule.move.takeout.source import TakeoutSource
from bascule.move.takeout.zips import Member, mails
from bascule.move.verify import reader, verify


def _message(number: int, header: str, body: bytes = b"x\r\n") -> bytes:
    told = f"X-GM-THRID: {number}\r\nX-Gmail-Labels: {header}\r\n".encode() if header else b""
    return b"From %d@xxx Mon Apr 07 14:31:02 +0000 2025\r\n" % number + told + b"Subject: %d\r\n\r\n" % number + body + b"\r\n"


def _zip(file: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file


def _folders(source: TakeoutSource) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    return {folder.path: [entry.flags for some in source.entries(folder) for entry in some] for folder in source.folders()}


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (b"Inbox,Important,Opened,Category Personal", ["Inbox", "Important", "Opened", "Category Personal"]),
        (b"=?UTF-8?Q?Bo=C3=AEte_de_r=C3=A9ception,Non_lus?=", ["Boîte de réception", "Non lus"]),
        (
            b'=?UTF-8?Q?Messages_archiv=C3=A9s,Ouvert,Cat=C3=A9gorie=C2=A0:_E-mails_?=\n =?UTF-8?Q?personnels,"Culture,_associations,_=C3=A9v=C3=A9nements"?=',
            ["Messages archivés", "Ouvert", "Catégorie : E-mails personnels", "Culture, associations, événements"],
        ),
        (b"=?UTF-8?Q?Posteingang,Ungelesen,Kategorie:_=22Neuigkeiten=22?=", ["Posteingang", "Ungelesen", 'Kategorie: "Neuigkeiten"']),
        (b"=?UTF-8?B?w4l0?=\n =?UTF-8?B?w6kvw6k=?=", ["Été/é"]),
        (b"=?UTF-8?B?5pel?= \n =?utf-8?Q?=E6=9C?=\n =?UTF-8?Q?=AC?=", ["日本"]),
        (b'Inbox,\n "A, b",\tC , ,Inbox', ["Inbox", "A, b", "C"]),
        (b"=?x-none?Q?=C3=A9?=,b", ["é", "b"]),
        (b"=?UTF-8?B?a?=,b", ["a", "b"]),
        (b'"open', ['"open']),
        (b"", []),
    ],
)
def test_labels_are_read_from_their_header(header: bytes, names: list[str]) -> None:
    assert labels(b"Subject: x\nX-Gmail-Labels: " + header + b"\nTo: y\n") == names


def test_a_message_without_the_header_has_no_labels_and_one_in_its_body_is_none() -> None:
    assert labels(b"Subject: x\n") is None
    assert decoded("plain =?no word") == "plain =?no word"
    assert len(split(",".join(map(str, range(9999))))) == 200


@pytest.mark.parametrize(
    ("names", "path", "use", "flags"),
    [
        (["Inbox", "Opened"], ("INBOX",), None, ("\\Seen",)),
        (["Boîte de réception", "Non lus"], ("INBOX",), None, ()),
        (["Clients/Été", "Boîte de réception", "Ouvert"], ("Clients", "Été"), None, ("Inbox", "\\Seen")),
        (["Messages envoyés", "Ouvert", "Projets"], ("Projets",), None, ("Sent", "\\Seen")),
        (["Inbox", "Sent", "Opened"], ("Sent",), "sent", ("Inbox", "\\Seen")),
        (["Archivés", "Envoyé"], ("Envoyé",), "sent", ("\\Seen",)),
        (["Messages archivés"], ("Messages archivés",), "archive", ("\\Seen",)),
        (["Papierkorb", "Kunden"], ("Papierkorb",), "trash", ("Kunden", "\\Seen")),
        (["Spam", "Unread", "Category Promotions"], ("Spam",), "junk", ("Category_Promotions",)),
        (["Brouillons"], ("Brouillons",), "drafts", ("\\Draft", "\\Seen")),
        (["Recibidos", "No leídos", "Importante"], ("INBOX",), None, ("$Important",)),
        (["Starred", "Opened"], ("Archive",), "archive", ("\\Flagged", "\\Seen")),
        (["A", "Bé (x)", "Opened"], ("A",), None, ("B&AOk-_x_", "\\Seen")),
        (["INBOX"], ("INBOX",), None, ("\\Seen",)),
        (["/ /"], ("_",), None, ("\\Seen",)),
        (None, ("Archive",), "archive", ()),
    ],
)
def test_a_message_belongs_in_one_folder_and_keeps_its_other_labels(
    names: list[str] | None, path: tuple[str, ...], use: str | None, flags: tuple[str, ...]
) -> None:
    found = standing(names)
    assert found.folders == ((path, use),)
    assert found.flags == flags


@pytest.mark.parametrize("role_name", ["inbox", "sent", "drafts", "trash"])
def test_the_folders_of_eight_languages_are_known(role_name: str) -> None:
    known = {
        "inbox": ["Inbox", "Boîte de réception", "Posteingang", "Recibidos", "Posta in arrivo", "Caixa de entrada", "Postvak IN", "Odebrane"],
        "sent": ["Sent", "Messages envoyés", "Gesendet", "Enviados", "Posta inviata", "E-mails enviados", "Verzonden berichten", "Wysłane"],
        "drafts": ["Drafts", "Brouillons", "Entwürfe", "Borradores", "Bozze", "Rascunhos", "Concepten", "Wersje robocze"],
        "trash": ["Trash", "Corbeille", "Papierkorb", "Papelera", "Cestino", "Lixeira", "Prullenbak", "Kosz"],
    }[role_name]
    assert [role(name) for name in known] == [role_name] * 8
    assert role("Corbeille du bureau") == ""


@pytest.mark.parametrize("label", ["\\Seen", "$x", "a b", '"', "日本", "é(", "x" * 999, "%*", "\\"])
def test_a_keyword_is_an_atom(label: str) -> None:
    found = keyword(label, "")
    assert found.isascii()
    assert not set(found) & set('(){ %*"\\]')
    assert 0 < len(found) <= 200
    assert found[0] not in "\\$"


def _export(root: Path) -> Path:
    one = _message(1, "Inbox,Clients,Opened", b"un\r\n") + _message(2, "Inbox,Unread", b">From moi\r\n") + _message(3, "Sent,Opened,Starred")
    # The same message again, from the export of one label; and another with the same bytes but a number of its own.
    two = _message(1, "Inbox,Clients,Opened", b"un\r\n") + _message(4, "", b"") + _message(4, "", b"").replace(b"From 4@", b"From 5@")
    root.mkdir()
    _zip(root / "takeout-20250407T143102Z-001.zip", {"Takeout/Messages/Tous les messages.mbox": one, "Takeout/archive_browser.html": b"<html>"})
    _zip(root / "takeout-20250407T143102Z-002.zip", {"Takeout/Messages/Clients.mbox": two}, zipfile.ZIP_STORED)
    return root


@pytest.mark.parametrize("name", ["", "takeout-20250407T143102Z-001.zip", "takeout-20250407T143102Z-002.zip"])
def test_all_zips_of_an_export_are_read_together_and_each_message_once(tmp_path: Path, name: str) -> None:
    source = TakeoutSource(_export(tmp_path / "t") / name)
    assert _folders(source) == {
        ("Archive",): [(), ()],
        ("Clients",): [("Inbox", "\\Seen")],
        ("INBOX",): [()],
        ("Sent",): [("\\Flagged", "\\Seen")],
    }
    assert source.notes() == []
    source.close()


def test_an_unpacked_export_is_read_alike(tmp_path: Path) -> None:
    for file in sorted(_export(tmp_path / "t").iterdir()):
        zipfile.ZipFile(file).extractall(tmp_path / "u")
    packed, unpacked = TakeoutSource(tmp_path / "t"), TakeoutSource(tmp_path / "u")
    assert {path: sorted(flags) for path, flags in _folders(packed).items()} == {path: sorted(flags) for path, flags in _folders(unpacked).items()}


@pytest.mark.parametrize(("choice", "total", "flags"), [("first", 5, [("\\Seen",)]), ("copies", 6, [("\\Seen",)]), ("keywords", 5, [("Inbox", "\\Seen")])])
def test_the_choice_of_labels_is_obeyed_and_agrees_with_the_check(tmp_path: Path, choice: str, total: int, flags: list[tuple[str, ...]]) -> None:
    here, there = address(f"takeout:{_export(tmp_path / 't')}?labels={choice}"), address(f"maildir:{tmp_path}/m")
    assert _folders(TakeoutSource(tmp_path / "t", choice))[("Clients",)] == flags
    kept = Journal(tmp_path / "j", str(here), str(there))
    assert Mover(lambda: TakeoutSource(tmp_path / "t", choice), lambda: MaildirTarget(tmp_path / "m"), kept).run() == Receipt(moved=total)
    assert Mover(lambda: TakeoutSource(tmp_path / "t", choice), lambda: MaildirTarget(tmp_path / "m"), kept).run() == Receipt(moved=total)
    found = verify(kept, reader(here, Access()), reader(there, Access()))
    assert (found.identical, found.complete) == (total, True), found


def test_the_same_bytes_from_the_mbox_stand_in_the_message(tmp_path: Path) -> None:
    source = TakeoutSource(_export(tmp_path / "t"))
    folder = Folder(path=("INBOX",))
    keys = [entry.key for some in source.entries(folder) for entry in some]
    [message] = source.fetch(folder, keys)
    assert b"".join(message.body.pieces()) == b"X-GM-THRID: 2\r\nX-Gmail-Labels: Inbox,Unread\r\nSubject: 2\r\n\r\nFrom moi\r\n"


def test_a_missing_part_and_a_second_export_are_told(tmp_path: Path) -> None:
    root = _export(tmp_path / "t")
    (root / "takeout-20250407T143102Z-002.zip").rename(root / "takeout-20250407T143102Z-004.zip")
    source = TakeoutSource(root)
    assert source.notes() == [Note("missing-part", (), "takeout-20250407T143102Z-002.zip, takeout-20250407T143102Z-003.zip")]
    # A part that is missing may hold mail: such a move is not finished.
    kept = Journal(tmp_path / "j", "s", "t")
    assert Mover(lambda: TakeoutSource(root), lambda: MaildirTarget(tmp_path / "m"), kept).run() == Receipt(moved=5, refused=2)
    _zip(root / "takeout-20260101T000000Z-001.zip", {"a.mbox": b""})
    with pytest.raises(MoveError) as found:
        TakeoutSource(root)
    assert found.value.code == "several-exports"


@pytest.mark.parametrize(
    ("members", "code"),
    [({"Takeout/Drive/x.txt": b"x"}, "not-takeout"), ({"x.mbox": b"\0" * (70 * 1024 * 1024)}, "bomb")],
)
def test_an_archive_without_mail_and_a_bomb_are_refused(tmp_path: Path, members: dict[str, bytes], code: str) -> None:
    _zip(tmp_path / "t-001.zip", members)
    with pytest.raises(MoveError) as found:
        TakeoutSource(tmp_path)
    assert found.value.code == code


def test_a_directory_of_too_many_members_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "t.zip").write_bytes(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, 0x7FFFFFFF, 0, 0))
    with pytest.raises(MoveError) as found:
        mails(tmp_path / "t.zip")
    assert found.value.code == "bomb"


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.97])
def test_a_zip_that_is_cut_is_said(tmp_path: Path, keep: float) -> None:
    file = _zip(tmp_path / "t.zip", {"a.mbox": _message(1, "Inbox") * 50})
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * keep)])
    with pytest.raises(MoveError) as found:
        TakeoutSource(tmp_path)
    assert found.value.code == "archive"


def test_a_locked_member_is_said(tmp_path: Path) -> None:
    file = _zip(tmp_path / "t.zip", {"a.mbox": b"x"})
    data = bytearray(file.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(data)
    with pytest.raises(MoveError) as found:
        TakeoutSource(tmp_path)
    assert found.value.code == "locked-archive"


def _noise(count: int) -> list[bytes]:
    chance = random.Random(3)
    return [_message(number, "Inbox", b"%x\r\n" % chance.getrandbits(8000)) for number in range(count)]


def test_a_member_that_is_damaged_gives_what_can_be_read_and_is_told(tmp_path: Path) -> None:
    file = _zip(tmp_path / "t.zip", {"a.mbox": b"".join(_noise(400))})
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    file.write_bytes(data)
    source = TakeoutSource(tmp_path)
    entries = sum(len(some) for folder in source.folders() for some in source.entries(folder))
    assert 0 < entries <= 400
    assert ("damaged", ("t.zip:a.mbox",)) in [(note.what, note.path) for note in source.notes()]


def test_a_member_that_cannot_be_read_to_its_end_is_no_finished_move(tmp_path: Path) -> None:
    file = _zip(tmp_path / "t.zip", {"a.mbox": b"".join(_noise(50))})
    data = bytearray(file.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4000] = b"\xff" * 4000
    file.write_bytes(data)
    kept = Journal(tmp_path / "j", "s", "t")
    receipt = Mover(lambda: TakeoutSource(tmp_path), lambda: MaildirTarget(tmp_path / "m"), kept).run()
    assert receipt.refused == 1
    assert [item.key.split()[0] for item in kept.items(failed=True)] == ["t.zip:a.mbox"]


def test_a_member_that_lies_about_its_size_gives_no_byte_more(tmp_path: Path) -> None:
    file = _zip(tmp_path / "t.zip", {"a.mbox": _message(1, "Inbox", b"y" * 5000)})
    data = bytearray(file.read_bytes())
    struct.pack_into("<L", data, data.rfind(b"PK\x01\x02") + 24, 100)
    file.write_bytes(data)
    [info] = mails(file)
    member = Member(file, info)
    assert len(member.read(0, 99_999)) == 100


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_any_place_of_a_member_can_be_read_in_any_order(tmp_path: Path, method: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "_BLOCK", 1000)
    monkeypatch.setattr(zips, "_CACHED", 2)
    monkeypatch.setattr(zips, "_PACKED", 300)
    data = b"".join(_noise(60))
    file = _zip(tmp_path / "t.zip", {"a.mbox": data}, method)
    [info] = mails(file)
    member, chance = Member(file, info), random.Random(5)
    for _ in range(300):
        start, length = chance.randrange(len(data) + 10), chance.randrange(5000)
        assert member.read(start, length) == data[start : start + length]
    member.close()


def test_a_message_larger_than_any_mail_is_listed_and_never_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeout, "LARGEST", 4000)
    _zip(tmp_path / "t.zip", {"a.mbox": _message(1, "Inbox") + _message(2, "Inbox", b"y" * 5000)})
    kept = Journal(tmp_path / "j", "s", "t")
    assert Mover(lambda: TakeoutSource(tmp_path), lambda: MaildirTarget(tmp_path / "m"), kept).run() == Receipt(moved=1, refused=1)


def test_names_that_lead_out_of_an_archive_are_names_and_no_more(tmp_path: Path) -> None:
    root = tmp_path / "deep" / "t"
    root.mkdir(parents=True)
    _zip(root / "t.zip", {"../../evil.mbox": _message(1, "../../x,Opened")})
    source = TakeoutSource(root)
    assert list(_folders(source)) == [("..", "..", "x")]
    kept = Journal(root / "j", "s", "t")
    Mover(lambda: TakeoutSource(root), lambda: MaildirTarget(root / "m"), kept).run()
    assert Counter(one.name for one in tmp_path.iterdir()) == Counter(["deep"])
    assert _names(root / "m") == [".__.__.x", "cur", "new", "tmp"]


def _names(folder: Path) -> Sequence[str]:
    return sorted(one.name for one in folder.iterdir())


def test_there_is_no_other_choice() -> None:
    with pytest.raises(MoveError) as found:
        TakeoutSource(Path("/nowhere"), "all")
    assert found.value.code == "option"
