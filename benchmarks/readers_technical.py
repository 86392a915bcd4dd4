"""Files of 100,000 lines for the readers of technical files, made up; `python benchmarks/readers_technical.py` reads each once."""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

LINES = 100_000


def _lines(line: Callable[[int], str], head: str = "", tail: str = "") -> bytes:
    return (head + "".join(line(number) for number in range(LINES)) + tail).encode()


def _names(number: int) -> int:
    """As many different names as a big firm has; the rest repeats them."""
    return number % 15_000


def _squid(number: int) -> str:
    host = ("app.exemple.test", "x.slack.com", "zoom.us")[number % 3]
    return f"{1700000000 + number}.123    45 192.0.2.{number % 250} TCP_TUNNEL/200 4600 CONNECT {host}:443 personne{number % 40} HIER_DIRECT/198.51.100.7 -\n"


def _dnsmasq(number: int) -> str:
    return (
        f"Jan  5 09:12:{number % 60:02} dnsmasq[412]: query[A] h{number % 9000}.{'slack.com' if number % 3 else 'exemple.test'} from 192.0.2.{number % 250}\n"
    )


def _terraform() -> bytes:
    resources = [
        {"mode": "managed", "type": f"aws_t{number % 300}", "provider": 'provider["registry.terraform.io/hashicorp/aws"]', "instances": [{}]}
        for number in range(LINES)
    ]
    return json.dumps({"version": 4, "terraform_version": "1.9.0", "resources": resources}).encode()


GENERATORS: dict[str, Callable[[], bytes]] = {
    "applications.csv": lambda: _lines(
        lambda number: f"App {_names(number)},Web,{_names(number):08d}.apps,Verified,3,Drive,Trusted\n",
        "App name,Type,ID,Verified status,Users,Requested services,Access\n",
    ),
    "servicePrincipals.json": lambda: json.dumps(
        {"value": [{"displayName": f"App {_names(number)}", "appId": f"{number:08d}", "servicePrincipalType": "Application"} for number in range(LINES)]}
    ).encode(),
    "logiciels.csv": lambda: _lines(lambda number: f"Logiciel {_names(number)};Éditeur;{number % 9 + 1}\n", "Nom;Éditeur;Nombre d'installations\n"),
    "agent.xml": lambda: _lines(
        lambda number: f"<SOFTWARES><NAME>Logiciel {_names(number)}</NAME></SOFTWARES>\n", "<REQUEST><CONTENT>\n", "</CONTENT></REQUEST>"
    ),
    "requirements.txt": lambda: _lines(lambda number: f"paquet-{_names(number)}==1.0\n"),
    "composer.lock": lambda: json.dumps({"packages": [{"name": f"a/b{_names(number)}"} for number in range(LINES)]}).encode(),
    "compose.yaml": lambda: _lines(lambda number: f"  s{number}: {{image: 'x/y{_names(number)}:1'}}\n" if number % 2 else "", "services:\n"),
    "terraform.tfstate": _terraform,
    "prod.env": lambda: _lines(lambda number: f"NOM_{_names(number)}=valeur\n"),
    "access.log": lambda: _lines(_squid),
    "pihole.log": lambda: _lines(_dnsmasq),
    "bookmarks.html": lambda: _lines(
        lambda number: f'<DT><A HREF="https://h{number}.slack.com/x" ADD_DATE="1700000000">t</A>\n', "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n"
    ),
}
"""Content of each file, by its name."""


def main() -> None:
    """Print how long each file takes to read, in seconds."""
    from bascule.read import PRIVATE, Asked, read_inputs

    asked = Asked(kinds=frozenset(PRIVATE), domains=frozenset(("slack.com", "zoom.us")))
    with tempfile.TemporaryDirectory() as folder:
        for name, content in GENERATORS.items():
            if len(sys.argv) > 1 and name not in sys.argv[1:]:
                continue
            path = Path(folder, name)
            path.write_bytes(content())
            start = time.perf_counter()
            reading = read_inputs([path], datetime(2026, 1, 1, tzinfo=UTC), asked)
            print(f"{name:24} {time.perf_counter() - start:6.2f} s  {len(reading.evidence):6} names  {[str(fault)[-80:] for fault in reading.errors[:2]]}")


if __name__ == "__main__":
    main()
