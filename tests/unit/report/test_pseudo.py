"""A language of brackets: whatever stands outside them on the page is data, or a sentence that nobody can translate."""

import re

import msgspec
import pytest

from bascule.catalogue import load
from bascule.report import Lookup, Words, cutoff_page, page
from bascule.report.tables import header
from report.parsed import Page

_MONTHS = "January February March April May June July August September October November December"
_JOINTS = re.compile(r"^(and|TLS|[\W\d_]*)$")


def outside(text):
    """Return what stands outside all brackets."""
    depth, left = 0, []
    for char in text:
        depth += (char == "⟦") - (char == "⟧")
        left.append(char if depth == 0 and char != "⟧" else "\n")
    assert depth == 0, text
    return re.sub("\n+", "\n", "".join(left)).strip()


def strings(thing):
    """Yield every text of a tree of plain values."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield key
            yield from strings(value)
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from strings(value)


class Known:
    """Texts that come from the audit or the catalogue, and how often they are cut or joined."""

    def __init__(self, *trees):
        found = {part for tree in trees for text in strings(msgspec.to_builtins(tree)) for part in _parts(text)}
        self.long = sorted((text for text in found if len(text) > 5), key=len, reverse=True)
        self.short = {text for text in found if len(text) <= 5} | set(_MONTHS.split())
        self.all = found

    def unexplained(self, text):
        """Return the words of a text that no datum holds."""
        if text in self.all or not re.search(r"[^\W\d_]", text):
            return []
        for known in self.long:
            if known in text:
                text = text.replace(known, "\n")
        pieces = [piece.strip() for piece in re.split(r"[\n·→,();:|“”\"…]", text)]
        words = [word for piece in pieces if piece not in self.all for word in re.split(r"[\s.]+", piece)]
        return [word for word in words if not _JOINTS.match(word) and word not in self.short]


def _parts(text):
    yield text
    yield text[:400]
    yield from (part.strip() for part in re.split(r"[·→,();:|\"]| — | / |/", text[:2000]) if part.strip())


@pytest.fixture(scope="module")
def pseudo(example_audit):
    return Lookup(example_audit, load(), Words("en", translate=lambda text: f"⟦{text}⟧"))


@pytest.fixture(scope="module")
def known(pseudo):
    return Known(pseudo.audit, pseudo.catalogue.content)


@pytest.mark.parametrize("whole", [True, False], ids=["page", "cut-off page"])
def test_every_text_of_the_page_is_a_message_or_a_datum(pseudo, known, whole):
    found = Page(page(pseudo) if whole else cutoff_page(pseudo, pseudo.audit.cutoffs))
    lost = {text: words for text in {*found.texts, *found.spoken} if (words := known.unexplained(outside(text)))}
    assert lost == {}


def test_every_heading_of_the_table_is_a_message(pseudo):
    assert [text for text in header(pseudo) if not text.startswith("⟦")] == []


def test_brackets_would_show_a_sentence_that_is_not_a_message(known):
    assert known.unexplained("This sentence was forgotten") == ["This", "sentence", "was", "forgotten"]
    assert outside("⟦a ⟦b⟧ c⟧ d") == "d"


def test_the_terminal_speaks_in_messages_too(pseudo, known):
    import io

    from rich.console import Console

    from bascule.report import play_out, show

    out = io.StringIO()
    console = Console(file=out, width=1_000, highlight=False)
    play_out(pseudo, pseudo.audit.cutoffs[0], console, moving=False)
    lines = {outside(line) for line in out.getvalue().splitlines()}
    assert {line: words for line in lines if (words := known.unexplained(line))} == {}
    out.truncate(0)
    show(pseudo, console)
    text = re.sub(r"[─-╿]", "\n", out.getvalue().replace("\x00", ""))
    lines = [outside(line) for line in text.splitlines() if "⟦" in line or line.strip()]
    assert {line: words for line in lines if (words := known.unexplained(line))} == {}
