from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.move.standin import Authorization, Graph
from world import cyrus
from world.certificates import Authority
from world.cyrus import Cyrus
from world.dovecot import Dovecot, present
from world.parts import Certificate


@pytest.fixture(scope="session")
def shelter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the mail server's users may enter."""
    if not present():
        pytest.skip("Dovecot is not installed, or this is not root: `make test` installs it where apt-get is")
    folder = tmp_path_factory.mktemp("servers")
    for parent in (folder, *folder.parents):
        if parent.owner() == folder.owner() and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    return folder


@pytest.fixture(scope="session")
def old(shelter: Path) -> Iterator[Dovecot]:
    with Dovecot(shelter / "old") as server:
        yield server


@pytest.fixture(scope="session")
def new(shelter: Path) -> Iterator[Dovecot]:
    with Dovecot(shelter / "new") as server:
        yield server


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Root, chain and key of the stand-ins on loopback."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    return (authority.root_file, *authority.files(Certificate(), ("localhost",)))


@pytest.fixture
def authorization(papers: tuple[Path, Path, Path]) -> Iterator[Authorization]:
    with Authorization(papers[1], papers[2]) as server:
        yield server


@pytest.fixture
def graph(papers: tuple[Path, Path, Path], authorization: Authorization) -> Iterator[Graph]:
    with Graph(papers[1], papers[2], authorization) as server:
        yield server


@pytest.fixture(scope="session")
def second(shelter: Path) -> Iterator[Cyrus]:
    """Cyrus as its makers deliver it: folders below the inbox, levels parted by full stops; it takes eight bits in headers as they are."""
    if not cyrus.present():
        pytest.skip("Cyrus is not there: tools/mail.sh fetches it where apt-get is")
    with Cyrus(shelter / "second", extra="munge8bit: no") as server:
        yield server


@pytest.fixture(scope="session")
def flat(shelter: Path) -> Iterator[Cyrus]:
    """The other habit of Cyrus: folders beside the inbox, levels parted by slashes."""
    if not cyrus.present():
        pytest.skip("Cyrus is not there: tools/mail.sh fetches it where apt-get is")
    with Cyrus(shelter / "flat", flat=True, slash=True, extra="munge8bit: no") as server:
        yield server
