"""Run where the network is empty (`unshare --net`): a page wants out by every way there is; tells where packets went that left the machine."""

import asyncio
import fcntl
import ipaddress
import json
import os
import struct
import subprocess
import sys

sys.path[:0] = sys.argv[2:]

from sites import site, told, visit  # noqa: E402

from bascule.guard import Gate  # noqa: E402

_TUNSETIFF, _TUN_NO_INFO = 0x400454CA, 0x1001
_ICMP6 = 58
"""Of the kernel itself: it looks for routers."""
PAGE = """<link rel=dns-prefetch href=//prefetched.exemple.org><link rel=preconnect href=http://93.184.215.14><script>
for (const urls of ['stun:93.184.215.14:3478', 'turns:93.184.215.14:443?transport=tcp']) (async () => {
    const c = new RTCPeerConnection({iceServers: [{urls, username: 'a', credential: 'b'}]}), d = new RTCPeerConnection(); c.createDataChannel('y');
    await c.setLocalDescription(await c.createOffer()); await d.setRemoteDescription(c.localDescription);
    await d.setLocalDescription(await d.createAnswer()); await c.setRemoteDescription(d.localDescription);
    for (const to of ['udp 2122260223 93.184.215.14 5000 typ host', 'udp 2122260223 12345678-1234-1234-1234-123456789012.local 5000 typ host'])
        await c.addIceCandidate({candidate: `candidate:1 1 ${to}`, sdpMid: '0'});
})();
try { new WebTransport('https://93.184.215.14/') } catch {}
</script>"""


def outside() -> int:
    """Open a line to the outside that leads to us; return where its packets are read."""
    line = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(line, _TUNSETIFF, struct.pack("16sH", b"out", _TUN_NO_INFO))
    for words in ("link set lo up", "addr add 93.184.215.2/24 dev out", "link set out up", "route add default dev out"):
        subprocess.run(["ip", *words.split()], check=True)
    return line


def destinations(line: int) -> list[str]:
    """Return where the packets went that came until now."""
    found = set()
    try:
        while packet := os.read(line, 4096):
            if packet[0] >> 4 == 4:
                found.add(str(ipaddress.ip_address(packet[16:20])))
            elif packet[6] != _ICMP6 and packet[6]:
                found.add(str(ipaddress.ip_address(packet[24:40])))
    except BlockingIOError:
        return sorted(found)
    return sorted(found)


async def main(program: str) -> None:
    line = outside()
    async with site(lambda path: told(PAGE) if path == "/" else told("", status="404 Not Found")) as (home, _):
        item = await visit(program, f"http://www.exemple.fr:{home}/", Gate(allow_private=True), quiet=1.0)
    print(json.dumps([item.outcome, item.reason, destinations(line)]))


asyncio.run(main(sys.argv[1]))
