"""Keywords of a Maildir folder get letters, which file names then use."""

import os
from collections.abc import Sequence
from pathlib import Path

from bascule.move.files.disk import settle
from bascule.move.item import Message
from bascule.move.maildir import layout


def learned(directory: Path, words: dict[str, str], messages: Sequence[Message], draft: Path) -> dict[str, str]:
    """Return the letters of a folder's keywords, new ones of these messages among them; the list is on the disk before a name uses it.

    Args:
        directory: The folder.
        words: Its keywords by letter, up to now.
        messages: What is about to be stored.
        draft: A file that is not there yet, on the same disk.
    """
    known = {word.lower() for word in words.values()}
    new = dict.fromkeys(flag for message in messages for flag in message.entry.flags if not flag.startswith("\\") and flag.lower() not in known)
    free = [letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in words]
    fresh = {flag.lower(): flag for flag in reversed(new) if not set(flag) & {" ", "\n", "\r"}}
    given = dict(zip(free, sorted(fresh.values()), strict=False))
    if not given:
        return words
    words = words | given
    with draft.open("xb") as out:
        out.write("".join(f"{ord(letter) - ord('a')} {word}\n" for letter, word in sorted(words.items())).encode())
        out.flush()
        os.fsync(out.fileno())
    draft.replace(directory / layout.KEYWORDS)
    settle(directory)
    return words
