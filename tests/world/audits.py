"""What the tests of this folder share: commands run in the world, and what a right audit says."""

import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bascule.audit import audit, encode
from bascule.catalogue import load
from bascule.model import Evidence, Outcome

BASCULE = str(Path(sys.executable).parent / "bascule")


def called(world, *words, timeout=90, **environment):
    """Run `bascule` in the world with a pace of its own; return the finished process."""
    with tempfile.TemporaryDirectory() as own:
        env = {"XDG_CACHE_HOME": own, "XDG_DATA_HOME": own, **environment}
        return world.run([BASCULE, "--lang", "en", *words], env=env, timeout=timeout)


def audited(world, domain, *words):
    """Return the audit document of a domain that was asked about now, and the exit status."""
    done = called(world, "audit", domain, "--format", "json", *words)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout), done.returncode


def collected(world, domains, *words, timeout=240):
    """Return the evidence about domains, by subject."""
    done = called(world, "collect", *domains, "--contact", "https://exemple.fr/essai", *words, timeout=timeout)
    assert done.returncode in (0, 1), done.stderr
    lines = done.stdout.splitlines()
    assert json.loads(lines[0]) == {"schema": "bascule.evidence/1"}
    found = {domain: [] for domain in domains}
    for line in lines[1:]:
        item = msgspec.json.decode(line, type=Evidence)
        found[item.subject].append(item)
    return found


def meaning(evidence):
    """Return the audit document that evidence comes to."""
    return json.loads(encode(audit(evidence, None, load(), datetime.now(UTC).date())))


def claims(document):
    """Return what an audit claims: function, role, organisation, service of each row."""
    return {(row["function"], row["role"], row["organisation"], row["service"]) for row in document["dependencies"]}


def opened(document):
    """Return the places that an audit leaves open."""
    return {(item["function"], item["role"]) for item in document["unknowns"]}


def silent(document):
    """Return the questions of an audit that got no answer."""
    return {item["question"] for item in document["evidence"] if item["outcome"] == Outcome.UNREACHABLE}


def told(document):
    """Return the questions without an answer that the audit names to its reader."""
    return {question for note in document["notes"] if note["code"] == "unanswered" for question in note["args"]["questions"].split("\n")}


def differences(firm, document, asks=frozenset()):
    """Return where an audit and the rows written by hand beside a firm differ: nothing, when it is right."""
    due = [row for row in firm.expected if applies(row, asks)]
    got = claims(document)
    missing = [row for row in due if not row.optional and not any(fits(row, claim) for claim in got)]
    extra = [claim for claim in got if not any(fits(row, claim) for row in due)]
    forbidden = [claim for claim in got if claim[2] in firm.not_claimed]
    unsaid = [row for row in firm.expected_unknown if applies(row, asks) and not row.optional and (row.function, row.role) not in opened(document)]
    return {"missing": missing, "extra": extra, "forbidden": forbidden, "not left open": unsaid}


def applies(row, asks):
    return (row.ask is None or row.ask in asks) and not (row.unless and row.unless in asks)


def fits(row, claim):
    function, role, organisation, service = claim
    return (function, role) == (row.function, row.role) and organisation in (row.organisation, *row.alternatives) and row.service in (None, service)


RIGHT = {"missing": [], "extra": [], "forbidden": [], "not left open": []}
