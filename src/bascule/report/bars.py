"""A value known within bounds, in words and drawn: a track from 0 to 100 with the part that it can be."""

from collections.abc import Iterable

from markupsafe import Markup

from bascule.model import Interval
from bascule.report.lookup import Lookup
from bascule.report.words import Words

_LOW, _HIGH, _WIDE = 35, 65, 60


def bar(value: Interval) -> Markup:
    """Return a small SVG bar; its text twin is `said` with `figures`."""
    width = max(3, value.high - value.low)
    return Markup(
        '<svg class="bar{conflict}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="8" rx="4"/><rect class="span" x="{x}" width="{w}" height="8" rx="4"/></svg>'
    ).format(conflict=" conflict" if value.conflict else "", x=min(value.low, 97), w=width)


def figures(value: Interval, words: Words) -> str:
    """Return the bounds: one figure when both ends are close, else the range."""
    if value.high - value.low <= 10:
        return words.t("about {value} out of 100", value=round((value.low + value.high) / 2))
    return words.t("{low} to {high} out of 100", low=value.low, high=value.high)


def said(question: str, value: Interval, words: Words) -> str:
    """Return the answer to `decide`, `stop`, `read` or `leave` in words; what is known too loosely is said to be so."""
    t = words.t
    weak, strong = {
        "decide": (t("others decide"), t("in hands that you trust")),
        "stop": (t("easy to stop"), t("hard to stop")),
        "read": (t("easy to read"), t("hard to read")),
        "leave": (t("hard to leave"), t("easy to leave")),
    }[question]
    if value.high <= _LOW:
        return weak
    if value.low >= _HIGH:
        return strong
    return t("not known well enough") if value.high - value.low > _WIDE else t("in between")


def answered(question: str, value: Interval, countries: Iterable[str], it: Lookup) -> str:
    """Return the answer, led by the countries outside the trusted set that can command it, when it is a weak one."""
    text = said(question, value, it.words)
    outside = [it.country(code) for code in countries if code not in it.audit.trusted]
    return f"{it.words.listed(outside)} ({text})" if outside and value.high <= _LOW and question != "leave" else text
