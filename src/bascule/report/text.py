"""The audit on a terminal: the three answers first, then the tools, then what is not known."""

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bascule.model import Dependency
from bascule.report import gaps, sentences, witnesses
from bascule.report.bars import said
from bascule.report.lookup import Lookup

_ROLES_SHOWN = ("mailbox", "gateway", "operator", "software", "host", "cdn", "registrar", "dns", "certificate", "tenant")


def show(it: Lookup, console: Console) -> None:
    """Print the audit on a console; colour and width are the console's."""
    console.print(_title(it))
    console.print(_three(it))
    if it.audit.dependencies:
        console.print(_tools(it))
    if it.audit.contradictions:
        console.print(_contrary(it))
    if it.audit.unknowns:
        console.print(_asks(it))
    for item in it.audit.notes:
        console.print(Text(gaps.note(item, it), style="dim"))
    if told := gaps.networks(it):
        console.print(Text(told, style="dim"))
    console.print(_foot(it))


def _title(it: Lookup) -> RenderableType:
    name = it.audit.name or ", ".join(it.audit.subjects) or it.words.t("Your firm")
    day = it.words.t("As of {day}", day=it.words.day(it.audit.as_of))
    return Text.assemble((it.words.t("Who holds the switch? {name}", name=name), "bold"), f"\n{day}\n")


def _three(it: Lookup) -> RenderableType:
    t = it.words.t
    stops: list[RenderableType] = []
    for cut in it.audit.cutoffs:
        names = sentences.which(cut, it)
        stops.append(Text.assemble((sentences.question(cut, it), "italic"), "\n  ", (sentences.headline(cut, it), "bold"), f" {names}." if names else ""))
    todo = [Text.assemble(f"{number}. {sentences.first_step(row, it)} ", (sentences.candidates(row, it), "dim")) for number, row in _firsts(it)]
    nothing = [Text(t("Nothing urgent was found.") if it.audit.dependencies else t("We know too little to say."))]
    return Group(
        Panel(Group(*stops or nothing), title=t("What stops"), title_align="left", border_style="red"),
        Panel(Text("\n".join([sentences.cost(it), *sentences.cost_more(it)])), title=t("What it costs today"), title_align="left", border_style="yellow"),
        Panel(Group(*todo or nothing), title=t("What to do first"), title_align="left", border_style="green"),
    )


def _firsts(it: Lookup) -> list[tuple[int, Dependency]]:
    return [(number, it.rows[name]) for number, name in enumerate(it.audit.first, 1)]


def _tools(it: Lookup) -> RenderableType:
    t = it.words.t
    table = Table(title=t("Your tools, one by one"), title_justify="left", title_style="bold", expand=True, show_lines=False)
    for heading in (t("Function"), t("Tool"), t("Who decides"), t("Who can stop it"), t("Can we leave")):
        table.add_column(heading, overflow="fold", min_width=10)
    for function in it.functions:
        for index, row in enumerate(row for row in it.rows_of(function) if _is_shown(row, it)):
            table.add_row(*_row(it, row, it.function(function) if index == 0 else ""))
    return table


def _is_shown(row: Dependency, it: Lookup) -> bool:
    """The page lists everything; here what merely calls in is left to it, unless a vital function rests on it."""
    return row.role in _ROLES_SHOWN or (row.role == "third-party" and row.function in it.audit.critical)


def _row(it: Lookup, row: Dependency, function: str) -> list[Text]:
    exposed = it.exposure[row.id]
    where = f", {row.subject}" if row.subject in it.audit.subjects and len(it.audit.subjects) > 1 else ""
    seats = f", {told}" if (told := witnesses.seats(row, it)) else ""
    tool = Text.assemble(it.heading(row), (f"\n{it.words_of_roles[row.role]}, {it.words_of_status[row.status]}{where}{seats}", "dim"))
    marks = [said(key, value, it.words) if it.named(row) else "" for key, value in (("stop", exposed.stop), ("leave", exposed.leave))]
    return [Text(function, style="bold"), tool, Text(sentences.who_decides(row, it)), *(Text(mark) for mark in marks)]


def _asks(it: Lookup) -> RenderableType:
    lines = [Text(f"• {gaps.unknown(item, it)}") for item in it.audit.unknowns]
    return Panel(Group(*lines), title=it.words.t("What we do not know yet"), title_align="left", border_style="blue")


def _contrary(it: Lookup) -> RenderableType:
    lines = []
    for item in it.audit.contradictions:
        told, asked = witnesses.contradiction(item, it), witnesses.settling(item, it)
        lines.append(Text.assemble((f"{it.function(item.function)}{it.words.colon} ", "bold"), told, (f" {asked}", "italic")))
    return Panel(Group(*lines), title=it.words.t("Where your sources disagree"), title_align="left", border_style="magenta")


def _foot(it: Lookup) -> RenderableType:
    t = it.words.t
    callers = sum(row.role == "third-party" for row in it.audit.dependencies)
    senders = sum(row.role == "sender" for row in it.audit.dependencies)
    lines = []
    if callers:
        lines.append(
            it.words.n(
                "{count} service is called by your pages; the page of the report lists it.",
                "{count} services are called by your pages; the page of the report lists them.",
                callers,
            )
        )
    if senders:
        lines.append(it.words.n("{count} service may send mail in your name.", "{count} services may send mail in your name.", senders))
    lines.append(t("Each claim opens to its record and source in the page: add -o report.html."))
    return Text("\n".join(lines), style="dim")
