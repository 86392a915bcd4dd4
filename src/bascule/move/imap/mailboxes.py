"""The folders of an account: names, separators, special uses (RFC 9051 LIST, RFC 6154, RFC 2342)."""

import msgspec

from bascule.move.imap.session import Session
from bascule.move.imap.syntax import quoted, shifted, unshifted
from bascule.move.item import Folder

USES = frozenset({"all", "archive", "drafts", "flagged", "junk", "sent", "trash"})
_NONE = frozenset({b"\\NOSELECT", b"\\NONEXISTENT"})


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """One folder of an account, with its name as the server writes it."""

    raw: bytes
    folder: Folder


class Mailboxes:
    """What LIST tells of the user's own folders.

    Attributes:
        separator: Between a folder and the one below it; "" on a server without levels.
        prefix: What stands before each of the user's own folders but the inbox (`INBOX.` on some servers).
        boxes: The folders that can hold messages, in the server's order.
        foreign: Names of folders of others and of shared ones: they are not carried.
    """

    def __init__(self, session: Session) -> None:
        self.separator, self.prefix, others = _namespaces(session)
        self.boxes: list[Mailbox] = []
        self.foreign: list[str] = []
        returning = b" RETURN (SPECIAL-USE)" if {b"SPECIAL-USE", b"LIST-EXTENDED"} <= session.abilities else b""
        for values in session.command(b'LIST "" "*"', returning).lists(b"LIST"):
            if len(values) < 3 or not isinstance(values[2], bytes) or not isinstance(values[0], list):
                continue
            attributes, separator, raw = values[0], values[1], values[2]
            self.separator = self.separator or (separator.decode("ascii", "replace") if isinstance(separator, bytes) else "")
            marks = {mark.upper() for mark in attributes if isinstance(mark, bytes)}
            name = unshifted(raw.decode("utf-8", "surrogateescape"))
            if any(other and name.startswith(other) for other in others):
                self.foreign.append(name)
            elif not marks & _NONE:
                uses = sorted({mark[1:].decode("ascii", "replace").lower() for mark in marks} & USES)
                self.boxes.append(Mailbox(raw=raw, folder=Folder(path=self.path(name), use=uses[0] if uses else None)))

    def path(self, name: str) -> tuple[str, ...]:
        """Return the levels of a name, without the prefix."""
        if name.upper() == "INBOX":
            return ("INBOX",)
        bare = name.removeprefix(self.prefix)
        levels = tuple(bare.split(self.separator)) if self.separator else (bare,)
        return ("INBOX", *levels[1:]) if levels[0].upper() == "INBOX" else levels

    def raw(self, path: tuple[str, ...]) -> bytes:
        """Return the server's name for a path; a separator within a level becomes `_`."""
        if path == ("INBOX",):
            return b"INBOX"
        levels = [level.replace(self.separator, "_") if self.separator else level for level in path]
        return shifted(self.prefix + (self.separator or "_").join(levels)).encode("ascii", "replace")

    def find(self, folder: Folder) -> Mailbox | None:
        """Return the folder with the same path, else the one for the same special use; None when neither is there."""
        for box in self.boxes:
            if box.folder.path == folder.path:
                return box
        return next((box for box in self.boxes if folder.use and box.folder.use == folder.use), None)

    def named(self, raw: bytes) -> Mailbox | None:
        """Return the folder that the server calls so; None when there is none."""
        return next((box for box in self.boxes if box.raw == raw), None)

    def made(self, raw: bytes, use: str | None) -> Mailbox:
        """Add a folder that was made just now, and return it."""
        box = Mailbox(raw=raw, folder=Folder(path=self.path(unshifted(raw.decode("ascii", "replace"))), use=use))
        self.boxes.append(box)
        return box


def tamed(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return a path that any server takes: letters and digits of any script, spaces, `-` and `_`."""
    return tuple("".join(letter if letter.isalnum() or letter in " -_" else "_" for letter in level).strip() or "_" for level in path)


def name(raw: bytes) -> bytes:
    """Return a folder's name as it stands in a command."""
    return quoted(raw)


def _namespaces(session: Session) -> tuple[str, str, list[str]]:
    if b"NAMESPACE" not in session.abilities:
        return "", "", []
    own: tuple[str, str] = ("", "")
    others: list[str] = []
    for values in session.command(b"NAMESPACE").lists(b"NAMESPACE"):
        mine, *rest = [_spaces(value) for value in [*values, None, None, None][:3]]
        own = mine[0] if mine else own
        others = [prefix for spaces in rest for prefix, _ in spaces]
    return own[1], own[0], others


def _spaces(value: object) -> list[tuple[str, str]]:
    if not isinstance(value, list):
        return []
    return [tuple(_text(part) for part in space[:2]) for space in value if isinstance(space, list) and len(space) >= 2]  # type: ignore[misc]


def _text(value: object) -> str:
    return unshifted(value.decode("utf-8", "replace")) if isinstance(value, bytes) else ""
