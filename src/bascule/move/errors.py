"""What can go wrong on a move: a short key and its details; `cli` turns them into a sentence with its remedy."""


class MoveError(Exception):
    """The move cannot go on at all.

    Attributes:
        code: `address`, `secret`, `refused-login`, `unreachable`, `certificate`, `plain-text`, `no-pair`, `journal`, `source-missing` …
        details: Words for the sentence; the words of a server stand in `said`.
    """

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details


class CutError(Exception):
    """The connection broke, or the other side stopped answering: what was under way may or may not have arrived."""


class BusyError(Exception):
    """The server asks for patience.

    Attributes:
        said: Its own words.
        wait_s: How long it asks to wait; None when it does not say.
    """

    def __init__(self, said: str, wait_s: float | None = None) -> None:
        super().__init__(said)
        self.said = said
        self.wait_s = wait_s
