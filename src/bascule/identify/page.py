"""What a page loads: addresses that a browser would fetch, apart from those that it only links to."""

import re
from urllib.parse import urljoin, urlsplit

import msgspec
from selectolax.lexbor import LexborHTMLParser

_LOADS = {
    "embed": ("src",),
    "source": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "form": ("action",),
    "object": ("data",),
}
_LOADING_LINKS = {"stylesheet", "preload", "modulepreload", "icon", "shortcut", "prefetch", "manifest", "apple-touch-icon"}
_IN_CODE = re.compile(r"""(?:https?:)?\\?/\\?/((?:[a-z0-9-]+\.)+[a-z]{2,24}(?:\\?/[\w./\\-]{0,200})?)""", re.IGNORECASE)
_MAX_CODE = 500_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NO_DEPTH = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "html", "head", "body"),
        *("p", "li", "dt", "dd", "option", "optgroup", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup"),
    )
)
"""Elements without content, and those that the next of their kind closes."""
_MAX_DEPTH = 1000


class Page(msgspec.Struct, frozen=True):
    """What identification needs of a page.

    Attributes:
        loads: `host/path` of what elements load, in order, without repeats.
        snippets: `host/path` of what inline scripts and styles name; weaker, since a name may be mere data.
        generators: Contents of `<meta name="generator">`.
        source: The page as text.
    """

    loads: tuple[str, ...]
    snippets: tuple[str, ...]
    generators: tuple[str, ...]
    source: str


def read_page(url: str, body: str) -> Page:
    """Parse a page (WHATWG HTML) and return what it loads; a broken page gives what could be parsed."""
    body = _shallow(body)
    tree = LexborHTMLParser(body)
    found = [address for tag, names in _LOADS.items() for node in tree.css(tag) for name in names if (address := node.attributes.get(name))]
    found += [address for node in tree.css("script, img, iframe") for address in _sources(node.attributes)]
    for node in tree.css("link[href]"):
        if _LOADING_LINKS & set((node.attributes.get("rel") or "").lower().split()):
            found.append(node.attributes.get("href") or "")
    code = "\n".join(node.text() for node in tree.css("script:not([src]), style, noscript") if _is_code(node.attributes.get("type")))[:_MAX_CODE]
    snippets = [match.replace("\\", "") for match in _IN_CODE.findall(code)]
    generators = [node.attributes.get("content") or "" for node in tree.css('meta[name="generator" i]')]
    loads = [address for text in found if (address := _address(url, text))]
    return Page(tuple(dict.fromkeys(loads)), tuple(dict.fromkeys(snippets)), tuple(generators), body)


def _shallow(body: str) -> str:
    """Cut a page where its elements nest deeper than any that people write: parsing takes the square of the depth."""
    depth = 0
    for match in _TAG.finditer(body):
        if match[2].lower() in _NO_DEPTH:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > _MAX_DEPTH:
            return body[: match.start()]
    return body


def page_hosts(url: str, body: str) -> list[str]:
    """Return the names of the hosts that a page loads from, those that its elements name before those that its scripts do."""
    page = read_page(url, body)
    return list(dict.fromkeys(address.partition("/")[0] for address in (*page.loads, *page.snippets)))


def _sources(attributes: dict[str, str | None]) -> list[str]:
    """Return `src` and what scripts put in its place later: lazy images, frames that wait for consent (`data-src`, `data-lazy-src` …)."""
    return [value for name, value in attributes.items() if value and (name == "src" or (name.startswith("data-") and name.endswith("src")))]


def _is_code(kind: str | None) -> bool:
    """Data blocks (JSON, templates) name addresses without loading them."""
    return kind is None or not any(word in kind.lower() for word in ("json", "template", "importmap"))


def _address(base: str, text: str) -> str | None:
    try:
        parts = urlsplit(urljoin(base, text.strip()))
        name = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return None
    return f"{name}{parts.path}" if parts.scheme in ("http", "https") and name else None
