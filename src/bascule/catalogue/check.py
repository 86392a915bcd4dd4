"""What a catalogue must keep: sources, references, owners without a circle, traces with examples."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bascule.catalogue.fingerprint import compiled, found_in
from bascule.catalogue.refusal import CatalogueError, Problem
from bascule.catalogue.source import line_of
from bascule.model import SELF, Claim, Fact, Fingerprint, Flow, Match, Organisation, Price, SignIn, Sourced

_URL = re.compile(r"^https?://[^\s/]+\.[^\s]+$")
_RISKY = re.compile(r"\([^)]*[+*][^)]*\)[+*]")
_REFERS_BACK = re.compile(r"\\[1-9]|\(\?P[=<]|\(\?[aiLmsux]+[):]|\(\?\(")
_AGE_DAYS = {"price": 90, "owner": 180, "hosting": 180, "need": 180, "fact": 365, "transfer": 365, "fingerprint": 365}
"""Days for which each kind of thing may be believed once it was read: what changes fast, for a short time."""
_SIGN_IN_PROTOCOLS = ("imap", "graph")
TEXT_LANGUAGES = {"fr", "en"}


def address(text: str) -> bool:
    """Say whether a text is a web address."""
    return _URL.match(text) is not None


def sourced(organisation: Organisation) -> Iterator[tuple[str, str, Sourced]]:
    """Yield every sourced thing of an organisation as (place in the file, kind of age limit, thing)."""
    for index, fact in enumerate(organisation.facts):
        yield f"$.facts[{index}]", "fact", fact
    for index, owner in enumerate(organisation.owners):
        yield f"$.owners[{index}]", "owner", owner
    for number, service in enumerate(organisation.services):
        at = f"$.services[{number}]"
        for index, fact in enumerate(service.facts):
            yield f"{at}.facts[{index}]", "fact", fact
        for index, deployment in enumerate(service.deployments):
            yield f"{at}.deployments[{index}]", "fact", deployment
            for deep, hosting in enumerate(deployment.hosting):
                yield f"{at}.deployments[{index}].hosting[{deep}]", "hosting", hosting
            for deep, need in enumerate(deployment.needs):
                yield f"{at}.deployments[{index}].needs[{deep}]", "need", need
        for name, rows in (("exports", service.exports), ("imports", service.imports)):
            for index, transfer in enumerate(rows):
                yield f"{at}.{name}[{index}]", "transfer", transfer
        for index, price in enumerate(service.prices):
            yield f"{at}.prices[{index}]", "price", price
        for index, way in enumerate(service.sign_in):
            yield f"{at}.sign_in[{index}]", "fact", way
        for index, fingerprint in enumerate(service.fingerprints):
            yield f"{at}.fingerprints[{index}]", "fingerprint", fingerprint


def languages(entries: Iterable[tuple[Path, Organisation]]) -> Iterator[Problem]:
    """Every sentence about a service or an organisation is there in French and English."""
    for path, entry in entries:
        text = path.read_text("utf-8")
        for place, _, thing in sourced(entry):
            if isinstance(thing, Fact) and (thing.claim in (Claim.CAUTION, Claim.INTEREST)) != bool(thing.en):
                yield Problem(path, line_of(text, place), f"{place}: a caution or an interest, and nothing else, has its English in `en`")


def sources(entries: Iterable[tuple[Path, Organisation]]) -> Iterator[Problem]:
    """Every sourced thing names a web address and a day that has been."""
    for path, organisation in entries:
        text = path.read_text("utf-8")
        for place, _, thing in sourced(organisation):
            if not address(thing.source):
                yield Problem(path, line_of(text, f"{place}.source"), "source", f"{place}.source", {"name": repr(thing.source)})
            if isinstance(thing, Price) and thing.amount < 0:
                yield Problem(path, line_of(text, place), "price", place)


def sign_ins(entries: Iterable[tuple[Path, Organisation]]) -> Iterator[Problem]:
    """Every way to sign in is complete, speaks https alone, and is the only one that opens its servers."""
    opened: dict[tuple[str, str], str] = {}
    for path, entry in entries:
        text = path.read_text("utf-8")
        for number, service in enumerate(entry.services):
            for index, way in enumerate(service.sign_in):
                place = f"$.services[{number}].sign_in[{index}]"
                for words in (*_way(way), *_shared(way, service.id, opened)):
                    yield Problem(path, line_of(text, place), f"{place}: {words}")


def _way(way: SignIn) -> Iterator[str]:
    if not (way.device_url if way.flow is Flow.DEVICE else way.authorize_url):
        yield f"the flow {way.flow} needs its address ({'device_url' if way.flow is Flow.DEVICE else 'authorize_url'})"
    for url in filter(None, (way.device_url, way.authorize_url, way.token_url, way.register_url, way.app_password_url)):
        if not url.startswith("https://") or not address(url):
            yield f"{url!r} is no https address"
        if "{tenant}" in url and not way.tenant:
            yield f"{url!r} needs a usual tenant"
    if not way.hosts or not way.scopes or way.protocol not in _SIGN_IN_PROTOCOLS:
        yield f"protocol ({', '.join(_SIGN_IN_PROTOCOLS)}), hosts and scopes are needed"
    yield from (f"no source address ({page!r})" for page in way.more if not address(page))


def _shared(way: SignIn, service: str, opened: dict[tuple[str, str], str]) -> Iterator[str]:
    for host in way.hosts:
        if opened.setdefault((way.protocol, host), service) != service:
            yield f"{host!r} is also opened by {opened[way.protocol, host]}"


def references(entries: list[tuple[Path, Organisation]], functions: set[str], countries: set[str]) -> Iterator[Problem]:
    """Every organisation, service, function and country that is named exists; no id is used twice."""
    organisations = {entry.id for _, entry in entries} | {SELF}
    services = [service.id for _, entry in entries for service in entry.services]
    deployments = [deployment.id for _, entry in entries for service in entry.services for deployment in service.deployments]
    known = set(services)
    for path, entry in entries:
        text = path.read_text("utf-8")

        def bad(place: str, what: str, name: object, path: Path = path, text: str = text) -> Problem:
            return Problem(path, line_of(text, place), what, place, {"name": repr(name), "known": ", ".join(sorted(functions))})

        for index, owner in enumerate(entry.owners):
            if owner.organisation not in organisations:
                yield bad(f"$.owners[{index}].organisation", "organisation", owner.organisation)
        for index, fact in enumerate(entry.facts):
            if fact.claim in (Claim.COUNTRY, Claim.PRESENCE) and fact.value not in countries:
                yield bad(f"$.facts[{index}].value", "jurisdiction", fact.value)
        for number, service in enumerate(entry.services):
            at = f"$.services[{number}]"
            if services.count(service.id) > 1:
                yield bad(at, "service-twice", service.id)
            for function in service.functions:
                if function not in functions:
                    yield bad(f"{at}.functions", "function", function)
            for index, deployment in enumerate(service.deployments):
                here = f"{at}.deployments[{index}]"
                if deployments.count(deployment.id) > 1:
                    yield bad(here, "deployment-twice", deployment.id)
                if deployment.operator not in organisations:
                    yield bad(f"{here}.operator", "organisation", deployment.operator)
                for deep, hosting in enumerate(deployment.hosting):
                    if hosting.provider not in organisations:
                        yield bad(f"{here}.hosting[{deep}].provider", "organisation", hosting.provider)
                    if hosting.country is not None and hosting.country not in countries:
                        yield bad(f"{here}.hosting[{deep}].country", "jurisdiction", hosting.country)
                for deep, need in enumerate(deployment.needs):
                    if need.service not in known:
                        yield bad(f"{here}.needs[{deep}].service", "service", need.service)


def cycles(entries: list[tuple[Path, Organisation]]) -> Iterator[Problem]:
    """Nobody owns himself, over however many steps."""
    owners = {entry.id: [owner.organisation for owner in entry.owners] for _, entry in entries}
    for path, entry in entries:
        seen: set[str] = set()
        above = list(owners[entry.id])
        while above:
            name = above.pop()
            if name == entry.id:
                yield Problem(path, line_of(path.read_text("utf-8"), "$.owners[0]"), f"{entry.id} owns itself through its owners")
                break
            if name not in seen:
                seen.add(name)
                above += owners.get(name, [])


def fingerprints(entries: Iterable[tuple[Path, Organisation]]) -> Iterator[Problem]:
    """Every trace has examples on both sides that behave, is safe to search, and belongs to one service."""
    claimed: dict[tuple[str, str, str], str] = {}
    for path, entry in entries:
        text = path.read_text("utf-8")
        for number, service in enumerate(entry.services):
            for index, trace in enumerate(service.fingerprints):
                place = f"$.services[{number}].fingerprints[{index}]"
                problems = list(_one(trace))
                key = (trace.channel, trace.match, trace.pattern.lower())
                if claimed.setdefault(key, service.id) != service.id:
                    problems.append(f"{trace.pattern!r} also belongs to {claimed[key]}")
                for words in problems:
                    yield Problem(path, line_of(text, place), f"{place}: {words}")


def _one(trace: Fingerprint) -> Iterator[str]:
    if trace.match is Match.REGEX:
        if _REFERS_BACK.search(trace.pattern):
            yield f"{trace.pattern!r} refers back to a group or sets flags: it cannot be searched together with others"
        if _RISKY.search(trace.pattern):
            yield f"{trace.pattern!r} repeats a repetition: it can take for ever"
        try:
            compiled(trace.pattern)
        except re.error as error:
            yield f"{trace.pattern!r} is no regular expression: {error}"
            return
    if not trace.examples_pos or not trace.examples_neg:
        yield f"{trace.pattern!r} needs an example that fits and one that looks alike and does not"
    for example in trace.examples_pos:
        if not found_in(trace, example):
            yield f"{trace.pattern!r} is not found in its own example {example!r}"
    for example in trace.examples_neg:
        if found_in(trace, example):
            yield f"{trace.pattern!r} is found in {example!r}, where it must not be"


def due(kind: str, thing: Sourced) -> date:
    """Return the day from which something that was read counts as old."""
    return thing.read_on + timedelta(days=_AGE_DAYS[kind] + 1)


def stale(entries: Iterable[tuple[Path, Organisation]], today: date) -> Iterator[Problem]:
    """Report what was read longer ago than its kind bears: a price 90 days, an owner 180, the rest 365."""
    for path, entry in entries:
        text = path.read_text("utf-8")
        for place, kind, thing in sourced(entry):
            if due(kind, thing) <= today:
                yield Problem(path, line_of(text, place), f"{place}: read on {thing.read_on}, older than {_AGE_DAYS[kind]} days")
            if thing.read_on > today:
                yield Problem(path, line_of(text, place), f"{place}: read on {thing.read_on}, which is still to come")


def refuse(problems: Iterable[Problem]) -> None:
    """Raise one CatalogueError that lists every problem; do nothing when there is none."""
    found = tuple(problems)
    if found:
        raise CatalogueError(*found)


def around(root: Path, parts: dict[str, Any], services: set[str], functions: set[str], countries: set[str]) -> Iterator[Problem]:
    """Laws, scenarios and alternatives have sources and name what exists."""
    laws = {law.id for law in parts["laws"]}
    deployments = {entry.id: service.id for organisation in parts["organisations"] for service in organisation.services for entry in service.deployments}
    for law in parts["laws"]:
        path = root / "laws" / f"{law.id}.toml"
        if law.jurisdiction not in countries:
            yield Problem(path, 1, "jurisdiction", details={"name": repr(law.jurisdiction)})
        yield from _text_problems(path, [law.source], law.name, law.compels)
    for scenario in parts["scenarios"]:
        path = root / "scenarios" / f"{scenario.id}.toml"
        if scenario.power is not None and scenario.power not in countries:
            yield Problem(path, 1, "jurisdiction", details={"name": repr(scenario.power)})
        for name in scenario.laws:
            if name not in laws:
                yield Problem(path, 1, f"no law {name!r}")
        yield from _text_problems(path, dict.fromkeys(case.source for case in scenario.precedents), scenario.name, scenario.question)
    for entry in parts["alternatives"]:
        path = root / "alternatives" / f"{entry.function}.toml"
        if entry.function not in functions:
            yield Problem(path, 1, "function", details={"name": repr(entry.function), "known": ", ".join(sorted(functions))})
        for index, option in enumerate(entry.alternatives):
            line = line_of(path.read_text("utf-8"), f"$.alternatives[{index}]")
            if option.service not in services:
                yield Problem(path, line, "service", details={"name": repr(option.service)})
            elif option.deployment is not None and deployments.get(option.deployment) != option.service:
                yield Problem(path, line, f"no deployment {option.deployment!r} of {option.service!r}")
            yield from _text_problems(path, [option.source], *filter(None, (option.needs, option.loses)), line=line)


def _text_problems(path: Path, addresses: Iterable[str], *texts: dict[str, str], line: int = 1) -> Iterator[Problem]:
    for source in addresses:
        if not address(source):
            yield Problem(path, line, "source", details={"name": repr(source)})
    for text in texts:
        if not set(text) >= TEXT_LANGUAGES:
            yield Problem(path, line, f"a sentence is missing in one language: {text}")
