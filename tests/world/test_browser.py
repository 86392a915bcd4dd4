"""The whole command with a browser: what scripts add becomes rows, what a tag manager loads is no open question, and nothing leads inwards."""

import base64
import hashlib
import json
import shutil
import signal
import subprocess
import time

import pytest
from audits import BASCULE, called, claims, opened
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

FIRM = "agence-tilleul.com"
LATER = ("tag-manager", "third-party")


@pytest.fixture
def own(world, tmp_path):
    """The environment that names a Chromium which trusts the one key of all servers here.

    It runs as root, as everything in the world does, and so without its sandbox: the words are those of the script, not of the product.
    """
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: tools/browser.sh installs one")
    key = load_pem_private_key(next((world.folder / "certificates").glob("*.key")).read_bytes(), None)
    told = hashlib.sha256(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    script = tmp_path / "chromium"
    script.write_text(f'#!/bin/sh\nexec "{found}" --no-sandbox --ignore-certificate-errors-spki-list={base64.b64encode(told).decode()} "$@"\n')
    script.chmod(0o755)
    return {"BASCULE_BROWSER": str(script)}


def test_what_scripts_add_becomes_rows_and_no_question_is_left_about_the_tag_manager(world, own):
    world.forget_canary_hits()
    without = json.loads(called(world, "audit", FIRM, "--format", "json").stdout)
    done = called(world, "audit", FIRM, "--browser", "--format", "json", **own)
    assert done.returncode in (0, 1), done.stderr
    document = json.loads(done.stdout)
    (asked,) = [item for item in document["evidence"] if item["kind"] == "request"]
    assert (asked["question"], asked["outcome"]) == (f"REQUEST https://{FIRM}/", "present"), asked["reason"]
    assert "https://static.hotjar.com/c/hotjar-314.js" in asked["value"]
    assert claims(document) > claims(without)
    added = {(role, service) for _, role, _, service in claims(document) - claims(without)}
    assert ("third-party", "hotjar") in added
    assert (LATER in opened(without), LATER in opened(document)) == (True, False)
    assert world.canary_hits() == {}


def test_control_c_ends_the_browser_and_keeps_what_was_seen(world, tmp_path):
    """A browser that has a helper and says nothing, while the rest has long been answered."""
    script, pids, result = tmp_path / "stubborn", tmp_path / "pids", tmp_path / "audit.json"
    script.write_text(f'#!/bin/sh\ntrap "" TERM INT HUP\nsleep 60 &\necho $$ $! >"{pids}"\nwait\n')
    script.chmod(0o755)
    memory = {name: str(tmp_path / "own") for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME")}
    words = [BASCULE, "--lang", "en", "audit", FIRM, "--browser", "-o", str(result)]
    process = world.popen(words, env={**memory, "BASCULE_BROWSER": str(script)}, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 15
    while not (pids.exists() and pids.read_text().endswith("\n")) and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    (asked,) = [item for item in json.loads(result.read_text("utf-8"))["evidence"] if item["kind"] == "request"]
    assert (asked["outcome"], asked["code"], asked["reason"]) == ("unreachable", "budget", "interrupted")
    states = subprocess.run(["ps", "-o", "stat=", "-p", ",".join(pids.read_text().split())], capture_output=True, text=True, check=False).stdout
    assert not [state for state in states.split() if not state.startswith("Z")]
