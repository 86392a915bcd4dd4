"""How a trace is looked for in a record: which names a record holds, and whether a pattern fits one of them."""

import re
from functools import lru_cache

from bascule.model import Channel, Fingerprint, Match

_HOST_LAST = {Channel.MX, Channel.SRV, Channel.NS, Channel.SOA, Channel.CNAME, Channel.DKIM_CNAME, Channel.AUTODISCOVER}
_NAMES = _HOST_LAST | {Channel.SPF, Channel.SCRIPT_HOST}
_ISSUER = re.compile(r"""^\d+\s+issue(?:wild)?\s+"?\s*([^";\s]+)""", re.IGNORECASE)
_MECHANISM = re.compile(r"^[+?~]?(?:include|redirect|a|mx|exists|ptr)[:=](.+)$", re.IGNORECASE)


def host(name: str) -> str:
    """Return a host name in the form in which names are compared: lower case, without the final dot."""
    return name.rstrip(".").lower()


@lru_cache(maxsize=256)
def spf_targets(record: str) -> tuple[str, ...]:
    """Return the names that an SPF record (RFC 7208) names directly, in order; none when it is not SPF.

    Macros (`%{i}`) are cut away with the labels that hold them, so that `exists:%{i}.spf.x.fr` names `spf.x.fr`.
    """
    terms = record.split()
    if not terms or terms[0].lower() != "v=spf1":
        return ()
    found = (_MECHANISM.match(term) for term in terms[1:])
    return tuple(name for name in (_without_macro(match[1]) for match in found if match) if name)


def _without_macro(target: str) -> str:
    name = target.split("/")[0]
    if "%" in name:
        name = name[name.rfind("}") + 1 :].partition(".")[2]
    return host(name)


def candidates(channel: Channel, record: str) -> tuple[str, ...]:
    """Return what a pattern of `channel` is compared with, given a record as it was seen.

    A record is written as in docs/evidence.md: `10 mx.exemple.fr.` for an MX, the joined string for a TXT.
    SOA gives the primary server's name and the mailbox of its keeper; CAA (RFC 8659) the authority that it allows, if any.
    """
    if channel is Channel.SPF:
        return spf_targets(record) if record.lower().startswith("v=spf1") else (host(record),)
    if channel is Channel.CAA:
        issuer = _ISSUER.match(record)
        return (host(issuer[1]),) if issuer else ()
    if channel is Channel.SOA:
        return tuple(host(part) for part in record.split()[:2])
    if channel in _HOST_LAST:
        return (host(record.split()[-1]),) if record.split() else ()
    return (host(record),) if channel in (Channel.SCRIPT_HOST, Channel.DOMAIN) else (record,)


def fits(fingerprint: Fingerprint, candidate: str) -> bool:
    """Say whether the pattern fits; a suffix fits on label boundaries only (`mx.ovh.net` is no `notmx.ovh.net`)."""
    pattern = fingerprint.pattern if fingerprint.match is Match.REGEX else fingerprint.pattern.lower()
    if fingerprint.match is Match.REGEX:
        return compiled(pattern).search(candidate) is not None
    text = candidate.lower()
    if fingerprint.match is Match.EXACT:
        return text == pattern
    if fingerprint.match is Match.PREFIX:
        return text.startswith(pattern)
    return text == pattern.lstrip(".") or text.endswith("." + pattern.lstrip("."))


def found_in(fingerprint: Fingerprint, record: str) -> bool:
    """Say whether a record as it was seen holds the trace."""
    return any(fits(fingerprint, candidate) for candidate in candidates(fingerprint.channel, record))


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern; case is ignored, as DNS, HTTP headers and banks ignore it."""
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=4096)
def needed_word(pattern: str) -> str:
    """Return the longest run of plain ASCII letters and signs, in lower case, without which a pattern is found in no text; "" when none is sure.

    Only what stands outside groups, sets and choices counts; a letter before `?`, `*` or `{` may be missing.
    """
    if "|" in _flat(pattern):
        return ""
    best = ""
    for run in _runs(_flat(pattern)):
        best = max(best, run, key=len)
    return best.lower()


def _flat(pattern: str) -> str:
    """Return a pattern with each group, set and class replaced by a NUL."""
    out, depth, index = [], 0, 0
    while index < len(pattern):
        letter = pattern[index]
        step = 2 if letter == "\\" else 1
        piece = pattern[index : index + step]
        if letter == "[":
            end = pattern.find("]", index + 2)
            step, piece = (end + 1 if end > 0 else len(pattern)) - index, "\0"
        elif letter == "(":
            depth, piece = depth + 1, "\0"
        elif letter == ")":
            depth, piece = depth - 1, "\0"
        if depth == 0:
            out.append(piece)
        index += step
    return "".join(out)


def _runs(flat: str) -> list[str]:
    """Return the runs of letters that must stand as they are."""
    runs, run, index = [], "", 0
    while index < len(flat):
        letter = flat[index]
        plain = letter if letter not in "\\.^$*+?{}\0|" else ""
        if letter == "\\" and index + 1 < len(flat):
            index += 1
            plain = flat[index] if not flat[index].isalnum() else ""
        if plain and plain.isascii() and flat[index + 1 : index + 2] not in ("?", "*", "{"):
            run += plain
        else:
            runs.append(run)
            run = ""
            if flat[index + 1 : index + 2] == "{":
                index = max(index, flat.find("}", index))
        index += 1
    return [*runs, run]


_PLACES = 100
"""So many places of a word are looked at by themselves; where there are more, the rest is searched at once."""
_UNBOUNDED = re.compile(r"[*+]|\)\{|,\}")
_ATOM = re.compile(r"\\.|\[[^\]]+\]")
_UPPER = re.compile(r"\{(?:\d+,)?(\d+)\}")


@lru_cache(maxsize=4096)
def most_letters(pattern: str) -> int | None:
    """Return how many letters a match of a pattern has at most, rather too many; None when nothing bounds it."""
    atoms = _ATOM.sub("x", pattern)
    return None if _UNBOUNDED.search(atoms) else len(atoms) + sum(int(upper) for upper in _UPPER.findall(atoms))


def is_in(pattern: str, text: str, lower: str) -> bool:
    """Say whether a pattern is found in a long text, of which `lower` is the same in lower case.

    Around each place of a word that every match holds, only so much is searched as a match has letters.
    """
    expression, word, most = compiled(pattern), needed_word(pattern), most_letters(pattern)
    if word not in lower:
        return False
    if not word or most is None or len(lower) != len(text):
        return expression.search(text) is not None
    place, done = lower.find(word), 0
    for _ in range(_PLACES):
        if place < 0:
            return False
        end = place + len(word) + most
        match = expression.search(text, max(done, place - most), end)
        if match is not None:
            # What the end of the window cut short is no match of the whole text.
            return expression.match(text, match.start()) is not None or expression.search(text) is not None
        # A match that starts no later than this place would have ended within this window.
        done = place + 1
        place = lower.find(word, done)
    return expression.search(text, done) is not None
