"""A small made-up world: countries XA, XB, XC and the union XU, vendors named after trees. Logic is tested apart from data."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bascule.catalogue import Catalogue, Content
from bascule.model import (
    FIRM,
    SELF,
    Alternative,
    AlternativeSet,
    Channel,
    Claim,
    Degree,
    Dependency,
    Deployment,
    Effect,
    Evidence,
    Fact,
    Fingerprint,
    Flow,
    Function,
    Hosting,
    IfCut,
    Jurisdiction,
    Kind,
    Law,
    Match,
    Need,
    Option,
    Organisation,
    Outcome,
    Owner,
    OwnerKind,
    Price,
    Role,
    RoleEffect,
    Scenario,
    ScenarioKind,
    Service,
    ServiceKind,
    SignIn,
    Status,
    Strength,
    Support,
    Transfer,
    evidence_id,
)

SOURCE = "https://example.org/page"
READ = date(2026, 1, 15)
ON = date(2026, 2, 1)
NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
FIRM_DOMAIN = "firm.example"


# What people write down: one function a noun.


def fact(claim, value, read_on=READ, **more):
    return Fact(claim=Claim(claim), value=value, source=SOURCE, read_on=read_on, **more)


def owner(name, kind=OwnerKind.MAJORITY, **more):
    return Owner(organisation=name, kind=kind, source=SOURCE, **{"read_on": READ, **more})


def hosting(provider, country=None, **more):
    return Hosting(provider=provider, country=country, source=SOURCE, **{"read_on": READ, **more})


def need(service, if_cut=IfCut.STOPS, after_hours=0, kind="infra"):
    return Need(service=service, kind=kind, if_cut=if_cut, after_hours=after_hours, source=SOURCE, read_on=READ)


def deployment(name, operator, option=Option.VENDOR, hosts=(), needs=(), **more):
    return Deployment(id=name, option=option, operator=operator, hosting=tuple(hosts), needs=tuple(needs), source=SOURCE, **{"read_on": READ, **more})


def own_machine(service, hosts=(SELF,), needs=()):
    return deployment(f"{service}/self", SELF, Option.SELF, [hosting(host) for host in hosts], needs)


def export(data="files", method="ui", form="zip", official=True, open_format=None):
    return Transfer(data=data, method=method, format=form, official=official, open_format=open_format, source=SOURCE, read_on=READ)


def price(amount, per="user", period="month", currency="EUR"):
    return Price(plan="basic", amount=Decimal(amount), currency=currency, per=per, period=period, source=SOURCE, read_on=READ)


def sign_in(host):
    return SignIn(protocol="imap", hosts=(host,), flow=Flow.CODE, authorize_url=SOURCE, token_url=SOURCE, scopes=("mail",), source=SOURCE, read_on=READ)


def mark(channel, pattern, role, match=Match.SUFFIX, strength=Strength.PROOF, pos=None, neg=("nothing",), **more):
    return Fingerprint(
        channel=Channel(channel),
        match=Match(match),
        pattern=pattern,
        role=Role(role),
        strength=strength,
        examples_pos=tuple(pos if pos is not None else (pattern,)),
        examples_neg=tuple(neg),
        source=SOURCE,
        read_on=READ,
        **more,
    )


def service(name, *functions, kind=ServiceKind.SAAS, title=None, **more):
    return Service(id=name, name=title or name.replace("-", " ").title(), functions=functions, kind=kind, **more)


def organisation(name, country=None, *services, ultimate=None, owners=(), facts=(), **more):
    told = [fact("country", country)] if country else []
    told += [fact("ultimate", ultimate)] if ultimate else []
    return Organisation(id=name, name=name.title(), facts=(*told, *facts), owners=tuple(owners), services=services, **more)


def alternative(name, fit=3, **more):
    return Alternative(service=name, fit=fit, source=SOURCE, **{"read_on": READ, **more})


def alternatives(function, *options):
    return AlternativeSet(function=function, alternatives=tuple(alternative(option) if isinstance(option, str) else option for option in options))


def country(code, *unions):
    return Jurisdiction(code=code, name={"fr": code, "en": code}, member_of=unions)


def law(name, code, *effects, reach=(Degree.SEAT, Degree.OWNER, Degree.PLACE), **more):
    texts = {"fr": "Une loi.", "en": "A law."}
    return Law(
        id=name,
        jurisdiction=code,
        name=texts,
        instrument=f"{code} 1",
        compels=texts,
        effects=effects or (Effect.STOP,),
        reach=reach,
        source=SOURCE,
        **{"read_on": READ, **more},
    )


def scenario(name, kind=ScenarioKind.POWER, power=None, reach=(Degree.SEAT, Degree.OWNER, Degree.PLACE), **more):
    return Scenario(id=name, kind=kind, name={"fr": name, "en": name}, question={"fr": "?", "en": "?"}, power=power, reach=reach, **more)


def function(name, critical=False, supports=(), words=(), **roles):
    """A function; each keyword is a role (`third_party` for `third-party`) with what its loss does."""
    edges = (RoleEffect(role=Role(role.replace("_", "-")), if_cut=IfCut(effect), after_hours=0, why={}) for role, effect in roles.items())
    rests = (Support(function=target, if_cut=IfCut.STOPS, after_hours=hours, why={}) for target, hours in supports)
    return Function(id=name, name={"fr": name.title(), "en": name.title()}, words=words, critical=critical, roles=tuple(edges), supports=tuple(rests))


FUNCTIONS = (
    function("email", True, (), ("messagerie", "courriel"), mailbox="stops", gateway="stops", infrastructure="stops", sender="degrades", tenant="degrades"),
    function("website", True, (), ("site internet",), host="stops", operator="stops", cdn="stops", software="no_update", third_party="degrades"),
    function("hosting", True, (("website", 0),), ("hébergement",), operator="stops"),
    function("cloud-storage", True, (), ("stockage de fichiers",), operator="stops"),
    function("office-suite", False, (), ("bureautique",), operator="stops", software="no_update"),
    function("domain-name", False, (("website", 24), ("email", 24)), (), registrar="stops"),
    function("dns", False, (("website", 24), ("email", 24)), (), dns="stops"),
    function("certificate", False, (("website", 2160),), (), certificate="no_update"),
    function("analytics", third_party="degrades"),
    function("newsletter", sender="degrades"),
)
COUNTRIES = (country("XA", "XU"), country("XB"), country("XC", "XU"), country("XU"))
LAWS = (law("xa-1", "XA"), law("xb-1", "XB"), law("xb-read", "XB", Effect.READ), law("xu-1", "XU"))
SCENARIOS = (
    scenario("order-xa", power="XA", laws=("xa-1",)),
    scenario("order-xb", power="XB", laws=("xb-1", "xb-read")),
    scenario("order-xu", power="XU", laws=("xu-1",)),
    scenario("vendor-decision", ScenarioKind.DECISION, reach=()),
    scenario("failure", ScenarioKind.FAILURE, reach=()),
)


def catalogue(*organisations, sets=(), functions=FUNCTIONS, laws=LAWS, scenarios=SCENARIOS, jurisdictions=COUNTRIES):
    return Catalogue(
        Content(
            version="test",
            date=READ,
            functions=tuple(functions),
            jurisdictions=tuple(jurisdictions),
            laws=tuple(laws),
            scenarios=tuple(scenarios),
            alternatives=tuple(sets),
            organisations=tuple(organisations),
        )
    )


# A market of vendors, for identification.

ALDER = organisation(
    "alder",
    "XB",
    service(
        "alder-mail",
        "email",
        aliases=("Alder Courrier", "alder.example"),
        deployments=(deployment("alder-mail/vendor", "alder", hosts=[hosting("alder", "XB")]),),
        fingerprints=(
            mark("mx", "mx.alder.example", "mailbox"),
            mark("mx", "protection.alder.example", "mailbox"),
            mark("spf_include", "spf.alder.example", "sender"),
            mark("dkim_cname", "dkim.alder.example", "mailbox"),
            mark("autodiscover", "auto.alder.example", "mailbox"),
            mark("bank_label", r"\bALDER\*MAIL\b", "operator", "regex"),
        ),
    ),
    service(
        "alder-id",
        "identity",
        fingerprints=(
            mark("tenant", "Managed", "tenant", "exact"),
            mark("txt", "alder-verify=", "tenant", "prefix", Strength.STRONG, not_proof_of=("mailbox", "in-use")),
        ),
    ),
    service("alder-files", "cloud-storage", deployments=(deployment("alder-files/vendor", "alder"),)),
    service("alder-docs", "office-suite", "cloud-storage"),
    ultimate="listed",
)
BIRCH = organisation(
    "birch",
    "XB",
    service(
        "birch-mail",
        "email",
        fingerprints=(
            mark("mx", "mx.birch.example", "mailbox"),
            mark("dkim_selector", "birch", "mailbox", "exact"),
            mark("spf_include", "_spf.birch.example", "sender"),
        ),
    ),
    service(
        "birch-search", "web-search", fingerprints=(mark("txt", "birch-site-verification=", "operator", "prefix", Strength.WEAK, not_proof_of=("mailbox",)),)
    ),
)
CEDAR = organisation(
    "cedar",
    "XA",
    service("cedar-filter", "email", fingerprints=(mark("mx", "in.cedar.example", "gateway"), mark("spf_include", "spf.cedar.example", "sender"))),
)
DOGWOOD = organisation(
    "dogwood",
    "XA",
    service("dogwood-letters", "newsletter", fingerprints=(mark("spf_include", "spf.dogwood.example", "sender"),)),
    service(
        "dogwood-mail",
        "email",
        fingerprints=(
            mark("mx", "mail.dogwood.example", "mailbox"),
            mark("spf_include", "out.dogwood.example", "sender"),
            mark("autodiscover", "clients.dogwood.example", "mailbox"),
        ),
    ),
    service(
        "dogwood-lines",
        "email",
        fingerprints=(
            mark("mx", "lines.dogwood.example", "mailbox", strength=Strength.WEAK),
            mark("spf_include", "smtp.dogwood.example", "sender"),
        ),
    ),
    service("dogwood-dns", "dns", fingerprints=(mark("ns", "ns.dogwood.example", "dns"),)),
    service("dogwood-names", "domain-name", fingerprints=(mark("registrar", "^Dogwood ", "registrar", "regex"),)),
)
ELM = organisation(
    "elm",
    "XB",
    service(
        "elm-relay",
        "cdn",
        fingerprints=(mark("header", "^elm-ray: ", "cdn", "regex"), mark("cname", "edge.elm.example", "cdn"), mark("asn", "64500", "cdn", "exact")),
    ),
    service("elm-dns", "dns", fingerprints=(mark("ns", "ns.elm.example", "dns"),)),
)
FIR = organisation(
    "fir",
    "XA",
    service("fir-servers", "hosting", kind=ServiceKind.IAAS, fingerprints=(mark("asn", "64501", "infrastructure", "exact"),)),
    service("fir-shop", "website", fingerprints=(mark("cname", "shops.fir.example", "operator"),)),
)
GORSE = organisation(
    "gorse",
    "XB",
    service(
        "gorse-cms",
        "website",
        kind=ServiceKind.SOFTWARE,
        facts=(fact("licence", "GPL-2.0-or-later"), fact("holders", "many")),
        deployments=(deployment("gorse-cms/vendor", "gorse"), own_machine("gorse-cms")),
        fingerprints=(
            mark("generator", "^Gorse ", "software", "regex"),
            mark("script_host", r"/gorse-content/", "software", "regex"),
            mark("cookie", "gorse_session", "software", "exact"),
            mark("html", "<!-- made with gorse -->", "software", "regex", Strength.WEAK),
            mark("html", "/gorse-files/", "software", "regex"),
        ),
    ),
)
HAZEL = organisation(
    "hazel",
    "XB",
    service(
        "hazel-stats",
        "analytics",
        fingerprints=(
            mark("script_host", "stats.hazel.example", "third-party"),
            mark("script", r"\bhazel\(['\"]init", "third-party", "regex"),
            mark("html", r"/hazel\.js\b", "third-party", "regex"),
        ),
    ),
    service("hazel-tags", "tag-manager", fingerprints=(mark("script_host", "tags.hazel.example", "third-party"),)),
)
IVY = organisation("ivy", "XC", service("ivy-trust", "certificate", fingerprints=(mark("tls_issuer", "^Ivy Trust$", "certificate", "regex"),)))
MARKET = (ALDER, BIRCH, CEDAR, DOGWOOD, ELM, FIR, GORSE, HAZEL, IVY)


# What was seen.

_KINDS = {
    "ASN": Kind.ASN,
    "GET": Kind.HTTP,
    "REQUEST": Kind.REQUEST,
    "TLS": Kind.TLS,
    "EHLO": Kind.SMTP,
    "RDAP": Kind.RDAP,
    "TENANT": Kind.TENANT,
    "ROW": Kind.FILE,
    "ANSWER": Kind.ANSWER,
}


def seen(question, value=None, subject=FIRM_DOMAIN, outcome=Outcome.PRESENT, hours=0, source="test"):
    kind = _KINDS.get(question.split()[0], Kind.DNS)
    return Evidence(subject=subject, kind=kind, question=question, outcome=outcome, value=value, source=source, seen_at=NOON + timedelta(hours=hours))


def records(question, *values, subject=FIRM_DOMAIN, hours=0):
    return seen(question, list(values), subject, hours=hours)


def absent(question, subject=FIRM_DOMAIN, hours=0):
    return seen(question, None, subject, Outcome.ABSENT, hours)


def silent(question, subject=FIRM_DOMAIN, hours=0):
    return seen(question, None, subject, Outcome.UNREACHABLE, hours)


def network(address, number, code=None):
    return seen(f"ASN {address}", [{"asn": number, **({"country": code} if code else {})}])


def page(body="", headers=(), url=f"https://{FIRM_DOMAIN}/"):
    return seen(f"GET {url}", {"url": url, "status": 200, "headers": [list(pair) for pair in headers], "body": body})


def tool(label, line=1, **fields):
    """A line of a tool list, as the reader gives it: the name, and what stands beside it."""
    rows = {"": label, **{f"-{name.replace('_', '-')}": text for name, text in fields.items()}}
    return [seen(f"ANSWER tool{field}:outils.csv#{line}", [text], FIRM) for field, text in rows.items()]


def bill(label, monthly=None, line=1, **more):
    value = {"label": label, "count": 1, **more} | ({"monthly_eur": monthly} if monthly else {})
    return seen(f"ROW compta.csv#{line}", value, FIRM)


def row(name, organisation_id, *, function="cloud-storage", role=Role.OPERATOR, subject=FIRM, service=None, deployment=None, **more):
    """A dependency as identification would leave it, for the rooms behind it."""
    proof = seen(f"ANSWER {name}", ["yes"], subject)
    return Dependency(
        id=f"d:{name}",
        subject=subject,
        function=function,
        role=role,
        service=service,
        deployment=deployment,
        organisation=organisation_id,
        confidence=0.9,
        status=more.pop("status", Status.IN_USE),
        evidence=(evidence_id(proof),),
        **more,
    )
