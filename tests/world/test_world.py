"""The world is what its files say, holds together, and is closed."""

import http.client
import smtplib
import socket
import ssl
import subprocess
import sys
import time
import tomllib
from functools import partial
from itertools import groupby

import dns.message
import dns.query
import dns.rcode
import dns.rdata
import pytest

from bascule.catalogue import load_networks
from bascule.model import Role
from world import World, WorldUnavailable
from world.faults import ADDRESSES, PRIVATE, RESOLVERS
from world.parts import firms, providers
from world.plan import ROOT
from world.zones import Tree, records

FIRMS = firms()
PARTS = [*providers(), *FIRMS]
GREETERS = [greeter for part in PARTS for greeter in part.greeters]
PAGES = [page for firm in FIRMS for page in firm.pages]
TREE = Tree(providers(), FIRMS)
CATALOGUE = {
    entry["id"]: entry for path in (ROOT / "catalogue" / "organisations").glob("*.toml") for entry in [tomllib.loads(path.read_text(encoding="utf-8"))]
}
FUNCTIONS = {entry["id"] for entry in tomllib.loads((ROOT / "catalogue" / "functions.toml").read_text(encoding="utf-8"))["functions"]}


def ask(world, name, kind, server=None, timeout=3):
    query = dns.message.make_query(name, kind, use_edns=0, payload=1232)
    return world.inside(lambda: dns.query.udp_with_fallback(query, server or world.resolver, timeout=timeout)[0])


def told(answer, kind):
    return {item.to_text() for part in answer.answer if part.rdtype == dns.rdatatype.from_text(kind) for item in part}


def test_twenty_firms_with_all_kinds_of_set_up():
    assert len(FIRMS) == 20
    assert len({firm.domain for firm in FIRMS}) == 20
    assert {firm.domain.rpartition(".")[2] for firm in FIRMS} >= {"fr", "eu", "ch", "be", "com", "bzh"}


@pytest.mark.parametrize("firm", FIRMS, ids=lambda firm: firm.domain)
def test_what_is_expected_exists_in_the_catalogue(firm):
    for row in firm.expected:
        assert row.function in FUNCTIONS
        assert row.role in set(Role)
        for organisation in (row.organisation, *row.alternatives):
            assert organisation in CATALOGUE or organisation in ("self", "none") or organisation.startswith(("domain:", "as:")), organisation
        assert row.service is None or row.service in {service["id"] for service in CATALOGUE[row.organisation]["services"]}, row
    for organisation in firm.not_claimed:
        assert organisation in CATALOGUE or organisation in {"self", "none"} | {
            service["id"] for entry in CATALOGUE.values() for service in entry.get("services", ())
        }
    assert firm.mirrors


@pytest.mark.parametrize("firm", [firm for firm in FIRMS if firm.served], ids=lambda firm: firm.domain)
def test_a_zone_answers_through_the_recursive_server_as_its_file_says(world, firm):
    apex = f"{firm.domain}."
    rows = [row for row in records(firm.domain, firm.zone) if row.kind != "NS" or row.name == apex]
    for (name, kind), group in groupby(sorted(rows), key=lambda row: (row.name, row.kind)):
        wanted = {dns.rdata.from_text("IN", kind, row.data, origin=dns.name.from_text(apex), relativize=False).to_text() for row in group}
        assert told(ask(world, name.replace("*", "nimporte"), kind), kind) == wanted, f"{kind} {name}"
    assert ask(world, f"nulle-part.{firm.domain}", "A").rcode() == (dns.rcode.NOERROR if "*" in firm.zone else dns.rcode.NXDOMAIN)


def test_a_firm_whose_servers_are_lame_gives_no_answer_rather_than_an_absence(world):
    assert ask(world, "garage-rouillard.fr", "MX").rcode() == dns.rcode.SERVFAIL


@pytest.mark.parametrize("provider", [provider for provider in providers() if provider.asn], ids=lambda provider: provider.name)
def test_addresses_stand_in_the_network_of_their_owner(provider):
    table = load_networks()
    for origin, text in provider.zones.items():
        for row in records(origin, text):
            if row.kind in ("A", "AAAA"):
                network = table.find(row.data)
                assert network is not None, row
                assert network.asn == provider.asn, row


def test_the_tree_has_real_delegations(world):
    referral = ask(world, "atelier-brunel.fr", "MX", TREE.tlds["fr"])
    assert not referral.answer
    assert {item.to_text() for part in referral.authority for item in part} == {"dns13.ovh.net.", "ns13.ovh.net."}


