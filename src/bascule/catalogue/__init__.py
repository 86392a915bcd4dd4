"""Who sells what, under whose law, says who: sourced data, compiled into one file."""

from bascule.catalogue.compiled import PACKAGED, Catalogue, Content, compile_to, gather, load
from bascule.catalogue.fingerprint import candidates, compiled, found_in, host, spf_targets
from bascule.catalogue.names import Named, Names, plain
from bascule.catalogue.network_table import Row, build, compile_networks, parse_iptoasn
from bascule.catalogue.networks import NETWORKS_PACKAGED, Network, Networks, NetworkSource, UpdateSource, load_networks, update_source
from bascule.catalogue.ownership import Line, line, seat
from bascule.catalogue.refusal import CatalogueError
from bascule.catalogue.traces import Trace, Traces

__all__ = [
    "NETWORKS_PACKAGED",
    "PACKAGED",
    "Catalogue",
    "CatalogueError",
    "Content",
    "Line",
    "Named",
    "Names",
    "Network",
    "NetworkSource",
    "Networks",
    "Row",
    "Trace",
    "Traces",
    "UpdateSource",
    "build",
    "candidates",
    "compile_networks",
    "compile_to",
    "compiled",
    "found_in",
    "gather",
    "host",
    "line",
    "load",
    "load_networks",
    "parse_iptoasn",
    "plain",
    "seat",
    "spf_targets",
    "update_source",
]
