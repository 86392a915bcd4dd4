"""`bascule data`: the table of networks that answers offline; how old it is, and how to have a fresh one."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bascule.cli.asking import Options, networks
from bascule.cli.context import Speaker, Stop
from bascule.cli.help import Command, Group

if TYPE_CHECKING:
    from bascule.audit.asking import Manners

_MAX_DOWNLOAD = 64 * 1024 * 1024
_MAX_UNPACKED = 256 * 1024 * 1024


def register(app: typer.Typer, speaker: Speaker) -> None:
    """Add the group of commands to the application."""
    t, net = speaker.words.t, Options(speaker)
    group = typer.Typer(cls=Group, help=t("The table of networks: which operator announces which address."), no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="data")

    @group.command("show", cls=Command, help=t("How old the table is, how large, and whose data it holds."))
    def show(lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help=t("fr or en."))] = "") -> int:
        del lang
        from bascule.cli.output import emit

        emit("\n".join(_lines(networks(speaker), speaker)))
        return 0

    @group.command("update", cls=Command, help=t("Fetch a fresh table of all networks. Nothing about you or your domains is sent."))
    def update(
        resolver: str = net.resolver,
        contact: str = net.contact,
        allow_private: bool = net.allow_private,
        lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help=t("fr or en."))] = "",
    ) -> int:
        del lang
        from bascule.audit.asking import Manners
        from bascule.catalogue import update_source
        from bascule.cli import folders
        from bascule.cli.output import put

        source = update_source()
        speaker.say(t("Fetching {url} ({publisher})…", url=source.url, publisher=source.publisher))
        manners = Manners(contact=contact, pace=folders.pace(), resolver=resolver or None, allow_private=allow_private)
        packed = _fetched(source.url, manners, speaker)
        folders.network_table().parent.mkdir(parents=True, exist_ok=True)
        put(folders.network_table(), _table(packed, source, datetime.now(UTC).date(), speaker), speaker)
        return 0


def _lines(table: Any, speaker: Speaker) -> list[str]:
    t = speaker.words.t
    age = (datetime.now(UTC).date() - table.date).days
    told = speaker.words.n("Data of {day}, {count} day old.", "Data of {day}, {count} days old.", age, day=speaker.words.day(table.date))
    size = t("{networks} networks, {ranges} ranges of addresses.", networks=len(table), ranges=table.ranges)
    return [told, size, *(f"{source.publisher}: {source.title}, {source.licence}, {source.url}" for source in table.sources)]


def _fetched(url: str, manners: "Manners", speaker: Speaker) -> bytes:
    from bascule.audit.asking import asking
    from bascule.catalogue import load, load_networks
    from bascule.collect import download

    t = speaker.words.t
    how = asking(load(), load_networks(), manners)
    try:
        return download(url, how, _MAX_DOWNLOAD)
    except (OSError, ValueError) as error:
        raise Stop(1, t("{url}: nothing came ({reason}). The table that you have still serves.", url=url, reason=error)) from error


def _table(packed: bytes, source: Any, day: date, speaker: Speaker) -> bytes:
    """Return a fresh table, checked before the old one is touched."""
    import gzip
    import io

    from bascule.catalogue import NetworkSource, build, parse_iptoasn

    t = speaker.words.t
    told = NetworkSource(publisher=source.publisher, title=source.title, url=source.source, licence=source.licence, read_on=day)
    try:
        text = gzip.GzipFile(fileobj=io.BytesIO(packed)).read(_MAX_UNPACKED + 1)
        if len(text) > _MAX_UNPACKED:
            raise ValueError("it unpacks to far more than expected")
        return bytes(build(parse_iptoasn(text.decode("utf-8", "replace").splitlines()), day, (told,)))
    except (ValueError, OSError, EOFError) as error:
        raise Stop(3, t("{url}: this is no table of networks ({reason}). The table that you have still serves.", url=source.url, reason=error)) from error
