"""Which inputs are domains, and which are files."""

from pathlib import Path

from bascule.guard import BlockedError, plain_host
from bascule.identify import has_known_ending, is_name, registrable

_FILES = (".csv", ".txt", ".tsv", ".md", ".json", ".jsonl", ".gz", ".zst", ".xlsx", ".xls", ".ods", ".toml", ".html", ".pdf", ".zip")
"""Endings of files: a name with one of these that is not there is a missing file and no domain."""


def sorted_out(inputs: list[str]) -> tuple[list[str], list[Path]]:
    """Return the domains among the inputs, without repeats, and the files."""
    found = {text: domain_of(text) for text in inputs}
    return list(dict.fromkeys(name for name in found.values() if name)), [Path(text) for text, name in found.items() if not name]


def domain_of(text: str) -> str | None:
    """Return the domain that a person means, as lower-case A-labels: a name, an address of a page, the site's `www` name; None for a file."""
    if Path(text).exists():
        return None
    page = "://" in text
    host = text.partition("://")[2].partition("/")[0].partition(":")[0] if page else text
    if not page and Path(host).suffix.lower() in _FILES:
        return None
    try:
        name = plain_host(host.strip().rstrip("."))
    except BlockedError:
        return None
    if not page and not has_known_ending(name):
        return None
    if name.startswith("www.") and registrable(name) == name[4:]:
        return name[4:]
    return name if is_name(name) else None
