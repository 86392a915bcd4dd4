"""The terminal, and what must not reach it: what was scanned may hold codes that move the cursor or turn the text around."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.segment import Segment

_HIDDEN = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Screen(Console):
    """A console on which every text is only text: control codes and bidirectional overrides in it are left out."""

    def render(self, renderable: Any, options: Any = None) -> Iterable[Segment]:
        """Return the parts of what is printed, without control codes of its own."""
        for part in super().render(renderable, options):
            yield part if part.control else Segment(part.text.translate(_HIDDEN), part.style)


def shown(lines: bytes) -> str:
    """Return JSON lines for a person's terminal: what would move the cursor or turn the text around is escaped, as JSON allows."""
    return lines.decode("utf-8").translate({code: f"\\u{code:04x}" for code in _HIDDEN if code not in (10, 13)})
