"""Keywords that people and programs made up, as every server can take them."""

import re

from bascule.move.imap.syntax import shifted

_UNFIT = re.compile(r'[\x00-\x20(){%*"\\\]\x7f]+')
_LONGEST = 200


def atom(word: str) -> str:
    """Return a word as an IMAP keyword (an atom, RFC 9051): what is not ASCII in modified UTF-7, as mail programs do for their tags; what is special as `_`."""
    text = _UNFIT.sub("_", word if word.isascii() else shifted(word))
    return text[:_LONGEST] or "_"
