"""What the tests of this room share: a date, and a file read in one call."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bascule.model import Evidence
from bascule.read import Reading, read_inputs

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def reading(tmp_path: Path) -> Callable[[str, bytes | str], Reading]:
    """Return a function that writes a file and reads it."""

    def read(name: str, content: bytes | str) -> Reading:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_inputs([path], AT)

    return read


def answers(reading: Reading) -> dict[str, object]:
    """Return value by question; a list of one by its element."""
    return {item.question: only(item) for item in reading.evidence}


def only(item: Evidence) -> object:
    return item.value[0] if isinstance(item.value, list) and len(item.value) == 1 else item.value


def codes(reading: Reading) -> list[tuple[str, str | None]]:
    """Return code and place of each fault."""
    return [(error.code, error.place) for error in reading.errors]
