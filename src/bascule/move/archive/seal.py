"""Digests as `sha256sum` of GNU coreutils writes and checks them."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

SEAL = "SCEAU.sha256"
_ROOT = ("LISEZ-MOI.txt", "archive.json", "manifest.jsonl", "SHA256SUMS", "coffre/index.age")
_BESIDE_MAIL = frozenset({"dovecot-keywords", "maildirfolder"})


def sums_line(digest: str, name: str) -> bytes:
    """Return one line; a name with a backslash is written as coreutils want it."""
    escaped = name.replace("\\", "\\\\")
    return os.fsencode(f"{'' if escaped == name else chr(92)}{digest}  {escaped}\n")


def seal(root: Path) -> bytes:
    """Return the digests of everything in an archive that SHA256SUMS does not speak of."""
    lines = []
    for name in sealed(root):
        with (root / name).open("rb") as file:
            lines.append(sums_line(hashlib.file_digest(file, "sha256").hexdigest(), name))
    return b"".join(lines)


def sealed(root: Path) -> Iterator[str]:
    """Yield the names of what a seal covers and is there, in order."""
    yield from (name for name in _ROOT if (root / name).is_file())
    if (root / "receipts").is_dir():
        yield from sorted(f"receipts/{file.name}" for file in (root / "receipts").iterdir())
    if (root / "courrier").is_dir():
        yield from sorted(f"courrier/{name}" for name in _BESIDE_MAIL if (root / "courrier" / name).is_file())
        for entry in sorted(os.scandir(root / "courrier"), key=lambda entry: entry.name):
            if entry.is_dir():
                yield from sorted(f"courrier/{entry.name}/{name}" for name in _BESIDE_MAIL if Path(entry.path, name).is_file())
