"""`bascule report`: the same audit in another form; asks the world nothing."""

from pathlib import Path
from typing import Annotated

import typer

from bascule.cli.audit import AuditForm, give
from bascule.cli.context import Speaker
from bascule.cli.help import Command


def register(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the application."""
    t = speaker.words.t

    @app.command("report", cls=Command, help=t("Write an audit made before in another form."))
    def command(
        audit: Annotated[Path, typer.Argument(help=t("An audit written with: bascule audit … -o audit.json"), metavar="AUDIT")],
        form: Annotated[AuditForm | None, typer.Option("--format", help=t("Form of the result."))] = None,
        output: Annotated[
            list[Path], typer.Option("-o", "--output", help=t("File to write; its ending says the form. May be repeated."), show_default=False)
        ] = [],  # noqa: B006
        offline: Annotated[bool, typer.Option("--offline", help=t("Ask the network nothing; a report never does."))] = False,
        lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help=t("fr or en."))] = "",
    ) -> int:
        del lang, offline
        from bascule.cli.inputs import saved
        from bascule.report import Lookup

        result, catalogue = saved(audit, speaker)
        give(Lookup(result, catalogue, speaker.words), form, output, speaker)
        return 0
