"""An access token that stays fresh while a long move runs."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

from bascule.move.errors import MoveError
from bascule.move.signin.tokens import Clock, Denied, Tokens, Way, clean, granted, post, refusal
from bascule.move.web import Web

_EARLY_S = 120.0
"""An access token is renewed so long before its end, or at half its life when that is shorter."""


class Bearer(Protocol):
    """What gives access tokens."""

    def get(self) -> str:
        """Return an access token that is good for some time."""
        ...

    def instead_of(self, token: str) -> str:
        """Return another access token than this one, which a server refused."""
        ...


class Fixed:
    """One access token that somebody else got, and nobody here can renew."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __repr__(self) -> str:
        return "Fixed(…)"

    def get(self) -> str:
        """Return it.

        Raises:
            MoveError: It cannot be one (`token`); it is not shown.
        """
        if not clean(self._token):
            raise MoveError("token")
        return self._token

    def instead_of(self, token: str) -> str:
        """Say that there is no other.

        Raises:
            MoveError: Always (`sign-in-over`).
        """
        raise MoveError("sign-in-over", host="")


class Ticket:
    """Gives the access token of one person, and renews it in time; both ends of a move and the check may share it.

    Args:
        way: Where it is renewed.
        web: How to get there.
        tokens: What the sign-in gave; one with an access token that has ended is renewed at once.
        keep: Told every new refresh token, for those who keep it.
        clock: Says now, in seconds.
    """

    def __init__(self, way: Way, web: Web, tokens: Tokens, keep: Callable[[str], None] | None = None, clock: Clock = time.monotonic) -> None:
        self._way, self._web, self._tokens = way, web, tokens
        self._keep, self._clock = keep, clock
        self._lock = threading.Lock()
        self._early = min(_EARLY_S, max(0.0, tokens.until - clock()) / 2)
        if keep and tokens.refresh:
            keep(tokens.refresh)

    def __repr__(self) -> str:
        return "Ticket(…)"

    def get(self) -> str:
        """Return an access token that is good for some time.

        Raises:
            MoveError: It has ended and cannot be renewed (`sign-in-over`, or the server's refusal).
            CutError, BusyError: The server cannot be reached now.
        """
        with self._lock:
            if self._clock() >= self._tokens.until - self._early:
                self._renew()
            return self._tokens.access

    def instead_of(self, token: str) -> str:
        """Return another access token than this one, which a server refused."""
        with self._lock:
            if self._tokens.access == token:
                self._renew()
            return self._tokens.access

    def _renew(self) -> None:
        url, old = self._way.token_url, self._tokens.refresh
        if not old:
            raise MoveError("sign-in-over", host=url.split("/")[2])
        form = {"grant_type": "refresh_token", "refresh_token": old, **self._way.client, "scope": " ".join(self._way.scopes)}
        answer = post(self._web, url, form)
        if isinstance(answer, Denied):
            raise refusal(answer, url)
        self._tokens = granted(answer, url, self._clock, kept=old)
        self._early = min(_EARLY_S, (self._tokens.until - self._clock()) / 2)
        if self._keep and self._tokens.refresh != old:
            self._keep(self._tokens.refresh)
