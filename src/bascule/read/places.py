"""The places with which bank labels end; `places.toml` lists them, with its source."""

import re
import tomllib
from importlib.resources import files


def places() -> re.Pattern[str]:
    """Return what fits the towns (a number of a district may follow) and countries at the end of a label."""
    lists: dict[str, list[str]] = tomllib.loads(files("bascule.read").joinpath("places.toml").read_text("utf-8"))
    codes = lists.pop("codes")
    towns = sorted((town for group in lists.values() for town in group), key=lambda town: (-len(town), town))
    return re.compile(rf"(?:\s+(?:(?:{'|'.join(map(re.escape, towns))})(?:\s\d{{1,2}})?|{'|'.join(codes)}))+$".replace("\\ ", "[ -]"), re.IGNORECASE)
