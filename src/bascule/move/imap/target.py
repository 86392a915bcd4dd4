"""An account that is written to: many messages in one command where the server can (RFC 3502), else many commands at once."""

from collections.abc import Callable, Iterator, Sequence

from bascule.move.errors import MoveError
from bascule.move.imap.mailboxes import Mailbox, Mailboxes, name
from bascule.move.imap.session import Refused, Reply, Session
from bascule.move.imap.source import is_body, uids, windows
from bascule.move.imap.syntax import numbers, pairs, parse, ranges, write_date
from bascule.move.imap.zeros import restored, suspect
from bascule.move.item import Body, Folder, Message
from bascule.move.protocol import Place, Stored

_IN_FLIGHT = 64
"""Commands whose answers are waited for together, on a server without MULTIAPPEND."""
_SYSTEM = frozenset({"\\answered", "\\flagged", "\\deleted", "\\seen", "\\draft"})
_NO_ZERO = "a message with a zero byte cannot be sent to this server (RFC 3516 is missing there)"


class ImapTarget:
    """Writes into an account; nothing that stands there is changed or deleted."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._boxes = Mailboxes(session)
        self._raw = b""
        self._next = 1
        self._keeps: frozenset[str] | None = None
        can = session.abilities
        self._free = b"LITERAL+" in can
        self._many = b"MULTIAPPEND" in can
        self._zero = b"BINARY" in can
        self._limit = next((int(word[12:]) for word in can if word.startswith(b"APPENDLIMIT=") and word[12:].isdigit()), None)

    def open(self, folder: Folder) -> Place:
        """Select the folder with the same name, else the one for the same use, else make it."""
        box = self._boxes.find(folder) or self._made(folder)
        reply = self._session.command(b"SELECT ", name(box.raw))
        if reply.refused:
            raise MoveError("folder", folder="/".join(folder.path), said=reply.refused.said)
        told = dict(reply.told())
        self._raw, self._next = box.raw, int(told.get(b"UIDNEXT", b"1"))
        kept = told.get(b"PERMANENTFLAGS", b"(\\*)").strip(b"()").lower().split()
        self._keeps = None if b"\\*" in kept else frozenset(flag.decode("ascii", "replace") for flag in kept)
        return Place(path=box.folder.path, generation=told.get(b"UIDVALIDITY", b"").decode(), mark=str(self._next))

    def _made(self, folder: Folder) -> Mailbox:
        raw = self._boxes.raw(folder.path)
        use = b" (USE (\\%s))" % folder.use.capitalize().encode() if folder.use and b"CREATE-SPECIAL-USE" in self._session.abilities else b""
        made = self._session.command(b"CREATE ", name(raw), use)
        if made.refused and use:
            made = self._session.command(b"CREATE ", name(raw))
        if made.refused and made.refused.code != "ALREADYEXISTS":
            raise MoveError("folder", folder="/".join(folder.path), said=made.refused.said)
        self._session.command(b"SUBSCRIBE ", name(raw))
        box = Mailbox(raw=raw, folder=folder)
        self._boxes.boxes.append(box)
        return box

    def mark(self) -> str:
        """Return the UID that the next message will have at least."""
        if b"UIDPLUS" not in self._session.abilities:
            for values in self._session.command(b"STATUS ", name(self._raw), b" (UIDNEXT)").lists(b"STATUS"):
                value = pairs(values[-1]).get(b"UIDNEXT")
                self._next = int(value) if isinstance(value, bytes) else self._next
        return str(self._next)

    def held(self, since: str, wanted: Callable[[int], bool]) -> Iterator[tuple[str, bytes]]:
        """Yield UID and digest of what the selected folder holds from a mark on, if its size is wanted."""
        self._session.command(b"NOOP")
        for run in windows(uids(self._session, int(since or 1)), 2000):
            sizes = {}
            for values in self._session.command(b"UID FETCH ", run, b" (UID RFC822.SIZE)").fetched():
                told = pairs(values[2])
                uid, size = told.get(b"UID"), told.get(b"RFC822.SIZE")
                if isinstance(uid, bytes) and isinstance(size, bytes) and wanted(int(size)):
                    sizes[int(uid)] = int(size)
            keys = sorted(sizes)
            for start in range(0, len(keys), 50):
                yield from self._digests(keys[start : start + 50])

    def _digests(self, keys: Sequence[int]) -> Iterator[tuple[str, bytes]]:
        doubtful: dict[int, Body] = {}
        tag = self._session.start(b"UID FETCH ", ranges(keys), b" (UID BODY.PEEK[])")
        for answer in self._session.answers(tag, body=is_body):
            if len(answer.parts) > 1:
                told = pairs(parse(answer.parts)[2])
                uid, body = told.get(b"UID"), told.get(b"BODY[]")
                if isinstance(uid, bytes) and isinstance(body, Body):
                    if suspect(body):
                        doubtful[int(uid)] = body
                    else:
                        yield uid.decode(), body.digest
        for key, body in restored(self._session, doubtful).items():
            yield str(key), body.digest

    def store(self, messages: Sequence[Message]) -> list[Stored]:
        """Append messages; one that the server refuses among many is found by halving."""
        done: dict[int, Stored] = {}
        fit = []
        for place, message in enumerate(messages):
            if message.body.zero and not self._zero:
                done[place] = Stored(said=_NO_ZERO)
            elif self._limit is not None and message.body.size > self._limit:
                done[place] = Stored(said=f"APPENDLIMIT={self._limit}")
            else:
                fit.append(place)
        found = self._together([messages[place] for place in fit]) if self._many else self._apart([messages[place] for place in fit])
        done.update(zip(fit, found, strict=True))
        return [done[place] for place in range(len(messages))]

    def _together(self, messages: list[Message]) -> list[Stored]:
        if not messages:
            return []
        tag = self._begin([part for message in messages for part in self._pieces(message)])
        reply = self._session.end(tag)
        if reply.refused is None:
            return self._kept(messages, reply)
        if len(messages) == 1:
            return [_refusal(reply.refused)]
        half = len(messages) // 2
        return self._together(messages[:half]) + self._together(messages[half:])

    def _apart(self, messages: list[Message]) -> list[Stored]:
        done: list[Stored] = []
        width = _IN_FLIGHT if self._free else 1
        for start in range(0, len(messages), width):
            some = messages[start : start + width]
            tags = [self._begin(self._pieces(message)) for message in some]
            for message, tag in zip(some, tags, strict=True):
                reply = self._session.end(tag)
                done += [_refusal(reply.refused)] if reply.refused else self._kept([message], reply)
        return done

    def _kept(self, messages: list[Message], reply: Reply) -> list[Stored]:
        keys: list[int | None] = [None] * len(messages)
        if reply.code == b"APPENDUID":
            given = list(numbers(reply.argument.split()[-1]))
            if len(given) == len(messages):
                keys, self._next = [*given], max([self._next, *(key + 1 for key in given)])
        return [Stored(key=None if key is None else str(key), lost=self._lost(message)) for key, message in zip(keys, messages, strict=True)]

    def _lost(self, message: Message) -> tuple[str, ...]:
        keeps = self._keeps
        return tuple(flag for flag in message.entry.flags if keeps is not None and flag.lower() not in keeps and flag.lower() not in _SYSTEM)

    def _pieces(self, message: Message) -> list[tuple[bytes, Body]]:
        lost = self._lost(message)
        flags = " ".join(flag for flag in message.entry.flags if flag not in lost).encode("ascii", "replace")
        date = b" " + write_date(message.entry.date) if message.entry.date else b""
        kind = b"~" if message.body.zero else b""
        plus = b"+" if self._free else b""
        return [(b" (%s)%s %s{%d%s}\r\n" % (flags, date, kind, message.body.size, plus), message.body)]

    def _begin(self, literals: list[tuple[bytes, Body]]) -> bytes:
        """Start an APPEND with one or more literals; return its tag."""
        session = self._session
        session.wire.patience(sum(body.size for _, body in literals))
        if self._free:
            return session.start(b"APPEND ", name(self._raw), *(piece for head, body in literals for piece in (head, *body.pieces())))
        return session.start_waiting(b"APPEND " + name(self._raw), literals)

    def close(self) -> None:
        """Log out."""
        self._session.close()


def _refusal(refused: Refused) -> Stored:
    return Stored(said=refused.said or refused.code)
