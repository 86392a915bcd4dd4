"""What a line of a bank statement pays for: the supplier's name, or nothing when it may name a person.

A statement holds the names of employees, clients and landlords. The rule, by the way in which was paid:

- card and direct debit: kept. A card pays a trader; a direct debit needs a creditor identifier, which only businesses hold;
- transfer, and where no way is told: kept only when the payee bears a sign of a business: a legal form, a web address, a valid
  creditor identifier; without a way also a single word;
- cash, cheques, wages, taxes and social charges, loans, the firm's own accounts: never kept;
- whoever is named with M., Mme, Mlle, Mr: never kept.
"""

import re
from enum import Enum

from bascule.read.fec_label import clean
from bascule.read.places import places


class Way(Enum):
    """How a line was paid."""

    CARD = 1
    DEBIT = 2
    TRANSFER = 3
    NOISE = 4
    UNTOLD = 5


_NOISE = re.compile(
    r"\b(?:ch[eè]que?s?|chq|check|retrait|dab|gab|distributeur|atm|cash|esp[eè]ces|salaires?|paie|paye|salary|payroll|"
    r"urssaf|dgfip|dgi|imp[oô]ts?|tr[ée]sor public|"
    r"finances publiques|tva|cfe|cvae|taxes?|cotisations?|retraite|agirc|arrco|msa|pr[eê]t|[eé]ch[ée]ance|emprunt|loan|int[ée]r[eê]ts|agios|virement interne|"
    r"vir(?:ement)? (?:de )?compte|compte [aà] compte|internal|pocket|vault|[ée]pargne|livret|"
    r"loyers?|rent|frais bancaires|commissions?|topup|top-up|exchange|sala)\b",
    re.IGNORECASE,
)
_TRANSFER = re.compile(r"\b(?:vir|virt|virement|virements|transfer|income|xfer|sct|icdt|rcdt|instantan[ée]|vrt)\b|_transfer\b", re.IGNORECASE)
_DEBIT = re.compile(
    r"\b(?:prlv|prelvt?|prelevement|pr[ée]l[èe]vements?|pr[ée]l[èe]v|direct ?debits?|directdebit|lastschrift|sdd|rddt|avis de pr[ée]l)\b", re.IGNORECASE
)
_CARD = re.compile(
    r"\b(?:carte?s?|cb|card|presentment|pos|ccrd|visa|mastercard|maestro|paiement par carte|kartenzahlung)\b|\bcb\*|card_|\bcarte_", re.IGNORECASE
)
_PERSON = re.compile(r"(?:^|\s)(?:m|mr|mme|mlle|mrs|ms|monsieur|madame|mademoiselle|m\.? ou mme)\.?\s+(?=[^\W\d_]{2})", re.IGNORECASE)
_BUSINESS = re.compile(
    r"\b(?:sarl|sasu?|eurl|sa|scop|sci|snc|selarl|sca|gie|gmbh|ag|ltd|limited|inc|incorporated|llc|llp|plc|corp|corporation|b\.?v|n\.?v|srl|s\.?p\.?a|"
    r"s\.?[aà]\.?r\.?l|s\.?l\.?u?|lda|oy|oyj|ab|aps|a/s|se|ou|uab|sp z o ?o|company|soci[ée]t[ée]|association)\b\.?|"
    r"\b[\w-]{2,}\.(?:com|fr|net|org|io|eu|us|ai|app|co|dev|de|ch|be|"
    r"cloud|info|tv|me)\b|\*",
    re.IGNORECASE,
)
_BANK_WORDS = re.compile(
    r"""
      \b(?:carte|cb|card)[\s*]*[x*]*\d[\dx*]{3,}\b | \bcb\*\d+ | \bx\d{4}\b          # card masks
    | \b(?:facture|paiement|achat|retrait|avoir|remb(?:oursement)?|op[ée]ration|transaction)\s+(?:par\s+)?(?:carte|cb)\b
    | \b(?:carte|cb)\b(?=\s) | \b(?:facture|fact)\b(?=\s+(?:carte|cb|du)) | \bdu\s+\d{4,8}\b | \bpaiement\s+(?:psc|par\s+carte)\b
    | \b(?:ics|rum|mdt|mandat|ref|r[ée]f[ée]rence|motif|lib|libelle|id|eref|end.to.end)\b\s*[:.]?.*$
    | \b(?:vir|virement|prlv|pr[ée]l[èe]vement|prelevement)\b
      (?:\s+(?:sepa|europ[ée]en|europe|inst(?:antan[ée])?|permanent|emis|[ée]mis|faveur|recurrent|unique))*
    | \b(?:pour|en\s+faveur\s+de|emetteur|pour\s+cpte\s+de|de|vers)\s*: | \bau\s+nom\s+de\b | \bsdd\b
    | \b(?:eur|usd|gbp|chf)\s*[\d.,]+ | [\d.,]+\s*(?:eur|usd|gbp|chf)\b | \bcommission\b.*$ | \btaux\s+de\s+change\b.*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PLACE = places()
_BEFORE = re.compile(r"^(?:(?:de|pour|a|du|vers)\s+)+", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_REMEMBERED = 50_000
_LONG = 300

Named = tuple[str, str]


class Labels:
    """Reads labels, remembering each by its shape: the same bill differs from month to month in its digits only."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[Way, Named | None]] = {}

    def read(self, text: str, way: str, sure: bool = False) -> tuple[Way, Named | None]:
        """Return how it was paid, with (supplier's name, what it has in common with its other bills), or None when it is not kept.

        Args:
            text: The label.
            way: What another column or element says on how it was paid; may be empty.
            sure: Whether a creditor identifier was found.
        """
        shape = (_DIGIT.sub("0", text[:_LONG]), way if not sure else f"{way}!")
        found = self._known.get(shape)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[shape] = named(text[:_LONG], way, sure)
        return found


def named(text: str, way: str, sure: bool) -> tuple[Way, Named | None]:
    """Return what `Labels.read` returns, without remembering it."""
    paid = _way(text, way)
    if paid is Way.NOISE or _PERSON.search(text):
        return paid, None
    name = clean(_BANK_WORDS.sub(" ", text))
    name = _PLACE.sub("", name) or name
    name = _BEFORE.sub("", name) or name
    if not name or not any(map(str.isalpha, name)):
        return paid, None
    told = paid in (Way.CARD, Way.DEBIT) or sure or _BUSINESS.search(text) or (paid is Way.UNTOLD and " " not in name)
    return paid, (name, _DIGIT.sub("", name).casefold().strip() or name) if told else None


def _way(text: str, told: str) -> Way:
    """Return how it was paid: by the bank's own word, else by how the label begins."""
    for words in (told, text):
        for pattern, way in ((_TRANSFER, Way.TRANSFER), (_DEBIT, Way.DEBIT), (_CARD, Way.CARD)):
            if pattern.search(words):
                inside = _NOISE.match(text) if way is Way.CARD else _NOISE.search(text)
                return Way.NOISE if inside or _NOISE.search(told) else way
    return Way.NOISE if _NOISE.search(text) or _NOISE.search(told) else Way.UNTOLD
