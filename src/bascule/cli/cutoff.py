"""`bascule cutoff`, alias `couper`: what stops, when, through which chain."""

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bascule.cli.asking import Options, Wish
from bascule.cli.context import Speaker, Stop
from bascule.cli.help import Command

if TYPE_CHECKING:
    from bascule.model import Cutoff
    from bascule.report import Lookup


class CutoffForm(StrEnum):
    """What a cut-off can be written as."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def register(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the application under both of its names."""
    t, net = speaker.words.t, Options(speaker)

    def command(
        inputs: Annotated[
            list[str], typer.Argument(help=t("Files and folders of one firm, or an audit written before."), metavar="INPUT…|AUDIT", show_default=False)
        ],
        power: Annotated[
            str | None, typer.Option("--power", metavar="CC", help=t("The country that gives the order (US, CN, FR, …) or EU; US when nothing is chosen."))
        ] = None,
        organisation: Annotated[str | None, typer.Option("--organisation", metavar="ID", help=t("The organisation that closes your accounts."))] = None,
        service: Annotated[str | None, typer.Option("--service", metavar="ID", help=t("The service that closes."))] = None,
        scenario: Annotated[str | None, typer.Option("--scenario", metavar="ID", help=t("A scenario of the catalogue."))] = None,
        notice: Annotated[int | None, typer.Option("--notice", metavar="DAYS", min=0, max=3650, help=t("Days between the announcement and the cut."))] = None,
        form: Annotated[CutoffForm | None, typer.Option("--format", help=t("Form of the result."))] = None,
        output: Annotated[
            list[Path], typer.Option("-o", "--output", help=t("File to write; its ending says the form. May be repeated."), show_default=False)
        ] = [],  # noqa: B006
        still: Annotated[bool, typer.Option("--still", help=t("Do not play; show the end at once."))] = False,
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
        lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help=t("fr or en."))] = "",
    ) -> int:
        del lang
        wish = Wish(resolver=resolver, ask=ask, contact=contact, allow_private=allow_private, offline=offline, browser=browser)
        from bascule.audit import encode, resimulate
        from bascule.cli.inputs import audit_of, is_audit, saved
        from bascule.cli.output import Form, write
        from bascule.cli.screen import Screen
        from bascule.report import Lookup, cutoff_page, play_out

        if sum(choice is not None for choice in (power, organisation, service)) > 1:
            raise Stop(2, t("Choose one of --power, --organisation, --service."))
        status = 0
        if len(inputs) == 1 and is_audit(Path(inputs[0])):
            if at is not None:
                raise Stop(2, t("--at is for files: an audit already has its day."))
            result, catalogue = saved(Path(inputs[0]), speaker)
        else:
            result, catalogue, status = audit_of(inputs, at.date() if at else None, speaker, wish)
        try:
            result = resimulate(result, catalogue, power=power, organisation=organisation, service=service, scenario=scenario, notice_days=notice)
        except ValueError as error:
            raise Stop(2, _not_known(error, speaker)) from error
        it = Lookup(result, catalogue, speaker.words)
        cut = result.cutoffs[0]
        if form in (None, CutoffForm.TEXT) and not output:
            play_out(it, cut, Screen(highlight=False), moving=sys.stdout.isatty() and not still)
            return status
        forms: dict[str, Form] = {"json": lambda: encode(cut), "html": lambda: cutoff_page(it, result.cutoffs), "text": lambda: _text(it, cut)}
        write(forms, form, output, speaker)
        return status

    app.command("cutoff", cls=Command, help=t("Thirty days in ten seconds: what stops, when, through which chain."))(command)
    app.command("couper", cls=Command, help=t("The same as cutoff."))(command)


def _text(it: "Lookup", cut: "Cutoff") -> str:
    import io

    from bascule.cli.screen import Screen
    from bascule.report import play_out

    out = io.StringIO()
    play_out(it, cut, Screen(file=out, width=140, highlight=False), moving=False)
    return out.getvalue()


def _not_known(error: ValueError, speaker: Speaker) -> str:
    kind, name = error.args
    t = speaker.words.t
    messages = {
        "power": t("{name}: no such country in the catalogue; give a code such as US, CN, FR or EU."),
        "organisation": t("{name}: no such organisation; find its id with: bascule catalogue search {name}"),
        "service": t("{name}: no such service; find its id with: bascule catalogue search {name}"),
        "clash": t("{name}: this scenario and the other choices contradict each other; choose one."),
        "scenario": t("{name}: no such scenario; see the folder catalogue/scenarios."),
        "whom": t("{name}: say whose decision or failure, with --organisation ID or --service ID."),
    }
    return messages[kind].format(name=name)
