"""Keep the message files in step with the code: find every message, add what is new, refuse what is missing.

`--check` writes nothing and fails when a message has no French, or when a message file holds one that no code uses.
"""

import argparse
import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bascule.catalogue.refusal import SAID
from bascule.read import CODES

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "src/bascule/report/locale"
KEYWORDS = {"t": None, "n": (1, 2)}
_PLACE = re.compile(r"\{(\w*)[^}]*\}")


def found() -> Catalog:
    """Return every message that the code and the templates use."""
    messages = Catalog()
    methods = [("**/templates/**.j2", "jinja2"), ("**.py", "python")]
    for _, _, message, _, _ in extract_from_dir(ROOT / "src", methods, keywords=KEYWORDS):
        if message and message != ("", ""):
            messages.add(message)
    for sentence, remedy in (*CODES.values(), *SAID.values()):
        for text in filter(None, (sentence, remedy)):
            messages.add(text)
    return messages


def problems(wanted: Catalog, language: str, known: Catalog) -> list[str]:
    """Return what is missing, superfluous, or has other places to fill than the message."""
    keys = {message.id for message in wanted if message.id}
    bad = [f"{language}: no longer used: {message.id!r}" for message in known if message.id and message.id not in keys]
    for message in wanted:
        if not message.id:
            continue
        own = known.get(message.id if isinstance(message.id, str) else message.id[0])
        texts = own.string if own and isinstance(own.string, tuple | list) else (own.string if own else "",)
        if not all(texts):
            bad.append(f"{language}: not translated: {message.id!r}")
        places = set(_PLACE.findall(message.id if isinstance(message.id, str) else message.id[1]))
        bad += [f"{language}: other places than {sorted(places)}: {text!r}" for text in texts if text and not set(_PLACE.findall(text)) <= places]
    return bad


def main() -> None:
    """Check, or update the message files."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true")
    check = options.parse_args().check
    wanted, bad = found(), []
    for language in ("en", "fr"):
        path = LOCALE / language / "LC_MESSAGES/bascule.po"
        known = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)
        if not check:
            known = updated(wanted, known, language)
            with path.open("wb") as target:
                write_po(target, known, width=0, sort_output=True, no_location=True, omit_header=False, ignore_obsolete=True)
        bad += problems(wanted, language, known)
    print("\n".join(bad) or f"messages: {len(wanted)} in French and English")
    if bad:
        raise SystemExit(1)


def updated(wanted: Catalog, known: Catalog, language: str) -> Catalog:
    """Return the file with every wanted message; English repeats the message itself."""
    fresh = Catalog(locale=language, project="Bascule", creation_date=known.creation_date, fuzzy=False)
    for message in wanted:
        if not message.id:
            continue
        own = known.get(message.id if isinstance(message.id, str) else message.id[0])
        string = own.string if own and own.string else ""
        fresh.add(message.id, string or (message.id if language == "en" else ("", "") if not isinstance(message.id, str) else ""))
    return fresh


if __name__ == "__main__":
    main()
