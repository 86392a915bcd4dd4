"""Ways to lead a program inwards: what a page, a redirect or a DNS answer may say. None of them may lead to a connection."""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

_INWARD_V4 = (
    *("0.0.0.0", "0.0.0.1", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.0.0.53", "127.1.2.3", "127.255.255.255"),
    *("169.254.169.254", "169.254.0.1", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.9", "192.0.0.170", "192.0.2.1"),
    *("192.88.99.1", "192.168.0.1", "192.168.1.254", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250"),
    *("240.0.0.1", "255.255.255.255"),
)
_INWARD_V6 = (
    *("::", "::1", "::2", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "::ffff:8.8.8.8"),
    *("64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:20::1"),
    *("2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1"),
    *("ff0e::1", "4000::1", "8000::1", "::a00:1"),
)
_SPELLINGS = (
    *("2130706433", "0x7f000001", "017700000001", "127.1", "127.0.1", "0x7f.1", "0x7f.0.0.1", "0177.0.0.1", "0177.1", "127.0.0.01", "127.000.000.001"),
    *("0x7f.0x0.0x0.0x1", "00000177.0.0.1", "127.0.0.1.", "127.1.", "0", "0x0", "00", "10.1", "192.168.257", "0xa9fea9fe", "2852039166", "169.254.43518"),
    *("①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127｡0｡0｡1", "localhost", "LOCALHOST", "localhost.", "localhoſt", "ⓛocalhost", "ip6-localhost"),
    *("localhost%00.exemple.fr", "127.0.0.1%00.exemple.fr", "127.0.0.1%20", "127.0.0.1%2f", "%31%32%37.0.0.1", "0x7f.1.exemple.0x1", "a.127", "exemple.0x7f"),
    *("-", ".", "..", "exemple", "exemple..fr", "exemple_fr", "exemple.fr:80:80", "exa mple.fr", "exemple.fr\\@127.0.0.1", "xn--", "a" * 64 + ".fr"),
)
_LITERALS = (
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]"),
    *("[0000::1]", "[::1%25lo]", "[fe80::1%25eth0]", "[fe80::1]", "[::127.0.0.1]"),
)
_URLS = (
    *("file:///etc/passwd", "gopher://127.0.0.1:25/_HELO", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/stat", "smtp://127.0.0.1/", "ldap://127.0.0.1/"),
    *("ws://127.0.0.1/", "jar:http://127.0.0.1!/", "javascript:alert(1)", "data:text/html,x", "http:///etc/passwd", "http://", "https://", "http:127.0.0.1"),
    *("http://exemple.fr@127.0.0.1/", "http://a:b@exemple.fr/", "http://127.0.0.1@exemple.fr/", "http://exemple.fr#@127.0.0.1/@127.0.0.1", "//127.0.0.1/"),
    *("///127.0.0.1/", "\\\\127.0.0.1\\", "http:\\\\127.0.0.1\\", "http://[::1", "http://::1/", "http://[127.0.0.1]/", "http://[::1]]/", "http://[v1.a]/"),
    *(
        "http://127.0.0.1:80:80/",
        "http://exemple.fr:0/",
        "http://exemple.fr:-1/",
        "http://exemple.fr:65536/",
        "http://exemple.fr:abc/",
        "http://exemple.fr:22/",
    ),
    *("http://exemple.fr:6379/", "http://exemple.fr:8080/", "https://exemple.fr:3306/", "http://exemple.fr:11211/", "http://exemple.fr:2375/"),
    "unix:///var/run/docker.sock",
    *(
        "http://exemple.fr\r\nHost: 127.0.0.1/",
        "http://127.0.0.1\t/",
        "ht\ntp://127.0.0.1/",
        " http://127.0.0.1/",
        "HTTP://127.0.0.1/",
        "http://exemple.fr/" + "a" * 4096,
    ),
)
_PUBLIC = "51.91.236.193"
NAME = "piege.exemple.fr"


def vectors() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (what it is, where a page sends us, what DNS says for `NAME`)."""
    for address in _INWARD_V4:
        yield f"literal {address}", f"http://{address}/", ()
        yield f"answer {address}", f"http://{NAME}/", (address,)
    for address in _INWARD_V6:
        yield f"literal {address}", f"http://[{address}]/", ()
        yield f"answer {address}", f"https://{NAME}/", (address,)
    for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "64:ff9b::7f00:1", "::ffff:127.0.0.1"):
        yield f"mixed, first {address}", f"http://{NAME}/", (address, _PUBLIC)
        yield f"mixed, last {address}", f"http://{NAME}/", (_PUBLIC, address)
    for host in (*_SPELLINGS, *_LITERALS):
        yield f"spelling {host}", f"http://{host}/", ("127.0.0.1",)
    for url in _URLS:
        yield f"address {url[:60]!r}", url, ("127.0.0.1",)


def samples(count: int) -> Iterator[str]:
    """Yield addresses spread over all that is not global, the borders of each block among them."""
    blocks = ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3")
    six = ("::/8", "64:ff9b::/96", "100::/64", "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8")
    for block in (*map(ip_network, blocks), *map(ip_network, six)):
        last = block.num_addresses - 1
        for step in range(count):
            yield str(ip_address(int(block.network_address) + last * step // max(1, count - 1)))
