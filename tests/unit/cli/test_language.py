import pytest

from bascule.cli.language import language


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], "fr"),
        (["--lang", "en"], "en"),
        (["audit", "x", "--lang=en"], "en"),
        (["audit", "--lang", "EN-GB"], "en"),
        (["--lang", "fr"], "fr"),
        (["--lang"], "fr"),
        (["--lang", "de"], "fr"),
    ],
)
def test_the_option_decides(arguments, found):
    assert language(arguments) == found


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [("LANG", "en_GB.UTF-8", "en"), ("LANG", "fr_FR.UTF-8", "fr"), ("LC_ALL", "en_US", "en"), ("LANG", "C.UTF-8", "fr"), ("LANG", "", "fr")],
)
def test_else_the_computer_decides_else_french(monkeypatch, name, value, found):
    monkeypatch.setenv(name, value)
    assert language([]) == found


def test_lc_all_wins_and_the_option_wins_over_it(monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR")
    monkeypatch.setenv("LANG", "en_GB")
    assert language([]) == "fr"
    assert language(["--lang", "en"]) == "en"
