"""A real mail server of our own on loopback: Dovecot over Maildir, any name lets in with one password."""

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PASSWORD = "canary-7f3a9c"
KEEPER = "mail"
"""The system user who owns the mail; Dovecot gives mail to root never."""

_CONFIGURATION = """
base_dir = {run}
state_dir = {run}
log_path = {home}/dovecot.log
protocols = imap
listen = {listen}
ssl = {ssl}
{certificates}
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{home}/mail/%u
mail_uid = {keeper}
mail_gid = {keeper}
first_valid_uid = 1
mail_fsync = {fsync}
imap_capability = {capability}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
  mailbox Sent {{
    special_use = \\Sent
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={keeper} gid={keeper} home={home}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    address = {listen}
    port = {port}
  }}
  inet_listener imaps {{
    port = {secure}
  }}
}}
service anvil {{
  chroot =
}}
{extra}
"""


def present() -> bool:
    """Return whether such a server can run here."""
    return shutil.which("dovecot") is not None and os.geteuid() == 0


def free_port() -> int:
    """Return a port that nobody uses now, and that no outgoing connection is given meanwhile: those begin at 32768 (ip_local_port_range)."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Dovecot:
    """One server; `with` starts and stops it.

    Args:
        home: A folder of its own that everybody may enter.
        listen: Address on loopback.
        secure: Port for TLS from the first byte; 0 for any that is free.
        password: Opens every account.
        capability: Replaces what it says it can, so that a simpler server is seen; "" for all that it can.
    """

    def __init__(
        self,
        home: Path,
        *,
        capability: str = "",
        separator: str = "/",
        prefix: str = "",
        fsync: str = "optimized",
        certificate: tuple[Path, Path] | None = None,
        extra: str = "",
        listen: str = "127.0.0.1",
        secure: int = 0,
        password: str = PASSWORD,
    ) -> None:
        self.home, self.listen, self.password, self.port = home, listen, password, free_port()
        self.secure = (secure or free_port()) if certificate else 0
        (home / "mail").mkdir(parents=True)
        shutil.chown(home / "mail", KEEPER, KEEPER)
        certificates = f"ssl_cert = <{certificate[0]}\nssl_key = <{certificate[1]}" if certificate else ""
        # Names of sockets have an end at 108 letters; a folder of a test is longer than that.
        self._run = tempfile.mkdtemp(prefix="imap-")
        self._file = home / "dovecot.conf"
        self._file.write_text(
            _CONFIGURATION.format(
                home=home, run=self._run, keeper=KEEPER, password=password, listen=listen, port=self.port, secure=self.secure, fsync=fsync,
                capability=capability, separator=separator, prefix=prefix, ssl="yes" if certificate else "no", certificates=certificates, extra=extra,
            )
        )  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Dovecot":
        self._process = subprocess.Popen(["dovecot", "-F", "-c", str(self._file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                with socket.create_connection((self.listen, self.port), 1) as probe:
                    if probe.recv(4) == b"* OK":
                        return self
            except OSError:
                time.sleep(0.02)
        log = (self.home / "dovecot.log").read_text() if (self.home / "dovecot.log").exists() else ""
        raise RuntimeError(f"Dovecot does not answer: {log}")

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(10)
        shutil.rmtree(self._run, ignore_errors=True)

    def address(self, user: str) -> str:
        """Return a user's account as an end of a move."""
        return f"imap://{user}@{self.listen}:{self.port}/"

    def maildir(self, user: str) -> Path:
        """Return where a user's mail lies."""
        return self.home / "mail" / user
