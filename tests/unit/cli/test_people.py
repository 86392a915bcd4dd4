"""`audit --read`: the law is told first, and no person comes out at the other end."""

import pytest

CANARIES = ("192.0.2.7", "jeanne", "1767600000", "secretpath", "medecin", "sous-domaine")
LOG = (
    "1767600000.123 45 192.0.2.7 TCP_TUNNEL/200 4600 CONNECT sous-domaine.slack.com:443 jeanne HIER_DIRECT/198.51.100.9 -\n"
    "1767600001.123 45 192.0.2.7 TCP_MISS/200 46 GET http://medecin.test/secretpath jeanne HIER_DIRECT/198.51.100.9 text/html\n"
) * 9


@pytest.fixture
def log(tmp_path):
    file = tmp_path / "access.log"
    file.write_text(LOG)
    return file


@pytest.mark.parametrize("form", ["json", "html", "csv", "text"])
def test_the_law_is_told_first_and_nobody_is_in_the_result(bascule, log, form):
    ended = bascule("audit", log, "--read", "logs", "--format", form)
    assert ended.status == 0
    assert "L1222-4" in ended.err
    assert "L2312-38" in ended.err
    assert "Slack" in ended.out or "slack" in ended.out
    assert not [canary for canary in CANARIES if canary in ended.out + ended.err]


def test_without_asking_the_file_is_refused_and_the_word_is_said(bascule, log):
    ended = bascule("audit", log)
    assert ended.status == 3
    assert "--read logs" in ended.err
    assert not [canary for canary in CANARIES if canary in ended.out + ended.err]


def test_in_a_folder_it_is_left_alone_and_said(bascule, log, tools):
    ended = bascule("audit", log.parent, "--read", "logs")
    assert ended.status == 0
    assert "--read logs" in ended.out
    assert not [canary for canary in CANARIES if canary in ended.out + ended.err]


def test_an_unknown_word_is_wrong_use(bascule, log):
    ended = bascule("audit", log, "--read", "journaux")
    assert ended.status == 2
    assert "choose among logs, bookmarks" in ended.err
