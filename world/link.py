"""A line with a given round trip between two networks, for kernels without netem: two TUN devices, shuttled by this process.

`python -m world.link SERVERS CLIENT --rtt-ms 50` joins the networks of two processes, given by their ids, and runs until it is killed.
"""

import argparse
import collections
import fcntl
import os
import random
import selectors
import struct
import subprocess
import time

from world.namespace import enter_network

_TUNSETIFF, _TUN, _NO_PACKET_INFORMATION = 0x400454CA, 0x0001, 0x1000
_LARGEST = 65536
CLIENT, CLIENT6 = "82.64.10.20", "2a01:e0a:10::20"
"""Addresses of the client's line, of a French access provider."""
_FAR, _FAR6 = "82.64.10.1", "2a01:e0a:10::1"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _device(pid: int, name: bytes) -> int:
    """Return a new TUN device in the network of a process; the calling thread stays in that network."""
    enter_network(pid)
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", name, _TUN | _NO_PACKET_INFORMATION))
    return device


def _servers_end(pid: int) -> int:
    device = _device(pid, b"line0")
    _ip("addr", "add", _FAR, "peer", CLIENT, "dev", "line0")
    _ip("addr", "add", _FAR6, "peer", CLIENT6, "dev", "line0", "nodad")
    _ip("link", "set", "line0", "up", "txqueuelen", "10000")
    _ip("-6", "route", "add", CLIENT6, "dev", "line0")
    return device


def _client_end(pid: int) -> int:
    """The only way out of the client's network is this line, and it ends in the world."""
    device = _device(pid, b"line0")
    _ip("link", "set", "lo", "up")
    _ip("addr", "add", CLIENT, "peer", _FAR, "dev", "line0")
    _ip("addr", "add", CLIENT6, "peer", _FAR6, "dev", "line0", "nodad")
    _ip("link", "set", "line0", "up", "txqueuelen", "10000")
    _ip("route", "add", "default", "dev", "line0")
    _ip("-6", "route", "add", "default", "dev", "line0")
    return device


class Line:
    """Packets under way, in the order in which they are due."""

    def __init__(self, ends: tuple[int, int], delay_s: float, loss: float, seed: int = 1) -> None:
        self._selector = selectors.DefaultSelector()
        for near, far in (ends, ends[::-1]):
            self._selector.register(near, selectors.EVENT_READ, far)
        self._delay_s, self._loss, self._dice = delay_s, loss, random.Random(seed)
        self._waiting: collections.deque[tuple[float, int, bytes]] = collections.deque()

    def run(self) -> None:
        """Carry packets until the process ends."""
        while True:
            pause = max(0.0, self._waiting[0][0] - time.monotonic()) if self._waiting else None
            for key, _ in self._selector.select(pause):
                self._take(key.fd, key.data)
            self._deliver()

    def _take(self, near: int, far: int) -> None:
        try:
            while True:
                packet = os.read(near, _LARGEST)
                if self._dice.random() >= self._loss:
                    self._waiting.append((time.monotonic() + self._delay_s, far, packet))
        except BlockingIOError:
            pass

    def _deliver(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            _, far, packet = self._waiting.popleft()
            try:
                os.write(far, packet)
            except OSError:
                continue  # a full queue drops, as a line does


def main() -> None:
    """Join two networks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("servers", type=int)
    parser.add_argument("client", type=int)
    parser.add_argument("--rtt-ms", type=float, default=50)
    parser.add_argument("--loss", type=float, default=0.0, help="share of packets dropped each way, 0 to 1")
    said = parser.parse_args()
    ends = _servers_end(said.servers), _client_end(said.client)
    Line(ends, said.rtt_ms / 2000, said.loss).run()


if __name__ == "__main__":
    main()
