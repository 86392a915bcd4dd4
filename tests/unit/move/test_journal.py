"""What the journal believes of a place that several folders became."""

from pathlib import Path

from bascule.model import Receipt
from bascule.move import Body, Entry, Folder, Journal, Message, Place, Stored

TWICE, OTHER = b"same bytes", b"other byte"
DIGEST = Body(TWICE).digest


def message(key: str, data: bytes) -> Message:
    return Message(Entry(key, len(data)), Body(data))


def test_what_one_folder_claims_at_a_shared_place_no_other_folder_claims_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", "s", "t")
    second, first = journal.folder(Folder(path=("B",))), journal.folder(Folder(path=("A",)))
    for folder, key in ((second, "1"), (first, "1")):
        journal.note(folder, [Entry(key, 10)])
        journal.noted(folder)
    journal.hold(second, Place(path=("P",), generation="1", mark="6"), [("5", DIGEST)], first=True)
    journal.settle(second, journal.claim(second, [message("1", OTHER)]), [Stored(key="6")], "7")
    place = Place(path=("P",), generation="1", mark="7")
    journal.hold(first, place, [("5", DIGEST), ("6", Body(OTHER).digest)], first=True)
    assert journal.claim(first, [message("1", TWICE)]) == []
    journal.note(second, [Entry("1", 10), Entry("2", 10)])
    journal.noted(second)
    journal.hold(second, place, [], first=False)
    assert [one.entry.key for one in journal.claim(second, [message("2", TWICE)])] == ["2"]
    assert journal.receipt() == Receipt(moved=1, already_there=1, pending=1)
    journal.close()
