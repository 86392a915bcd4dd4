"""Files written whole or not at all."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bascule.guard.errors import WriteError


def write_bytes(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step: a reader sees the old content or the new, also after a power cut.

    Raises:
        WriteError: The folder is missing, read-only or full; nothing changed and nothing is left behind.
    """
    temporary = path.with_name(f".{path.name[:40]}.{secrets.token_hex(6)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink()
        if isinstance(error, (OSError, ValueError)):
            raise WriteError(path, getattr(error, "strerror", None) or str(error)) from error
        raise


def write_text(path: Path, text: str) -> None:
    """Put `text` at `path` as UTF-8 with line ends as given, as `write_bytes` does."""
    write_bytes(path, text.encode("utf-8"))
