"""The pages of the example firm, in the system's own browser; without one these tests are skipped."""

import shutil
from pathlib import Path

import pytest

from bascule.cli.app import run
from bascule.cli.context import Speaker
from bascule.report.words import Words

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/atelier-brunel"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


def _executable():
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: tools/browser.sh installs one")
    return found


@pytest.fixture
def chromium(tmp_path):
    """Makes a script that starts the system's Chromium, in a container too, with further words behind those that it is given."""
    found = _executable()

    def made(*words):
        script = tmp_path / "chromium"
        script.write_text(f'#!/bin/sh\nexec "{found}" --no-sandbox "$@" {" ".join(words)}\n')
        script.chmod(0o755)
        return str(script)

    return made


@pytest.fixture
def program(chromium):
    """The system's Chromium."""
    return chromium()


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once a worker."""
    sync = pytest.importorskip("playwright.sync_api")
    executable = _executable()
    with sync.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=executable, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """What the command line writes: report and cut-off of the example firm, the report of a firm with five tools,
    the receipt of a move with a refused message, in both languages.
    """
    folder = tmp_path_factory.mktemp("pages")
    for language in ("fr", "en"):
        speaker = Speaker(Words(language))
        saved = str(folder / "audit.json")
        assert run(["audit", str(EXAMPLE), "--at", "2026-11-24", "-o", saved, "-o", str(folder / f"report-{language}.html")], speaker) == 0
        assert run(["cutoff", saved, "-o", str(folder / f"cutoff-{language}.html")], speaker) == 0
        (folder / "outils.txt").write_text("Gmail\nSlack\nWordPress\nPennylane\nSolidBois\n", "utf-8")
        assert run(["audit", str(folder / "outils.txt"), "-o", str(folder / f"short-{language}.html")], speaker) == 0
        ends = [f"maildir:{_mailbox(folder / 'maildir')}", f"mbox:{folder / f'copy-{language}'}"]
        assert run(["move", *ends, "--journal", str(folder / f"{language}.journal"), "-o", str(folder / f"receipt-{language}.html")], speaker) == 5
    return folder


def _mailbox(folder):
    """A Maildir with one message that can be carried and one that is a link, which is refused."""
    if not folder.exists():
        for part in ("cur", "new", "tmp"):
            (folder / part).mkdir(parents=True)
        (folder / "cur/1.a.host:2,S").write_bytes(b"From: a@exemple.fr\nSubject: Devis\n\nBonjour\n")
        (folder / "cur/2.b.host:2,S").symlink_to(folder / "cur/1.a.host:2,S")
    return folder


class Watched:
    """A page that is watched: what it asks for, what it complains about."""

    def __init__(self, context, file):
        self.asked, self.complaints = [], []
        self.page = context.new_page()
        self.page.route("**/*", self._route)
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.file = file

    def _route(self, route):
        if route.request.url == self.file.as_uri():
            route.continue_()
        else:
            route.abort()

    def open(self):
        self.page.goto(self.file.as_uri())
        return self.page

    def settle(self):
        """Fail when the page asked for anything but itself, or complained."""
        assert set(self.asked) == {self.file.as_uri()}
        assert self.complaints == []


@pytest.fixture
def visit(browser, written):
    """Open a written page; whatever it asks for beside itself fails the test, as do errors on the console."""
    contexts, watched = [], []

    def opened(name="report-fr", **options):
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options}))
        watched.append(Watched(contexts[-1], written / f"{name}.html"))
        return watched[-1].open()

    yield opened
    for one in watched:
        one.settle()
    for context in contexts:
        context.close()
