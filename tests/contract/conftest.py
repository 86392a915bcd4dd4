"""Promises are kept in the same made-up world as the unit tests."""

import sys
from pathlib import Path

from tests.move.conftest import authorization, flat, graph, new, old, papers, second, shelter  # noqa: F401 - the servers of the ends

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
