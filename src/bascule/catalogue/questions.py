"""What an audit asks about a domain: the lists of `questions.toml`, and the DKIM selectors of the providers that are known."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from bascule.catalogue.check import address
from bascule.catalogue.refusal import Problem
from bascule.catalogue.source import OPT_OUT, QUESTIONS, Asked, Choice, OptOut, QuestionFile, line_of
from bascule.model import Channel, Fingerprint, Match, Organisation, Questions

MAX_NAMES, MAX_SELECTORS, MAX_SRV = 16, 30, 10
"""Each name costs two queries, each selector and SRV label one, of the 150 that an audit may send."""
_LABEL = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")
_SERVICE = re.compile(r"^_[a-z0-9-]+\._(?:tcp|udp|tls)$")
_DOMAIN = re.compile(r"^(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$")
_PROGRAM = re.compile(r"^(?:[a-z0-9-]+|/[A-Za-z0-9 ./-]+)$")
_DKIM = (Channel.DKIM_SELECTOR, Channel.DKIM_CNAME)


def questions(file: QuestionFile, organisations: Iterable[Organisation]) -> Questions:
    """Join what stands in the file with the selectors that the DKIM fingerprints carry."""
    traces = [trace for _, trace in _traces((Path(), entry) for entry in organisations)]
    own = [label for trace in traces if trace.channel is Channel.DKIM_SELECTOR for label in _selectors(trace)]
    return Questions(
        selectors_txt=(*own, *_labels(file.selectors)),
        selectors_cname=tuple(label for trace in traces if trace.channel is Channel.DKIM_CNAME for label in trace.selectors),
        many=file.many,
        names=_labels(file.names),
        srv=_labels(file.srv),
        mail_hosts=tuple(entry.template for entry in file.mail_hosts),
        rdap={domain: base for entry in file.rdap for base, domains in entry.services.items() for domain in domains},
        rdap_none=tuple(domain for entry in file.rdap for domain in entry.none),
        browsers=file.browsers,
        tenant=file.tenant.template if file.tenant else None,
    )


def problems(root: Path, file: QuestionFile, entries: list[tuple[Path, Organisation]], out: tuple[OptOut, ...]) -> Iterator[Problem]:
    """Yield what a release refuses: a thing asked twice, a name that is none, too much to ask, a place without an answer."""
    path = root / QUESTIONS
    if path.exists():
        text = path.read_text("utf-8")
        for place, words in (*_forms(file), *_sourced(file), *_budget(file, entries)):
            yield Problem(path, line_of(text, place), f"{place}: {words}")
    yield from _twice(path, file, entries)
    yield from _on_traces(entries)
    for index, entry in enumerate(out):
        if not _DOMAIN.match(entry.name):
            place = f"$.domains[{index}].name"
            yield Problem(root / OPT_OUT, line_of((root / OPT_OUT).read_text("utf-8"), place), f"{place}: {entry.name!r} is no lower-case domain")


def _forms(file: QuestionFile) -> Iterator[tuple[str, str]]:
    lists = (("names", [row.labels for row in file.names], _LABEL), ("selectors", [row.labels for row in file.selectors], _LABEL))
    for key, rows, form in (*lists, ("srv", [row.labels for row in file.srv], _SERVICE)):
        for index, labels in enumerate(rows):
            yield from ((f"$.{key}[{index}]", f"{label!r} is no label") for label in labels if not form.match(label))
    for name in file.browsers:
        if not _PROGRAM.match(name):
            yield "$.browsers", f"{name!r} is neither the name nor the whole path of a program"
    for index, host in enumerate(file.mail_hosts):
        if not _DOMAIN.match(host.template.replace("{dashed}", "firm-example", 1)) or "{dashed}" not in host.template:
            yield f"$.mail_hosts[{index}]", f"{host.template!r} is no host name with {{dashed}}"
    for index, registry in enumerate(file.rdap):
        for base, domains in registry.services.items():
            if not base.startswith("https://") or not base.endswith("/") or not address(base):
                yield f"$.rdap[{index}]", f"{base!r} is no https address with a final slash"
            yield from ((f"$.rdap[{index}]", f"{name!r} is no label") for name in domains if not _LABEL.match(name))
        yield from ((f"$.rdap[{index}]", f"{name!r} is no label") for name in registry.none if not _LABEL.match(name))
    if file.tenant and ("{domain}" not in file.tenant.template or not file.tenant.template.startswith("https://")):
        yield "$.tenant", f"{file.tenant.template!r} is no https address with {{domain}}"


def _sourced(file: QuestionFile) -> Iterator[tuple[str, str]]:
    groups = {"selectors": file.selectors, "srv": file.srv, "mail_hosts": file.mail_hosts, "rdap": file.rdap}
    for key, rows in groups.items():
        yield from ((f"$.{key}[{index}]", f"no source address ({row.source!r})") for index, row in enumerate(rows) if not address(row.source))
    if file.tenant and not address(file.tenant.source):
        yield "$.tenant", f"no source address ({file.tenant.source!r})"


def _budget(file: QuestionFile, entries: list[tuple[Path, Organisation]]) -> Iterator[tuple[str, str]]:
    asked = questions(file, (entry for _, entry in entries))
    counts = {
        "names": (len(asked.names), MAX_NAMES),
        "selectors": (len(asked.selectors_txt) + len(asked.selectors_cname), MAX_SELECTORS),
        "srv": (len(asked.srv), MAX_SRV),
    }
    for key, (count, most) in counts.items():
        if count > most:
            yield f"$.{key}", f"{count} to ask, at most {most}"


def _twice(path: Path, file: QuestionFile, entries: list[tuple[Path, Organisation]]) -> Iterator[Problem]:
    """A thing asked twice costs twice: the same label, or a domain with two services."""
    asked = questions(file, (entry for _, entry in entries))
    domains = [name for row in file.rdap for group in (*row.services.values(), row.none) for name in group]
    for group in ((*asked.selectors_txt, *asked.selectors_cname), asked.names, asked.srv, domains):
        yield from (Problem(path, 1, f"{label!r} is asked {count} times") for label, count in Counter(group).items() if count > 1)


def _on_traces(entries: list[tuple[Path, Organisation]]) -> Iterator[Problem]:
    """Only a DKIM trace has selectors, and they are labels."""
    for path, entry in entries:
        text = path.read_text("utf-8")
        for place, trace in _traces([(path, entry)]):
            if trace.selectors and trace.channel not in _DKIM:
                yield Problem(path, line_of(text, place), f"{place}: only a DKIM trace has selectors")
            for label in trace.selectors:
                if not _LABEL.match(label):
                    yield Problem(path, line_of(text, place), f"{place}: {label!r} is no label")


def _labels(rows: Iterable[Asked | Choice]) -> tuple[str, ...]:
    return tuple(label for row in rows for label in row.labels)


def _selectors(trace: Fingerprint) -> tuple[str, ...]:
    """Return the selectors of a trace; one that matches a whole name is itself what there is to ask."""
    return trace.selectors or ((trace.pattern,) if trace.match is Match.EXACT else ())


def _traces(entries: Iterable[tuple[Path, Organisation]]) -> Iterator[tuple[str, Fingerprint]]:
    for _, entry in entries:
        for number, service in enumerate(entry.services):
            for index, trace in enumerate(service.fingerprints):
                yield f"$.services[{number}].fingerprints[{index}]", trace
