"""Who receives and sends for many domains and stands in no catalogue entry yet."""

from collections import Counter
from collections.abc import Iterable

from bascule.catalogue import Catalogue, host, spf_targets
from bascule.identify import is_name, registrable
from bascule.model import Channel, Evidence, Outcome

Seen = dict[str, set[str]]


def unrecognised(evidence: Iterable[Evidence], catalogue: Catalogue) -> tuple[Seen, Seen]:
    """Return the domains by registrable domain of the mail hosts, and of the names in SPF, that no fingerprint fits."""
    items = [item for item in evidence if item.outcome is Outcome.PRESENT and isinstance(item.value, list)]
    aliases = {
        item.question[6:]: host(str(item.value[0])) for item in items if item.question.startswith("CNAME ") and isinstance(item.value, list) and item.value
    }
    receive: Seen = {}
    send: Seen = {}
    for item in items:
        values = [value for value in item.value if isinstance(value, str)] if isinstance(item.value, list) else []
        if item.question == f"MX {item.subject}":
            for name in (host(value.split()[-1]) for value in values if value.split()):
                _note(receive, Channel.MX, aliases.get(name, name), item.subject, catalogue)
        elif item.question == f"TXT {item.subject}":
            for name in (target for value in values for target in spf_targets(value)):
                _note(send, Channel.SPF, name, item.subject, catalogue)
    return receive, send


def _note(seen: Seen, channel: Channel, name: str, subject: str, catalogue: Catalogue) -> None:
    if is_name(name) and registrable(name) != registrable(subject) and not catalogue.traces.find(channel, name):
        seen.setdefault(registrable(name), set()).add(subject)


def most(seen: Seen, countries: dict[str, str], number: int = 100) -> list[tuple[str, int, str]]:
    """Return (registrable domain, domains, their most frequent countries), the most frequent first."""
    ranked = sorted(seen.items(), key=lambda entry: (-len(entry[1]), entry[0]))[:number]
    return [(name, len(domains), _where(domains, countries)) for name, domains in ranked]


def _where(domains: set[str], countries: dict[str, str]) -> str:
    counts = Counter(countries.get(domain, "?") for domain in domains)
    return " ".join(f"{country} {count}" for country, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:3])
