"""`--browser` without a browser, and where no page is looked at."""

import pytest


@pytest.mark.parametrize("command", ["audit", "collect", "cutoff", "couper"])
def test_without_a_browser_nothing_is_asked_and_the_remedy_is_said(bascule, monkeypatch, command):
    monkeypatch.setattr("bascule.collect.browser.shutil.which", lambda name: None)
    ended = bascule(command, "exemple.fr", "--browser")
    assert ended.status == 2
    assert "no Chromium, Chrome or Edge was found" in " ".join(ended.err.split())
    assert "Install one" in " ".join(ended.err.split())


def test_mail_only_looks_at_no_page(bascule):
    ended = bascule("collect", "exemple.fr", "--browser", "--mail-only")
    assert (ended.status, "Choose one of --mail-only and --browser." in ended.err) == (2, True)


def test_one_s_own_browser_that_is_not_there_is_named_and_no_other_is_taken(bascule, monkeypatch):
    monkeypatch.setenv("BASCULE_BROWSER", "/no/such/browser")
    ended = bascule("audit", "exemple.fr", "--browser")
    assert ended.status == 2
    assert "BASCULE_BROWSER=/no/such/browser: no such program" in " ".join(ended.err.split())
