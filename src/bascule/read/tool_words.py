"""The words of a list of tools, French and English: what its columns are called, what is no tool."""

import re
import unicodedata
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache


class Column(StrEnum):
    """What a column of a list of tools holds."""

    TOOL = "tool"
    VENDOR = "vendor"
    FUNCTION = "function"
    MONTHLY = "monthly"
    YEARLY = "yearly"
    SEATS = "seats"
    REMARK = "remark"


_HEADINGS: dict[Column, str] = {
    Column.TOOL: """outil, outils, outil courant, outil actuel, outil utilise, outil numerique, outils utilises, nom de l outil, nom du logiciel,
        nom, logiciel, logiciels, logiciel utilise, application, applications, appli, applis, service, services, solution, solutions,
        solution actuelle, solution utilisee, produit, produits, programme, plateforme, systeme, tool, tools, current tool, tool name, name,
        software, app, apps, program, product, platform, system, alternative, alternatives, alternative plus souveraine,
        alternative souveraine, remplacement, remplacant, replacement, sovereign alternative""",
    Column.VENDOR: "fournisseur, fournisseurs, editeur, prestataire, societe, vendor, supplier, provider, publisher, company",
    Column.FUNCTION: """fonction, fonctions, usage, usages, utilisation, besoin, besoins, categorie, type, type d outil, domaine, metier, role,
        a quoi ca sert, function, functions, use, used for, use case, purpose, category, need""",
    Column.MONTHLY: """cout, couts, cout mensuel, cout par mois, prix, prix mensuel, tarif, tarif mensuel, montant, montant mensuel, budget, mensuel,
        abonnement, abonnement mensuel, mois, eur mois, cost, costs, monthly cost, cost per month, price, monthly price, price per month, monthly,
        month, eur month, fee, subscription""",
    Column.YEARLY: """cout annuel, cout par an, prix annuel, tarif annuel, montant annuel, abonnement annuel, budget annuel, annuel, eur an, an,
        yearly cost, annual cost, cost per year, yearly price, annual price, price per year, yearly, annual, year, eur year""",
    Column.SEATS: """utilisateurs, utilisateur, nombre d utilisateurs, nb utilisateurs, nb d utilisateurs, nombre utilisateurs, licences, licence,
        nombre de licences, nb licences, postes, nombre de postes, nb postes, nb de postes, comptes, nombre de comptes, sieges, personnes, effectif,
        users, user, number of users, user count, seats, number of seats, licenses, license, accounts, people""",
    Column.REMARK: "remarque, remarques, commentaire, commentaires, note, notes, observation, observations, remark, remarks, comment, comments",
}
_COLUMNS = {word: column for column, words in _HEADINGS.items() for word in re.split(r",\s+", words)}
_PRICE = re.compile(r"\b(cout|couts|prix|tarif|montant|budget|abonnement|cost|costs|price|fee|subscription|eur|euro|euros|ht|ttc)\b")
_MONTH = re.compile(r"\b(mois|mensuel|mensuelle|month|monthly|mens)\b")
_YEAR = re.compile(r"\b(an|ans|annuel|annuelle|annee|year|yearly|annual)\b")
_NOTHING = frozenset(("", "-", "--", "?", "na", "n a", "nc", "n c", "neant", "aucun", "aucune", "rien", "none", "nothing", "inconnu", "unknown"))
_FUNCTIONS = frozenset(
    re.split(
        r",\s+",
        """messagerie, mail, mails, email, e mail, courriel, agenda, calendrier, calendar, site, site web, site internet, website, cms, hebergement, hosting,
        serveur, server, cloud, stockage, storage, fichiers, files, drive, partage de fichiers, bureautique, office, office suite, traitement de texte, tableur,
        visio, visioconference, reunions, video, video meeting, meetings, chat, tchat, chat d entreprise, team chat, messagerie instantanee, messagerie interne,
        ia, ai, intelligence artificielle, moteur de recherche, recherche, search, crm, compta, comptabilite, accounting, facturation, invoicing, devis, paie,
        payroll, rh, paiement, payment, encaissement, caisse, sauvegarde, backup, newsletter, emailing, statistiques, analytics, signature,
        signature electronique, e signature, projets, gestion de projet, project, telephonie, telephone,
        internet, antivirus, securite, mots de passe, passwords,
        nom de domaine, domaine, domain, dns, boutique, boutique en ligne, shop, graphisme, design, reseaux sociaux, social media, support, intranet,
        systeme d exploitation, os, operating system, developpement, code""",
    )
)


def words(text: str) -> str:
    """Return a text in lower-case ASCII words: no accents, no punctuation, no parentheses with what they hold."""
    text = re.sub(r"\([^()]*\)", " ", text.replace("€", " eur ").replace("’", "'").replace("œ", "oe"))
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode("ascii")
    return " ".join(re.findall(r"[a-z0-9]+", plain))


@lru_cache(maxsize=4096)
def column(heading: str, tolerant: bool = True) -> Column | None:
    """Return what a heading announces, typing errors beyond the first letter allowed for if `tolerant`; None when it is not one that we know."""
    plain = words(heading[:200])
    if not plain or len(plain) > 60:
        return None
    if plain in _COLUMNS:
        return _COLUMNS[plain]
    if _PRICE.search(plain):
        return Column.YEARLY if _YEAR.search(plain) and not _MONTH.search(plain) else Column.MONTHLY
    alike = [word for word in _COLUMNS if word[0] == plain[0]] if tolerant and len(plain) >= 4 else []
    near = get_close_matches(plain, alike, n=1, cutoff=0.84)
    return _COLUMNS[near[0]] if near else None


def is_function(text: str) -> bool:
    """Say whether a text before a colon is what a tool is for (`Mail: …`) rather than its name (`Slate: mail`)."""
    return words(text) in _FUNCTIONS


def is_nothing(text: str) -> bool:
    """Say whether a cell says that there is nothing to say."""
    plain = words(text)
    return plain in _NOTHING and (bool(plain) or not any(map(str.isalpha, text)))
