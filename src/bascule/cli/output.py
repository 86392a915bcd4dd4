"""Where results go: standard output, or files whose suffix says the form."""

import sys
from collections.abc import Callable
from pathlib import Path

from bascule.cli.context import Speaker, Stop
from bascule.guard import WriteError, write_bytes

Form = Callable[[], str | bytes]
_SUFFIXES = {".json": "json", ".html": "html", ".htm": "html", ".csv": "csv", ".txt": "text"}


def write(forms: dict[str, Form], chosen: str | None, targets: list[Path], speaker: Speaker) -> None:
    """Write each target in the form of its suffix, or of `chosen`; print when no target is given.

    Raises:
        Stop: A suffix says no form (2), or a file cannot be written (4).
    """
    chosen_forms = [_form(forms, chosen, target, speaker) for target in targets]
    for target, form in zip(targets, chosen_forms, strict=True):
        put(target, _bytes(forms[form]()), speaker)
    if not targets:
        emit(forms[chosen or "text"]())


def put(target: Path, data: bytes, speaker: Speaker) -> None:
    """Write one file and say so.

    Raises:
        Stop: It cannot be written (4).
    """
    try:
        write_bytes(target, data)
    except WriteError as error:
        reason = error.details["reason"]
        message = speaker.words.t("{file}: could not be written ({reason}). What stood there before is untouched.", file=target, reason=reason)
        raise Stop(4, message) from error
    speaker.say(speaker.words.t("Written: {file}", file=target))


def _form(forms: dict[str, Form], chosen: str | None, target: Path, speaker: Speaker) -> str:
    """Return the form of a target; every target is judged before any is written."""
    form = chosen or _SUFFIXES.get(target.suffix.lower(), "")
    if form not in forms:
        known = ", ".join(sorted(suffix for suffix, name in _SUFFIXES.items() if name in forms))
        raise Stop(2, speaker.words.t("{file}: choose a form by its ending ({known}) or with --format.", file=target, known=known))
    if target.is_dir():
        raise Stop(4, speaker.words.t("{file}: this is a folder. Give the name of a file in it.", file=target))
    return form


def emit(content: str | bytes) -> None:
    """Print a result; bytes as they are, text in UTF-8 whatever the terminal says."""
    data = _bytes(content)
    sys.stdout.buffer.write(data if data.endswith(b"\n") else data + b"\n")
    sys.stdout.flush()


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
