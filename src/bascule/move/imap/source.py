"""An account that is read: EXAMINE and BODY.PEEK[] only, so that nothing becomes “read” (RFC 9051)."""

import re
from collections.abc import Iterator, Sequence

from bascule.move.errors import MoveError
from bascule.move.imap.mailboxes import Mailboxes, name
from bascule.move.imap.session import Reply, Session
from bascule.move.imap.syntax import pairs, parse, ranges, read_date
from bascule.move.imap.zeros import restored, suspect
from bascule.move.item import Body, Entry, Folder, Message

_LISTED = b" (UID FLAGS INTERNALDATE RFC822.SIZE)"
_WHOLE = b" (UID FLAGS INTERNALDATE BODY.PEEK[])"
_AT_ONCE = 2000
"""Lines of a list that are asked for together."""
_NUMBER = re.compile(rb"\d+")


class ImapSource:
    """Reads the user's own folders of an account; other people's and shared ones are left alone."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._boxes: dict[tuple[str, ...], bytes] = {}
        self._open: tuple[str, ...] | None = None

    def folders(self) -> list[Folder]:
        """Return the user's folders, each with its UIDVALIDITY as generation."""
        found = []
        boxes = Mailboxes(self._session).boxes
        self._boxes = {box.folder.path: box.raw for box in boxes}
        for box in boxes:
            status = self._session.command(b"STATUS ", name(box.raw), b" (UIDVALIDITY)")
            if status.refused:
                raise MoveError("folder", folder="/".join(box.folder.path), said=status.refused.said)
            found.append(Folder(path=box.folder.path, use=box.folder.use, generation=_validity(status)))
        return sorted(found, key=lambda folder: folder.path)

    def entries(self, folder: Folder) -> Iterator[list[Entry]]:
        """Yield the messages of a folder by rising UID."""
        self._examine(folder)
        for run in windows(uids(self._session), _AT_ONCE):
            found = []
            for answer in self._session.command(b"UID FETCH ", run, _LISTED).fetched():
                entry = _entry(answer)
                if entry:
                    found.append(entry)
            yield found

    def fetch(self, folder: Folder, keys: Sequence[str]) -> Iterator[Message]:
        """Yield whole messages, byte by byte as the server holds them."""
        self._examine(folder)
        wanted = set(keys)
        doubtful: dict[int, Message] = {}
        tag = self._session.start(b"UID FETCH ", ranges([int(key) for key in keys]), _WHOLE)
        for answer in self._session.answers(tag, body=is_body):
            if answer.tag == tag:
                self._session.reply(answer, ())
            elif len(answer.parts) > 1:
                values = parse(answer.parts)
                entry, body = _entry(values), pairs(values[2] if len(values) > 2 else None).get(b"BODY[]")
                if entry and isinstance(body, Body) and entry.key in wanted:
                    wanted.remove(entry.key)
                    message = Message(Entry(entry.key, body.size, entry.flags, entry.date), body)
                    if suspect(body):
                        doubtful[int(entry.key)] = message
                    else:
                        yield message
        for uid, body in restored(self._session, {uid: message.body for uid, message in doubtful.items()}).items():
            yield Message(doubtful[uid].entry, body)

    def _examine(self, folder: Folder) -> None:
        if self._open == folder.path:
            return
        self._open = None
        if not self._boxes:
            self._boxes = {box.folder.path: box.raw for box in Mailboxes(self._session).boxes}
        reply = self._session.command(b"EXAMINE ", name(self._boxes.get(folder.path, b"")))
        if reply.refused:
            raise MoveError("folder", folder="/".join(folder.path), said=reply.refused.said)
        if dict(reply.told()).get(b"UIDVALIDITY", folder.generation.encode()) != folder.generation.encode():
            raise MoveError("renumbered", folder="/".join(folder.path))
        self._open = folder.path

    def close(self) -> None:
        """Log out."""
        self._session.close()


def uids(session: Session, since: int = 1) -> list[tuple[int, int]]:
    """Return the UIDs of the open folder from `since` on, as runs of first and last, rising."""
    if b"ESEARCH" in session.abilities:
        reply = session.command(b"UID SEARCH RETURN (ALL) UID %d:*" % since)
        texts = [values[place + 1] for values in reply.lists(b"ESEARCH") for place, value in enumerate(values[:-1]) if value == b"ALL"]
        runs = [_run(run) for text in texts if isinstance(text, bytes) for run in text.split(b",")]
    else:
        reply = session.command(b"UID SEARCH UID %d:*" % since)
        singles = (int(found[0]) for answer in reply.answers if answer.text[:6].upper() == b"SEARCH" for found in _NUMBER.finditer(answer.text))
        runs = _joined(singles)
    if reply.refused:
        raise MoveError("folder", folder="", said=reply.refused.said)
    # `n:*` names the last message also when its number is below n (RFC 9051, section 6.4.4).
    return sorted((max(first, since), last) for first, last in runs if last >= since)


def windows(runs: Sequence[tuple[int, int]], size: int) -> Iterator[bytes]:
    """Yield sets of at most `size` UIDs that cover runs, in order."""
    waiting: list[bytes] = []
    room = size
    for first, last in runs:
        while first <= last:
            end = min(last, first + room - 1)
            waiting.append(b"%d:%d" % (first, end))
            room -= end - first + 1
            first = end + 1
            if not room:
                yield b",".join(waiting)
                waiting, room = [], size
    if waiting:
        yield b",".join(waiting)


def _run(text: bytes) -> tuple[int, int]:
    first, _, last = text.partition(b":")
    low, high = sorted((int(first), int(last or first)))
    return low, high


def _joined(numbers: Iterator[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def is_body(before: bytes) -> bool:
    """Return whether what follows is a whole message."""
    return before.upper().endswith(b"BODY[] ")


def _entry(values: list[object]) -> Entry | None:
    if len(values) < 3 or not isinstance(values[1], bytes) or values[1].upper() != b"FETCH":
        return None
    told = pairs(values[2])
    uid, flags, date, size = told.get(b"UID"), told.get(b"FLAGS"), told.get(b"INTERNALDATE"), told.get(b"RFC822.SIZE")
    if not isinstance(uid, bytes):
        return None
    marks = (
        sorted(flag.decode("utf-8", "replace") for flag in flags if isinstance(flag, bytes) and flag.lower() != b"\\recent") if isinstance(flags, list) else []
    )
    return Entry(uid.decode(), int(size) if isinstance(size, bytes) else 0, tuple(marks), read_date(date) if isinstance(date, bytes) else None)


def _validity(status: Reply) -> str:
    for values in status.lists(b"STATUS"):
        value = pairs(values[-1]).get(b"UIDVALIDITY")
        if isinstance(value, bytes):
            return value.decode("ascii", "replace")
    return ""
