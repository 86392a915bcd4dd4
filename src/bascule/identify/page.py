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
_IN_CODE = re.compile(r"""/\\?/([a-z0-9-]+\.[a-z0-9.-]*[a-z](?:\\?/[\w./\\-]{0,200})?)""", re.IGNORECASE)
_PLAIN = re.compile(r"(?:/[A-Za-z0-9_-][\w.-]*)+", re.ASCII)
_WHOLE = re.compile(r"(?:https?:)?//([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)((?:/[A-Za-z0-9_-][\w.-]*)+)?(?:\?[\w=&.%+-]*)?\Z", re.ASCII)
_IN_STYLE = re.compile(r"""url\(\s*["']?([^"')\s]+)""", re.IGNORECASE)
_LINE_END = re.compile(r"^[ \t]*//(?!<!)[^\n]*$", re.MULTILINE)
_BLOCK = re.compile(r"/\*.*?\*/", re.DOTALL)
_COMMENT = re.compile(r"<!--(?!\[if).*?-->", re.DOTALL)
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
_DEEPER = re.compile(rf"<(/?)(?!(?:{'|'.join(sorted(_NO_DEPTH))})\b)[a-z]", re.IGNORECASE)


class Page(msgspec.Struct, frozen=True):
    """What identification needs of a page.

    Attributes:
        loads: `host/path` of what elements load, in order, without repeats.
        snippets: `host/path` of what inline scripts and styles name; weaker, since a name may be mere data.
        code: What inline scripts do, without comments and data blocks.
        generators: Contents of `<meta name="generator">`.
        source: The page as text.
    """

    loads: tuple[str, ...]
    snippets: tuple[str, ...]
    code: str
    generators: tuple[str, ...]
    source: str


def read_page(url: str, body: str) -> Page:
    """Parse a page (WHATWG HTML) and return what it loads; a broken page gives what could be parsed."""
    body = _shallow(body)
    tree = LexborHTMLParser(body)
    found = [address for tag, names in _LOADS.items() for node in tree.css(tag) for name in names if (address := node.attributes.get(name))]
    found += [address for node in tree.css("script, img, iframe, source, link, embed") for address in _sources(node.attributes)]
    for node in tree.css("link[href]"):
        if _LOADING_LINKS & set((node.attributes.get("rel") or "").lower().split()):
            found.append(node.attributes.get("href") or "")
    for node in tree.css("[style*='url(']"):
        found += _IN_STYLE.findall(node.attributes.get("style") or "")
    code = "\n".join(node.text() for node in tree.css("script:not([src]), style, noscript") if _is_code(node.attributes.get("type")))[:_MAX_CODE]
    code = _LINE_END.sub("", _BLOCK.sub("", code))
    snippets = [match.replace("\\", "") for match in _IN_CODE.findall(code)]
    generators = [node.attributes.get("content") or "" for node in tree.css('meta[name="generator" i]')]
    own = _address(url, "/")
    loads = [address for text in dict.fromkeys(found) if (address := _quick(own, text) or _address(url, text))]
    return Page(tuple(dict.fromkeys(loads)), tuple(dict.fromkeys(snippets)), code, tuple(generators), body)


def without_comments(source: str) -> str:
    """Return a page without its comments; those that old browsers read (`<!--[if IE]>`) stay."""
    return _COMMENT.sub("", source)


def _shallow(body: str) -> str:
    """Cut a page where its elements nest deeper than any that people write: parsing takes the square of the depth."""
    depth = deepest = 0
    for closing in _DEEPER.findall(body):
        depth = depth - 1 if closing and depth else depth + (not closing)
        deepest = max(deepest, depth)
    if deepest <= _MAX_DEPTH:
        return body
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
    """Return `src`, `srcset` and what scripts put in its place later: lazy images, what waits for consent (`data-src`, `data-lazy-src` …)."""
    found = []
    for name, value in attributes.items():
        if not value:
            continue
        if name == "src" or (name.startswith("data-") and name.endswith(("src", "-href"))):
            found.append(value)
        elif name.endswith("srcset"):
            found += [part.split()[0] for part in value.split(", ") if part.strip()]
    return found


def _is_code(kind: str | None) -> bool:
    """Data blocks (JSON, templates) name addresses without loading them."""
    return kind is None or not any(word in kind.lower() for word in ("json", "template", "importmap"))


def _quick(own: str | None, text: str) -> str | None:
    """Return the address of the plainest references (an absolute path, `https://host/path`) without the whole of RFC 3986; else None."""
    if own and text[:1] == "/" and text[1:2] not in ("/", "\\") and _PLAIN.fullmatch(text):
        return own.rstrip("/") + text
    match = _WHOLE.match(text)
    return match[1].lower() + (match[2] or "") if match else None


def _address(base: str, text: str) -> str | None:
    try:
        parts = urlsplit(urljoin(base, text.strip()))
        name = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return None
    return f"{name}{parts.path}" if parts.scheme in ("http", "https") and name else None
