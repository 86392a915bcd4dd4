"""The commands as a person uses them: progress, Ctrl-C, files, cut-off, many inputs together."""

import json
import os
import pty
import select
import signal
import subprocess
import time
from datetime import UTC, datetime

from audits import BASCULE, audited, called, claims

SILENT = "silencieux.fautes.fr"


def on_a_terminal(world, words, until, timeout=20):
    """Run a command whose messages go to a terminal; return what stood there when `until` did, and the process."""
    mine, its = pty.openpty()
    process = world.popen([BASCULE, "--lang", "fr", *words], stderr=its, stdout=os.open(os.devnull, os.O_WRONLY), env={"COLUMNS": "120", "TERM": "xterm"})
    os.close(its)
    seen, end = b"", time.monotonic() + timeout
    while until not in seen and time.monotonic() < end:
        if select.select([mine], [], [], 0.2)[0]:
            try:
                seen += os.read(mine, 4096)
            except OSError:
                break
    return seen.decode("utf-8", "replace"), process, mine


def test_progress_names_what_is_slow(world, tmp_path):
    seen, process, mine = on_a_terminal(world, ["audit", SILENT, "-o", str(tmp_path / "a.json")], b"lent")
    process.send_signal(signal.SIGINT)
    process.wait(20)
    os.close(mine)
    assert "silencieux.fautes.fr" in seen
    assert "lent" in seen
    assert "la page d’accueil (https://silencieux.fautes.fr/)" in seen


def test_control_c_keeps_what_was_seen(world, tmp_path):
    result = tmp_path / "audit.json"
    _, process, mine = on_a_terminal(world, ["audit", SILENT, "-o", str(result)], b"lent")
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    os.close(mine)
    document = json.loads(result.read_text("utf-8"))
    by = {item["question"]: item for item in document["evidence"]}
    assert by[f"A {SILENT}"]["outcome"] == "present"
    assert (by[f"GET https://{SILENT}/"]["code"], by[f"GET https://{SILENT}/"]["reason"]) == ("budget", "interrupted")
    assert ("website", "software") in {(item["function"], item["role"]) for item in document["unknowns"]}


def test_away_from_a_terminal_progress_is_a_line_now_and_then(world):
    process = world.popen([BASCULE, "--lang", "en", "collect", SILENT], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    said = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    assert process.wait(20) == 130
    assert "slow: the home page (https://silencieux.fautes.fr/) (5 s)" in said
    assert "\x1b" not in said
    assert rest == "Interrupted: what was seen until then is kept.\n"


def test_couper_plays_a_domain(world):
    done = called(world, "couper", "atelier-brunel.fr", "--power", "US")
    assert done.returncode == 0, done.stderr
    assert "E-mail" in done.stdout
    assert "Microsoft" in done.stdout


def test_what_was_collected_can_be_audited_without_asking_again(world, tmp_path):
    files = [str(tmp_path / name) for name in ("traces.jsonl", "traces.jsonl.gz", "traces.jsonl.zst")]
    assert called(world, "collect", "atelier-brunel.fr", *(word for file in files for word in ("-o", file))).returncode == 0
    asked = claims(audited(world, "atelier-brunel.fr")[0])
    for file in files:
        done = called(world, "audit", "--offline", file, "--format", "json")
        assert done.returncode == 0, done.stderr
        assert claims(json.loads(done.stdout)) == asked


def test_domain_and_files_are_one_firm(world, tmp_path):
    (tmp_path / "outils.txt").write_text("Slack\nPennylane\n", "utf-8")
    document, _ = audited(world, "atelier-brunel.fr", str(tmp_path / "outils.txt"))
    assert {"slack", "outlook"} <= {claim[3] for claim in claims(document)}


def test_the_site_s_address_and_its_www_name_mean_the_domain(world):
    for name in ("www.atelier-brunel.fr", "https://www.atelier-brunel.fr/contact", "ATELIER-BRUNEL.FR."):
        assert audited(world, name)[0]["subjects"] == ["atelier-brunel.fr"]


def test_several_firms_need_a_contact(world):
    done = called(world, "collect", "atelier-brunel.fr", "horlogerie-favre.ch")
    assert done.returncode == 2
    assert "--contact" in done.stderr
    assert called(world, "collect", "atelier-brunel.fr", "horlogerie-favre.ch", BASCULE_CONTACT="moi@exemple.fr").returncode == 0


def test_mail_alone_takes_fifteen_questions_and_no_visit(world):
    done = called(world, "collect", "laboratoire-ister.eu", "--mail-only")
    items = [json.loads(line) for line in done.stdout.splitlines()[1:]]
    assert {item["kind"] for item in items} == {"dns", "asn"}
    # A chain of names is one question that leaves several lines.
    assert len([item for item in items if item["kind"] == "dns"]) <= 15 + sum(item["question"].startswith("CNAME") for item in items)


def test_the_resolver_can_be_chosen(world):
    document, _ = audited(world, "atelier-brunel.fr", "--resolver", world.resolver)
    assert {item["source"] for item in document["evidence"] if item["kind"] == "dns"} == {f"resolver {world.resolver}"}
    for wrong in ("nine", "9.9.9.9:x", "exemple.fr"):
        assert called(world, "audit", "atelier-brunel.fr", "--resolver", wrong).returncode == 2


def test_a_fresh_table_of_networks_is_fetched_and_serves(world, tmp_path):
    own = {"XDG_DATA_HOME": str(tmp_path)}
    assert "IPtoASN" in called(world, "data", "show", **own).stdout
    done = called(world, "data", "update", **own)
    assert done.returncode == 0, done.stderr
    assert "1 networks, 1 ranges" in called(world, "data", "show", **own).stdout
    document = json.loads(called(world, "audit", "atelier-brunel.fr", "--format", "json", **own).stdout)
    assert [item["value"][0]["name"] for item in document["evidence"] if item["kind"] == "asn"] == ["OVH of the test world"] * 2
    assert document["networks"]["date"] == str(datetime.now(UTC).date())


def test_a_table_that_does_not_come_leaves_the_old_one(world, tmp_path):
    own = {"XDG_DATA_HOME": str(tmp_path)}
    assert called(world, "data", "update", **own).returncode == 0
    before = (tmp_path / "bascule" / "networks.bin").read_bytes()
    done = called(world, "data", "update", "--resolver", world.faulty["servfail-always"], **own)
    assert (done.returncode, "still serves" in done.stderr) == (1, True)
    done = called(world, "data", "update", SSL_CERT_FILE="/dev/null", **own)
    assert (done.returncode, "still serves" in done.stderr) == (1, True)
    assert (tmp_path / "bascule" / "networks.bin").read_bytes() == before
    (tmp_path / "bascule" / "networks.bin").write_bytes(before[:-3])
    done = called(world, "data", "show", **own)
    assert (done.returncode, "bascule data update" in done.stderr) == (3, True)


def test_the_own_opt_out_list_is_kept(world, tmp_path):
    (tmp_path / "bascule").mkdir()
    (tmp_path / "bascule" / "opt-out.txt").write_text("# not these\natelier-brunel.fr\n", "utf-8")
    done = called(world, "collect", "atelier-brunel.fr", XDG_DATA_HOME=str(tmp_path))
    (line,) = done.stdout.splitlines()[1:]
    assert (json.loads(line)["outcome"], json.loads(line)["code"]) == ("unreachable", "blocked")
