"""The real data: it loads, its traces behave, the systems of the founding article are found by name, and it judges nobody."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from bascule.catalogue import Catalogue, found_in, gather, source
from bascule.model import SELF, Channel, Claim, Evidence, IfCut, Kind, Organisation, Outcome, OwnerKind, Role, ScenarioKind, Strength

ROOT = Path(__file__).parents[2] / "catalogue"
PATHS = sorted((ROOT / "organisations").glob("*.toml"))

# The table of the article, as it is printed there: what people write, the function of its line, what it means.
ARTICLE = [
    *(
        ("ai", *pair)
        for pair in (("ChatGPT", "chatgpt"), ("Claude", "claude"), ("Gemini", "gemini"), ("LLaMa", "llama"), ("Grok", "grok"), ("LeChat", "le-chat"))
    ),
    *(("website", *pair) for pair in (("WordPress", "wordpress"), ("Magento", "magento"), ("Shopify", "shopify"), ("Drupal", "drupal"))),
    *(("website", *pair) for pair in (("WebGazelle CMS", "webgazelle"), ("PrestaShop", "prestashop"), ("Typo3", "typo3"))),
    *(
        ("hosting", *pair)
        for pair in (("AWS", "aws"), ("Azure", "azure"), ("GCP", "gcp"), ("OVHcloud", "ovhcloud"), ("Scaleway", "scaleway"), ("IONOS", "ionos"))
    ),
    *(
        ("email", *pair)
        for pair in (("Outlook", "outlook"), ("Gmail", "gmail"), ("Infomaniak", "infomaniak"), ("OVH", "ovh-mail"), ("serveur dédié", "dedicated-mail"))
    ),
    *(("video-meeting", *pair) for pair in (("Teams", "teams"), ("Zoom", "zoom"), ("Google Meet", "google-meet"), ("Jitsi", "jitsi"))),
    *(("video-meeting", *pair) for pair in (("Whereby", "whereby"), ("MiroTalk", "mirotalk"))),
    *(
        ("office-suite", *pair)
        for pair in (("Microsoft 365", "microsoft-365"), ("Google Docs", "google-docs"), ("LibreOffice", "libreoffice"), ("OnlyOffice", "onlyoffice"))
    ),
    *(
        ("cloud-storage", *pair)
        for pair in (("OneDrive", "onedrive"), ("Google Drive", "google-drive"), ("Cognix Cloud", "cognix-cloud"), ("Nextcloud", "nextcloud"))
    ),
    *(("web-search", *pair) for pair in (("Google", "google-search"), ("Bing", "bing"), ("Qwant", "qwant"), ("Lilo", "lilo"))),
    *(("team-chat", *pair) for pair in (("Slack", "slack"), ("Discord", "discord"), ("RocketChat", "rocketchat"), ("Treebal", "treebal"))),
    *(("enterprise-social", *pair) for pair in (("Workplace", "workplace"), ("Whaller", "whaller"), ("Steeple", "steeple"))),
    *(("hosting", *pair) for pair in (("Cognix Hosting", "cognix-hosting"), ("Alixans", "alixans"), ("Dutiko", "dutiko"), ("Enix", "enix"))),
    ("operating-system", "Linux", "linux"),
]
FUNCTION_HEADINGS = {
    "IA": "ai",
    "Site internet": "website",
    "Hébergement": "hosting",
    "Messagerie": "email",
    "Visioconférence": "video-meeting",
    "Bureautique": "office-suite",
    "Stockage cloud": "cloud-storage",
    "Moteurs de recherche web": "web-search",
    "Chat d’entreprise": "team-chat",
    "Réseaux Sociaux d’entreprise": "enterprise-social",
}
VERDICTS = re.compile(r"souverain|sovereign", re.IGNORECASE)


@pytest.fixture(scope="module")
def content():
    return gather(ROOT)


@pytest.fixture(scope="module")
def shop(content):
    return Catalogue(content)


def test_the_catalogue_loads_with_nothing_to_refuse(content):
    assert len(content.organisations) > 300
    assert content.date <= date.today()


def test_every_file_is_read_alone_too():
    assert [path for path, _ in source.organisations(ROOT)] == PATHS


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_examples_of_every_trace_behave(path):
    for sold in msgspec.toml.decode(path.read_bytes(), type=Organisation).services:
        for trace in sold.fingerprints:
            assert trace.examples_pos
            assert trace.examples_neg
            assert all(found_in(trace, example) for example in trace.examples_pos), (sold.id, trace.pattern)
            assert not any(found_in(trace, example) for example in trace.examples_neg), (sold.id, trace.pattern)


def test_a_trace_is_found_in_its_own_examples_by_the_fast_table_too(shop):
    from bascule.catalogue import candidates

    for channel in Channel:
        for trace in shop.traces.all(channel):
            for example in trace.fingerprint.examples_pos:
                found = [one for candidate in candidates(channel, example) for one in shop.traces.find(channel, candidate)]
                assert trace in found or any(len(one.fingerprint.pattern) > len(trace.fingerprint.pattern) for one in found), trace.id


# The founding article.


@pytest.mark.parametrize(("function", "name", "wanted"), ARTICLE, ids=[wanted for _, _, wanted in ARTICLE])
def test_every_system_of_the_article_is_found_by_its_name(shop, function, name, wanted):
    assert shop.names.find(name, function).services == (wanted,)


# Of these nobody has published an operator or a host: unknown is an answer, and it stays one until somebody has read more.
UNREAD = {"alixans", "dutiko", "steeple"}


@pytest.mark.parametrize(("function", "name", "wanted"), ARTICLE, ids=[wanted for _, _, wanted in ARTICLE])
def test_every_system_of_the_article_has_its_function_and_what_could_be_read(shop, function, name, wanted):
    service = shop.services[wanted]
    assert function in service.functions
    assert wanted in UNREAD or (service.deployments and shop.organisations[shop.publisher[wanted]].facts)


@pytest.mark.parametrize(("heading", "wanted"), FUNCTION_HEADINGS.items())
def test_the_headings_of_the_article_name_functions(shop, heading, wanted):
    assert shop.names.function(heading) == wanted


# Honesty.


def texts(thing, key=""):
    """Every text that people are shown; addresses and titles of other people's pages are theirs."""
    if isinstance(thing, dict):
        for name, value in thing.items():
            if name not in ("source", "title"):
                yield from texts(value, name)
    elif isinstance(thing, list):
        for value in thing:
            yield from texts(value, key)
    elif isinstance(thing, str):
        yield thing


