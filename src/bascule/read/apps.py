"""Applications that may sign people in, as three identity services list them.

CSV is known by its headings, in French and English; JSON by its keys: `servicePrincipals` of Microsoft Graph v1.0 (portal applications bear
the tag `WindowsAzureActiveDirectoryIntegratedApp`, everything else there is the system's own), `/api/v1/apps` of Okta. Of a token
audit, one line a person, only the applications and how many lines name them are kept: persons are not read.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from bascule import guard
from bascule.read.documents import Columns, csv_list, headings, host_of, json_document, listed, mapping, text
from bascule.read.errors import InputError
from bascule.read.named import Names, What
from bascule.read.payments import day_of
from bascule.read.reading import Item

_ID = frozenset(
    ("appid", "app id", "application id", "client id", "id de l application", "id application", "identifiant de l application", "id d application", "id client")
)
_NAME = frozenset(
    (
        "displayname",
        "display name",
        "app name",
        "application name",
        "appdisplayname",
        "nom d affichage",
        "nom complet",
        "nom de l application",
        "nom d application",
        "nom application",
        "applabel",
        "label",
        "name",
        "nom",
    )
)
_SITE = frozenset(("homepage", "homepageurl", "homepage url", "page d accueil", "url de la page d accueil", "url"))
_USERS = frozenset(("users", "user count", "number of users", "utilisateurs", "nombre d utilisateurs", "users count"))
_SIGN_INS = frozenset(("sign ins", "successful sign ins", "sign in count", "connexions", "connexions reussies", "nombre de connexions"))
_LAST = frozenset(
    (
        "last sign in",
        "last sign in date",
        "last sign in time",
        "last sign in activity",
        "last signed in",
        "last used",
        "last used date",
        "last accessed",
        "last activity",
        "last activity date",
        "derniere connexion",
        "date de derniere connexion",
        "derniere utilisation",
        "derniere activite",
        "date de derniere activite",
    )
)
_SIGNS = _ID | frozenset(("requested services", "services demandes", "scope", "scopes", "signonmode", "sign on mode", "mode d authentification"))
_COUNTED = (("users", _USERS), ("sign_ins", _SIGN_INS), ("last", _LAST))
_PORTAL = "WindowsAzureActiveDirectoryIntegratedApp"
_JSON = re.compile(rb'"(?:servicePrincipalType|appDisplayName|signOnMode|servicePrincipalNames)"\s*:')


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is such a list: by its keys or its headings."""
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"[")):
        return _JSON.search(head) is not None
    return guard.is_text(head) and _columns(head.decode(guard.detect(head), "ignore").split("\n", 1)[0]) is not None


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield one observation an application: `label`, `id`, `site` (host of its home page), `users`, `sign_ins` and `last` (a day) where the list says it."""
    names = Names(path, What.APP)
    head = guard.head(path, 64).lstrip(b"\xef\xbb\xbf \r\n\t")
    try:
        yield from _from_json(path, names) if head.startswith((b"{", b"[")) else _from_csv(path, names)
    except InputError as error:
        yield error
        return
    yield from names.observations(name, at)


def _columns(line: str) -> Columns | None:
    """Return what stands between the columns and where each thing stands; None when these are not the headings of such a list."""
    mark, cells = headings(line)
    at = {key: number for key, known in (("id", _ID), ("name", _NAME), ("site", _SITE), *_COUNTED) if (number := _first(cells, known)) is not None}
    signed = any(cell in _SIGNS for cell in cells)
    if "id" not in at and "id" in cells:
        at["id"] = cells.index("id")
    return (mark, at) if "name" in at and signed and len(cells) > 1 else None


def _first(cells: list[str], known: frozenset[str]) -> int | None:
    return next((number for number, cell in enumerate(cells) if cell in known), None)


def _from_csv(path: Path, names: Names) -> Iterator[InputError]:
    return csv_list(path, _columns, "the headings of an application list are missing", partial(_application, names))


def _application(names: Names, line: int, row: list[str], at: dict[str, int]) -> InputError | None:
    cells = {key: row[number].strip() for key, number in at.items()}
    counts = {key: number for key in ("users", "sign_ins") if (number := _number(cells.get(key, ""))) is not None}
    last = day_of(cells.get("last", "")[:10])
    return names.add(cells["name"], line, counts=counts, last=last, id=cells.get("id", "").lower(), site=host_of(cells.get("site", "")))


def _number(cell: str) -> int | None:
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 9 else None


def _from_json(path: Path, names: Names) -> Iterator[InputError]:
    document = json_document(path)
    pointer = "/value" if isinstance(document, dict) and "value" in document else ""
    entries = listed(document["value"] if pointer else document if isinstance(document, list) else [document])
    tagged = any(_PORTAL in _tags(entry) for entry in entries)
    for number, entry in _wanted(entries, tagged):
        label = text(entry.get("displayName")) or text(entry.get("appDisplayName")) or text(entry.get("label")) or text(entry.get("name"))
        site = text(entry.get("homepage")) or text(entry.get("loginUrl")) or text(mapping(mapping(entry.get("settings")).get("app")).get("url"))
        own = text(entry.get("appId")) or text(entry.get("name")) if "signOnMode" in entry else text(entry.get("appId"))
        if fault := names.add(label, f"{pointer}/{number}", id=own.lower(), site=host_of(site)):
            yield fault
            return


def _wanted(entries: list[dict[str, object]], tagged: bool) -> Iterable[tuple[int, dict[str, object]]]:
    """Yield those that somebody added and that are not switched off."""
    for number, entry in enumerate(entries):
        active = entry.get("accountEnabled") is not False and entry.get("status") in (None, "ACTIVE")
        if active and (not tagged or _PORTAL in _tags(entry)):
            yield number, entry


def _tags(entry: dict[str, object]) -> list[object]:
    tags = entry.get("tags")
    return tags if isinstance(tags, list) else []