def _get(context, name, scheme):
    connection = http.client.HTTPSConnection(name, timeout=3, context=context) if scheme == "https" else http.client.HTTPConnection(name, timeout=3)
    address = TREE.addresses(name)[0]
    connection._create_connection = lambda _, timeout, source: socket.create_connection((address, connection.port), timeout)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        leaf = connection.sock.getpeercert() if scheme == "https" else None
        return answer.status, answer.getheaders(), answer.read().decode(), leaf
    finally:
        connection.close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.names[0])
def test_a_page_is_served_with_its_certificate(world, page):
    context = ssl.create_default_context(cafile=str(world.ca_file))
    scheme = "http" if page.plain else "https"
    if page.certificate.state != "good":
        with pytest.raises(ssl.SSLCertVerificationError, match="expired" if page.certificate.state == "expired" else "self-signed"):
            world.inside(partial(_get, context, page.names[0], scheme))
        return
    status, headers, body, leaf = world.inside(partial(_get, context, page.names[0], scheme))
    assert (status, body) == (200, page.body)
    assert set(page.headers) <= {(name.lower(), value) for name, value in headers}
    if leaf:
        assert {value for field in leaf["issuer"] for name, value in field if name == "organizationName"} == {page.certificate.issuer}
    for name in page.names[1:]:
        if TREE.addresses(name) and not page.plain:
            status, headers, _, _ = world.inside(partial(_get, context, name, "https"))
            assert (status, dict(headers)["Location"]) == (301, f"https://{page.names[0]}/")


def _greet(greeter, address):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP(address, 25, timeout=3) as server:
        hello = server.ehlo("client.example")[1].decode()
        code, _ = server.starttls(context=context)
        return hello, code, server.sock.getpeercert(binary_form=True)


@pytest.mark.parametrize("greeter", GREETERS, ids=lambda greeter: greeter.host)
def test_a_mail_server_greets_and_offers_starttls(world, greeter):
    from cryptography import x509

    for address in TREE.addresses(greeter.host):
        hello, code, leaf = world.inside(partial(_greet, greeter, address))
        assert hello.split()[0] == greeter.hostname
        assert code == 220
        names = x509.load_der_x509_certificate(leaf).extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
        assert names == list(greeter.certificate.names or (greeter.hostname,))


@pytest.mark.parametrize("address", ["1.1.1.1", "192.0.2.1", "10.255.255.53", "2606:4700:4700::1111"])
def test_nothing_leads_out(world, address):
    with pytest.raises(OSError, match=r"unreachable|No route"):
        world.inside(lambda: socket.create_connection((address, 53), timeout=3))


def test_the_only_device_is_the_machine_itself(world):
    assert {name for _, name in world.inside(socket.if_nameindex)} == {"lo"}


def test_commands_see_the_world_and_its_resolver(world):
    code = "import socket; print(socket.gethostbyname('www.librairie-quai.fr'))"
    assert world.run([sys.executable, "-c", code]).stdout.strip() == "217.70.184.56"
    assert world.run(["cat"], input="bonjour").stdout == "bonjour"
    with pytest.raises(subprocess.TimeoutExpired):
        world.run(["sleep", "30"], timeout=0.2)


def test_two_worlds_live_side_by_side_and_end_without_trace(world, tmp_path):
    with World.start(tmp_path) as other:
        assert told(ask(other, "atelier-brunel.fr", "MX"), "MX") == told(ask(world, "atelier-brunel.fr", "MX"), "MX")
        client = other.popen(["sleep", "60"])
        assert other.canary_hits() == {}
    assert client.returncode is not None
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, text=True, check=False)
    assert left.stdout == ""


def test_a_client_behind_a_line_waits_for_its_round_trip(world, tmp_path):
    with World.start(tmp_path, rtt_ms=40) as far:
        times = []
        for host in ("213.186.33.5", "2001:41d0:301::21"):
            started = time.monotonic()
            far.inside(partial(socket.create_connection, (host, 443), timeout=3)).close()
            times.append(time.monotonic() - started)
        assert all(0.038 < took < 0.2 for took in times), times
        assert told(ask(far, "horlogerie-favre.ch", "NS"), "NS") == {"ns11.infomaniak.ch.", "ns12.infomaniak.ch."}
        with pytest.raises(OSError, match=r"unreachable|No route"):
            far.inside(lambda: socket.create_connection(("1.1.1.1", 53), timeout=3))


