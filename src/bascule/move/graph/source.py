"""A mailbox that is read: GET only, so that nothing becomes “read”; ids stay the same when a message is put into another folder."""

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

import msgspec

from bascule.move.errors import MoveError
from bascule.move.graph.api import Api, Page
from bascule.move.item import UNKNOWN_SIZE, Body, Entry, Folder, Message

_USES = {"inbox": None, "sentitems": "sent", "drafts": "drafts", "deleteditems": "trash", "junkemail": "junk", "archive": "archive"}
"""Names that work in every language (mailFolder resource type), and the special use of each (RFC 6154)."""
_SEARCH = "#microsoft.graph.mailSearchFolder"
_FIELDS = "id,isRead,isDraft,flag,categories,receivedDateTime"
_AT_ONCE = 200
_DEEPEST, _MOST_FOLDERS = 100, 100_000
_REMEMBERED = 20_000
"""Lines of lists that are kept, so that small mailboxes need one request a message."""
_NO_ATOM = re.compile(r'[^\x21-\x7e]|[(){%*"\\\]]')
_EARLIEST = 1900


class MailFolder(msgspec.Struct, rename="camel"):
    """What is asked of a folder."""

    id: str
    display_name: str | None = None
    is_hidden: bool | None = None
    child_folder_count: int | None = None
    kind: str = msgspec.field(name="@odata.type", default="")


class _Id(msgspec.Struct):
    id: str


class _Flag(msgspec.Struct, rename="camel"):
    flag_status: str | None = None


class MailMessage(msgspec.Struct, rename="camel"):
    """What is asked of a message beside its bytes."""

    id: str
    is_read: bool | None = None
    is_draft: bool | None = None
    flag: _Flag | None = None
    categories: list[str] | None = None
    received_date_time: str | None = None


class GraphSource:
    """Reads one mailbox; folders that only show what stands elsewhere, and hidden ones without messages, are left out.

    Args:
        base: Address of the interface, without a slash at its end.
        user: Whose mailbox: the name that people sign in with.
        api: Asks.
    """

    def __init__(self, base: str, user: str, api: Api) -> None:
        self._root = f"{base}/users/{quote(user, safe='')}"
        self._api = api
        self._ids: dict[tuple[str, ...], str] = {}
        self._seen: OrderedDict[str, Entry] = OrderedDict()

    def folders(self) -> list[Folder]:
        """Return the folders, parents before children."""
        usual: dict[str, str] = {}
        for name in _USES:
            found = self._api.get(f"{self._root}/mailFolders/{name}?$select=id", _Id)
            if found:
                usual[found.id] = name
        self._ids = {}
        return list(self._below(f"{self._root}/mailFolders", (), usual))

    def _below(self, url: str, above: tuple[str, ...], usual: dict[str, str]) -> Iterator[Folder]:
        if len(above) > _DEEPEST or len(self._ids) > _MOST_FOLDERS:
            raise MoveError("answer", host=url.split("/")[2], said="childFolders")
        found = [one for page in self._api.pages(f"{url}?includeHiddenFolders=true&$top={_AT_ONCE}", Page[MailFolder]) for one in page]
        for one in found:
            if one.kind == _SEARCH or (one.is_hidden and not self._any(one)):
                continue
            name = usual.get(one.id, "")
            path = self._free((*above, "INBOX" if name == "inbox" and not above else _name(one.display_name)))
            self._ids[path] = one.id
            yield Folder(path=path, use=_USES.get(name))
            if one.child_folder_count:
                yield from self._below(f"{self._root}/mailFolders/{quote(one.id, safe='')}/childFolders", path, usual)

    def _any(self, folder: MailFolder) -> bool:
        page = self._api.get(f"{self._root}/mailFolders/{quote(folder.id, safe='')}/messages?$top=1&$select=id", Page[_Id])
        return bool(page and page.value) or bool(folder.child_folder_count)

    def _free(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return the path, with a number when another folder bears it already."""
        number, free = 2, path
        while free in self._ids:
            number, free = number + 1, (*path[:-1], f"{path[-1]} ({number})")
        return free

    def entries(self, folder: Folder) -> Iterator[list[Entry]]:
        """Yield the messages of a folder, oldest first: what arrives meanwhile comes at the end."""
        asked = f"$select={_FIELDS}&$orderby=receivedDateTime%20asc&$top={_AT_ONCE}"
        for page in self._api.pages(f"{self._root}/mailFolders/{quote(self._id(folder), safe='')}/messages?{asked}", Page[MailMessage]):
            entries = [_entry(one) for one in page]
            for entry in entries:
                self._seen[entry.key] = entry
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
            yield entries

    def fetch(self, folder: Folder, keys: Sequence[str]) -> Iterator[Message]:
        """Yield whole messages as MIME, which the service writes when it is asked."""
        for key in keys:
            here = f"{self._root}/messages/{quote(key, safe='')}"
            entry = self._seen.pop(key, None) or self._one(here)
            body = Body()
            if entry and self._api.raw(f"{here}/$value", body.write):
                yield Message(Entry(key, body.size, entry.flags, entry.date), body)

    def _one(self, here: str) -> Entry | None:
        found = self._api.get(f"{here}?$select={_FIELDS}", MailMessage)
        return _entry(found) if found else None

    def _id(self, folder: Folder) -> str:
        if not self._ids:
            self.folders()
        if folder.path not in self._ids:
            raise MoveError("folder", folder="/".join(folder.path), said="404")
        return self._ids[folder.path]

    def close(self) -> None:
        """Hang up."""
        self._api.close()


def _name(told: str | None) -> str:
    return "".join(letter for letter in told or "" if letter.isprintable()).strip()[:255] or "?"


def _entry(told: MailMessage) -> Entry:
    flags = {keyword(name) for name in told.categories or ()} - {""}
    marks = {"\\Seen": told.is_read, "\\Draft": told.is_draft, "\\Flagged": told.flag is not None and told.flag.flag_status == "flagged"}
    return Entry(told.id, UNKNOWN_SIZE, tuple(sorted(flags | {mark for mark, on in marks.items() if on})), _date(told.received_date_time))


def keyword(name: str) -> str:
    """Return a category as an IMAP keyword, which is an atom (RFC 9051): without accents, `_` for what an atom cannot hold."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return _NO_ATOM.sub("_", plain.strip())[:100]


def _date(told: str | None) -> datetime | None:
    """Return a date; None for one that nobody can mean, as an unsent draft may bear."""
    try:
        date = datetime.fromisoformat(told or "")
    except ValueError:
        return None
    return date if date.tzinfo and date.year >= _EARLIEST else None
