"""Who sells what, under whose law, says who: sourced data, compiled into one file."""

from bascule.catalogue.compiled import PACKAGED, Catalogue, Content, compile_to, gather, load
from bascule.catalogue.fingerprint import candidates, found_in, host, spf_targets
from bascule.catalogue.names import Named, Names, plain
from bascule.catalogue.ownership import Line, line, seat
from bascule.catalogue.source import CatalogueError
from bascule.catalogue.traces import Trace, Traces

__all__ = [
    "PACKAGED",
    "Catalogue",
    "CatalogueError",
    "Content",
    "Line",
    "Named",
    "Names",
    "Trace",
    "Traces",
    "candidates",
    "compile_to",
    "found_in",
    "gather",
    "host",
    "line",
    "load",
    "plain",
    "seat",
    "spf_targets",
]
