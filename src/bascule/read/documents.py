"""Whole JSON documents of other programs, decoded within limits; their faults named by line."""

import json
from pathlib import Path
from typing import Any

from bascule import guard
from bascule.read.errors import InputError
from bascule.read.named import MAX_DOCUMENT


def json_document(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises:
        InputError: `bad-document` with the line; what stands there is not repeated.
        GuardError: The file cannot be read.
    """
    try:
        return json.loads(guard.read_text(path, MAX_DOCUMENT).lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise InputError("bad-document", path, str(error.lineno), reason=f"JSON: {error.msg}") from error
    except RecursionError as error:
        raise InputError("bad-document", path, "1", reason="nested too deeply") from error
    except ValueError as error:
        raise InputError("bad-document", path, "1", reason="JSON: a number too long") from error


def listed(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; anything else is left aside."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def mapping(value: object) -> dict[str, Any]:
    """Return an object, or an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """Return a string, or an empty one."""
    return value if isinstance(value, str) else ""