FAULTS = {
    "drop-all": "timeout",
    "drop-first": "timeout",
    "drop-first-two": "timeout",
    "late": "timeout",
    "truncated": "right",
    "servfail-once": "SERVFAIL",
    "servfail-always": "SERVFAIL",
    "refused": "REFUSED",
    "formerr-edns": "FORMERR",
    "wrong-id": "BadResponse",
    "wrong-id-then-right": "BadResponse",
    "wrong-question-then-right": "BadResponse",
    "no-mx": "timeout",
    "no-txt": "right",
    "half": "FormError",
    "garbage": "BadPointer",
}


def _outcome(world, address):
    try:
        answer = ask(world, "librairie-quai.fr", "MX", address, timeout=0.3)
    except dns.exception.Timeout:
        return "timeout"
    except dns.exception.DNSException as error:
        return type(error).__name__
    return "right" if answer.answer else dns.rcode.to_text(answer.rcode())


@pytest.mark.parametrize(("fault", "outcome"), FAULTS.items())
def test_a_resolver_misbehaves_as_its_name_says(world, fault, outcome):
    assert _outcome(world, world.faulty[fault]) == outcome


@pytest.mark.parametrize(("fault", "tries"), [("drop-first", 2), ("drop-first-two", 3), ("servfail-once", 2)])
def test_a_passing_fault_passes(world, fault, tries):
    query = dns.message.make_query("horlogerie-favre.ch", "MX")
    outcomes = []
    for _ in range(tries):
        try:
            outcomes.append(bool(world.inside(lambda: dns.query.udp(query, RESOLVERS[fault], timeout=0.3)).answer))
        except dns.exception.Timeout:
            outcomes.append(False)
    assert outcomes == [False] * (tries - 1) + [True]


def test_a_rebinding_name_answers_otherwise_each_time(world):
    answers = [told(ask(world, "rebind.fautes.fr", "A"), "A") for _ in range(4)]
    assert {frozenset(answer) for answer in answers} == {frozenset({ADDRESSES["sain"]}), frozenset({"127.0.0.1"})}


@pytest.mark.parametrize("name", PRIVATE)
def test_a_name_of_the_inside_has_an_address(world, name):
    assert told(ask(world, name, "A"), "A") | told(ask(world, name, "AAAA"), "AAAA")


@pytest.mark.parametrize(
    ("label", "kind"), [("sain", None), ("court", http.client.IncompleteRead), ("coupe", ConnectionResetError), ("silencieux", TimeoutError)]
)
def test_a_site_misbehaves_as_its_name_says(world, label, kind):
    def get():
        connection = http.client.HTTPConnection(ADDRESSES[label], timeout=0.5)
        connection.request("GET", "/", headers={"Host": f"{label}.fautes.fr"})
        return connection.getresponse().read()

    if kind is None:
        assert b"Bonjour" in world.inside(get)
    else:
        with pytest.raises(kind):
            world.inside(get)


def test_a_canary_tells_who_came_too_far(world):
    world.forget_canary_hits()
    for address in ("127.0.0.1", "169.254.169.254", "::1"):
        world.inside(partial(socket.create_connection, (address, 80), timeout=2)).close()
    end = time.monotonic() + 2
    while len(world.canary_hits()) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    assert world.canary_hits() == {"127.0.0.1 80": 1, "169.254.169.254 80": 1, "::1 80": 1}
    world.forget_canary_hits()


def test_stand_ins_answer_for_registry_and_directory(world):
    fetch = "import urllib.request, sys; print(urllib.request.urlopen(sys.argv[1]).read().decode())"
    said = world.run([sys.executable, "-c", fetch, "https://rdap.nic.fr/domain/atelier-brunel.fr"]).stdout
    assert '"ldhName": "atelier-brunel.fr"' in said
    for firm in FIRMS[:3]:
        url = f"https://login.microsoftonline.com/getuserrealm.srf?login=x@{firm.domain}&json=1"
        assert f'"NameSpaceType":"{firm.tenant}"' in world.run([sys.executable, "-c", fetch, url]).stdout


def test_a_command_given_at_the_start_runs_inside(world):
    done = subprocess.run(
        [sys.executable, "-m", "world", "--", "sh", "-c", "cat /etc/resolv.conf; exit 7"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[0]) == (7, f"nameserver {world.resolver}"), done.stderr


def test_a_machine_that_cannot_hold_a_world_says_why(monkeypatch, tmp_path):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(WorldUnavailable, match="root"), World.start(tmp_path):
        pass
