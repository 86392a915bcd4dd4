"""How truly saved pages are read, and how long a page takes: python benchmarks/pages.py [FOLDER] [--errors].

FOLDER holds `gold.jsonl`, `services.tsv` and `pages/*.html.gz`; without one only the time is measured, on a page made here.
Accuracy: precision, recall and F1 of services and software, with the 95 % Wilson interval of the two shares, and per category; the
claims that a page's truth forbids are counted apart. Time: whole reading and identification of a page of 200 kB beside parsing alone.
"""

import argparse
import gzip
import json
import math
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from bascule.catalogue import Catalogue, load
from bascule.identify import identify
from bascule.model import Evidence, Kind, Outcome, Role

DAY = date(2026, 6, 1)
LIMIT_MS = 10.0


def claims(url: str, body: str, catalogue: Catalogue) -> tuple[set[str], set[str]]:
    """Return the services and the software that a page is said to use."""
    value = {"url": url, "status": 200, "headers": [["content-type", "text/html"]], "body": body}
    seen = Evidence(
        subject="saved.page.example",
        kind=Kind.HTTP,
        question=f"GET {url}",
        outcome=Outcome.PRESENT,
        value=value,
        source="saved page",
        seen_at=datetime(2026, 6, 1, tzinfo=UTC),
    )
    rows = identify([seen], catalogue, DAY).dependencies
    software = {row.service for row in rows if row.service and row.role is Role.SOFTWARE}
    return {row.service for row in rows if row.service and row.role is not Role.SOFTWARE}, software


def wilson(hits: int, of: int) -> str:
    """Return a share with its 95 % Wilson score interval."""
    if not of:
        return "-"
    z, share = 1.96, hits / of
    centre, half = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return f"{share:.3f} [{(centre - half) / (1 + z * z / of):.3f}, {(centre + half) / (1 + z * z / of):.3f}]"


def accuracy(folder: Path, catalogue: Catalogue, errors: bool) -> None:
    """Print the tables of a folder of pages with read truth."""
    table = [line.split("\t") for line in (folder / "services.tsv").read_text("utf-8").splitlines()[1:]]
    category = {row[0]: row[4] for row in table}
    pages = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    made = {name for page in pages for name in (*page["truth"]["software"], *page["undecidable"], *page["must_not_claim"]) if name not in category}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    forbidden = 0
    for page in pages:
        body = gzip.decompress((folder / "pages" / page["page"]).read_bytes()).decode("utf-8", "replace")
        services, software = claims(page.get("url") or f"https://{page['site']}/", body, catalogue)
        for kind, said, known in (("services", services, set(category)), ("software", software, made)):
            truth = set(page["truth"][kind])
            said = (said & (known | truth)) - (set(page["undecidable"]) - truth)
            forbidden += len(said & set(page["must_not_claim"]))
            for name in said | truth:
                told = "tp" if name in said & truth else "fp" if name in said else "fn"
                counts[kind][told] += 1
                counts["  " + category.get(name, "software")][told] += 1
            if errors and said != truth:
                print(page["page"], page["site"], "wrong", sorted(said - truth), "missed", sorted(truth - said))
    print(f"{len(pages)} pages; claims that are forbidden: {forbidden}")
    for name, count in sorted(counts.items(), key=lambda item: (item[0].startswith(" "), -item[1].total())):
        tp, fp, fn = count["tp"], count["fp"], count["fn"]
        print(f"{name:18} n {tp + fn:4}  P {wilson(tp, tp + fp):22} R {wilson(tp, tp + fn):22} F1 {2 * tp / (2 * tp + fp + fn):.3f}")


def big_page(size: int = 200_000) -> str:
    """Return a page of a size as shops have them: markup, scripts, addresses of many hosts."""
    loader = 'var a=document.createElement("script");a.src="https://cdn.exemple.net/a.js"'
    head = f'<html><head><link rel="stylesheet" href="/a.css"><script>{loader}</script></head><body>'
    card = '<div class="card c{n}"><a href="/p/{n}"><img src="https://img{h}.exemple.org/{n}.jpg" alt="x"></a><p style="color:red">Texte {n}</p></div>\n'
    line = card + '<script>window.d{n} = ["https://api{h}.exemple.net/{n}", 1];</script>\n'
    parts, length, n = [head], len(head), 0
    while length < size:
        parts.append(line.format(n=n, h=n % 40))
        length += len(parts[-1])
        n += 1
    return "".join(parts)


def milliseconds(work: Callable[[], object], times: int = 25) -> float:
    """Return the median time of a piece of work, in milliseconds, after one turn to warm up."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    """Print accuracy and time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--errors", action="store_true", help="also name each page whose reading differs from its truth")
    options = parser.parse_args()
    catalogue = load()
    if options.folder:
        accuracy(options.folder, catalogue, options.errors)
    bodies = {"https://exemple.fr/": big_page()}
    if options.folder:
        for line in (options.folder / "gold.jsonl").read_text("utf-8").splitlines():
            page = json.loads(line)
            body = gzip.decompress((options.folder / "pages" / page["page"]).read_bytes()).decode("utf-8", "replace")
            if 150_000 <= len(body) <= 260_000:
                bodies[page.get("url") or f"https://{page['site']}/"] = body
    for name, body in bodies.items():
        parse = milliseconds(partial(LexborHTMLParser, body))
        whole = milliseconds(partial(claims, name, body, catalogue))
        each = whole * 200_000 / len(body)
        print(f"{name}: {len(body)} characters, parsing alone {parse:.1f} ms, all {whole:.1f} ms, per 200 kB {each:.1f} ms (limit {LIMIT_MS:.0f})")


if __name__ == "__main__":
    main()
