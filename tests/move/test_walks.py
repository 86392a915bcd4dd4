"""The walks of the documentation, each command as it is written there."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.move.walk import commands

pytestmark = pytest.mark.xdist_group("dovecot")
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["quitter-microsoft-365.md", "copie-de-google.md"])
def test_a_walk_of_the_documentation_arrives(shelter: Path, page: str) -> None:
    if shutil.which("unshare") is None:
        pytest.skip("a room of its own needs unshare (util-linux)")
    folder = shelter / page.removesuffix(".md")
    folder.mkdir(mode=0o755)
    room = ["unshare", "--net", "--mount", sys.executable, "-m", "tests.move.walk", str(DOCS / page), str(folder)]
    done = subprocess.run(room, cwd=DOCS.parent, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\n$ ") + 1 == len(commands(DOCS / page))
