"""Domain names: are they fit to be a subject, and under which registered name do they stand?"""

import re
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_][a-z0-9_-]{0,62}(?:\.[a-z0-9_][a-z0-9_-]{0,62})*")


def is_name(text: str) -> bool:
    """Say whether it is a lower-case A-label name without final dot."""
    return _NAME.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def registrable(name: str) -> str:
    """Return the registrable domain by the public suffix list, service labels (`_…`) aside; a public suffix is its own."""
    labels = name.split(".")
    while labels[0].startswith("_") and len(labels) > 1:
        labels.pop(0)
    host = ".".join(labels)
    return str(_suffixes("xn--" in host).privatesuffix(host) or host)


@lru_cache(maxsize=2)
def _suffixes(encoded: bool) -> PublicSuffixList:
    """Return the list; with the A-labels of its other scripts only when a name holds some, since these take most of the time."""
    return PublicSuffixList(accept_encoded_idn=encoded)
