"""Where a person's own files lie, by the custom of the system."""

from pathlib import Path

from platformdirs import user_cache_path, user_data_path


def pace() -> Path:
    """Return the folder through which all programs of one user share their pace."""
    return user_cache_path("bascule", appauthor=False) / "pace"


def network_table() -> Path:
    """Return the file of the person's own, full table of networks; it may not be there."""
    return user_data_path("bascule", appauthor=False) / "networks.bin"


def opt_out() -> Path:
    """Return the file of domains that the person leaves alone, one a line; it may not be there."""
    return user_data_path("bascule", appauthor=False) / "opt-out.txt"
