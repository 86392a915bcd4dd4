"""What is being asked, in the words of somebody who does not know the letters of DNS."""

from bascule.report.words import Words


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
