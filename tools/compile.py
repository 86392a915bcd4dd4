"""Compile the catalogue and the messages in place, as the build of a wheel does."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bascule.catalogue import NETWORKS_PACKAGED, PACKAGED, CatalogueError, compile_networks, compile_to

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write the compiled files below `src/`."""
    content = compile_to(ROOT / "catalogue", ROOT / "src/bascule/catalogue/data" / PACKAGED)
    print(f"catalogue {content.version}: {len(content.organisations)} organisations")
    packed = ROOT / "src/bascule/catalogue/data" / NETWORKS_PACKAGED
    if _older(packed, *(ROOT / "catalogue/networks").iterdir(), *(ROOT / "src/bascule/catalogue").glob("network*.py")):
        networks = compile_networks(ROOT / "catalogue", packed)
        print(f"networks {networks.date}: {len(networks)} networks, {networks.ranges} ranges")
    for po in sorted((ROOT / "src/bascule/report/locale").glob("*/LC_MESSAGES/*.po")):
        with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale=po.parts[-3]))


def _older(made: Path, *sources: Path) -> bool:
    return not made.exists() or made.stat().st_mtime < max(source.stat().st_mtime for source in sources)


if __name__ == "__main__":
    try:
        main()
    except CatalogueError as error:
        raise SystemExit(str(error)) from error
