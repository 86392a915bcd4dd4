"""How much may be read, in one place (bytes unless the name says otherwise)."""

MAX_LINE = 4 * 1024 * 1024
"""One line of evidence: a page body of 2 MB, escaped."""
MAX_UNPACKED = 200 * 1024 * 1024
"""A list or an archive, after unpacking. Evidence and ledgers are streamed line by line and have no such limit."""
MAX_RATIO = 200
"""Unpacked size over packed size, once more than `RATIO_FROM` was unpacked."""
RATIO_FROM = 1024 * 1024
MAX_MEMBERS = 10_000
MAX_WINDOW = 32 * 1024 * 1024
"""Memory that a zstd frame may ask for (levels 1 to 20)."""
CHUNK = 64 * 1024
HEAD = 64 * 1024
"""How much is looked at to recognise a file."""
