"""What people read is complete in both languages; the checks are those of tools/messages.py."""

import importlib.util
import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bascule.report.words import Words, _translation

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools/messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def wanted(tool):
    return tool.found()


def file(language):
    return read_po(io.BytesIO((ROOT / f"src/bascule/report/locale/{language}/LC_MESSAGES/bascule.po").read_bytes()), locale=language)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_message_is_there_and_none_is_left_over(tool, wanted, language):
    assert len(wanted) > 200
    assert tool.problems(wanted, language, file(language)) == []


def test_a_missing_a_leftover_and_a_misfilled_message_are_named(tool, wanted):
    broken = file("fr")
    first = next(message.id for message in broken if message.id and isinstance(message.id, str))
    broken.get(first).string = ""
    broken.add("nobody says this", "personne")
    broken.get("Written: {file}").string = "Écrit : {fichier}"
    found = "\n".join(tool.problems(wanted, "fr", broken))
    assert f"not translated: {first!r}" in found
    assert "no longer used: 'nobody says this'" in found
    assert "other places than ['file']" in found


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_compiled_messages_are_those_of_the_file(language):
    held = _translation(language)
    for message in file(language):
        if message.id and isinstance(message.id, str):
            assert held.gettext(message.id) == message.string
        elif message.id:
            assert held.ngettext(*message.id, 2) == message.string[1]


def test_every_message_can_be_filled():
    for language in ("fr", "en"):
        for message in file(language):
            for text in [message.string] if isinstance(message.string, str) else message.string:
                places = dict.fromkeys(re.findall(r"\{(\w+)[^}]*\}", text), 2)
                assert Words(language, translate=str).t(text, **{**places, "": ""}) if text else not message.id


def test_french_quotes_are_french_and_english_quotes_english():
    for message in file("fr"):
        # A line of TOML has the quotes of TOML.
        prose = re.sub('= "[^"]*"', "", "".join(message.string))
        assert not re.search('[“”"]', prose), message.id
    for message in file("en"):
        assert not re.search("[«»]", "".join(message.string)), message.id
