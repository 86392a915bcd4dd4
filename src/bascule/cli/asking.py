"""Asking the network from the command line: the options, the progress, and what is said when it is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from bascule.cli.context import Speaker, Stop

if TYPE_CHECKING:
    from bascule.audit.asking import Manners
    from bascule.catalogue import Networks
    from bascule.collect import Collected
    from bascule.read import Asked


class Options:
    """The options of every command that may ask the network; each is the default value of a parameter."""

    def __init__(self, speaker: Speaker) -> None:
        t = speaker.words.t
        self.resolver: Any = typer.Option("", "--resolver", metavar="ADDRESS[:PORT]", help=t("Ask this DNS resolver; else those of your computer."))
        self.ask: Any = typer.Option(
            "",
            "--ask",
            metavar="smtp,rdap,tenant",
            help=t("Look-ups that tell somebody else about the domain: its mail servers (smtp), its registry (rdap), the provider's sign-in page (tenant)."),
        )
        self.contact: Any = typer.Option(
            "",
            "--contact",
            envvar="BASCULE_CONTACT",
            show_envvar=False,
            metavar="ADDRESS",
            help=t("How to reach you; the sites that are visited see it. Else: the postmaster of the domain."),
        )
        self.allow_private: Any = typer.Option(False, "--allow-private", help=t("Let private addresses through, for a network of your own."))
        self.browser: Any = typer.Option(
            False,
            "--browser",
            help=t("Load the home page in your own browser too (Chromium, Chrome or Edge), to see what its scripts call; nothing is clicked."),
        )
        self.read: Any = typer.Option(
            "",
            "--read",
            metavar="logs,bookmarks",
            help=t("Read files about what people do, given by name: logs of name servers and proxies (logs), bookmarks (bookmarks)."),
        )
        self.offline: Any = typer.Option(False, "--offline", help=t("Ask the network nothing."))


class Wish(NamedTuple):
    """What a person chose on the command line about asking."""

    resolver: str = ""
    ask: str = ""
    contact: str = ""
    allow_private: bool = False
    mail_only: bool = False
    offline: bool = False
    read: str = ""
    browser: bool = False


def asked_for(wish: Wish, speaker: Speaker) -> "Asked":
    """Return which files about people may be read, after telling what the law asks of an employer before that.

    Raises:
        Stop: A word of `--read` is not known (2).
    """
    from bascule.read import PRIVATE, Asked

    t = speaker.words.t
    kinds = frozenset(word.strip() for word in wish.read.split(",") if word.strip())
    if unknown := sorted(kinds - PRIVATE.keys()):
        raise Stop(2, t("--read {name}: choose among {known}.", name=unknown[0], known=", ".join(PRIVATE)))
    if not kinds:
        return Asked()
    from bascule.catalogue import load
    from bascule.identify import known_domains

    for line in (
        t("These files tell what people did. Before you go on, French law asks of an employer:"),
        t("- each person on the staff was told beforehand that such data is collected (Code du travail, L1222-4);"),
        t("- the CSE, where there is one, was informed and consulted beforehand (Code du travail, L2312-38);"),
        t("- the means are in proportion to the end (L1121-1); six months of connection logs are enough in most cases (CNIL)."),
        t("Bascule keeps only known services and how many lines name them: no person, no address, no time, no page. More: docs/people.md"),
    ):
        speaker.say(line)
    return Asked(kinds=kinds, domains=known_domains(load()))


def ask_the_world(domains: list[str], wish: Wish, speaker: Speaker) -> "Collected":
    """Ask about domains, with progress on the terminal; return what `collect` returns.

    Raises:
        Stop: Nothing may be asked, or there is nobody to ask (2).
    """
    from bascule.audit.asking import asking
    from bascule.catalogue import load
    from bascule.cli.progress import Watching
    from bascule.collect import collect

    t = speaker.words.t
    if wish.offline:
        raise Stop(2, t("{name}: with --offline nothing is asked. Give a file or a folder.", name=domains[0]))
    how = asking(load(), networks(speaker), manners(domains, wish, speaker))
    with no_resolver_told(speaker), Watching(speaker) as watching:
        found = collect(domains, how, watching.see)
    for item in found.evidence:
        if item.code == "blocked" and item.source == "opt-out list":
            speaker.say(t("{name}: its owner asked not to be audited; nothing was asked.", name=item.subject))
    if not found.interrupted and found.unanswered == len([item for item in found.evidence if item.source != "opt-out list"]) > 0:
        speaker.say(t("Nobody answered. Check your connection, or give another resolver with --resolver ADDRESS."))
    if found.interrupted:
        speaker.interrupted = True
        speaker.say(t("Interrupted: what was seen until then is kept."))
    return found


@contextmanager
def no_resolver_told(speaker: Speaker) -> Iterator[None]:
    """Say in words that `collect` has no resolver to ask.

    Raises:
        Stop: It has none (2).
    """
    t = speaker.words.t
    try:
        yield
    except ValueError as error:
        raise Stop(2, t("--resolver {name}: give an address, such as 9.9.9.9 or 192.0.2.53:5353.", name=error)) from error
    except OSError as error:
        raise Stop(2, t("Your computer names no DNS resolver. Give one with --resolver ADDRESS.")) from error


def networks(speaker: Speaker) -> "Networks":
    """Return the table of networks: the person's own when it is newer, else the one of the program.

    Raises:
        Stop: The person's own is damaged (3).
    """
    from bascule.catalogue import load_networks
    from bascule.cli import folders

    try:
        return load_networks(folders.network_table())
    except ValueError as error:
        raise Stop(3, speaker.words.t("{reason}. Fetch it again with: bascule data update", reason=error)) from error


def manners(domains: list[str], wish: Wish, speaker: Speaker) -> "Manners":
    """Return the person's choices; a contact is needed when several firms may be meant.

    Raises:
        Stop: A look-up is not known, or nobody says who asks (2).
    """
    from bascule.audit.asking import Manners
    from bascule.cli import folders
    from bascule.collect import ASKS
    from bascule.identify import registrable

    t = speaker.words.t
    if wish.mail_only and wish.ask:
        raise Stop(2, t("Choose one of --mail-only and --ask."))
    browser = _browser(wish, speaker)
    asks = frozenset(word.strip() for word in wish.ask.split(",") if word.strip())
    if unknown := sorted(asks - set(ASKS)):
        raise Stop(2, t("--ask {name}: choose among {known}.", name=unknown[0], known=", ".join(ASKS)))
    names = {registrable(name) for name in domains}
    if not wish.contact and len(names) > 1:
        raise Stop(2, t("Several domains: say how to reach you with --contact ADDRESS. The sites that are visited see it."))
    if "\n" in wish.contact or not wish.contact.isascii():
        raise Stop(2, t("--contact {name}: give an e-mail address or the address of a page.", name=wish.contact))
    return Manners(
        contact=wish.contact or f"postmaster@{names.pop()}",
        pace=folders.pace(),
        resolver=wish.resolver or None,
        asks=asks,
        allow_private=wish.allow_private,
        mail_only=wish.mail_only,
        browser=browser,
        opted_out=_left_alone(speaker),
    )


def _browser(wish: Wish, speaker: Speaker) -> str | None:
    """Return the program to load pages in; None when it is not wanted.

    Raises:
        Stop: There is none, or no page is looked at (2).
    """
    import os

    from bascule.catalogue import load
    from bascule.collect import find_browser

    if not wish.browser:
        return None
    if wish.mail_only:
        raise Stop(2, speaker.words.t("Choose one of --mail-only and --browser."))
    t, own = speaker.words.t, os.environ.get("BASCULE_BROWSER", "")
    if found := find_browser([own] if own else load().questions.browsers):
        return found
    if own:
        raise Stop(
            2,
            t("BASCULE_BROWSER={name}: no such program, or it cannot be used here. Give the path of a Chromium, Chrome or Edge (on Linux or macOS).", name=own),
        )
    raise Stop(2, t("--browser: no Chromium, Chrome or Edge was found that can be used. Install one (on Linux or macOS), or leave --browser out."))


def _left_alone(speaker: Speaker) -> frozenset[str]:
    """Return the domains that the person leaves alone."""
    from bascule.cli import folders
    from bascule.cli.domains import domain_of
    from bascule.guard import read_text

    path = folders.opt_out()
    words = (line.partition("#")[0].strip() for line in read_text(path).splitlines()) if path.exists() else ()
    names = {word: domain_of(word) for word in words if word}
    if wrong := next((word for word, name in names.items() if name is None), None):
        raise Stop(3, speaker.words.t("{file}: {name} is no domain name. One a line, such as exemple.fr.", file=path, name=wrong))
    return frozenset(name for name in names.values() if name)
