"""Passwords and tokens: from a file, from what a scheduled run is given, or asked for; never from an argument."""

import os
import sys
import tomllib
from pathlib import Path

from bascule.cli.context import Speaker, Stop
from bascule.guard import GuardError, read_bytes

_MOST = 64 * 1024
_CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Where systemd puts what `LoadCredential=` names (systemd.exec)."""

Secrets = dict[str, dict[str, str]]
"""Tables `source` and `target`, each with `password` or `token`, what a sign-in needs, or `identity` for an encrypted archive."""
_KEYS = frozenset({"password", "token", "client_id", "client_secret", "tenant", "device_url", "authorize_url", "token_url", "scopes", "identity"})
_SIGN_INS = "bascule sign-in"
"""What the system's keyring files renewals of sign-ins under."""


def secrets(file: str | None, speaker: Speaker) -> Secrets:
    """Return the secrets of a file (`-`: standard input), else of a scheduled run; empty when there are none.

    Raises:
        Stop: The file cannot be read or is no such table (3); what stands in it is not shown.
    """
    if file is None:
        folder = os.environ.get(_CREDENTIALS)
        path = Path(folder, "secrets.toml") if folder else None
        if path is None or not path.is_file():
            return {}
        file = str(path)
    try:
        raw = sys.stdin.buffer.read(_MOST) if file == "-" else read_bytes(Path(file), _MOST)
        told = tomllib.loads(raw.decode("utf-8"))
    except GuardError as error:
        raise Stop(3, speaker.words.t("{file}: cannot be read ({reason}).", file=file, reason=error.code)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise Stop(3, speaker.words.t('{file}: this is no TOML. Write [source] and [target], each with password = "…" or token = "…".', file=file)) from None
    found = {end: told.get(end, {}) for end in ("source", "target")}
    if set(told) - set(found) or not all(_is_secret(table) for table in found.values()):
        raise Stop(3, speaker.words.t('{file}: only [source] and [target], each with password = "…" or token = "…", stand here.', file=file))
    return found


def _is_secret(table: object) -> bool:
    return isinstance(table, dict) and set(table) <= _KEYS and all(isinstance(value, str) for value in table.values())


def asked(who: str, speaker: Speaker) -> str:
    """Ask for a password without showing it; the system's keyring is looked into first, where one is installed.

    Raises:
        Stop: Nobody can be asked (2).
    """
    if kept := _kept(who):
        return kept
    if not sys.stdin.isatty():
        raise Stop(2, speaker.words.t("No password for {who}. Give it with --secrets FILE, or run the command in a terminal.", who=who))
    import getpass

    return getpass.getpass(speaker.words.t("Password of {who}: ", who=who))


def kept_sign_in(who: str) -> str:
    """Return what the keyring keeps to renew a sign-in; empty without keyring, or when it keeps nothing."""
    return _kept(who, _SIGN_INS) or ""


def keep_sign_in(who: str, secret: str, speaker: Speaker) -> None:
    """Keep what renews a sign-in in the system's keyring.

    Raises:
        Stop: There is no keyring, or it does not open (2).
    """
    try:
        import keyring

        keyring.set_password(_SIGN_INS, who, secret)
    except Exception:  # A keyring has many ways to fail, and none of its words may show a secret.
        raise Stop(
            2, speaker.words.t("--remember: no keyring of the system can be used. Install one (pip install 'bascule[keyring]'), or leave it out.")
        ) from None


def _kept(who: str, service: str = "bascule") -> str | None:
    try:
        import keyring
    except ImportError:
        return None
    try:
        kept: str | None = keyring.get_password(service, who)
        return kept
    except Exception:  # A locked or missing keyring has many ways to say so; the person is asked instead.
        return None
