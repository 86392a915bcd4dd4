"""What the real servers of the world are told: three Knot, one Unbound, one nginx for web and providers' mail."""

from collections.abc import Iterable
from pathlib import Path

from world.certificates import Authority
from world.parts import Firm, Greeter, Page
from world.stand_ins import directory_location, directory_table, networks_location, registry_location, write_registry
from world.zones import RESOLVER, ROOTS, Tree

VISITS = "visits.log"
"""File of a world that tells each visit: time, address, connection, request, how the visitor calls himself."""


def knot(folder: Path, tree: Tree) -> dict[str, Path]:
    """Write zones and configuration of the authoritative servers; return their configuration files by name."""
    places = {"root": [*ROOTS.values()], "registries": sorted({*tree.tlds.values()}), "hosts": tree.bound()}
    return {name: _knot(folder / f"knot-{name}", name, places[name], zones) for name, zones in tree.files().items()}


def _knot(folder: Path, name: str, addresses: Iterable[str], zones: dict[str, str]) -> Path:
    folder.mkdir()
    lines = ["server:", f"  rundir: /run/knot-{name}", "  udp-workers: 1", "  tcp-workers: 1", "  background-workers: 1", "  user: root:root"]
    lines += [f"  listen: {address}@53" for address in addresses]
    lines += ["log:", "  - target: stderr", "    any: warning", "database:", f"  storage: {folder}"]
    lines += [
        "template:",
        "  - id: default",
        f"    storage: {folder}",
        "    zonefile-sync: -1",
        "    journal-content: none",
        "    semantic-checks: off",
        "zone:",
    ]
    for origin, text in zones.items():
        file = folder / f"{origin.rstrip('.') or 'root'}.zone"
        file.write_text(text, encoding="utf-8")
        lines += [f"  - domain: {origin}", f"    file: {file}"]
    return _written(folder / "knot.conf", lines)


def unbound(folder: Path) -> Path:
    """Write the configuration of the recursive server, which knows nothing but our root."""
    hints = _written(folder / "root.hints", [line for name, address in ROOTS.items() for line in (f". 3600 NS {name}", f"{name} 3600 A {address}")])
    lines = [
        "server:",
        f"  interface: {RESOLVER}",
        "  access-control: 0.0.0.0/0 allow",
        "  access-control: ::/0 allow",
        '  chroot: ""',
        '  username: ""',
        '  pidfile: ""',
    ]
    lines += [f"  directory: {folder}", "  use-syslog: no", f"  root-hints: {hints}", '  module-config: "iterator"', "  do-not-query-localhost: no"]
    lines += [
        "  num-threads: 1",
        "  incoming-num-tcp: 200",
        "  msg-cache-size: 4m",
        "  rrset-cache-size: 4m",
        "  cache-max-negative-ttl: 60",
        "  edns-buffer-size: 1232",
    ]
    return _written(folder / "unbound.conf", [*lines, "remote-control:", "  control-enable: no"])


def nginx(folder: Path, pages: list[Page], greeters: list[Greeter], firms: list[Firm], tree: Tree, authority: Authority) -> Path:
    """Write the configuration of the web and mail server: everybody on their own addresses, with their own certificate."""
    lines = ["user root;", "worker_processes 1;", "daemon off;", f"pid {folder}/nginx.pid;", f"error_log {folder}/nginx.log crit;"]
    lines += ["load_module /usr/lib/nginx/modules/ngx_mail_module.so;", "events { worker_connections 1024; }", *_WEB]
    lines += [f"access_log {folder}/{VISITS} seen;"]
    lines += [f"{kind}_temp_path {folder}/temp-{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    lines += directory_table(firms)
    registry = write_registry(folder / "rdap", firms)
    for number, page in enumerate(pages):
        lines += _site(folder / "www" / f"{number:03d}", page, tree, authority, registry)
    lines += ["}", *_MAIL, *(line for greeter in greeters for line in _greeter(greeter, tree, authority)), "}"]
    return _written(folder / "nginx.conf", lines)


_WEB = (
    "http {",
    """log_format seen '$msec $server_addr $connection "$request" "$http_user_agent"';""",
    "server_tokens off;",
    "default_type text/html;",
    "charset utf-8;",
    "gzip on;",
    "gzip_types text/plain text/css application/json;",
    "ssl_protocols TLSv1.2 TLSv1.3;",
    "server_names_hash_bucket_size 128;",
    "variables_hash_bucket_size 128;",
)
_MAIL = (
    "mail {",
    "smtp_auth none;",
    'smtp_capabilities "SIZE 157286400" PIPELINING 8BITMIME ENHANCEDSTATUSCODES;',
    "auth_http 127.0.0.1:9/;",
    "ssl_protocols TLSv1.2 TLSv1.3;",
)


def _site(root: Path, page: Page, tree: Tree, authority: Authority, registry: Path) -> list[str]:
    _texts(root, page)
    canonical, others = page.names[0], [name for name in page.names[1:] if tree.addresses(name)]
    content = [f"root {root};", *(f'add_header {name} "{_quoted(value)}" always;' for name, value in page.headers), *_special(page, registry)]
    if page.plain:
        return _server(_listen([canonical, *others], 80, tree), [canonical, *others], content)
    chain, key = authority.files(page.certificate, page.names)
    tls = [f"ssl_certificate {chain};", f"ssl_certificate_key {key};"]
    lines = _server(_listen([canonical], 443, tree, " ssl"), [canonical], [*tls, *content])
    if others:
        lines += _server(_listen(others, 443, tree, " ssl"), others, [*tls, f"return 301 https://{canonical}$request_uri;"])
    return lines + _server(_listen([canonical, *others], 80, tree), [canonical, *others], ["return 301 https://$host$request_uri;"])


def _special(page: Page, registry: Path) -> list[str]:
    """The stand-ins are told by their page's body."""
    known = {"stand-in: registry": registry_location, "stand-in: directory": lambda _: directory_location(), "stand-in: networks": networks_location}
    return known[page.body](registry) if page.body in known else []


def _texts(root: Path, page: Page) -> None:
    for path, text in {"/index.html": page.body, **page.texts}.items():
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _listen(names: list[str], port: int, tree: Tree, options: str = "") -> list[str]:
    addresses = sorted({address for name in names for address in tree.addresses(name)})
    return [f"listen {_place(address, port)}{options};" for address in addresses]


def _server(listen: list[str], names: list[str], content: list[str]) -> list[str]:
    return ["server {", *listen, f"server_name {' '.join(names)};", *content, "}"]


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _greeter(greeter: Greeter, tree: Tree, authority: Authority) -> list[str]:
    """A mail server greets, says what it can, offers STARTTLS, and takes no mail from anybody: whom to ask about users does not exist."""
    listen = [f"listen {_place(address, 25)};" for address in tree.addresses(greeter.host)]
    chain, key = authority.files(greeter.certificate, (greeter.hostname,))
    tls = ["starttls on;", f"ssl_certificate {chain};", f"ssl_certificate_key {key};"] if greeter.starttls else []
    return ["server {", "protocol smtp;", *listen, f"server_name {greeter.hostname};", *tls, "}"]


def _place(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path
