"""How an archive is kept fresh without anybody thinking of it."""

import shlex
from collections.abc import Sequence

from bascule.report.words import Words


def timer_text(command: Sequence[str], name: str, user: str, secrets: str, words: Words) -> str:
    """Return a timer for a command: as units of systemd, and as a line for cron.

    Args:
        command: Program and arguments, without those that tell secrets.
        name: Of the units.
        user: Who runs it.
        secrets: File with the passwords; "" when none is needed.
        words: The language.
    """
    t = words.t
    where = f"/etc/systemd/system/{name}"
    where_from = [t('The password stands in {file}, which only you may read (chmod 600): [source] password = "…"', file=secrets)] if secrets else []
    credential = [f"LoadCredential=secrets.toml:{secrets.replace('%', '%%')}"] if secrets else []
    found = [t("Bascule finds the password where systemd puts it ($CREDENTIALS_DIRECTORY).")] if secrets else []
    lines = [
        t("To keep this archive fresh every night, let a timer run the same command; it only adds what is new."),
        *where_from,
        "",
        t("With systemd, write two files:"),
        f"# {where}.service",
        "[Service]",
        "Type=oneshot",
        f"User={user}",
        *credential,
        f"ExecStart={' '.join(_unit(word) for word in command)}",
        "",
        f"# {where}.timer",
        "[Timer]",
        "OnCalendar=*-*-* 03:17",
        "RandomizedDelaySec=1h",
        "Persistent=true",
        "[Install]",
        "WantedBy=timers.target",
        "",
        t("then start it:"),
        f"sudo systemctl enable --now {name}.timer",
        "",
        *found,
        t("With cron instead, one line (crontab -e):"),
        f"17 3 * * * {shlex.join([*command, *(['--secrets', secrets] if secrets else [])])}".replace("%", "\\%"),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _unit(word: str) -> str:
    """Return a word as systemd.service wants it: `%` and `$` twice, the rest between quotes where needed."""
    plain = word.replace("\\", "\\\\").replace("%", "%%").replace("$", "$$").replace('"', '\\"')
    return f'"{plain}"' if any(letter in plain for letter in " \t'\";\\") else plain
