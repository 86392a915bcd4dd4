"""The commands, put together in the user's language."""

import sys
from collections.abc import Sequence

import typer

from bascule.cli import audit, catalogue, collect, compare, cutoff, data, move, report, survey
from bascule.cli.context import Speaker, Stop, forgiving
from bascule.cli.help import Group, complaint, speak
from bascule.cli.language import asked, language
from bascule.report.words import LANGUAGES, Words

_INTERRUPTED = 130
"""What the library returns, too, when a person presses Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the status that docs/command-line.md gives."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    forgiving(sys.stdout, sys.stderr)
    speaker = Speaker(Words(language(given)))
    sys.exit(run(given, speaker))


def run(arguments: list[str], speaker: Speaker) -> int:
    """Run one command and return its exit status."""
    wish = asked(arguments)
    if wish and not wish.lower().startswith(LANGUAGES):
        speaker.say(speaker.words.t("--lang {wish}: choose fr or en.", wish=wish))
        return 2
    try:
        result = _app(speaker)(args=arguments, prog_name="bascule", standalone_mode=False)
        if result == _INTERRUPTED and not speaker.interrupted:
            raise KeyboardInterrupt
        return result if isinstance(result, int) else 0
    except Stop as stop:
        if stop.message:
            speaker.say(stop.message)
        return stop.status
    except typer.TyperException as error:
        speaker.say(complaint(error))
        return 2
    except (BrokenPipeError, SystemExit):
        # Whoever read the result has seen enough (`bascule … | head`): the libraries end the program so, and it is no fault.
        return 0
    except (KeyboardInterrupt, typer.Abort):
        speaker.say(speaker.words.t("Interrupted."))
        return _INTERRUPTED
    except Exception:
        import traceback

        traceback.print_exc()
        speaker.say(speaker.words.t("This is a defect of Bascule, not yours. Please report the lines above; your files were not changed."))
        return 70


def _app(speaker: Speaker) -> typer.Typer:
    t = speaker.words.t
    speak(speaker.words)
    about = t("Who holds the switch on each of your digital tools, what stops if it is thrown, what to do about it.")
    app = typer.Typer(cls=Group, help=about, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

    @app.callback()
    def _shared(
        version: bool = typer.Option(False, "--version", help=t("Print the version and stop."), is_eager=True, callback=_version),
        lang: str = typer.Option("", "--lang", metavar="fr|en", help=t("fr or en; else the language of your computer, else French.")),
    ) -> None:
        del version, lang

    for room in (audit, cutoff, report, compare, collect, survey, move, catalogue, data):
        room.register(app, speaker)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"bascule {version('bascule')}")
        raise typer.Exit
