"""What a server says, made fit to be shown and obeyed."""

LONGEST_WAIT_S = 3600.0
"""A server that asks for more patience than this is asked again after it."""


def words(text: bytes) -> str:
    """Return what a server said, for people: one line, printable, at most 300 letters."""
    line = text.decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in line)[:300].strip()
