"""The timer that keeps an archive fresh, for the move at hand."""

import getpass
import shutil
from pathlib import Path

from bascule.cli.context import Speaker
from bascule.cli.move import default_journal
from bascule.cli.moving import Move
from bascule.report import timer_text

_SECRETS = Path("~/bascule-secrets.toml")


def timer(move: Move, journal: Path | None, secrets: str | None, speaker: Speaker) -> str:
    """Return units and a line that run a move again every night, with whole paths: a timer starts in another folder."""
    file = Path(secrets) if secrets and secrets != "-" else _SECRETS.expanduser()
    kept = journal or default_journal(*move.ends)
    command = [shutil.which("bascule") or "bascule", "move", *(str(end) for end in move.ends)]
    command += [word for one in move.access[1].recipients for word in ("--encrypt-to", one)]
    command += ["--ca-file", str(move.access[0].ca_file.absolute())] if move.access[0].ca_file else []
    command += ["--insecure"] if move.access[0].insecure else []
    command += ["--journal", str(kept.absolute())]
    return timer_text(command, kept.stem if kept.stem.startswith("bascule") else f"bascule-{kept.stem}", getpass.getuser(), str(file.absolute()), speaker.words)
