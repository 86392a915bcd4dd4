"""An account that is read: EXAMINE and BODY.PEEK[] only, so that nothing becomes “read” (RFC 9051)."""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence

from bascule.move.errors import CutError, MoveError
from bascule.move.imap.mailboxes import Mailboxes, name
from bascule.move.imap.reply import Reply, fetched
from bascule.move.imap.session import Session
from bascule.move.imap.syntax import number, ranges, read_date, runs
from bascule.move.imap.zeros import restored, suspect
from bascule.move.item import Body, Entry, Folder, Message
from bascule.move.protocol import Note

_LISTED = b" (UID FLAGS INTERNALDATE RFC822.SIZE)"
_WHOLE = b" (UID FLAGS INTERNALDATE BODY.PEEK[])"
_AT_ONCE = 2000
"""Lines of a list that are asked for together."""
_NUMBER = re.compile(rb"\d{1,19}")
_EXISTS, _EXPUNGED = re.compile(rb"\d{1,19} EXISTS", re.IGNORECASE), re.compile(rb"\d{1,19} EXPUNGE|VANISHED", re.IGNORECASE)
_MOST = 50_000_000
"""Messages of one folder: what a server says beyond is no honest number."""


class ImapSource:
    """Reads the user's own folders of an account; other people's and shared ones are left alone."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._boxes: dict[tuple[str, ...], bytes] = {}
        self._notes: list[Note] = []
        self._open: tuple[str, ...] | None = None

    def folders(self) -> list[Folder]:
        """Return the user's folders, each with its UIDVALIDITY as generation."""
        found = []
        listed = Mailboxes(self._session)
        boxes = listed.boxes
        self._boxes = {box.folder.path: box.raw for box in boxes}
        self._notes = [Note("all-mail", box.folder.path) for box in boxes if box.folder.use == "all"]
        self._notes += [Note("foreign", details=", ".join(listed.foreign[:20]))] if listed.foreign else []
        for box in boxes:
            status = self._session.command(b"STATUS ", name(box.raw), b" (UIDVALIDITY)")
            if status.refused:
                raise MoveError("folder", folder="/".join(box.folder.path), said=status.refused.said)
            found.append(Folder(path=box.folder.path, use=box.folder.use, generation=_validity(status)))
        return sorted(found, key=lambda folder: folder.path)

    def notes(self) -> list[Note]:
        """Return what is carried more than once, and what is not carried: a folder that shows others once more (RFC 6154), folders of others."""
        return self._notes

    def entries(self, folder: Folder) -> Iterator[list[Entry]]:
        """Yield the messages of a folder by rising UID; one that the server counts and does not describe has size 0.

        Raises:
            CutError: The server counts other messages than it lists.
        """
        self._open = None
        count = self._examine(folder)
        found = uids(self._session, count=count)
        for run in windows(found, _AT_ONCE):
            entries = {}
            for told in self._session.command(b"UID FETCH ", run, _LISTED).fetched():
                entry = _entry(told)
                if entry and b"RFC822.SIZE" in told:
                    entries[int(entry.key)] = entry
            yield [entries.get(key) or Entry(str(key), 0) for first, last in runs(run) for key in range(first, last + 1)]

    def fetch(self, folder: Folder, keys: Sequence[str]) -> Iterator[Message]:
        """Yield whole messages, byte by byte as the server holds them."""
        if not keys:
            return
        self._examine(folder)
        wanted = set(keys)
        doubtful: dict[int, Message] = {}
        tag = self._session.start(b"UID FETCH ", ranges([int(key) for key in keys]), _WHOLE)
        for answer in self._session.answers(tag, body=is_body):
            if answer.tag == tag:
                self._session.reply(answer, ())
            elif len(answer.parts) > 1:
                told = fetched(answer)
                entry, body = _entry(told), told.get(b"BODY[]")
                if entry and isinstance(body, Body) and entry.key in wanted:
                    wanted.remove(entry.key)
                    message = Message(Entry(entry.key, body.size, entry.flags, entry.date), body)
                    if suspect(body):
                        doubtful[int(entry.key)] = message
                    else:
                        yield message
        for uid, body in restored(self._session, {uid: message.body for uid, message in doubtful.items()}).items():
            yield Message(doubtful[uid].entry, body)

    def _examine(self, folder: Folder) -> int | None:
        """Open a folder; return how many messages the server says are in it, None when it is open already."""
        if self._open == folder.path:
            return None
        self._open = None
        if not self._boxes:
            self._boxes = {box.folder.path: box.raw for box in Mailboxes(self._session).boxes}
        reply = self._session.command(b"EXAMINE ", name(self._boxes.get(folder.path, b"")))
        if reply.refused:
            raise MoveError("folder", folder="/".join(folder.path), said=reply.refused.said)
        if dict(reply.told()).get(b"UIDVALIDITY", folder.generation.encode()) != folder.generation.encode():
            raise MoveError("renumbered", folder="/".join(folder.path))
        self._open = folder.path
        return reply.count

    def close(self) -> None:
        """Log out."""
        self._session.close()


