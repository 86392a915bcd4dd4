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
