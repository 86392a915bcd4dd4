"""In which language to speak: the option, else the machine's own, else French."""

import locale
import os
from collections.abc import Sequence


def language(arguments: Sequence[str]) -> str:
    """Return `fr` or `en` from `--lang`, the locale, or `fr`; help is spoken in it too, so it is known before parsing."""
    wish = asked(arguments)
    if wish is not None:
        return _known(wish)
    names = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    found = next((name for name in names if name), None) or locale.getlocale()[0]
    return "en" if found and found.lower().startswith("en") else "fr"


def asked(arguments: Sequence[str]) -> str | None:
    """Return what `--lang` says, or None."""
    for index, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
    return None


def _known(text: str) -> str:
    return "en" if text.lower().startswith("en") else "fr"
