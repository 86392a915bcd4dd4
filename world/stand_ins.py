"""Stand-ins, and named so: the registries' RDAP answers (RFC 9083), Microsoft's look-up of a domain's directory, a table of networks."""

import gzip
import json
from pathlib import Path

from world.parts import Firm, Registration

BOOTSTRAP = {
    "fr": "https://rdap.nic.fr/",
    "bzh": "https://rdap.nic.bzh/",
    "com": "https://rdap.verisign.com/com/v1/",
    "net": "https://rdap.verisign.com/net/v1/",
    "org": "https://rdap.publicinterestregistry.org/rdap/",
    "ch": "https://rdap.nic.ch/",
}
"""Where the registry of each TLD answers in the world; data.iana.org tells it in the form of RFC 9224. As in the world outside, .eu and .be answer nowhere."""


def write_registry(folder: Path, firms: list[Firm]) -> Path:
    """Write the answers of all registries into a folder: one file a domain, and IANA's list."""
    names = folder / "domain"
    names.mkdir(parents=True)
    for firm in firms:
        if firm.registration:
            (names / firm.domain).write_text(json.dumps(answer(firm.domain, firm.registration)), encoding="utf-8")
    services = [[[tld], [url]] for tld, url in BOOTSTRAP.items()]
    listing = {"version": "1.0", "publication": "2026-11-24T00:00:00Z", "description": "Stand-in of the test world", "services": services}
    (folder / "dns.json").write_text(json.dumps(listing), encoding="utf-8")
    return folder


def answer(domain: str, said: Registration) -> dict[str, object]:
    """Return the RDAP object of a domain."""
    events = [{"eventAction": what, "eventDate": f"{when}T00:00:00Z"} for what, when in (("registration", said.created), ("expiration", said.expires))]
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", said.registrar]]]
    identity = [{"type": "IANA Registrar ID", "identifier": str(said.iana_id)}]
    registrar = {"objectClassName": "entity", "handle": str(said.iana_id), "roles": ["registrar"], "publicIds": identity, "vcardArray": card}
    conformance = ["rdap_level_0"]
    return {
        "objectClassName": "domain",
        "rdapConformance": conformance,
        "ldhName": domain,
        "status": list(said.status),
        "events": events,
        "entities": [registrar],
        "notices": [{"title": "Stand-in", "description": ["Answer of the test world, not of a registry."]}],
    }


def registry_location(folder: Path) -> list[str]:
    """Return what nginx does for a registry: the last part of the path is the domain."""
    return [
        "default_type application/rdap+json;",
        "error_page 404 @none;",
        f"location @none {{ default_type application/rdap+json; return 404 '{json.dumps({'errorCode': 404, 'title': 'Not Found'})}'; }}",
        f"location = /rdap/dns.json {{ default_type application/json; alias {folder}/dns.json; }}",
        f"location ~ /domain/(?<asked>[a-z0-9.-]+)$ {{ types {{ }} default_type application/rdap+json; alias {folder}/domain/$asked; }}",
    ]


NETWORKS = ("213.186.33.0\t213.186.33.255\t16276\tFR\tOVH of the test world", "203.0.113.0\t203.0.113.255\t0\tNone\tNot routed")
"""A table of networks in the form of iptoasn.com, far too small to serve."""


def networks_location(folder: Path) -> list[str]:
    """Write the table of networks into a folder; return what nginx does to hand it out."""
    file = folder / "ip2asn-combined.tsv.gz"
    file.write_bytes(gzip.compress("\n".join((*NETWORKS, "")).encode()))
    return [f"location = /data/ip2asn-combined.tsv.gz {{ types {{ }} default_type application/gzip; alias {file}; }}"]


def directory_table(firms: list[Firm]) -> list[str]:
    """Return the table of nginx that tells the kind of directory by the address asked about."""
    known = [f'"~*(@|%40){firm.domain.replace(".", "[.]")}$" {firm.tenant};' for firm in firms if firm.tenant != "Unknown"]
    return ["map $arg_login $directory {", "default Unknown;", *known, "}"]


def directory_location() -> list[str]:
    """Return what nginx does for Microsoft's look-up."""
    return ["location = /getuserrealm.srf {", "default_type application/json;", 'return 200 \'{"State":4,"UserState":1,"NameSpaceType":"$directory"}\';', "}"]
