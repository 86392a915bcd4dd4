"""What the header `X-Gmail-Labels` tells, and where a message belongs.

The labels stand in one list, parted by commas; a label with a comma is put between quotes; the whole is written as encoded words (RFC 2047) when it is not
ASCII, and folded. System labels are in the language of the account. Those known here were seen in public exports and folder lists; an unknown one is an
ordinary label: it becomes a folder, and nothing is lost.
"""

import base64
import binascii
import re
from collections.abc import Sequence

import msgspec

from bascule.move.files.keywords import atom

CHOICES = ("keywords", "first", "copies")
_HEADER = re.compile(rb"^X-Gmail-Labels:((?:[^\n]|\n[ \t])*)", re.MULTILINE | re.IGNORECASE)
_WORD = re.compile(r"=\?([^?\s]+)\?([QqBb])\?([^?]*)\?=")
_LABEL = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"\s*(?=,|$)|([^,]*))(?:,|$)')
_SPACE = re.compile(r"\s+")
_MOST = 200
_ROLES = {
    "inbox": ("inbox", "boîte de réception", "posteingang", "recibidos", "posta in arrivo", "caixa de entrada", "postvak in", "odebrane"),
    "sent": (
        "sent", "sent mail", "messages envoyés", "envoyé", "envoyés", "mails envoyés", "gesendet", "gesendete nachrichten", "enviados", "posta inviata",
        "inviati", "e-mails enviados", "verzonden", "verzonden berichten", "wysłane",
    ),
    "drafts": ("draft", "drafts", "brouillons", "entwürfe", "borradores", "bozze", "rascunhos", "concepten", "wersje robocze"),
    "trash": ("trash", "bin", "corbeille", "papierkorb", "papelera", "cestino", "lixeira", "prullenbak", "kosz"),
    "junk": ("spam",),
    "archive": ("archived", "messages archivés", "archivés", "archiviert"),
    "starred": ("starred", "suivis", "favoris", "speciali", "com estrela", "met ster", "oznaczone gwiazdką"),
    "important": ("important", "wichtig", "importante", "importanti", "ważne"),
    "opened": ("opened", "ouvert", "geöffnet", "abierto"),
    "unread": ("unread", "non lus", "ungelesen", "no leídos"),
}  # fmt: skip
_ROLE = {name: role for role, names in _ROLES.items() for name in names}
_CATEGORY = re.compile(r'^(?:category|catégorie|kategorie|categoría|categoria|categorie|kategoria)(?: ?: ?| )"?(.+?)"?$')
_PLACES = ("trash", "junk", "drafts", "", "sent", "inbox", "archive")
"""Where a message belongs, first that fits; "" stands for a label of the person's own."""


class Standing(msgspec.Struct, frozen=True):
    """Where a message belongs.

    Attributes:
        folders: Path and special use of each folder; one, save when copies are wanted.
        flags: System flags and keywords.
    """

    folders: tuple[tuple[tuple[str, ...], str | None], ...]
    flags: tuple[str, ...]


def labels(head: bytes) -> list[str] | None:
    """Return the labels in the header of a message (LF line ends); None when it has no such line."""
    found = _HEADER.search(head)
    if found is None:
        return None
    return split(decoded(found[1].decode("utf-8", "replace").replace("\n", "")))


def decoded(text: str) -> str:
    """Return a header's text with its encoded words read."""
    out, last, waiting, charset = [], 0, b"", ""
    for word in _WORD.finditer(text):
        between = text[last : word.start()]
        if between.strip() or (waiting and word[1].lower() != charset):
            out.append(_text(waiting, charset))
            waiting = b""
            out.append(between if between.strip() else "")
        elif not last:
            out.append(between)
        # Bytes of neighbours are joined before they are read: a letter may be cut in two between them.
        waiting, charset, last = waiting + _bytes(word[2], word[3]), word[1].lower(), word.end()
    return "".join([*out, _text(waiting, charset), text[last:]])


def _bytes(kind: str, text: str) -> bytes:
    if kind in "bB":
        try:
            return base64.b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return text.encode()
    return binascii.a2b_qp(text.encode("utf-8", "replace"), header=True)


def _text(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset or "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def split(text: str) -> list[str]:
    """Return the labels of a list, each once, in order."""
    found: dict[str, None] = {}
    place = 0
    while place < len(text):
        one = _LABEL.match(text, place)
        if one is None or one.end() == place:
            break
        name = _SPACE.sub(" ", re.sub(r"\\(.)", r"\1", one[1]) if one[1] is not None else one[2]).strip()
        if name:
            found[name] = None
        place = one.end()
    return list(found)[:_MOST]


def role(label: str) -> str:
    """Return what a system label means; `category` for one of the tabs, "" for a label of the person's own."""
    low = label.casefold().replace("\u00a0", " ")
    return _ROLE.get(low) or ("category" if _CATEGORY.match(low) else "")


def standing(names: Sequence[str] | None, choice: str = "keywords") -> Standing:
    """Return where a message with these labels belongs.

    Args:
        names: Its labels; None when it has none, as chats and some old messages.
        choice: `keywords`: in one folder, the other labels kept as keywords; `first`: in one folder, the others dropped; `copies`: in the folder of each label.
    """
    roles = {name: role(name) for name in names or ()}
    placed = [name for wanted in _PLACES for name, one in roles.items() if one == wanted]
    folders = tuple(dict.fromkeys(_folder(name, roles[name]) for name in placed)) or ((("Archive",), "archive"),)
    if choice != "copies":
        folders = folders[:1]
    flags = set()
    if names is not None and "unread" not in roles.values():
        flags.add("\\Seen")
    flags |= {flag for one, flag in (("starred", "\\Flagged"), ("drafts", "\\Draft"), ("important", "$Important")) if one in roles.values()}
    if choice == "keywords":
        flags |= {keyword(name, roles[name]) for name in roles if roles[name] in ("category", "inbox", "sent", "") and name not in placed[:1]}
    return Standing(folders, tuple(sorted(flags)))


def _folder(name: str, one: str) -> tuple[tuple[str, ...], str | None]:
    if one == "inbox":
        return ("INBOX",), None
    if one:
        return (name,), one
    levels = tuple(level.strip() for level in name.split("/") if level.strip()) or ("_",)
    return (levels if levels != ("INBOX",) else ("_INBOX",)), None


def keyword(label: str, one: str) -> str:
    """Return a label as an IMAP keyword."""
    if one in ("inbox", "sent"):
        return one.capitalize()
    # `$` at the beginning has a meaning of its own.
    return atom(label).lstrip("$") or "_"
