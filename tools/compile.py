"""Compile the catalogue and the messages in place, as the build of a wheel does."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bascule.catalogue import PACKAGED, CatalogueError, compile_to

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write the compiled files below `src/`."""
    content = compile_to(ROOT / "catalogue", ROOT / "src/bascule/catalogue/data" / PACKAGED)
    print(f"catalogue {content.version}: {len(content.organisations)} organisations")
    for po in sorted((ROOT / "src/bascule/report/locale").glob("*/LC_MESSAGES/*.po")):
        with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale=po.parts[-3]))


if __name__ == "__main__":
    try:
        main()
    except CatalogueError as error:
        raise SystemExit(str(error)) from error
