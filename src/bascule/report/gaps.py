"""What is open, and what a reader must know about the data: unknowns with their question, notes, the age of the table of networks."""

from bascule.model import Note, Unknown
from bascule.report.asked import unseen
from bascule.report.lookup import Lookup

_OLD = 120
"""Days after which a table of networks is told to be old."""


def unknown(item: Unknown, it: Lookup) -> str:
    """Return the question that would settle an unknown."""
    t, args = it.words.t, item.ask.args
    match item.ask.question:
        case "which-mailbox" if "gateway" in args:
            return t("Behind the filter {gateway}, who keeps the mailboxes of {domain}?", gateway=it.organisation(args["gateway"]), domain=args["domain"])
        case "which-mailbox":
            return t("{domain} names no mail server. Where do you read its mail?", domain=args["domain"])
        case "which-host":
            return t("{domain} stands behind a relay. Who hosts the site?", domain=args["domain"])
        case "loaded-later":
            service = it.service(args["service"])
            return t("{service} loads more services on {domain}: the page does not say which. Who looks after it?", service=service, domain=args["domain"])
        case "not-answered":
            place = f"{it.function(item.function)}, {it.words_of_roles.get(item.role, item.role)}"
            return t("{place}: no answer came ({question}). Ask again later.", place=place, question=args["record"])
        case "which-service":
            choices = it.words.listed([it.service(name) for name in args["choices"].split(", ")[:6]])
            return t("“{name}”: which one do you use? ({choices})", name=args["name"], choices=choices)
        case "paid-through":
            return t(
                "“{name}”: paid through {organisation}; what for is unknown. Which tool is it?",
                name=args["name"],
                organisation=it.organisation(args["organisation"]),
            )
        case "which-tool":
            return t("“{name}”: we do not know this tool. Who sells it, and for what do you use it?", name=args["name"])
        case _:
            return t("“{name}”: we do not know this name yet. Who is it?", name=args.get("name", item.seen))


def networks(it: Lookup) -> str | None:
    """Return whose table told the networks of addresses, and how old it is; None when none was asked."""
    stamp = it.audit.networks
    if stamp is None:
        return None
    age, day = (it.audit.as_of - stamp.date).days, it.words.day(stamp.date)
    names = it.words.listed([f"{source.publisher} ({source.licence})" for source in stamp.sources])
    told = it.words.n(
        "Networks of addresses: {names}, data of {day}, {count} day old.",
        "Networks of addresses: {names}, data of {day}, {count} days old.",
        age,
        names=names,
        day=day,
    )
    return told + (" " + it.words.t("A fresh table: bascule data update") if age > _OLD else "")


def note(item: Note, it: Lookup) -> str:
    """Return a note on the inputs."""
    t, args = it.words.t, item.args
    file = args.get("file", "")
    match item.code:
        case "labels-unmatched":
            return it.words.n(
                "{count} supplier of your accounts matches no known digital service; its name stays on your computer.",
                "{count} suppliers of your accounts match no known digital service; their names stay on your computer.",
                int(args["count"]),
            )
        case "unanswered":
            told = it.words.n(
                "{count} question got no answer; we do not take it for a no.",
                "{count} questions got no answer; we do not take them for a no.",
                int(args["count"]),
            )
            what = unseen([question for question in args.get("questions", "").split("\n") if question], it.audit.subjects, it.words)
            return f"{told} {what}" if what else told
        case "left-out-later":
            return it.words.n("{count} observation is dated later and left out.", "{count} observations are dated later and left out.", int(args["count"]))
        case "skipped":
            return t("{file}: not recognised, left aside.", file=file)
        case "empty":
            return t("{file}: empty, left aside.", file=file)
        case "repeated":
            return t("{file}: given twice, read once.", file=file)
        case "skipped-types":
            return t("{file}: records of other types are left aside ({types}).", file=file, types=args.get("types", ""))
        case "shared-cost":
            return t(
                "{file}, {place}: one price for several tools ({cost} €) is given to none of them.",
                file=file,
                place=args.get("place", ""),
                cost=args.get("cost", ""),
            )
        case "left-alone":
            return t("{file}: tells what people did, left alone. To read it, name it and add --read {kind}.", file=file, kind=args.get("kind", ""))
        case "reduced":
            return t(
                "{file}: known services kept: {kept}; too rare to keep: {rare}; lines about anything else, forgotten: {others}.",
                file=file,
                kept=args.get("kept", "0"),
                rare=args.get("rare", "0"),
                others=args.get("others", "0"),
            )
        case "no-supplier":
            return t("{file}: no purchase on a supplier account in this ledger.", file=file)
        case "no-payment":
            return t("{file}: no payment to a supplier was found.", file=file)
        case _:
            return " ".join([item.code, *args.values()])
