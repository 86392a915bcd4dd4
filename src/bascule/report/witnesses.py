"""What several sources tell together: who names a tool, for how many, where they disagree, what may be spent for nothing; a question, never a verdict."""

from decimal import Decimal

from bascule.model import NOBODY, SELF, Contradiction, Dependency, Reason, Saving, Side, Waste, Witness
from bascule.report.lookup import Lookup

_CENT = Decimal("0.01")


def saving(item: Saving, it: Lookup) -> str:
    """Return what may be spent for nothing, as a question to look into."""
    t, amount = it.words.t, it.words.euros(item.cost_eur_month)
    rows = [it.rows[name] for name in item.dependencies]
    names = it.words.listed([_tool(row, it) for row in rows])
    match item.reason:
        case Reason.TWICE:
            return t("{names}: two bills of {amount} a month look alike. It is probably paid twice; is it?", names=names, amount=amount)
        case Reason.NO_USERS:
            return t(
                "{names}: paid {amount} a month, but your list of applications counts no user. It is probably unused. Who needs it?", names=names, amount=amount
            )
        case Reason.NO_SIGN_IN:
            return t(
                "{names}: paid {amount} a month, but your list of applications shows no recent sign-in. It is probably unused. Who needs it?",
                names=names,
                amount=amount,
            )
        case Reason.SEATS:
            return t(
                "{names}: {seats} seats, but {users} users in your list of applications. About {amount} a month is probably spent on empty seats.",
                names=names,
                seats=rows[0].seats,
                users=rows[0].users,
                amount=amount,
            )
    if item.kind is Waste.DOUBLED:
        return t(
            "Several subscriptions for the same thing ({function}): {names}. Keeping one of them would save at least {amount} a month.",
            function=it.function(item.function),
            names=names,
            amount=amount,
        )
    if item.function == "email":
        return t("{names}: paid {amount} a month, but the mail of your domains goes elsewhere. Is it still of use?", names=names, amount=amount)
    return t(
        "{names}: paid {amount} a month, but your domains show another provider ({function}). Is it still of use?",
        names=names,
        amount=amount,
        function=it.function(item.function),
    )


def seats(row: Dependency, it: Lookup) -> str:
    """Return what is known of seats and users, with what one seat costs; nothing where nothing is known."""
    t, told = it.words.t, []
    if row.seats:
        told.append(it.words.n("{count} seat", "{count} seats", row.seats))
        if row.cost_eur_month:
            told.append(t("{amount} a month for each", amount=it.words.euros((row.cost_eur_month / row.seats).quantize(_CENT))))
    if row.users is not None:
        told.append(it.words.n("{count} user", "{count} users", row.users))
    return ", ".join(told)


def contradiction(item: Contradiction, it: Lookup) -> str:
    """Return who names whom for one function, without a verdict: "Your list says A; the domain shows B."."""
    told = it.words.semicolon.join(_side(side, it) for side in item.sides)
    return f"{told[:1].upper()}{told[1:]}."


def _side(side: Side, it: Lookup) -> str:
    t = it.words.t
    rows = [it.rows[name] for name in side.dependencies]
    names = it.words.listed(list(dict.fromkeys(_tool(row, it) for row in rows)))
    if side.organisation == NOBODY:
        domains = sorted({row.subject for row in rows})
        return it.words.n("{domains} names no mail server", "{domains} name no mail server", len(domains), domains=it.words.listed(domains))
    match side.sources:
        case (Witness.LIST,):
            return t("your list says {names}", names=names)
        case (Witness.ACCOUNTS,):
            return t("your accounts pay {names}", names=names)
        case (Witness.DOMAIN,):
            return it.words.n("the domain shows {names}", "the domains show {names}", len({row.subject for row in rows}), names=names)
        case _:
            return t("{sources} name {names}", sources=it.words.listed([source(one, it) for one in side.sources]), names=names)


def _tool(row: Dependency, it: Lookup) -> str:
    """Return how a tool is called in a sentence, a probable one as such; a machine of the firm's own is no name."""
    if row.organisation == SELF and row.service is None:
        return it.words.t("your own machine")
    return it.words.t("probably {tool}", tool=it.short(row)) if it.probable(row) else it.short(row)


def source(witness: Witness, it: Lookup) -> str:
    """Return who speaks, within a sentence."""
    t = it.words.t
    names = {
        Witness.LIST: t("your list"),
        Witness.ACCOUNTS: t("your accounts"),
        Witness.PROGRAMS: t("your programs"),
        Witness.DOMAIN: t("the records of your domain"),
    }
    return names[witness]


def settling(item: Contradiction, it: Lookup) -> str:
    """Return the question that would settle a contradiction."""
    t, name = it.words.t, it.short(it.rows[item.ask.args["dependency"]])
    match item.ask.question:
        case "which-addresses":
            return t("Which addresses do you still read at {name}?", name=name)
        case "what-for":
            return t("What do you pay {name} for?", name=name)
        case _:
            return t("Do you still use {name}, and for what?", name=name)
