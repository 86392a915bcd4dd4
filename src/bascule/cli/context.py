"""What every command shares: the language, messages on standard error, stops with their exit status."""

import codecs
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bascule.report.words import Words

if TYPE_CHECKING:
    from rich.console import Console

    from bascule.read import InputError

_SPACES = "\u00a0\u202f"


class Stop(Exception):
    """A command ends here with an exit status; the message is already in the user's language."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Speaker:
    """Speaks to the person, in their language, on standard error.

    Attributes:
        interrupted: A command was interrupted, kept what it had, and said so.
    """

    def __init__(self, words: Words) -> None:
        self.words = words
        self.interrupted = False

    @cached_property
    def console(self) -> "Console":
        """Standard error."""
        from bascule.cli.screen import Screen

        return Screen(stderr=True, highlight=False, soft_wrap=True)

    def say(self, message: str) -> None:
        """Say one line, as it is: nothing in it is markup."""
        self.console.print(message, markup=False)

    def faults(self, errors: "Iterable[InputError]") -> int:
        """Tell what is wrong with the inputs, by file, place and remedy; return how many there were."""
        count = 0
        for error in errors:
            count += 1
            self.say(error.told(self.words.t))
        return count


def plainly(error: UnicodeError) -> tuple[str, int]:
    """Replace what the terminal cannot write: a narrow space by a space, everything else by a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(" " if char in _SPACES else "?" for char in lost), error.end


def forgiving(*streams: Any) -> None:
    """Let streams write whatever comes, also where the terminal knows few letters."""
    codecs.register_error("plainly", plainly)
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="plainly")
