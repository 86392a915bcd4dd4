"""A value known within bounds, drawn: a track from 0 to 100 with the part that it can be."""

from markupsafe import Markup

from bascule.model import Interval
from bascule.report.words import Words


def bar(value: Interval, words: Words) -> Markup:
    """Return a small SVG bar; its text twin is `said`."""
    width = max(3, value.high - value.low)
    return Markup(
        '<svg class="bar{conflict}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="8" rx="4"/><rect class="span" x="{x}" width="{w}" height="8" rx="4"/></svg>'
    ).format(conflict=" conflict" if value.conflict else "", x=min(value.low, 97), w=width)


def said(value: Interval, words: Words) -> str:
    """Return the value in words: one figure when both ends are close and sure, else the range, else that nothing is known."""
    if value.low == 0 and value.high == 100:
        return words.t("unknown")
    if value.high - value.low <= 10:
        return words.t("about {value} out of 100", value=round((value.low + value.high) / 2))
    return words.t("{low} to {high} out of 100", low=value.low, high=value.high)
