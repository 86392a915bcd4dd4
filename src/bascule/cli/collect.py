"""`bascule collect`: only asks the world; what it answered is kept as evidence."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bascule.cli.asking import Options, Wish
from bascule.cli.context import Speaker, Stop
from bascule.cli.help import Command


def register(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the application."""
    t, net = speaker.words.t, Options(speaker)

    @app.command("collect", cls=Command, help=t("Only ask about domains, and keep the answers as evidence; audit them with: bascule audit FILE."))
    def command(
        domains: Annotated[list[str], typer.Argument(help=t("Domains to ask about."), metavar="DOMAIN…", show_default=False)],
        output: Annotated[
            list[Path], typer.Option("-o", "--output", help=t("File to write: .jsonl, .jsonl.gz or .jsonl.zst. May be repeated."), show_default=False)
        ] = [],  # noqa: B006
        mail_only: Annotated[bool, typer.Option("--mail-only", help=t("Ask about mail only, at most 15 questions a domain; no site is visited."))] = False,
        resolver: str = net.resolver,
        ask: str = net.ask,
        contact: str = net.contact,
        browser: bool = net.browser,
        allow_private: bool = net.allow_private,
        offline: bool = net.offline,
        lang: Annotated[str, typer.Option("--lang", metavar="fr|en", help=t("fr or en."))] = "",
    ) -> int:
        del lang
        from bascule.audit import encode_evidence
        from bascule.cli.asking import ask_the_world
        from bascule.cli.domains import domain_of
        from bascule.cli.inputs import status_of
        from bascule.cli.output import emit, put
        from bascule.cli.screen import shown

        names = {text: domain_of(text) for text in domains}
        if wrong := next((text for text, name in names.items() if name is None), None):
            raise Stop(2, t("{name}: this is no domain name. Give one such as exemple.fr.", name=wrong))
        if wrong_file := next((file for file in output if not file.name.endswith((".jsonl", ".jsonl.gz", ".jsonl.zst"))), None):
            raise Stop(2, t("{file}: evidence is written as .jsonl, .jsonl.gz or .jsonl.zst.", file=wrong_file))
        wish = Wish(resolver=resolver, ask=ask, contact=contact, allow_private=allow_private, mail_only=mail_only, offline=offline, browser=browser)
        asked = ask_the_world([name for name in dict.fromkeys(names.values()) if name], wish, speaker)
        for file in output:
            put(file, encode_evidence(asked.evidence, file.suffix), speaker)
        if not output:
            emit(shown(encode_evidence(asked.evidence)) if sys.stdout.isatty() else encode_evidence(asked.evidence))
        return status_of(asked)
