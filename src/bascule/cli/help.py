"""Help in the user's language, in plain text: it appears at once, and screen readers read it as it stands."""

import gettext
import os
from importlib.resources import as_file, files
from typing import Any

from typer.core import TyperCommand, TyperGroup

from bascule.report.words import Words

_SPOKEN = Words("fr")


def speak(words: Words) -> None:
    """Let headings and messages of the command-line library come from our message files, in one language."""
    global _SPOKEN
    _SPOKEN = words
    os.environ["LANGUAGE"] = words.language
    with as_file(files("bascule.report") / "locale") as folder:
        gettext.bindtextdomain("bascule", str(folder))
    gettext.textdomain("bascule")


def borrowed() -> tuple[str, ...]:
    """Return what the library says through gettext, so that the message files hold it too."""
    t = _SPOKEN.t
    return (t("Arguments"), t("Options"), t("Commands"), t("required"), t("Missing command."), t("No such command {name!r}."), t("default: {default}"))


def complaint(error: Any) -> str:
    """Return what is wrong with the arguments, in the user's language; the whole help when none were given."""
    t, kind = _SPOKEN.t, type(error).__name__
    command = error.ctx.command_path if getattr(error, "ctx", None) else "bascule"
    what = getattr(error, "param", None)
    name = str(getattr(error, "param_hint", None) or (what.get_error_hint() if what is not None else "")).replace("'", "")
    _, _, choices = str(error.message).partition(" is not one of ")
    if kind == "NoArgsIsHelpError":
        return str(error.message)
    if kind == "MissingParameter":
        text = t("{name} is missing.", name=name)
    elif kind == "NoSuchOption":
        text = t("There is no option {name}.", name=error.option_name)
        if error.possibilities:
            text += " " + t("Did you mean: {names}?", names=", ".join(error.possibilities))
    elif kind == "BadParameter" and choices:
        text = t("{name}: choose one of {choices}.", name=name, choices=choices.replace("'", "").rstrip("."))
    elif kind == "BadParameter":
        text = t("{name}: this value does not fit.", name=name)
    elif kind == "BadOptionUsage":
        text = t("{name}: a value is missing.", name=error.option_name)
    else:
        text = str(error.format_message())
    return text + "\n" + t("See: {command} --help", command=command)


class _Spoken:
    """The two words that the library does not translate."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return `--help` with its line in the user's language."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = _SPOKEN.t("Show this help and stop.")
        return option

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=_SPOKEN.t("Usage: "))  # type: ignore[attr-defined]


class Command(_Spoken, TyperCommand):
    """A command whose help speaks the user's language."""


class Group(_Spoken, TyperGroup):
    """A group of commands whose help speaks the user's language."""
