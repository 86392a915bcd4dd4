"""The sentences: short, the consequence first, each about the firm's own dependency, never a verdict on a vendor."""

import re

from bascule.model import NOBODY, SELF, Cited, Cutoff, Dependency, FunctionState, IfCut
from bascule.report.lookup import DAY, MONTH, Lookup, degraded, stopped
from bascule.report.witnesses import saving


def scenario(cut: Cutoff, it: Lookup) -> str:
    """Return the name of what is simulated, with the power or organisation that was chosen."""
    t = it.words.t
    if cut.organisation is not None:
        who = it.organisation(cut.organisation)
        if cut.scenario == "failure":
            return t("{who} fails", who=who)
        if cut.scenario == "terms-change":
            return t("{who} changes its terms", who=who)
        if cut.service is not None:
            return t("{service} closes", service=it.service(cut.service))
        return t("{who} closes your accounts", who=who)
    entry = it.catalogue.scenarios.get(cut.scenario)
    if entry and entry.name:
        return it.words.pick(entry.name)
    return t("An order from {power}", power=it.country(cut.power or ""))


def question(cut: Cutoff, it: Lookup) -> str:
    """Return the "what if" as a question."""
    entry = it.catalogue.scenarios.get(cut.scenario)
    if cut.organisation is not None:
        who = it.organisation(cut.organisation)
        if cut.scenario == "failure":
            return it.words.t("What if {who} broke down?", who=who)
        if cut.scenario == "terms-change":
            return it.words.t("What if {who} changed its prices or terms, and you had to leave?", who=who)
        if cut.service is not None:
            return it.words.t("What if {service} closed its doors to you?", service=it.service(cut.service))
        return it.words.t("What if {who} decided to close your accounts?", who=who)
    if entry and entry.question:
        return it.words.pick(entry.question)
    return it.words.t("What if {power} ordered its companies to stop serving you?", power=it.country(cut.power or ""))


def effect(state: FunctionState, it: Lookup) -> str:
    """Return what becomes of a function, and when."""
    when = it.words.after(state.after_hours or 0)
    if state.weaker_after_hours is not None:
        return it.words.t("works less well {first}, stops {when}", first=it.words.after(state.weaker_after_hours), when=when)
    match state.effect:
        case IfCut.STOPS:
            return it.words.t("stops {when}", when=when)
        case IfCut.DEGRADES:
            return it.words.t("works less well {when}", when=when)
        case _:
            return it.words.t("no more updates {when}", when=when)


def headline(cut: Cutoff, it: Lookup) -> str:
    """Return how many functions stop within a day and thirty days."""
    day, month = stopped(cut, DAY), stopped(cut, MONTH)
    total = len(cut.functions)
    if not total:
        return it.words.t("We know too little to say.")
    if not month:
        weak = len(degraded(cut, MONTH))
        if not weak:
            return it.words.t("Nothing that we know of stops.")
        return it.words.n("Nothing stops; {count} function works less well.", "Nothing stops; {count} functions work less well.", weak)
    first = it.words.n(
        "{count} of your {total} functions stops within 24 hours", "{count} of your {total} functions stop within 24 hours", len(day), total=total
    )
    if len(month) > len(day):
        first = it.words.t("{first}, {count} within 30 days", first=first, count=len(month))
    vital = sum(state.critical for state in month)
    return it.words.n("{first}, {count} of them vital.", "{first}, {count} of them vital.", vital, first=first) if vital else f"{first}."


def which(cut: Cutoff, it: Lookup, hours: int = MONTH) -> str:
    """Return the names of the functions that stop."""
    return it.words.listed([it.function(state.function) for state in stopped(cut, hours)])


def cost(it: Lookup) -> str:
    """Return what is paid, where files tell."""
    total = it.cost()
    if total is None:
        return it.words.t("Your files do not tell. Give bank statements, invoices, an accounting export (FEC), or prices in the list.")
    return it.words.t("{total} a month, as far as your files tell.", total=it.words.euros(total))


def cost_more(it: Lookup) -> list[str]:
    """Return what to know about the amount: how much goes where another country can command, and what is not counted."""
    outside, missing, found = it.cost_outside(), it.cost_unknown(), []
    if outside:
        names = [f"{it.organisation(name)} {it.words.euros(amount)}" for name, amount in it.dearest_outside()[:4]]
        part = it.words.t("{part} of it goes to organisations that depend on a country outside those that you trust:", part=it.words.euros(outside))
        found.append(f"{part} {', '.join(names)}.")
    if missing:
        found.append(it.words.t("Not counted: {amount} a month for what we do not recognise.", amount=it.words.euros(missing)))
    return [*found, *(saving(item, it) for item in it.audit.savings)]


def first_step(row: Dependency, it: Lookup) -> str:
    """Return one thing to do."""
    return it.words.t("{function}: prepare a replacement for {tool}.", function=it.function(row.function), tool=it.short(row))


def candidates(row: Dependency, it: Lookup) -> str:
    """Return up to three services that could take over and are harder to stop; nothing when none is known."""
    now = it.exposure[row.id].stop.low
    better = [candidate for candidate in it.candidates.get(row.id, ()) if candidate.exposure.stop.low > now]
    names = list(dict.fromkeys(re.split(r" \(| / ", it.service(candidate.service))[0] for candidate in better))[:3]
    return it.words.t("To look at: {names}.", names=it.words.listed(names)) if names else ""


