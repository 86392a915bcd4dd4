"""What does the world answer? Domains become evidence: raw, dated, in three outcomes."""

from bascule.collect.asks import ASKS
from bascule.collect.browser import find_browser
from bascule.collect.calls import Browser
from bascule.collect.cares import CaresResolver
from bascule.collect.domain import Means
from bascule.collect.download import download
from bascule.collect.resolver import Answer, Resolver
from bascule.collect.run import Asking, Collected, Progress, collect
from bascule.collect.transfer import Transfers

__all__ = [
    "ASKS",
    "Answer",
    "Asking",
    "Browser",
    "CaresResolver",
    "Collected",
    "Means",
    "Progress",
    "Resolver",
    "Transfers",
    "collect",
    "download",
    "find_browser",
]
