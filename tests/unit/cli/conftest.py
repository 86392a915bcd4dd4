"""The command line, run in this process: what it returns, prints and says."""

from pathlib import Path
from typing import NamedTuple

import pytest

from bascule.cli.app import run
from bascule.cli.context import Speaker
from bascule.report.words import Words

ROOT = Path(__file__).parents[3]


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def bascule(capsys):
    """Run `bascule` with arguments, in English unless said otherwise."""

    def called(*arguments, language="en"):
        capsys.readouterr()
        status = run([str(argument) for argument in arguments], Speaker(Words(language)))
        return Ended(status, *capsys.readouterr())

    return called


@pytest.fixture
def tools(tmp_path):
    """A firm's list of tools."""
    file = tmp_path / "tools.csv"
    file.write_text("Fonction;Outil;Coût mensuel\nMessagerie;Gmail;12,00 €\nChat;Slack;40,50 €\nCompta;Pennylane;99,00 €\nScie;SolidBois Pro;\n", "utf-8")
    return file


@pytest.fixture(scope="session")
def audit_file(tmp_path_factory):
    """The example firm's audit, as `bascule audit` wrote it."""
    file = tmp_path_factory.mktemp("audit") / "audit.json"
    assert run(["audit", str(ROOT / "examples/atelier-brunel"), "--at", "2026-11-24", "-o", str(file)], Speaker(Words("fr"))) == 0
    return file
