"""Builds what the wheel carries beside the code: the compiled catalogue, the table of networks and the compiled messages."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Compiled(BuildHookInterface):  # type: ignore[type-arg]
    """Runs for wheels and for editable installs alike."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and name what was compiled so that it goes into the wheel although git ignores it."""
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        try:
            from bascule.catalogue import NETWORKS_PACKAGED, PACKAGED, compile_networks, compile_to

            compile_to(root / "catalogue", root / "src/bascule/catalogue/data" / PACKAGED)
            compile_networks(root / "catalogue", root / "src/bascule/catalogue/data" / NETWORKS_PACKAGED)
        finally:
            sys.path.pop(0)
        for po in (root / "src/bascule/report/locale").glob("*/LC_MESSAGES/*.po"):
            _messages(po)
        build_data["artifacts"] += ["src/bascule/catalogue/data/*", "src/bascule/report/locale/**/*.mo"]


def _messages(po: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source, locale=po.parts[-3]))
