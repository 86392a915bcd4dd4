"""For how many users an invoice bills: the quantities (BT-129) of the lines whose item (BT-153, BT-154) counts users or licences.

A quantity in units of time (UN/ECE recommendation 20: months, days …) counts no users, nor one with a fraction.
"""

import re

_NEW = frozenset((("InvoiceLine", "ID"), ("AssociatedDocumentLineDocument", "LineID")))
_ITEMS = frozenset((("Item", "Name"), ("Item", "Description"), ("SpecifiedTradeProduct", "Name"), ("SpecifiedTradeProduct", "Description")))
_QUANTITIES = frozenset(("InvoicedQuantity", "BilledQuantity"))
_PIECES = frozenset(("", "C62", "H87", "EA", "IE", "XPP", "PCE", "NAR", "ZZ"))
"""Units of one piece, one item, one person; none at all too."""
_PER_USER = re.compile(
    r"\b(?:utilisateurs?|users?|licen[cs]es?|postes?|si[eè]ges?|seats?|sieges?|bo[iî]tes? (?:mail|e-mail|aux lettres)|mailbox(?:es)?|accounts?|comptes?)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"(\d{1,6})(?:\.0{1,6})?", re.ASCII)
_LONGEST = 1000


class Seats:
    """Adds up the seats of an invoice, line by line."""

    def __init__(self) -> None:
        self._sum = 0
        self._item = ""
        self._quantity = 0

    def take(self, at: tuple[str, ...], text: str, attributes: dict[str, str]) -> None:
        """Take one leaf of a line."""
        if at[-2:] in _NEW:
            self._close()
        elif at[-2:] in _ITEMS:
            self._item = f"{self._item} {text}"[:_LONGEST]
        elif at[-1] in _QUANTITIES and attributes.get("unitCode", "").upper() in _PIECES and (number := _WHOLE.fullmatch(text.strip())):
            self._quantity = int(number[1])

    def total(self) -> int:
        """Return the seats of all lines; 0 where none counts users."""
        self._close()
        return self._sum

    def _close(self) -> None:
        if _PER_USER.search(self._item):
            self._sum += self._quantity
        self._item, self._quantity = "", 0