def who_decides(row: Dependency, it: Lookup) -> str:
    """Return who stands behind a tool, up to the ultimate owner, with countries."""
    if row.organisation == NOBODY:
        return it.words.t("Its records name no server that takes mail.")
    if row.organisation == SELF:
        return it.words.t("yourselves")
    owner = row.ultimate_owner
    countries = it.countries(row.jurisdictions)
    name = it.organisation(row.organisation)
    if owner and owner != row.organisation:
        return it.words.t("{name}, controlled by {owner} ({countries})", name=name, owner=it.organisation(owner), countries=countries)
    if owner is None and row.organisation in it.catalogue.organisations:
        return it.words.t("{name} ({countries}; ultimate owner unknown)", name=name, countries=countries)
    return it.words.t("{name} ({countries})", name=name, countries=countries)


def fact(cited: Cited, it: Lookup) -> str:
    """Return a fact of the catalogue in words; what its page supports in part only is said to be so."""
    text = _fact(cited, it)
    return it.words.t("{text} (in part, by its source)", text=text) if cited.partial else text


def _fact(cited: Cited, it: Lookup) -> str:
    t, value = it.words.t, str(cited.value)
    about = _about(cited, it)
    kind = cited.claim.split(" ")[0]
    if kind in ("country", "presence"):
        text = t("{about} is registered in: {value}") if kind == "country" else t("{about} has an establishment in: {value}")
        return text.format(about=about, value=it.country(value))
    if kind == "owner":
        name, _, share = value.partition(" ")
        owner = f"{it.organisation(name)} {share}".strip()
        return (
            t("{about} is controlled by {owner}", about=about, owner=owner)
            if "(control)" in cited.claim
            else t("{about} belongs to {owner}", about=about, owner=owner)
        )
    if kind == "hosting":
        name, _, country = value.partition(" (")
        return t("{about} runs on machines of {host}", about=about, host=it.organisation(name) + (f" ({it.country(country[:-1])})" if country else ""))
    if kind == "needs":
        return t("{about} needs {service}", about=about, service=it.service(value))
    if kind == "operator":
        return t("{about} is operated by {name}", about=about, name=it.organisation(value))
    if kind == "trace":
        return t("This record gives away {about}: {value}", about=about, value=value)
    if kind == "law":
        law = it.catalogue.laws.get(cited.id.removeprefix("f:l/"))
        return t("Law ({country}): {value}", country=it.country(cited.about), value=it.words.pick(law.name) if law else value)
    if kind == "takes-over":
        return t("{about} can take over: {function}", about=about, function=it.function(value))
    if kind in ("caution", "interest"):
        return t("To know about {about}: {value}", about=about, value=remark(cited, it))
    if kind == "data_place":
        return t("{about} keeps its data in: {value}", about=about, value=it.country(value))
    if kind == "ultimate":
        return t("{about}: {value}", about=about, value=_value(value, it))
    return t("{about}, {claim}: {value}", about=about, claim=_claim(cited.claim, it), value=_value(value, it))


def remark(cited: Cited, it: Lookup) -> str:
    """Return a sentence of the catalogue in the user's language."""
    return it.words.pick({"fr": str(cited.value), **({"en": cited.en} if cited.en else {})})


def _about(cited: Cited, it: Lookup) -> str:
    """Return what a fact is about; an organisation and a service may bear one id, the fact's own id tells them apart."""
    if cited.id.startswith("f:o/"):
        return it.organisation(cited.about)
    return it.service(cited.about.rsplit("/", 1)[0] if cited.id.startswith("f:d/") else cited.about)


def _claim(claim: str, it: Lookup) -> str:
    t = it.words.t
    names = {
        "licence": t("licence"),
        "holders": t("holders of the rights"),
        "keys": t("keys held by"),
        "export": t("way out"),
        "status": t("state"),
    }
    data = {
        "(mail)": t("(mail)"),
        "(documents)": t("(documents)"),
        "(files)": t("(files)"),
        "(messages)": t("(messages)"),
        "(contacts)": t("(contacts)"),
        "(calendars)": t("(calendars)"),
        "(customers)": t("(customers)"),
        "(site)": t("(site)"),
        "(conversations)": t("(conversations)"),
        "(accounting)": t("(accounting)"),
        "(recordings)": t("(recordings)"),
        "(everything)": t("(everything)"),
    }
    head, _, rest = claim.partition(" ")
    return f"{names.get(head, head)} {data.get(rest, rest)}".strip()


def _value(value: str, it: Lookup) -> str:
    t = it.words.t
    names = {
        "listed": t("listed on a stock exchange, no controlling owner known"),
        "founders": t("held by its founders"),
        "private": t("in private hands"),
        "state": t("held by a State"),
        "foundation": t("a foundation"),
        "community": t("a community"),
        "cooperative": t("a cooperative"),
        "proprietary": t("proprietary"),
        "vendor": t("the vendor"),
        "customer": t("the customer"),
    }
    return names.get(value, value)