def test_no_text_of_the_catalogue_gives_a_verdict(content):
    assert [text for text in texts(msgspec.to_builtins(content)) if VERDICTS.search(text)] == []


def test_no_comment_of_a_file_gives_a_verdict():
    lines = [f"{path.name}: {line}" for path in ROOT.rglob("*.toml") for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
    assert [line for line in lines if VERDICTS.search(line)] == []


def test_powers_of_several_countries_are_simulated(content):
    assert {"US", "CN", "FR", "EU"} <= {scenario.power for scenario in content.scenarios if scenario.kind is ScenarioKind.POWER}
    assert {ScenarioKind.DECISION, ScenarioKind.FAILURE} <= {scenario.kind for scenario in content.scenarios}


def test_every_power_has_the_same_threads_or_more_never_fewer_for_ones_own(content):
    reaches = {scenario.power: set(scenario.reach) for scenario in content.scenarios if scenario.kind is ScenarioKind.POWER}
    assert reaches["US"] <= reaches["FR"]
    assert reaches["US"] <= reaches["EU"]


def test_interests_are_declared_for_the_products_of_the_articles_author(shop):
    for name in ("webgazelle", "cognix-cloud", "cognix-hosting"):
        assert any(fact.claim is Claim.INTEREST for fact in shop.services[name].facts), name


def test_what_has_ended_says_so(shop):
    assert any(fact.claim is Claim.STATUS and fact.value == "ended" for fact in shop.services["workplace"].facts)


@pytest.mark.parametrize("service", ["wordpress", "drupal", "nextcloud", "libreoffice", "typo3", "prestashop", "rocketchat", "mirotalk", "jitsi"])
def test_free_software_can_be_run_by_the_firm_itself(shop, service):
    assert any(deployment.operator == SELF for deployment in shop.services[service].deployments)
    assert any(fact.claim is Claim.LICENCE for fact in shop.services[service].facts)


# Form.


def test_values_come_from_the_vocabulary(content):
    closed = {
        Claim.STATUS: {"active", "ended", "renamed"},
        Claim.KEYS: {"vendor", "customer"},
        Claim.HOLDERS: {"one", "many"},
        Claim.ULTIMATE: {"listed", "founders", "state", "foundation", "community", "cooperative", "private"},
    }
    facts = [(entry.id, fact) for entry in content.organisations for fact in entry.facts]
    facts += [(service.id, fact) for entry in content.organisations for service in entry.services for fact in service.facts]
    assert [(name, fact.claim, fact.value) for name, fact in facts if fact.claim in closed and fact.value not in closed[fact.claim]] == []
    assert [(name, fact.value) for name, fact in facts if fact.claim is Claim.NEEDS_COMPLETE and fact.value is not True] == []


def test_an_organisation_has_one_seat_and_nobody_above_the_ultimate_owner(content):
    for entry in content.organisations:
        assert len({fact.value for fact in entry.facts if fact.claim is Claim.COUNTRY}) <= 1, entry.id
        above = [owner for owner in entry.owners if owner.kind is not OwnerKind.MINORITY and owner.until is None]
        assert not (above and any(fact.claim is Claim.ULTIMATE for fact in entry.facts)), entry.id


def test_the_members_of_the_unions_are_complete(shop):
    assert len(shop.members("EU") - {"EU"}) == 27
    assert len(shop.members("EEA") - {"EEA"}) == 30
    assert shop.members("EU") - {"EU"} < shop.members("EEA")
    assert "CH" not in shop.members("EEA")


def test_every_alternative_is_of_its_function(content, shop):
    for entry in content.alternatives:
        assert entry.function in shop.functions
        for option in entry.alternatives:
            assert 0 <= option.fit <= 3
            assert entry.function in shop.services[option.service].functions, (entry.function, option.service)


def test_no_alternative_stands_twice_in_one_deployment(content):
    for entry in content.alternatives:
        pairs = [(option.service, option.deployment) for option in entry.alternatives]
        assert len(pairs) == len(set(pairs)), entry.function


def test_no_name_of_an_organisation_belongs_to_two(content):
    from bascule.catalogue import plain

    holders: dict[str, set[str]] = {}
    for entry in content.organisations:
        for name in (entry.name, *entry.aliases):
            holders.setdefault(plain(name), set()).add(entry.id)
    assert {name: ids for name, ids in holders.items() if len(ids) > 1} == {}


def test_names_are_not_empty(content):
    from bascule.catalogue import plain

    for entry in content.organisations:
        assert all(plain(name) for name in (entry.name, *entry.aliases)), entry.id
        for service in entry.services:
            assert all(plain(name) for name in (service.name, *service.names.values(), *service.aliases)), service.id


def test_ids_may_stand_in_the_ids_of_an_audit(content):
    for entry in content.organisations:
        for name in (entry.id, *(service.id for service in entry.services)):
            assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", name), name
        assert all(entry_.id.startswith(f"{service.id}/") for service in entry.services for entry_ in service.deployments), entry.id


def test_every_function_tells_what_the_loss_of_each_role_does(content):
    for function in content.functions:
        assert function.roles, function.id
        assert all({"fr", "en"} <= set(edge.why) for edge in (*function.roles, *function.supports)), function.id
        assert {support.function for support in function.supports} <= {other.id for other in content.functions}


def test_the_name_and_its_servers_carry_site_and_mail_after_a_day(shop):
    for name in ("domain-name", "dns"):
        assert {(one.function, one.if_cut, one.after_hours) for one in shop.functions[name].supports} == {
            ("website", IfCut.STOPS, 24),
            ("email", IfCut.STOPS, 24),
        }


# Traps of the public fingerprint sets.


def services(shop, channel, record):
    from bascule.catalogue import candidates

    return {trace.service.id for candidate in candidates(channel, record) for trace in shop.traces.find(channel, candidate)}


@pytest.mark.parametrize("record", ["1 aspmx.l.google.com.", "1 smtp.google.com.", "10 alt1.aspmx.l.google.com.", "10 aspmx2.googlemail.com."])
def test_the_single_mail_host_of_a_provider_is_known_beside_the_old_ones(shop, record):
    assert services(shop, Channel.MX, record) == {"gmail"}


@pytest.mark.parametrize("record", ["0 firm-fr.mail.protection.outlook.com.", "0 firm-fr.a-v1.mx.microsoft."])
def test_both_mail_hosts_of_a_provider_are_its_mailbox(shop, record):
    assert services(shop, Channel.MX, record) == {"outlook"}


@pytest.mark.parametrize(
    ("channel", "record"),
    [
        (Channel.MX, "10 mail.notgoogle.com."),
        (Channel.MX, "10 aspmx.l.google.com.firm.fr."),
        (Channel.MX, "10 myoutlook.com."),
        (Channel.MX, "10 fortimail.city.gov."),
        (Channel.CNAME, "d111.notcloudfront.net."),
        (Channel.SPF, "v=spf1 include:notspf.protection.outlook.com.firm.fr -all"),
        (Channel.NS, "ns1.a1.firm.fr."),
        (Channel.SCRIPT_HOST, "nothotjar.com/x.js"),
    ],
)
def test_a_name_inside_another_name_is_nobody(shop, channel, record):
    assert services(shop, channel, record) == set()


def test_a_verification_of_a_search_console_is_no_office_suite(shop):
    found = services(shop, Channel.TXT, "google-site-verification=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
    assert not found & {"gmail", "google-docs", "google-workspace", "google-drive"}


def test_a_token_in_a_txt_record_never_claims_that_mail_is_kept_there(shop):
    for trace in shop.traces.all(Channel.TXT):
        assert trace.fingerprint.role not in (Role.MAILBOX, Role.GATEWAY), trace.id


def test_a_name_server_never_claims_a_site_or_a_mailbox(shop):
    for trace in shop.traces.all(Channel.NS):
        assert trace.fingerprint.role is Role.DNS, trace.id


def test_an_spf_include_never_claims_a_mailbox(shop):
    for trace in shop.traces.all(Channel.SPF):
        assert trace.fingerprint.role is Role.SENDER, trace.id


def test_a_tenant_look_up_that_finds_one_is_known(shop):
    assert services(shop, Channel.TENANT, "Managed")
    assert services(shop, Channel.TENANT, "Federated")


def test_a_tenant_is_never_a_mailbox(shop):
    for trace in shop.traces.all(Channel.TENANT):
        assert trace.fingerprint.role is Role.TENANT, trace.id


def test_a_network_is_a_machine_or_a_relay_never_a_mailbox(shop):
    for trace in shop.traces.all(Channel.ASN):
        assert trace.fingerprint.role in (Role.INFRASTRUCTURE, Role.HOST, Role.CDN), trace.id


def test_a_randomised_token_is_matched_by_its_form(shop):
    for stem in ("anthropic-domain-verification", "cursor-domain-verification"):
        found = [services(shop, Channel.TXT, f"{stem}-{random}=value") for random in ("p1ks1q", "64a3xw")]
        assert found[0] == found[1]


def test_the_keys_of_a_provider_that_signs_by_txt_are_found(shop):
    assert "gmail" in services(shop, Channel.DKIM_SELECTOR, "google")


def test_a_bill_that_covers_several_services_is_never_proof(shop):
    for trace in shop.traces.find(Channel.LABEL, "MICROSOFT MSBILL.INFO"):
        assert trace.fingerprint.strength is not Strength.PROOF, trace.id


def test_the_machine_under_the_relays_is_not_taken_for_the_host(shop):
    from datetime import UTC, datetime

    from bascule.identify import identify

    def seen(kind, question, value):
        return Evidence(
            subject="firm.fr", kind=kind, question=question, outcome=Outcome.PRESENT, value=value, source="t", seen_at=datetime(2026, 1, 1, tzinfo=UTC)
        )

    items = [seen(Kind.DNS, "A firm.fr", ["104.16.0.1"]), seen(Kind.ASN, "ASN 104.16.0.1", [{"asn": 13335}])]
    page = {"url": "https://firm.fr/", "status": 200, "headers": [["cf-ray", "1-CDG"]], "body": ""}
    result = identify([*items, seen(Kind.HTTP, "GET https://firm.fr/", page)], shop, date.today())
    assert [row for row in result.dependencies if row.role is Role.HOST] == []


# What an audit asks.


def test_what_is_asked_fits_the_budget_of_an_audit(content):
    asked = content.questions
    names, selectors = len(asked.names), len(asked.selectors_txt) + len(asked.selectors_cname)
    assert 2 * names + selectors + len(asked.srv) + len(asked.mail_hosts) <= 90


def test_the_domains_of_european_firms_have_a_registry_to_ask_or_are_known_to_have_none(content):
    asked = content.questions
    for domain in ("fr", "eu", "be", "ch", "de", "nl", "it", "es", "pl", "com", "net", "org", "info", "biz", "io", "bzh", "paris", "cat", "swiss", "berlin"):
        assert (domain in asked.rdap) != (domain in asked.rdap_none), domain


def test_the_fixed_hosts_are_not_asked_twice(content):
    assert not {"www", "autodiscover", "autoconfig", "mta-sts"} & set(content.questions.names)


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        ('0 issue "letsencrypt.org; validationmethods=dns-01"', {"lets-encrypt"}),
        ('128 issuewild "sectigo.com"', {"sectigo"}),
        ('0 issue "notletsencrypt.org"', set()),
        ('0 iodef "mailto:x@letsencrypt.org"', set()),
        ('0 issue ";"', set()),
    ],
)
def test_an_authority_is_allowed_by_its_own_name(shop, record, wanted):
    assert services(shop, Channel.CAA, record) == wanted
