"""What is being asked, in the words of somebody who does not know the letters of DNS."""

from collections.abc import Iterable

from bascule.report.words import Words

_FIRST = ("MX", "GET", "NS", "A", "AAAA", "TXT", "EHLO", "RDAP", "TENANT")
"""What matters most to a person comes first."""
_MOST = 8


def what_is_asked(question: str, words: Words) -> str:
    """Return in a few words what a question (`MX exemple.fr`, `GET https://…`) wants to know."""
    t = words.t
    kind, _, name = question.partition(" ")
    if "._domainkey." in name:
        return t("who signs the mail")
    match kind:
        case "MX":
            return t("who receives the mail")
        case "TXT" if name.startswith("_"):
            return t("rules about mail ({name})", name=name)
        case "TXT":
            return t("who may send mail ({name})", name=name)
        case "NS" | "SOA":
            return t("who keeps the name")
        case "CAA" | "TLS":
            return t("who certifies the site")
        case "SRV":
            return t("where programs connect")
        case "GET":
            return t("the home page ({name})", name=name)
        case "EHLO":
            return t("the mail server {name}", name=name)
        case "RDAP":
            return t("who registered the name")
        case "TENANT":
            return t("whether the domain has an account")
        case _:
            return t("where {name} stands", name=name)


def unseen(questions: Iterable[str], subjects: Iterable[str], words: Words) -> str:
    """Return a sentence that names what could not be seen: the weightiest by name, names below a domain only by their number."""
    t, domains = words.t, tuple(subjects)
    own = {f"{prefix}{domain}" for domain in domains for prefix in ("", "www.")}
    below = {
        question.partition(" ")[2] for question in questions if _is_place(question) and question.partition(" ")[2] not in own and _under(question, domains)
    }
    named = sorted((question for question in questions if question.partition(" ")[2] not in below or not _is_place(question)), key=_weight)
    what = list(dict.fromkeys(what_is_asked(question, words) for question in named))
    rest = what[_MOST:]
    told = what[:_MOST] + ([words.n("{count} name below the domain", "{count} names below the domain", len(below))] if below else [])
    told += [words.n("{count} more", "{count} more", len(rest))] if rest else []
    return t("Could not be seen: {what}.", what=words.listed(told)) if told else ""


def _is_place(question: str) -> bool:
    kind, _, name = question.partition(" ")
    return kind in ("A", "AAAA", "CNAME") and "._domainkey." not in name


def _under(question: str, domains: tuple[str, ...]) -> bool:
    return question.endswith(tuple(f".{domain}" for domain in domains)) if domains else False


def _weight(question: str) -> tuple[int, str]:
    kind, _, name = question.partition(" ")
    signs = "._domainkey." in name
    return (_FIRST.index(kind) if kind in _FIRST and not name.startswith("_") and not signs else len(_FIRST), question)
