"""Software found on the firm's machines: what a GLPI agent sends (XML or JSON) and the list that GLPI exports (CSV).

Of an inventory only the names of programs are read: machines, serial numbers, users and versions are passed over.
Formats: GLPI's `inventory_format` (`content.softwares[].name`), its older XML (`REQUEST/CONTENT/SOFTWARES/NAME`).
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from bascule import guard
from bascule.read.documents import Columns, csv_list, headings, json_document, listed, mapping, text, xml_document
from bascule.read.errors import InputError
from bascule.read.named import Names, What
from bascule.read.reading import Item
from bascule.read.xml import Handler

_JSON = re.compile(rb'"softwares"\s*:|"action"\s*:\s*"inventory"|"deviceid"\s*:')
_XML = re.compile(rb"<REQUEST>.{0,4000}?<(?:CONTENT|DEVICEID|QUERY)>", re.DOTALL)
_NAME = frozenset(("name", "nom"))
_COUNT = frozenset(
    ("number of installations", "nombre d installations", "installations", "versions nombre d installations", "versions number of installations")
)
_BESIDE = frozenset(("publisher", "editeur", "fabricant", "manufacturer"))


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is an inventory: by its keys, its elements or its headings."""
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"{"):
        return _JSON.search(head) is not None
    if start.startswith(b"<"):
        return _XML.search(head) is not None
    return guard.is_text(head) and _columns(head.decode(guard.detect(head), "ignore").split("\n", 1)[0]) is not None


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield one observation a program, with how many installations or machines name it."""
    names = Names(path, What.SOFTWARE)
    start = guard.head(path, 64).lstrip(b"\xef\xbb\xbf \r\n\t")
    try:
        if start.startswith(b"{"):
            for number, entry in enumerate(listed(mapping(mapping(json_document(path)).get("content")).get("softwares"))):
                if fault := names.add(text(entry.get("name")), f"/content/softwares/{number}"):
                    raise fault
        elif start.startswith(b"<"):
            xml_document(path, _Softwares(names))
        else:
            yield from _from_csv(path, names)
    except InputError as error:
        yield error
        if error.code != "too-many":
            return
    yield from names.observations(name, at)


class _Softwares(Handler):
    """The names within `SOFTWARES`."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._at: list[str] = []
        self._parts: list[str] = []
        self._number = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._at.append(name)
        self._parts = []

    def end(self, name: str) -> None:
        if self._at[-2:] == ["SOFTWARES", "NAME"]:
            self._number += 1
            if fault := self._names.add("".join(self._parts), f"/SOFTWARES/{self._number}"):
                raise fault
        self._at.pop()

    def text(self, data: str) -> None:
        if self._at[-2:] == ["SOFTWARES", "NAME"]:
            self._parts.append(data)


def _columns(line: str) -> Columns | None:
    mark, cells = headings(line)
    at = {key: cells.index(cell) for key, known in (("name", _NAME), ("count", _COUNT)) for cell in cells if cell in known}
    return (mark, at) if len(at) == 2 and _BESIDE.intersection(cells) else None


def _from_csv(path: Path, names: Names) -> Iterator[InputError]:
    return csv_list(path, _columns, "the headings of a software list are missing", partial(_program, names))


def _program(names: Names, line: int, row: list[str], at: dict[str, int]) -> InputError | None:
    count = re.sub(r"\D", "", row[at["count"]])[:8]
    return names.add(row[at["name"]], line, int(count) if count.isascii() and count else 1)
