"""How it is said: gettext messages, French typography, dates and money of each language.

Babel is imported where it is used: `bascule --help` speaks without it.
"""

import gettext
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import as_file, files

LANGUAGES = ("fr", "en")
_THIN = "\u202f"
_WIDE = "\u00a0"
_FRENCH: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"'"), "’"),
    (re.compile(r" ([?!;])"), rf"{_THIN}\1"),
    (re.compile(r" :(?!/)"), f"{_WIDE}:"),
    (re.compile(r"« "), f"«{_WIDE}"),
    (re.compile(r" »"), f"{_WIDE}»"),
    (re.compile(r"([\d}]) (%|€|h\b|j\b|jours?\b|heures?\b|ans?\b|mois\b)"), rf"\1{_WIDE}\2"),
)


def typographic(text: str, language: str) -> str:
    """Return a sentence with the spaces and quotes of its language (Imprimerie nationale for French)."""
    if language != "fr":
        return text
    for pattern, replacement in _FRENCH:
        text = pattern.sub(replacement, text)
    return text


class Words:
    """The words of one language.

    Args:
        language: `fr` or `en`; a translation function may be passed for tests.
    """

    def __init__(self, language: str, translate: Callable[[str], str] | None = None) -> None:
        self.language = language if language in LANGUAGES else "fr"
        self._translate = translate or _translation(self.language).gettext
        self._plural = _translation(self.language).ngettext if translate is None else None

    def t(self, message: str, **values: object) -> str:
        """Return a message in the language, with its places filled and its typography set."""
        return self._set(self._translate(message), values)

    def n(self, one: str, many: str, count: int, **values: object) -> str:
        """Return the singular or plural of a message; `{count}` is the number."""
        text = self._plural(one, many, count) if self._plural else self._translate(one if count == 1 else many)
        return self._set(text, {"count": count, **values})

    def _set(self, text: str, values: dict[str, object]) -> str:
        return typographic(text, self.language).format(**values) if values else typographic(text, self.language)

    def pick(self, text: dict[str, str]) -> str:
        """Return the sentence of the catalogue in the language, in the other one when it is missing."""
        found = text.get(self.language) or next(iter(text.values()), "")
        return typographic(found, self.language if self.language in text else "en")

    @property
    def colon(self) -> str:
        """A colon with the space that the language puts before it."""
        return f"{_WIDE}:" if self.language == "fr" else ":"

    @property
    def semicolon(self) -> str:
        """A semicolon between two parts of a sentence, with the spaces that the language puts around it."""
        return f"{_THIN}; " if self.language == "fr" else "; "

    @property
    def _place(self) -> str:
        """The locale of dates, lists and numbers: British English, as the messages are."""
        return "fr" if self.language == "fr" else "en_GB"

    def day(self, day: date) -> str:
        """Return a date in full: `24 novembre 2026`, `24 November 2026`."""
        from babel.dates import format_date

        return str(format_date(day, "long", locale=self._place))

    def euros(self, amount: Decimal) -> str:
        """Return an amount in euros, without cents when it is whole."""
        from babel.numbers import format_currency

        pattern = "#,##0 ¤" if self.language == "fr" else "¤#,##0"
        if amount != amount.to_integral_value():
            pattern = pattern.replace("#,##0", "#,##0.00")
        return str(format_currency(amount, "EUR", format=pattern, locale=self._place, currency_digits=False))

    def figure(self, value: float | Decimal) -> str:
        """Return a number as a spreadsheet of the language reads it: two decimals, nothing between thousands."""
        text = f"{value:.2f}"
        return text.replace(".", ",") if self.language == "fr" else text

    def listed(self, items: list[str]) -> str:
        """Return `a, b et c`."""
        from babel.lists import format_list

        return str(format_list(items, style="standard", locale=self._place)) if items else ""

    def after(self, hours: int) -> str:
        """Return a delay in words: at once, hours, days."""
        if hours == 0:
            return self.t("at once")
        if hours < 48:
            return self.n("after {count} hour", "after {count} hours", hours)
        return self.n("after {count} day", "after {count} days", round(hours / 24))


@cache
def _translation(language: str) -> gettext.NullTranslations:
    with as_file(files("bascule.report") / "locale") as folder:
        return gettext.translation("bascule", localedir=str(folder), languages=[language], fallback=language == "en")
