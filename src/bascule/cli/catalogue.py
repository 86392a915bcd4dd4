"""`bascule catalogue check|show|search|stale|diff|coverage`: the data behind the claims."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bascule.cli import upkeep
from bascule.cli.context import Speaker, Stop
from bascule.cli.help import Command, Group


def register(app: typer.Typer, speaker: Speaker) -> None:
    """Add the group of commands to the application."""
    t = speaker.words.t
    group = typer.Typer(cls=Group, help=t("The data behind the claims."), no_args_is_help=True, rich_markup_mode=None)

    @group.command("check", cls=Command, help=t("Check the files of a catalogue; name file and line of what is refused."))
    def check(
        folder: Annotated[Path, typer.Argument(help=t("The folder that holds organisations, laws, scenarios …"))] = Path("catalogue"),
    ) -> int:
        return _check(folder, speaker)

    @group.command("show", cls=Command, help=t("Show an organisation or a service with its facts, sources and dates."))
    def show(name: Annotated[str, typer.Argument(metavar="ID")]) -> int:
        return _show(name, speaker)

    @group.command("search", cls=Command, help=t("Find organisations and services by name; typing errors are forgiven."))
    def search(word: Annotated[str, typer.Argument(metavar="WORD")]) -> int:
        return _search(word, speaker)

    upkeep.register(group, speaker)
    app.add_typer(group, name="catalogue")


def _check(folder: Path, speaker: Speaker) -> int:
    from bascule.catalogue import CatalogueError, gather
    from bascule.catalogue.check import stale
    from bascule.catalogue.source import organisations

    if not (folder / "functions.toml").is_file():
        raise Stop(3, speaker.words.t("{folder}: here is no catalogue (functions.toml is missing).", folder=folder))
    try:
        content = gather(folder)
    except CatalogueError as error:
        raise Stop(3, error.told(speaker.words.t)) from error
    for problem in stale(organisations(folder), datetime.now(UTC).date()):
        speaker.say(str(problem))
    services = sum(len(entry.services) for entry in content.organisations)
    typer.echo(
        speaker.words.t(
            "{organisations} organisations, {services} services, {laws} laws: nothing to refuse. Version {version}.",
            organisations=len(content.organisations),
            services=services,
            laws=len(content.laws),
            version=content.version,
        )
    )
    return 0


def _show(name: str, speaker: Speaker) -> int:
    from bascule.catalogue import load

    catalogue = load()
    organisation = catalogue.organisations.get(name) or catalogue.organisations.get(catalogue.publisher.get(name, ""))
    if organisation is None:
        close = ", ".join(catalogue.names.search(name)[:5])
        hint = speaker.words.t("Did you mean: {names}?", names=close) if close else speaker.words.t("Find it with: bascule catalogue search {name}", name=name)
        raise Stop(3, speaker.words.t("{name}: not in the catalogue.", name=name) + " " + hint)
    from bascule.report import describe

    typer.echo(describe(organisation, name, catalogue, speaker.words))
    return 0


def _search(word: str, speaker: Speaker) -> int:
    from bascule.catalogue import load

    catalogue = load()
    found = catalogue.names.search(word)
    for name in found:
        service = catalogue.services.get(name)
        if service:
            typer.echo(f"{name:32} {service.name} ({catalogue.organisations[catalogue.publisher[name]].name})")
        else:
            typer.echo(f"{name:32} {catalogue.organisations[name].name}")
    if not found:
        raise Stop(3, speaker.words.t("{word}: nothing of that name.", word=word))
    return 0
