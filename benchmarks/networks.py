"""Measure the table of networks: how long it takes to load, and to find an address in. Prints one line each."""

import random
import time
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from statistics import median

from bascule.catalogue import NETWORKS_PACKAGED, Networks

COMPILED = Path(__file__).parent.parent / "src/bascule/catalogue/data" / NETWORKS_PACKAGED
MANY = 50_000


def loading(rounds: int = 15) -> tuple[float, float]:
    """Return (median, minimum) milliseconds to read and check the shipped table."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        Networks(COMPILED.read_bytes())
        times.append((time.perf_counter() - begun) * 1000)
    return median(times), min(times)


def finding(addresses: list[str], rounds: int = 5) -> tuple[float, int]:
    """Return (median microseconds to find one address, how many were found)."""
    networks, times = Networks(COMPILED.read_bytes()), []
    for _ in range(rounds):
        begun = time.perf_counter()
        found = sum(networks.find(address) is not None for address in addresses)
        times.append((time.perf_counter() - begun) / len(addresses) * 1e6)
    return median(times), found


def main() -> None:
    chance = random.Random(1)
    middle, least = loading()
    size = COMPILED.stat().st_size
    networks = Networks(COMPILED.read_bytes())
    print(f"networks load    {middle:8.1f} ms (best {least:.1f}); {size / 1000:.0f} kB, {networks.ranges} ranges of {len(networks)} networks")
    four = [str(IPv4Address(chance.getrandbits(32))) for _ in range(MANY)]
    six = [str(IPv6Address(0x2A << 120 | chance.getrandbits(24) << 96 | chance.getrandbits(32) << 64 | 1)) for _ in range(MANY)]
    for name, addresses in (("IPv4", four), ("IPv6", six)):
        each, found = finding(addresses)
        print(f"networks find    {each:8.2f} µs an {name} address; {found} of {len(addresses)} made up by chance are in it")


if __name__ == "__main__":
    main()
