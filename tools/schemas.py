"""Write the JSON Schemas of evidence, audit, firm and catalogue entries to docs/schema; `--check` only compares."""

import sys
from pathlib import Path

import msgspec

from bascule.model import AlternativeSet, Audit, Evidence, Firm, Jurisdiction, Law, Organisation, Scenario

FOLDER = Path(__file__).parent.parent / "docs/schema"
NOUNS = (AlternativeSet, Audit, Evidence, Firm, Jurisdiction, Law, Organisation, Scenario)


def schemas() -> dict[Path, bytes]:
    """Return the content of each schema file, draft 2020-12."""
    return {FOLDER / f"{noun.__name__.lower()}.json": msgspec.json.format(msgspec.json.encode(msgspec.json.schema(noun)), indent=1) + b"\n" for noun in NOUNS}


def main() -> None:
    """Write or compare."""
    if "--check" not in sys.argv:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path, content in schemas().items():
            path.write_bytes(content)
        return
    old = [path.name for path, content in schemas().items() if not path.exists() or path.read_bytes() != content]
    if old:
        raise SystemExit(f"docs/schema is not in step with the code ({', '.join(old)}): run `make docs`")


if __name__ == "__main__":
    main()
