"""Another real mail server of our own on loopback: Cyrus, which shares no code and few habits with Dovecot."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from world.dovecot import KEEPER, PASSWORD, free_port

ROOT = Path(__file__).parent.parent / ".make" / "cyrus"
"""Where tools/mail.sh unpacks it."""
_PROGRAMS = ROOT / "usr/lib/cyrus/bin"

_SETTINGS = """
configdirectory: {home}/config
partition-default: {home}/mail
defaultpartition: default
cyrus_user: {keeper}
allowplaintext: yes
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: {run}/mux
sasl_mech_list: PLAIN
autocreate_quota: 0
failedloginpause: 0
autocreate_users: anyone
duplicatesuppression: 0
conversations: 0
search_engine: none
altnamespace: {flat}
unixhierarchysep: {slash}
{hidden}
lmtpsocket: {run}/lmtp
idlesocket: {run}/idle
notifysocket: {run}/notify
{extra}
"""
_SERVICES = """
START {{
  recover cmd="{programs}/ctl_cyrusdb -C {file} -r"
}}
SERVICES {{
  imap cmd="{programs}/imapd -C {file} -U 200" listen="127.0.0.1:{port}" proto=tcp4 prefork=1 maxchild=50
}}
EVENTS {{
}}
"""


def present() -> bool:
    """Return whether such a server can run here."""
    if not (_PROGRAMS / "imapd").exists() or os.geteuid() != 0:
        return False
    told = subprocess.run(["ldd", _PROGRAMS / "imapd"], env=_environment(), capture_output=True, text=True, check=False)
    return told.returncode == 0 and "not found" not in told.stdout


def _environment() -> dict[str, str]:
    libraries = ":".join(str(folder) for folder in sorted((ROOT / "usr/lib").glob("*-linux-*")))
    return {**os.environ, "LD_LIBRARY_PATH": libraries}


class Doorman:
    """Answers who may come in, as saslauthd does (its protocol: four counted strings, then OK or NO): everybody with the one password."""

    def __init__(self, path: Path) -> None:
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(path))
        path.chmod(0o777)
        self._door.listen(50)
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        with suppress(OSError):
            while True:
                asked, _ = self._door.accept()
                with asked, suppress(OSError, struct.error):
                    words = [self._word(asked) for _ in range(4)]
                    answer = b"OK" if words[1] == PASSWORD.encode() else b"NO"
                    asked.sendall(struct.pack(">H", len(answer)) + answer)

    @staticmethod
    def _word(asked: socket.socket) -> bytes:
        (size,) = struct.unpack(">H", asked.recv(2, socket.MSG_WAITALL))
        return asked.recv(size, socket.MSG_WAITALL)

    def close(self) -> None:
        """Answer nobody any more."""
        self._door.close()


class Cyrus:
    """One server; `with` starts and stops it.

    Args:
        home: A folder of its own that everybody may enter.
        flat: Whether folders stand beside the inbox, not below it.
        slash: Whether levels are parted by `/`, not by a full stop.
        hidden: Abilities it does not tell, between spaces.
        extra: More lines for imapd.conf.
    """

    def __init__(self, home: Path, *, flat: bool = False, slash: bool = False, hidden: str = "", extra: str = "") -> None:
        self.home, self.listen, self.password, self.port = home, "127.0.0.1", PASSWORD, free_port()
        config = home / "config"
        for folder in (home, config, home / "mail", *(config / name for name in ("db", "msg", "proc", "socket"))):
            folder.mkdir(parents=True)
            shutil.chown(folder, KEEPER, KEEPER)
        self._run = Path(tempfile.mkdtemp(prefix="cyrus-"))
        shutil.chown(self._run, KEEPER, KEEPER)
        self._settings, self._services = home / "imapd.conf", home / "cyrus.conf"
        said = {True: "yes", False: "no"}
        self._settings.write_text(
            _SETTINGS.format(
                home=home,
                run=self._run,
                keeper=KEEPER,
                flat=said[flat],
                slash=said[slash],
                extra=extra,
                hidden=f"suppress_capabilities: {hidden}" if hidden else "",
            )
        )
        self._services.write_text(_SERVICES.format(programs=_PROGRAMS, file=self._settings, port=self.port))
        self._process: subprocess.Popen[bytes] | None = None
        self._doorman = Doorman(self._run / "mux")

    def __enter__(self) -> "Cyrus":
        command = [_PROGRAMS / "master", "-C", self._settings, "-M", self._services, "-p", self._run / "pid"]
        self._process = subprocess.Popen(command, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 2) as probe:
                if probe.recv(4) == b"* OK":
                    return self
            time.sleep(0.05)
        self.__exit__()
        raise RuntimeError("Cyrus does not answer; it tells why in the system's log only")

    def __exit__(self, *_: object) -> None:
        if self._process:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
            self._process.wait(10)
        self._doorman.close()
        shutil.rmtree(self._run, ignore_errors=True)

    def address(self, user: str) -> str:
        """Return a user's account as an end of a move."""
        return f"imap://{user}@127.0.0.1:{self.port}/"
