"""The world as a whole: started in a folder, entered by commands, gone when it is closed."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeVar

from world import servers
from world.faults import RESOLVERS, canary
from world.namespace import Room, WorldUnavailable, check, client_room, entering, inside, search_path, servers_room
from world.parts import firms
from world.plan import ROOT, Plan
from world.zones import RESOLVER

T = TypeVar("T")
PROGRAMS = ("ip", "unshare", "nsenter", "mount", "knotd", "unbound", "nginx", "/usr/lib/nginx/modules/ngx_mail_module.so")
_PATIENCE_S = 15.0
_TRUST = ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "GIT_SSL_CAINFO")
_MEMORY = ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")


class World:
    """A running world.

    Attributes:
        folder: Where its files and logs are.
        firms: The firms, with what a right audit says about each.
        resolver: Address of the recursive server.
        faulty: Address of each resolver that misbehaves, by its fault.
        ca_file: The root that signs all certificates here.
    """

    def __init__(self, plan: Plan, room: Room, client: Room) -> None:
        self.folder, self.firms, self.ca_file = plan.folder, plan.firms, plan.authority.root_file
        self.resolver, self.faulty = RESOLVER, dict(RESOLVERS)
        self._plan, self._room, self._client = plan, room, client
        self._running: list[subprocess.Popen[str]] = []
        self._own: list[subprocess.Popen[bytes]] = []

    @classmethod
    @contextmanager
    def start(cls, folder: Path, rtt_ms: float | None = None, loss: float = 0.0) -> Iterator["World"]:
        """Start a world whose files go into a folder; with `rtt_ms` its clients are behind a line of that round trip.

        Raises:
            WorldUnavailable: This machine cannot hold one.
        """
        check(PROGRAMS if rtt_ms is None else (*PROGRAMS, "/dev/net/tun"))
        place = folder.resolve() / "world"
        place.mkdir(parents=True)
        plan = Plan(place, firms())
        with ExitStack() as ends:
            room = servers_room()
            ends.callback(room.close)
            client = client_room(room, plan.client_setup(), apart=rtt_ms is not None)
            ends.callback(client.close)
            world = cls(plan, room, client)
            ends.callback(world.close)
            world._open(rtt_ms, loss)
            yield world

    def _open(self, rtt_ms: float | None, loss: float) -> None:
        words = entering(self._room, ["sh", "-ec", self._plan.servers_setup()], whole=True)
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=_environment())
        if done.returncode:
            raise WorldUnavailable(f"the servers do not start: {done.stderr.strip()}")
        if rtt_ms is not None:
            ends = [str(self._room.pid), str(self._client.pid)]
            self._python("link", [*ends, "--rtt-ms", str(rtt_ms), "--loss", str(loss)], ["nsenter", "-t", ends[0], "--pid"])
        self._python("faults", ["canary", str(self._canary_file)], entering(self._client, [], whole=True))
        self._await()

    def _python(self, module: str, words: Sequence[str], where: list[str]) -> None:
        """Run a module of ours among the world's processes."""
        command = [*where, sys.executable, "-m", f"world.{module}", *words]
        with (self.folder / f"{words[0] if module == 'faults' else module}.log").open("wb") as log:
            environment = _environment({"PYTHONPATH": str(ROOT)})
            self._own.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True))

    def _await(self) -> None:
        """Wait until every server listens, as a client sees it.

        Raises:
            TimeoutError: One does not; its log is in the folder.
        """
        end = time.monotonic() + _PATIENCE_S
        wanted = self._plan.listeners()
        while wanted or not self._canary_file.exists():
            wanted = self.inside(partial(_silent, wanted))
            if time.monotonic() > end:
                raise TimeoutError(f"no answer from {wanted[:3] or 'the canaries'}; see {self.folder}/*.log")
            time.sleep(0.02)

    @property
    def _canary_file(self) -> Path:
        return self.folder / "canary.txt"

    def visits(self) -> list[tuple[float, str, str, str, str]]:
        """Return each visit of a site: time (s), address, connection, request, how the visitor called himself."""
        file = self.folder / servers.VISITS
        words = [line.split(" ", 3) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
        said = [(*line[:3], *line[3].strip('"').split('" "', 1)) for line in words]
        return [(float(when), address, connection, request, agent) for when, address, connection, request, agent in said]

    def canary_hits(self) -> dict[str, int]:
        """Return how often each forbidden address and port was reached (`127.0.0.1 80`)."""
        return canary.hits(self._canary_file)

    def forget_canary_hits(self) -> None:
        """Begin to count anew."""
        self._canary_file.write_text("", encoding="utf-8")

    def inside(self, work: Callable[[], T]) -> T:
        """Return what `work` returns when its sockets are opened where clients are."""
        return inside(self._client, work)

    def run(
        self,
        words: Sequence[str | Path],
        *,
        env: dict[str, str] | None = None,
        timeout: float | None = 60,
        input: str | None = None,
        trust: bool = True,
        cwd: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command where clients are and return what it said, as text; without `trust` it takes the world's certificates for forged."""
        stdin = subprocess.DEVNULL if input is None else subprocess.PIPE
        process = self.popen(words, env=env, trust=trust, cwd=cwd, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(input, timeout)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        finally:
            self._running.remove(process)
        return subprocess.CompletedProcess([*words], process.returncode, out, err)

    def popen(
        self,
        words: Sequence[str | Path],
        *,
        env: dict[str, str] | None = None,
        trust: bool = True,
        cwd: Path | None = None,
        stdin: int | IO[Any] | None = None,
        stdout: int | IO[Any] | None = None,
        stderr: int | IO[Any] | None = None,
    ) -> "subprocess.Popen[str]":
        """Start a command where clients are, without waiting for it; it ends with the world at the latest."""
        trusted = dict.fromkeys(_TRUST, str(self.ca_file)) if trust else {}
        # What a command remembers of this world must not be taken for the real one later.
        memory = {name: str(self.folder / "own") for name in _MEMORY}
        # Entering other mounts moves a process to their root, so it goes back to where it was.
        command = entering(self._client, ["sh", "-c", 'cd "$0" && exec "$@"', str(cwd or Path.cwd()), *map(str, words)])
        process = subprocess.Popen(command, env=_environment({**trusted, **memory, **(env or {})}), text=True, stdin=stdin, stdout=stdout, stderr=stderr)
        self._running.append(process)
        return process

    def close(self) -> None:
        """End what still runs."""
        processes: list[subprocess.Popen[str] | subprocess.Popen[bytes]] = [*self._running, *self._own]
        for process in processes:
            process.kill()
            process.wait()


def _environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "PATH": search_path(), **(extra or {})}


def _silent(places: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return [place for place in places if not _listens(*place)]


def _listens(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False
