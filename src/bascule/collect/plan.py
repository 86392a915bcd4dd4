"""What is asked about a name, and in which order: what the page waits for first."""

from bascule.model import WILDCARD_PROBE, Questions

MAIL_QUESTIONS = 15
"""Most questions of the mail list."""
_FIXED = (
    ("NS", "{domain}"),
    ("SOA", "{domain}"),
    ("TXT", "{domain}"),
    ("TXT", "_dmarc.{domain}"),
    ("CAA", "{domain}"),
    ("TXT", "_mta-sts.{domain}"),
    ("TXT", "_smtp._tls.{domain}"),
    ("CNAME", "www.{domain}"),
    ("CNAME", "autodiscover.{domain}"),
    ("CNAME", "autoconfig.{domain}"),
    ("CNAME", "mta-sts.{domain}"),
    ("A", "autodiscover.{domain}"),
    ("A", "autoconfig.{domain}"),
    ("SRV", "_autodiscover._tcp.{domain}"),
)
_MAIL = (
    ("MX", "{domain}"),
    ("A", "{domain}"),
    ("AAAA", "{domain}"),
    ("NS", "{domain}"),
    ("TXT", "{domain}"),
    ("TXT", "_dmarc.{domain}"),
    ("CNAME", "autodiscover.{domain}"),
    ("SRV", "_autodiscover._tcp.{domain}"),
)
_MAIL_SELECTORS = 5

Asked = list[tuple[str, str]]


def customers_only(domain: str, questions: Questions) -> Asked:
    """Return the questions about names that one provider sets up for its customers only: they tell it which domain is looked at."""
    return [("A", template.format(domain=domain, dashed=domain.replace(".", "-"))) for template in questions.mail_hosts]


def everything(domain: str, questions: Questions) -> Asked:
    """Return the DNS questions of a whole audit that need no earlier answer, as (type, name), without repeats."""
    asked = [("A", domain), ("AAAA", domain), ("MX", domain), ("A", f"www.{domain}"), ("AAAA", f"www.{domain}"), *_filled(_FIXED, domain)]
    asked += [("CNAME", f"{selector}._domainkey.{domain}") for selector in (*questions.selectors_cname, WILDCARD_PROBE)]
    asked += [("TXT", f"{selector}._domainkey.{domain}") for selector in (*questions.selectors_txt, WILDCARD_PROBE)]
    asked += [("SRV", f"{owner}.{domain}") for owner in questions.srv]
    asked += [(kind, f"{label}.{domain}") for label in (WILDCARD_PROBE, *questions.names) for kind in ("A", "AAAA")]
    return list(dict.fromkeys(asked))


def mail_only(domain: str, questions: Questions) -> Asked:
    """Return the named subset for many domains: at most `MAIL_QUESTIONS` questions about mail, the mail hosts' addresses among those left.

    The most telling selectors are asked, and no name below the domain beside them.
    """
    aliases = set(questions.selectors_cname)
    keys = [("CNAME" if selector in aliases else "TXT", f"{selector}._domainkey.{domain}") for selector in questions.many[:_MAIL_SELECTORS]]
    return [*_filled(_MAIL, domain), *keys]


def _filled(templates: tuple[tuple[str, str], ...], domain: str) -> Asked:
    return [(kind, template.format(domain=domain)) for kind, template in templates]
