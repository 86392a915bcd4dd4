"""Closed rooms of the kernel: network, mounts and processes of their own, which end with the process that opened them."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
_NEWNET = 0x40000000
_PATIENCE_S = 5
_HOLD = 'read -r pid rest </proc/self/stat; echo "$pid"; exec cat'
"""Tells the process id as the host counts it, then lives until its input closes: with us, however we end."""


class WorldUnavailable(Exception):
    """This machine cannot hold a world; the text says what is missing."""


def check(programs: tuple[str, ...]) -> None:
    """Say whether a world can be held here.

    Raises:
        WorldUnavailable: Not Linux, not root, or a program is missing.
    """
    if sys.platform != "linux":
        raise WorldUnavailable("network namespaces need Linux")
    if os.geteuid() != 0:
        raise WorldUnavailable("network namespaces need root, be it of a user namespace (unshare --user --map-root-user COMMAND)")
    missing = [name for name in programs if not (Path(name).exists() if name.startswith("/") else shutil.which(name, path=search_path()))]
    if missing:
        raise WorldUnavailable(f"not installed: {', '.join(missing)}; tools/world.sh installs them")


def search_path() -> str:
    """Return the search path with the folders of servers and of our own programs."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/bin", "/bin"])


class Room:
    """A namespace that a waiting process keeps open."""

    def __init__(self, words: list[str], setup: str = "") -> None:
        """Open a room.

        Raises:
            WorldUnavailable: The kernel refuses.
        """
        command = [*words, "sh", "-ec", f"{setup}\n{_HOLD}"]
        environment = {**os.environ, "PATH": search_path()}
        self._holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, start_new_session=True)
        line = self._holder.stdout.readline() if self._holder.stdout else b""
        if not line.strip().isdigit():
            self._holder.kill()
            reason = self._holder.communicate()[1].decode(errors="replace").strip()
            raise WorldUnavailable(f"{' '.join(words)}: {reason or 'refused'}")
        self.pid = int(line)

    def close(self) -> None:
        """End the room and every process whose process namespace it is."""
        if self._holder.stdin:
            self._holder.stdin.close()
        try:
            self._holder.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._holder.kill()
            self._holder.wait()
        for stream in (self._holder.stdout, self._holder.stderr):
            if stream:
                stream.close()


def servers_room() -> Room:
    """Return a room without any outside route, with mounts and processes of its own."""
    return Room(["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"], "ip link set lo up")


def client_room(servers: Room, setup: str, *, apart: bool) -> Room:
    """Return a room for clients, which ends with that of the servers: in the same network, or in one `apart`."""
    where = [] if apart else ["--net"]
    own = ["--net"] if apart else []
    return Room(["nsenter", "-t", str(servers.pid), "--pid", *where, "unshare", "--mount", *own, "--kill-child", "--fork"], setup)


def entering(room: Room, words: list[str], *, whole: bool = False) -> list[str]:
    """Return the command that runs words in a room; `whole` also puts it among its processes."""
    return ["nsenter", "-t", str(room.pid), "--net", "--mount", *(["--pid"] if whole else []), *words]


def inside(room: Room, work: Callable[[], T]) -> T:
    """Return what `work` returns when it runs in the network of a room: sockets opened there stay there."""
    results: list[T] = []
    errors: list[BaseException] = []

    def enter() -> None:
        try:
            enter_network(room.pid)
            results.append(work())
        except BaseException as error:  # handed to the caller's thread
            errors.append(error)

    thread = Thread(target=enter)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def enter_network(pid: int) -> None:
    """Move the calling thread into the network of a process."""
    libc = ctypes.CDLL(None, use_errno=True)
    handle = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    try:
        if libc.setns(handle, _NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
    finally:
        os.close(handle)
