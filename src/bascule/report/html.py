"""The page: one file, nothing from outside, every claim opens to its evidence and sources."""

import base64
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bascule.model import Alternative, Audit, Candidate, Cutoff, Degree, Exposure, Hit, Precedent
from bascule.report import gaps, sentences, witnesses
from bascule.report.bars import answered, bar, figures
from bascule.report.drawing import NARROW, WIDE, drawing
from bascule.report.lookup import Lookup, ordered
from bascule.report.seen import observation
from bascule.report.tables import as_csv


def page(it: Lookup) -> str:
    """Return the audit as a page that opens without network, in light and dark, on a phone and on paper."""
    return _render(it, full=True)


def cutoff_page(it: Lookup, cuts: tuple[Cutoff, ...]) -> str:
    """Return a page that plays the given cut-offs only."""
    audit = msgspec.structs.replace(it.audit, cutoffs=cuts)
    return _render(Lookup(audit, it.catalogue, it.words), full=False)


def _render(it: Lookup, *, full: bool) -> str:
    words, audit = it.words, it.audit
    first = audit.cutoffs[0] if audit.cutoffs else None
    name = audit.name or ", ".join(audit.subjects) or words.t("Your firm")
    style, script = asset("style.css"), asset("play.js")
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            it=it,
            audit=audit,
            words=words,
            t=words.t,
            n=words.n,
            say=sentences,
            witnesses=witnesses,
            gaps=gaps,
            observation=observation,
            day=words.day,
            bar=bar,
            full=full,
            name=name,
            title=words.t("Who holds the switch? {name}", name=name),
            colon=words.colon,
            style=Markup(style),
            script=Markup(script),
            style_hash=digest_of(style),
            script_hash=digest_of(script),
            wide=drawing(it, first, WIDE),
            narrow=drawing(it, first, NARROW),
            trusted=_trusted(audit, it),
            csv_link="data:text/csv;charset=utf-8," + quote("\ufeff" + as_csv(it)) if full else "",
            **_helpers(it),
        )
    )


def _helpers(it: Lookup) -> dict[str, Any]:
    """Small functions that the template calls; each closes over the audit."""
    return {
        "anchor": anchor,
        "host": host,
        "web": lambda url: url.lower().startswith(("https://", "http://")),
        "ordered": ordered,
        "tools": lambda state: it.words.listed(it.tools(state.function)),
        "effect": lambda state: sentences.effect(state, it),
        "hits": it.hits,
        "laws": it.laws,
        "answered": lambda question, value, countries: answered(question, value, countries, it),
        "figures": lambda value: figures(value, it.words),
        "operator": lambda candidate: _operator(candidate, it),
        "uses": lambda state: sorted({row.use for row in it.rows_of(state.function) if row.use}),
        "why": lambda hit: _why(hit, it),
        "precedents": lambda cut: _precedents(cut, it),
        "sources": lambda names: [witnesses.source(name, it) for name in names],
        "organisations": lambda names: [it.organisation(name) for name in names],
        "because": _because,
        "option": lambda candidate: _option(candidate, it),
        "fit": lambda value: _fit(value, it),
    }


def _fit(value: int, it: Lookup) -> str:
    t = it.words.t
    return (t("covers little"), t("covers part of it"), t("covers most of it"), t("covers it"))[min(max(value, 0), 3)]


def anchor(name: str) -> str:
    """Return an id that HTML and addresses take as it is."""
    return "".join(char if char.isalnum() else "-" for char in name)


def host(url: str) -> str:
    """Return the host of an address, or the whole text when it is none."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def _operator(candidate: Candidate, it: Lookup) -> str:
    """Return who would run an alternative: the firm itself when it is installed there."""
    if it.by_hand(candidate):
        return it.words.t("installed by yourselves, made by {name}", name=it.organisation(candidate.organisation))
    return it.organisation(candidate.organisation)


def _why(hit: Hit, it: Lookup) -> str:
    row = it.rows[hit.dependency]
    if hit.thread is Degree.OWNER and row.ultimate_owner:
        owner = it.organisation(row.ultimate_owner)
        return it.words.t("{tool}: its owner, {owner}, could be made to stop it.", tool=it.title(row), owner=owner)
    function = it.catalogue.functions.get(row.function)
    for edge in function.roles if function else ():
        if edge.role is row.role and edge.why:
            return f"{it.title(row)}{it.words.colon} {it.words.pick(edge.why)}"
    return it.title(row)


def _precedents(cut: Cutoff, it: Lookup) -> tuple[Precedent, ...]:
    entry = it.catalogue.scenarios.get(cut.scenario)
    return entry.precedents[:2] if entry else ()


def _because(exposed: Exposure) -> list[str]:
    groups = (exposed.decide, exposed.stop, exposed.read, exposed.leave)
    return list(dict.fromkeys(name for group in groups for name in group.because if name.startswith("f:")))


def _option(candidate: Candidate, it: Lookup) -> Alternative | None:
    """Return what the catalogue says of an alternative for this function, for another one when it says nothing here."""
    sets = sorted(it.catalogue.alternatives.values(), key=lambda entry: entry.function != candidate.function)
    return next((option for entry in sets for option in entry.alternatives if option.service == candidate.service), None)


def _trusted(audit: Audit, it: Lookup) -> str:
    """Return whom the user trusts: the largest union whose members are all trusted, and the countries beside it."""
    trusted = set(audit.trusted)
    for group in ("EEA", "EU"):
        members = it.catalogue.members(group) - {"EU", "EEA"}
        if members and members <= trusted:
            return it.words.listed([it.country(group), *(it.country(code) for code in sorted(trusted - members))])
    return it.countries(audit.trusted)


def digest_of(text: str) -> str:
    """Return what a Content-Security-Policy knows a script or style by (CSP level 3, hash source)."""
    return "sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode()


def asset(name: str) -> str:
    """Return a file that the pages carry in themselves."""
    return files("bascule.report").joinpath("templates", name).read_text("utf-8")


@cache
def environment() -> Environment:
    """Return what renders the pages: everything is escaped, a missing name is a fault."""
    return Environment(loader=PackageLoader("bascule.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
