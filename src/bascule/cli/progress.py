"""While the network is asked: what came, what is waited for, what is slow; on the error output, so that results stay clean."""

from types import TracebackType
from typing import Self

from rich.live import Live
from rich.text import Text

from bascule.cli.context import Speaker
from bascule.collect import Progress
from bascule.report import what_is_asked

_SLOW = 2.0
"""Seconds after which a question is named as slow."""
_MOST = 3
_EVERY = 5.0
"""Seconds between two lines where nothing can be redrawn."""


class Watching:
    """Shows progress: redrawn on a terminal; elsewhere one line whenever something is slow."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._live = Live(console=speaker.console, transient=True, auto_refresh=False) if speaker.console.is_terminal else None
        self._states: dict[str, Progress] = {}
        self._said = 0.0

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live:
            self._live.stop()

    def see(self, progress: Progress) -> None:
        """Take the state of one domain and show it."""
        self._states[progress.subject] = progress
        if not progress.waiting:
            self._states.pop(progress.subject)
        if self._live:
            lines = [self.line(state) for state in list(self._states.values())[:8]]
            self._live.update(Text("\n".join(lines), overflow="ellipsis", no_wrap=True), refresh=True)
        elif progress.waiting and progress.waiting[0][1] >= self._said + _EVERY:
            self._said += _EVERY
            self._speaker.say(self.line(progress))

    def line(self, state: Progress) -> str:
        """Return the state of one domain in one line: the slow questions by name, else what is being asked."""
        t, words = self._speaker.words.t, self._speaker.words
        slow = [(question, since) for question, since in state.waiting if since >= _SLOW]
        if slow:
            named = ", ".join(t("{what} ({seconds} s)", what=what_is_asked(question, words), seconds=int(since)) for question, since in slow[:_MOST])
            return t("{name}: {count} answers; slow: {named}", name=state.subject, count=state.answered, named=named)
        named = ", ".join(dict.fromkeys(what_is_asked(question, words) for question, _ in state.waiting[:_MOST]))
        return t("{name}: {count} answers; asking: {named}", name=state.subject, count=state.answered, named=named)
