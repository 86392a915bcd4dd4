"""Names of folders and files: as people read them, as a file system takes them."""

import hashlib
import os
import re

_LONGEST = 200
"""Bytes of one name; file systems take 255, and `.lock` or `.sbd` may follow."""
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]' if os.name == "nt" else r"[\x00-\x1f\x7f/]")


def readable(name: bytes | str) -> str:
    """Return a file's name as text that can be written down; bytes that are no UTF-8 are shown by their numbers."""
    raw = os.fsencode(name)
    return raw.decode("utf-8", "backslashreplace")


def fit(name: str) -> str:
    """Return a name that a file can have: what it cannot hold becomes `_`, what is too long is cut and marked by a digest."""
    text = _UNFIT.sub("_", name.encode("utf-8", "replace").decode())
    text = text.strip(" ") or "_"
    if text[0] == ".":
        text = "_" + text[1:]
    return cut(text)


def cut(text: str) -> str:
    """Return a name of bearable length; two long ones that begin alike stay different."""
    raw = text.encode()
    if len(raw) <= _LONGEST:
        return text
    return raw[: _LONGEST - 9].decode("utf-8", "ignore") + "~" + hashlib.sha256(raw).hexdigest()[:8]
