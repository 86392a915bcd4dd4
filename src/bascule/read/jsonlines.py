"""JSON Lines of other programs, decoded leniently: unknown keys are theirs, a broken line is an error of that line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bascule import guard
from bascule.guard.limits import MAX_LINE
from bascule.read.errors import InputError

T = TypeVar("T")
_TRIES = 5


def first_object(head: bytes) -> dict[str, Any]:
    """Return the first JSON object that stands on a line of its own among the first lines of a file, else an empty one."""
    for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n")[:_TRIES]:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return found
    return {}


def decoded(path: Path, kind: type[T]) -> Iterator[tuple[int, T | InputError]]:
    """Yield (line number, the line as `kind`, or what is wrong with it); blank lines are skipped."""
    decode = msgspec.json.Decoder(kind).decode
    for number, line in guard.lines(path):
        if line is None:
            yield number, InputError("too-large", path, str(number), limit=f"{MAX_LINE // 2**20} MB")
            continue
        if not line.strip():
            continue
        try:
            yield number, decode(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
        except UnicodeDecodeError:
            yield number, InputError("encoding", path, str(number), reason="not UTF-8")
        except RecursionError:
            yield number, InputError("bad-json", path, str(number), reason="nested too deeply")
        except msgspec.ValidationError as error:
            yield number, InputError("bad-value", path, str(number), reason=str(error))
        except msgspec.DecodeError as error:
            yield number, InputError("bad-json", path, str(number), reason=str(error))
