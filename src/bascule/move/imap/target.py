"""An account that is written to: many messages in one command where the server can (RFC 3502), else many commands at once."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from bascule.move.errors import CutError, MoveError
from bascule.move.imap.mailboxes import Mailbox, Mailboxes, name, tamed
from bascule.move.imap.reply import Refused, Reply, fetched
from bascule.move.imap.session import Session
from bascule.move.imap.source import is_body, uids, windows
from bascule.move.imap.syntax import number, numbers, ranges, write_date
from bascule.move.imap.zeros import restored, suspect
from bascule.move.item import Body, Folder, Message
from bascule.move.protocol import Place, Stored

_IN_FLIGHT = 64
"""Commands whose answers are waited for together, on a server without MULTIAPPEND."""
_SYSTEM = frozenset({"\\answered", "\\flagged", "\\deleted", "\\seen", "\\draft"})
_FLAG = re.compile(r"\\?[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")
_NO_ZERO = "a message with a zero byte cannot be sent to this server (RFC 3516 is missing there)"


class ImapTarget:
    """Writes into an account; nothing that stands there is changed or deleted."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._boxes = Mailboxes(session)
        self._raw = self._validity = b""
        self._next = 1
        self._count: int | None = None
        self._keeps: frozenset[str] | None = None
        can = session.abilities
        self._free = b"LITERAL+" in can
        self._many = b"MULTIAPPEND" in can
        self._zero = b"BINARY" in can
        self._limit = next((number(word[12:]) for word in can if word.startswith(b"APPENDLIMIT=") and word[12:].isdigit()), None)

    def open(self, folder: Folder) -> Place:
        """Select the folder with the same name, else the one for the same use, else make it."""
        box = self._boxes.find(folder) or self._made(folder)
        reply = self._session.command(b"SELECT ", name(box.raw))
        if reply.refused:
            raise MoveError("folder", folder="/".join(folder.path), said=reply.refused.said)
        told = dict(reply.told())
        self._validity = told.get(b"UIDVALIDITY", b"")
        self._count = reply.count
        self._raw, self._next = box.raw, number(told.get(b"UIDNEXT", b"1"))
        kept = told.get(b"PERMANENTFLAGS", b"(\\*)").strip(b"()").lower().split()
        self._keeps = None if b"\\*" in kept else frozenset(flag.decode("ascii", "replace") for flag in kept)
        return Place(path=box.folder.path, generation=self._validity.decode("ascii", "replace"), mark=str(self._next))

    def _made(self, folder: Folder) -> Mailbox:
        """Make a folder; where the server does not take its name, with other letters in the place of those that servers disagree on."""
        said = ""
        for path in dict.fromkeys((folder.path, tamed(folder.path))):
            raw = self._boxes.raw(path)
            if box := self._boxes.named(raw):
                return box
            refused = self._create(raw, folder.use)
            if refused is None or refused.code == "ALREADYEXISTS":
                self._session.command(b"SUBSCRIBE ", name(raw))
                return self._boxes.made(raw, folder.use)
            said = said or refused.said
        raise MoveError("folder", folder="/".join(folder.path), said=said)

    def _create(self, raw: bytes, use: str | None) -> Refused | None:
        if use and b"CREATE-SPECIAL-USE" in self._session.abilities:
            told = self._session.command(b"CREATE ", name(raw), b" (USE (\\%s))" % use.capitalize().encode())
            if told.refused is None:
                return None
        return self._session.command(b"CREATE ", name(raw)).refused

    def mark(self) -> str:
        """Return the UID that the next message will have at least."""
        if b"UIDPLUS" not in self._session.abilities:
            self._next = self._asked()
        return str(self._next)

    def _came(self) -> bool:
        """Return whether anything stands behind what was stored last."""
        self._session.command(b"NOOP")
        return any(uids(self._session, self._next))

    def _asked(self) -> int:
        told = self._session.command(b"STATUS ", name(self._raw), b" (UIDNEXT)").tables(b"STATUS")
        return max((number(one[b"UIDNEXT"]) for one in told if b"UIDNEXT" in one), default=self._next)

    def held(self, since: str, wanted: Callable[[int], bool]) -> Iterator[tuple[str, bytes]]:
        """Yield UID and digest of what the selected folder holds from a mark on, if its size is wanted."""
        self._session.command(b"NOOP")
        for run in windows(uids(self._session, int(since or 1), None if since else self._count), 2000):
            sizes: set[int] = set()
            for told in self._session.command(b"UID FETCH ", run, b" (UID RFC822.SIZE)").fetched():
                if {b"UID", b"RFC822.SIZE"} <= told.keys() and wanted(number(told[b"RFC822.SIZE"])):
                    sizes.add(number(told[b"UID"]))
            keys = sorted(sizes)
            for start in range(0, len(keys), 50):
                yield from self._digests(keys[start : start + 50])

    def _digests(self, keys: Sequence[int]) -> Iterator[tuple[str, bytes]]:
        doubtful: dict[int, Body] = {}
        tag = self._session.start(b"UID FETCH ", ranges(keys), b" (UID BODY.PEEK[])")
        for answer in self._session.answers(tag, body=is_body):
            if len(answer.parts) > 1:
                told = fetched(answer)
                body = told.get(b"BODY[]")
                if isinstance(body, Body) and b"UID" in told:
                    if suspect(body):
                        doubtful[number(told[b"UID"])] = body
                    else:
                        yield str(number(told[b"UID"])), body.digest
        for key, body in restored(self._session, doubtful).items():
            yield str(key), body.digest

    def store(self, messages: Sequence[Message]) -> list[Stored]:
        """Append messages; one that the server refuses among many is found by halving."""
        done: dict[int, Stored] = {}
        fit = []
        self._count = None
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
        if b"UIDPLUS" in self._session.abilities and self._came():
            # All or nothing is the promise (RFC 3502); where it is broken, what arrived is recognised before anything is sent again.
            raise CutError(reply.refused.said)
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
        told = reply.argument.split()
        if reply.code == b"APPENDUID" and len(told) == 2 and told[0] == self._validity:
            given = numbers(told[1], len(messages))
            # Numbers that the folder had given away before are no new ones, whatever the server says.
            if given and min(given) >= self._next and len(set(given)) == len(given):
                keys, self._next = [*given], max(given) + 1
        return [Stored(key=None if key is None else str(key), lost=self._lost(message)) for key, message in zip(keys, messages, strict=True)]

    def _lost(self, message: Message) -> tuple[str, ...]:
        return tuple(flag for flag in message.entry.flags if not self._takes(flag))

    def _takes(self, flag: str) -> bool:
        # What is no flag (RFC 9051: an atom) comes from a server that wants to say something else in our name.
        if not _FLAG.fullmatch(flag):
            return False
        return self._keeps is None or flag.lower() in self._keeps or flag.lower() in _SYSTEM

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
            told = (piece for head, body in literals for piece in chain((head,), body.pieces()))
            return session.start_large(chain((b"APPEND ", name(self._raw)), told))
        return session.start_waiting(b"APPEND " + name(self._raw), literals)

    def close(self) -> None:
        """Log out."""
        self._session.close()


def _refusal(refused: Refused) -> Stored:
    return Stored(said=refused.said or refused.code)
