"""The timer that keeps an archive fresh, for the move at hand."""

import getpass
import shutil
import sys
from pathlib import Path

from bascule.cli.context import Speaker
from bascule.cli.move import default_journal
from bascule.cli.moving import Move
from bascule.move import needs_secret
from bascule.report import timer_text

_SECRETS = Path("~/bascule-secrets.toml")


def timer(move: Move, journal: Path | None, secrets: str | None, speaker: Speaker) -> str:
    """Return units and a line that run a move again every night, with whole paths: a timer starts in another folder."""
    file = Path(secrets).absolute() if secrets and secrets != "-" else _SECRETS.expanduser() if needs_secret(move.ends[0]) else None
    kept = journal or default_journal(*move.ends)
    program = shutil.which("bascule")
    command = [*([program] if program else [sys.executable, "-m", "bascule"]), "move", *(str(end) for end in move.ends)]
    command += [word for one in move.access[1].recipients for word in ("--encrypt-to", one)]
    command += ["--ca-file", str(move.access[0].ca_file.absolute())] if move.access[0].ca_file else []
    command += ["--insecure"] if move.access[0].insecure else []
    command += ["--journal", str(kept.absolute())]
    return timer_text(
        command, kept.stem if kept.stem.startswith("bascule") else f"bascule-{kept.stem}", getpass.getuser(), str(file) if file else "", speaker.words
    )
