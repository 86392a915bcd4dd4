"""Reads a mailbox over Microsoft Graph with Python's own HTTP and JSON: another code path than the one that carried it."""

import hashlib
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

from bascule.move.address import Address
from bascule.move.ends import Access
from bascule.move.errors import BusyError, CutError, MoveError
from bascule.move.verify.reader import Seen

_PATIENCE_S = 120.0
_MOST_JSON = 8 * 1024 * 1024
_PIECE = 64 * 1024
_MOST_FOLDERS, _DEEPEST = 100_000, 100


class _Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: a redirect would carry the token elsewhere."""


class GraphReader:
    """One mailbox; only its bytes are compared, marks and dates are the target's to show."""

    def __init__(self, end: Address, access: Access) -> None:
        if access.bearer is None:
            raise MoveError("sign-in-needed", host=end.host)
        self._bearer, self._host = access.bearer, end.host
        self._start = f"https://{end.host}:{end.port}/"
        self._mailbox = f"{self._start}v1.0/users/{quote(end.user, safe='')}"
        context = ssl.create_default_context()
        if access.ca_file:
            context.load_verify_locations(access.ca_file)
        self._web = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), urllib.request.ProxyHandler({}), _Straight())
        self._folders: dict[tuple[str, ...], str] = {}

    def read(self, path: tuple[str, ...]) -> Iterator[Seen]:
        """Yield everything in a folder."""
        if not self._folders:
            self._find()
        if path not in self._folders:
            return
        for message in self._all(f"{self._mailbox}/mailFolders/{quote(self._folders[path], safe='')}/messages?$select=id&$top=500"):
            digest = self._digest(str(message["id"]))
            if digest is not None:
                yield Seen(str(message["id"]), digest)

    def _find(self) -> None:
        """Learn the id of each folder by its path."""
        inbox = self._json(f"{self._mailbox}/mailFolders/inbox?$select=id").get("id")
        waiting: list[tuple[tuple[str, ...], str]] = [((), f"{self._mailbox}/mailFolders")]
        while waiting:
            above, url = waiting.pop()
            for folder in self._all(f"{url}?includeHiddenFolders=true&$top=500"):
                if str(folder.get("@odata.type")).endswith("mailSearchFolder"):
                    continue
                name = "INBOX" if folder["id"] == inbox and not above else self._named(folder.get("displayName"))
                path, number = (*above, name), 1
                while path in self._folders:
                    number += 1
                    path = (*above, f"{name} ({number})")
                self._folders[path] = folder["id"]
                if len(self._folders) > _MOST_FOLDERS or len(path) > _DEEPEST:
                    raise MoveError("answer", host=self._host, said="childFolders")
                if folder.get("childFolderCount"):
                    waiting.append((path, f"{self._mailbox}/mailFolders/{quote(folder['id'], safe='')}/childFolders"))

    @staticmethod
    def _named(told: object) -> str:
        text = told if isinstance(told, str) else ""
        return "".join(filter(str.isprintable, text)).strip()[:255] or "?"

    def _all(self, url: str) -> Iterator[dict[str, Any]]:
        """Yield the things of a collection, over all its pages."""
        seen: set[str] = set()
        while url and url not in seen:
            seen.add(url)
            page = self._json(url)
            things = page.get("value")
            if not isinstance(things, list) or not all(isinstance(thing, dict) and isinstance(thing.get("id"), str) for thing in things):
                raise MoveError("answer", host=self._host, said="value")
            yield from things
            url = str(page.get("@odata.nextLink") or "")

    def _json(self, url: str) -> dict[str, Any]:
        try:
            with self._open(url) as answer:
                raw = answer.read(_MOST_JSON + 1)
                _whole(answer, len(raw), self._host)
            told = json.loads(raw) if len(raw) <= _MOST_JSON else None
        except FileNotFoundError:
            raise CutError(f"{self._host}: 404") from None
        except (ValueError, RecursionError) as error:
            raise MoveError("answer", host=self._host, said=type(error).__name__) from None
        except (OSError, HTTPException) as error:
            raise CutError(str(error)) from None
        if not isinstance(told, dict):
            raise MoveError("answer", host=self._host, said="JSON")
        return told

    def _digest(self, key: str) -> bytes | None:
        hashed, size = hashlib.sha256(), 0
        try:
            with self._open(f"{self._mailbox}/messages/{quote(key, safe='')}/$value") as answer:
                while piece := answer.read(_PIECE):
                    hashed.update(piece)
                    size += len(piece)
                _whole(answer, size, self._host)
        except FileNotFoundError:
            return None
        except (OSError, HTTPException) as error:
            raise CutError(str(error)) from None
        return hashed.digest()

    def _open(self, url: str) -> Any:
        """Return an open answer.

        Raises:
            FileNotFoundError: There is no such thing.
        """
        if not url.startswith((self._start, self._start.replace(":443/", "/"))):
            raise MoveError("answer", host=self._host, said="@odata.nextLink")
        token = self._bearer.get()
        try:
            return self._with(url, token)
        except urllib.error.HTTPError as error:
            if error.code == 401:
                error.close()
                return self._with(url, self._bearer.instead_of(token))
            self._refused(error)
        except urllib.error.URLError as error:
            if isinstance(error.reason, ssl.SSLCertVerificationError):
                raise MoveError("certificate", host=self._host, said=error.reason.verify_message) from None
            raise CutError(str(error.reason)) from None
        except (OSError, HTTPException) as error:
            raise CutError(str(error)) from None

    def _with(self, url: str, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Prefer": 'IdType="ImmutableId"', "User-Agent": "Bascule"}
        return self._web.open(urllib.request.Request(url, headers=headers), timeout=_PATIENCE_S)

    def _refused(self, error: urllib.error.HTTPError) -> None:
        error.close()
        if error.code in (404, 410):
            raise FileNotFoundError(error.code)
        if error.code in (429, 503, 504):
            wait = error.headers.get("Retry-After", "")
            raise BusyError(f"{self._host}: {error.code}", float(wait) if wait.isdigit() else None)
        if error.code >= 500:
            raise CutError(f"{self._host}: {error.code}")
        raise MoveError("refused-mailbox", host=self._host, user="", said=str(error.code))

    def close(self) -> None:
        """End the conversation."""
        self._web.close()


def _whole(answer: Any, size: int, host: str) -> None:
    """Check that an answer came to its end: Python's client takes a short one for a whole one.

    Raises:
        CutError: It is shorter than was said.
    """
    told = answer.headers.get("Content-Length", "")
    if told.isdigit() and size < int(told) and size != _MOST_JSON + 1:
        raise CutError(f"{host}: {size} / {told}")
