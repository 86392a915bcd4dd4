"""Bookmarks of browsers: Netscape HTML, Firefox (JSON backup), Chromium (`Bookmarks`). Titles, folders, paths and dates are not read."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bascule import guard
from bascule.read.apps import host_of
from bascule.read.asked import Services
from bascule.read.documents import json_document
from bascule.read.errors import InputError
from bascule.read.named import MAX_DOCUMENT, What
from bascule.read.reading import Item

_HTML = re.compile(rb"<!DOCTYPE\s+NETSCAPE-Bookmark-file", re.IGNORECASE)
_JSON = re.compile(rb'"(?:bookmark_bar|text/x-moz-place-container)"')
_LINK = re.compile(r"""<A\s[^<>]{0,4000}?\bHREF\s*=\s*["']([^"'>]{1,4000})""", re.IGNORECASE)


def recognise(path: Path, head: bytes) -> bool:
    """Say whether these are bookmarks: by what each browser writes at the top."""
    return _HTML.search(head[:1000]) is not None or (head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and _JSON.search(head) is not None)


def read(path: Path, name: str, at: datetime, known: frozenset[str]) -> Iterator[Item]:
    """Yield known services and how many bookmarks lead to them."""
    services = Services(path, What.BOOKMARK, known, 1)
    try:
        for address in _html(path) if _HTML.search(guard.head(path, 1000)) else _addresses(json_document(path)):
            if address[:5].lower().startswith("http"):
                services.add(host_of(address))
    except InputError as error:
        yield error
        return
    yield from services.observations(name, at)


def _html(path: Path) -> Iterator[str]:
    for found in _LINK.finditer(guard.read_text(path, MAX_DOCUMENT)):
        yield found[1]


def _addresses(document: object) -> Iterator[str]:
    """Yield the addresses of a tree, without recursion: a file may be nested as deeply as it likes."""
    left = [document]
    while left:
        node = left.pop()
        if isinstance(node, list):
            left += node
        elif isinstance(node, dict):
            left += [value for value in node.values() if isinstance(value, (dict, list))]
            yield from (address for key in ("url", "uri") if isinstance(address := node.get(key), str))
