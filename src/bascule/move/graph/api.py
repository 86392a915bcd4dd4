"""The interface: requests with a token, pages, patience, refusals. Its JSON is read strictly, and its links are followed at its own server only."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar
from urllib.parse import urlsplit

import msgspec

from bascule.move.errors import BusyError, CutError, MoveError
from bascule.move.said import words
from bascule.move.signin import Bearer
from bascule.move.web import MAX_ANSWER, Answer, Web

_OK, _UNKNOWN_TOKEN, _GONE, _THROTTLED, _SERVER = 200, 401, (404, 410), 429, 500
_UNAVAILABLE = (_THROTTLED, 503, 504)
_MOST_PAGES = 100_000
MAX_MESSAGE = 1024 * 1024 * 1024

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T]):
    """Some of a collection, and where it goes on."""

    value: list[T]
    next: str | None = msgspec.field(name="@odata.nextLink", default=None)


class _Fault(msgspec.Struct):
    code: str = ""
    message: str = ""


class _Refusal(msgspec.Struct):
    error: _Fault = msgspec.field(default_factory=_Fault)


class Api:
    """Asks one server for things of one person.

    Args:
        base: Address of the interface, without a slash at its end.
        user: Whose things.
        bearer: Gives the tokens.
        web: How to get there.
    """

    def __init__(self, base: str, user: str, bearer: Bearer, web: Web) -> None:
        self._origin = _origin(base)
        self._user, self._bearer, self._web = user, bearer, web

    def get(self, url: str, kind: type[T]) -> T | None:
        """Return one thing; None when there is none.

        Raises:
            CutError, BusyError: Try again.
            MoveError: It is refused, or not what the interface promises (`refused-login`, `refused`, `answer`).
        """
        answer = self._ask(url, None)
        if answer.status in _GONE:
            return None
        if answer.cut:
            raise MoveError("answer", host=self._origin[1], said="…")
        try:
            return msgspec.json.decode(answer.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise MoveError("answer", host=self._origin[1], said=words(str(error).encode())) from None

    def pages(self, url: str, kind: type[Page[T]]) -> Iterator[list[T]]:
        """Yield a collection page by page.

        Raises:
            CutError: There is none any more.
            MoveError: It goes on at another server, or never ends (`answer`).
        """
        link: str | None = url
        for _ in range(_MOST_PAGES):
            if not link:
                return
            page = self.get(link, kind)
            if page is None:
                # What is gone is not what is empty: its folder was taken away meanwhile, and the list begins anew.
                raise CutError(f"{self._origin[1]}: 404")
            yield page.value
            if page.next == link:
                break
            link = page.next
        raise MoveError("answer", host=self._origin[1], said="@odata.nextLink")

    def raw(self, url: str, take: Callable[[bytes], None]) -> bool:
        """Hand over the bytes of one thing; return whether there was one, whole and within `MAX_MESSAGE`."""
        answer = self._ask(url, take)
        return answer.status == _OK and not answer.cut

    def _ask(self, url: str, take: Callable[[bytes], None] | None) -> Answer:
        if _origin(url) != self._origin:
            # A link to elsewhere would carry the token there.
            raise MoveError("answer", host=self._origin[1], said="@odata.nextLink")
        token = self._bearer.get()
        answer = self._once(url, token, take)
        if answer.status == _UNKNOWN_TOKEN:
            answer = self._once(url, self._bearer.instead_of(token), take)
        if answer.status == _OK or answer.status in _GONE:
            return answer
        said = f"{answer.status} {_said(answer.body)}".strip()
        if answer.status in _UNAVAILABLE:
            raise BusyError(said, answer.wait_s)
        if answer.status >= _SERVER:
            raise CutError(said)
        raise MoveError("refused-mailbox", host=self._origin[1], user=self._user, said=said)

    def _once(self, url: str, token: str, take: Callable[[bytes], None] | None) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Prefer": 'IdType="ImmutableId"', "Accept": "*/*" if take else "application/json"}
        return self._web.ask(url, headers=headers, take=take, limit=MAX_MESSAGE if take else MAX_ANSWER)

    def close(self) -> None:
        """Hang up."""
        self._web.close()


def _origin(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or 443
    except ValueError:
        return "", "", 0


def _said(body: bytes) -> str:
    try:
        fault = msgspec.json.decode(body, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return words(f"{fault.code}: {fault.message}".encode())
