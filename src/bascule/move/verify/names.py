"""Names as the readers of the check show them: by Python's own codecs."""

import os


def shown(name: str) -> str:
    """Return a file's name as text, what is no UTF-8 by its numbers."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def decoded(name: str) -> str:
    """Return a name in modified UTF-7 by way of Python's UTF-7, which differs in two letters; any other as it is."""
    if "&" not in name or not name.isascii():
        return _runs(name) if "&" in name else name
    return _runs(name)


def _runs(name: str) -> str:
    out: list[str] = []
    rest = name
    try:
        while "&" in rest:
            before, _, rest = rest.partition("&")
            run, dash, rest = rest.partition("-")
            if not dash:
                return "".join([*out, before, "&", run])
            out += [before, ("+" + run.replace(",", "/") + "-").encode("ascii").decode("utf-7") if run else "&"]
    except UnicodeError:
        return name
    return "".join([*out, rest])
