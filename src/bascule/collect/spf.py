"""Whom a policy sends on to (RFC 7208): `include:` and `redirect=` only, names without macros."""

import re

MAX_LOOKUPS = 10
"""RFC 7208, 4.6.4: a receiver gives up after ten."""
_ONWARD = re.compile(r"(?:^|\s)[+?~-]?(?:include:|redirect=)([a-z0-9_.-]{4,253})(?=\s|$)", re.IGNORECASE | re.ASCII)


def is_policy(record: str) -> bool:
    """Say whether a TXT record is an SPF policy."""
    return record.lower().split(" ")[0] == "v=spf1"


def onward(records: tuple[str, ...]) -> list[str]:
    """Return the names whose policies a policy takes in, lower-case, in order, without repeats."""
    found = [name.lower().rstrip(".") for record in records if is_policy(record) for name in _ONWARD.findall(record)]
    return [name for name in dict.fromkeys(found) if "." in name]