def uids(session: Session, since: int = 1, count: int | None = None) -> "Runs":
    """Return the UIDs of the open folder from `since` on, as runs of first and last, rising.

    Args:
        session: With the folder open.
        since: Lowest UID of interest.
        count: How many messages the server said there are, when all are asked for.

    Raises:
        CutError: It lists fewer or more than that: nothing may be left out in silence.
    """
    if b"ESEARCH" in session.abilities:
        reply = session.command(b"UID SEARCH RETURN (ALL) UID %d:*" % since)
        texts = [values[place + 1] for values in reply.lists(b"ESEARCH") for place, value in enumerate(values[:-1]) if value == b"ALL"]
        told = (run for text in texts if isinstance(text, bytes) for run in runs(text))
    else:
        reply = session.command(b"UID SEARCH UID %d:*" % since)
        told = ((int(one[0]),) * 2 for answer in reply.answers if answer.text[:6].upper() == b"SEARCH" for one in _NUMBER.finditer(answer.text))
    if reply.refused:
        raise MoveError("folder", folder="", said=reply.refused.said)
    found = Runs()
    for first, last in told:
        # `n:*` names the last message also when its number is below n (RFC 9051, section 6.4.4).
        if last >= since:
            found.add(max(first, since), last)
    found.sort()
    _agreed(found, count, reply)
    return found


def _agreed(found: "Runs", count: int | None, reply: Reply) -> None:
    total = sum(last - first + 1 for first, last in found)
    moved = any(_EXISTS.match(answer.text) or _EXPUNGED.match(answer.text) for answer in reply.answers)
    if total > _MOST or (count is not None and total != count and not moved):
        raise CutError(f"the server counts {count} messages and lists {total}")


class Runs:
    """Rising runs of UIDs, each first and last; a million single ones take 16 MB."""

    def __init__(self) -> None:
        self._ends = array("Q")
        self._rising = True

    def add(self, first: int, last: int) -> None:
        """Add a run."""
        if self._ends and first == self._ends[-1] + 1:
            self._ends[-1] = last
        else:
            self._rising = self._rising and (not self._ends or first > self._ends[-1])
            self._ends.extend((first, last))

    def sort(self) -> None:
        """Bring the runs into order, each number once; servers need not name them in order."""
        if not self._rising:
            told, self._ends, self._rising = sorted(self), array("Q"), True
            for first, last in told:
                if not self._ends or first > self._ends[-1]:
                    self.add(first, last)
                else:
                    self._ends[-1] = max(last, self._ends[-1])

    def __iter__(self) -> Iterator[tuple[int, int]]:
        ends = self._ends
        return ((ends[place], ends[place + 1]) for place in range(0, len(ends), 2))


def windows(runs: Iterable[tuple[int, int]], size: int) -> Iterator[bytes]:
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


def is_body(before: bytes) -> bool:
    """Return whether what follows is a whole message."""
    return before.upper().endswith(b"BODY[] ")


def _entry(told: dict[bytes, object]) -> Entry | None:
    uid, flags, date, size = told.get(b"UID"), told.get(b"FLAGS"), told.get(b"INTERNALDATE"), told.get(b"RFC822.SIZE")
    if not isinstance(uid, bytes):
        return None
    marks = (
        sorted(flag.decode("utf-8", "replace") for flag in flags if isinstance(flag, bytes) and flag.lower() != b"\\recent") if isinstance(flags, list) else []
    )
    arrived = read_date(date) if isinstance(date, bytes) else None
    return Entry(str(number(uid)), number(size) if size is not None else 0, tuple(marks), arrived)


def _validity(status: Reply) -> str:
    for told in status.tables(b"STATUS"):
        value = told.get(b"UIDVALIDITY")
        if isinstance(value, bytes):
            return value.decode("ascii", "replace")
    return ""
