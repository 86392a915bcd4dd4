"""What a source over IMAP tells beside its messages."""

from bascule.move import Note
from bascule.move.imap.reply import Reply
from bascule.move.imap.source import ImapSource
from bascule.move.imap.wire import Answer
from bascule.report import move_note
from bascule.report.words import Words

LISTED = (b'LIST () "/" INBOX', b'LIST (\\All) "/" "[Google]/Tous"', b'LIST () "/" "Autres/anne"')


class Told:
    """A session that answers what a list and a status need."""

    abilities = frozenset({b"NAMESPACE"})

    def command(self, *pieces: bytes) -> Reply:
        words = b"".join(pieces)
        if words.startswith(b"NAMESPACE"):
            lines: tuple[bytes, ...] = (b'NAMESPACE (("" "/")) (("Autres/" "/")) NIL',)
        elif words.startswith(b"LIST"):
            lines = LISTED
        else:
            lines = (words.partition(b" (")[0] + b" (UIDVALIDITY 1)",)
        return Reply(b"", b"", [Answer(b"*", [line]) for line in lines])


def test_a_folder_that_shows_others_once_more_and_folders_of_others_are_told() -> None:
    source = ImapSource(Told())  # type: ignore[arg-type]
    assert [folder.path for folder in source.folders()] == [("INBOX",), ("[Google]", "Tous")]
    assert source.notes() == [Note("all-mail", ("[Google]", "Tous")), Note("foreign", details="Autres/anne")]
    for note in source.notes():
        assert move_note(note.what, "/".join(note.path), note.details, Words("en"))
