"""`bascule audit`: the main job."""

import io
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bascule.cli.asking import Options, Wish
from bascule.cli.context import Speaker
from bascule.cli.help import Command

if TYPE_CHECKING:
    from bascule.report import Lookup


class AuditForm(StrEnum):
    """What an audit can be written as."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    CSV = "csv"


def register(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the application."""
    t, net = speaker.words.t, Options(speaker)

    @app.command(
        "audit",
        cls=Command,
        help=t(
            "Audit one firm: its domain, asked about now, and its files (list of tools, bank statements, invoices, accounting export (FEC), "
            "lists of applications, evidence, firm.toml, or a folder of them)."
        ),
    )
    def command(
        inputs: Annotated[list[str], typer.Argument(help=t("Domains, files and folders of one firm."), metavar="INPUT…", show_default=False)],
        form: Annotated[AuditForm | None, typer.Option("--format", help=t("Form of the result."))] = None,
        output: Annotated[
            list[Path], typer.Option("-o", "--output", help=t("File to write; its ending says the form. May be repeated."), show_default=False)
        ] = [],  # noqa: B006
        at: Annotated[
            datetime | None,
            typer.Option("--at", metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help=t("Leave out what was seen or read after this day (YYYY-MM-DD).")),
        ] = None,
        resolver: str = net.resolver,
        ask: str = net.ask,
        contact: str = net.contact,
        browser: bool = net.browser,
        allow_private: bool = net.allow_private,
        offline: bool = net.offline,
        read: str = net.read,
        lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help=t("fr or en."))] = "",
    ) -> int:
        del lang
        wish = Wish(resolver=resolver, ask=ask, contact=contact, allow_private=allow_private, offline=offline, read=read, browser=browser)
        from bascule.cli.inputs import audit_of
        from bascule.report import Lookup

        result, catalogue, status = audit_of(inputs, at.date() if at else None, speaker, wish)
        give(Lookup(result, catalogue, speaker.words), form, output, speaker)
        return status


def give(it: "Lookup", form: AuditForm | None, output: list[Path], speaker: Speaker) -> None:
    """Write an audit in the forms asked for, on the terminal when no file is named."""
    from bascule.audit import encode
    from bascule.cli.output import Form, write
    from bascule.cli.screen import Screen
    from bascule.report import as_csv, page, show

    if form in (None, AuditForm.TEXT) and not output:
        show(it, Screen(highlight=False))
        return
    forms: dict[str, Form] = {"json": lambda: encode(it.audit), "html": lambda: page(it), "csv": lambda: as_csv(it), "text": lambda: _plain(it)}
    write(forms, form, output, speaker)


def _plain(it: "Lookup") -> str:
    from bascule.cli.screen import Screen
    from bascule.report import show

    out = io.StringIO()
    show(it, Screen(file=out, width=120, highlight=False))
    return out.getvalue()
