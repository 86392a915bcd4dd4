"""A line to a server that breaks where the test says: after so many bytes in one direction, or just before some words come back."""

import socket
import threading
from contextlib import suppress


class Cutter:
    """Passes connections through to a port, and cuts one of them; `with` starts and stops it.

    Args:
        port: Of the server on loopback.
        after: Cut when the client has sent this many bytes, counted over all connections; 0 for never.
        before: Cut when the server is about to send these words for the first time; they are swallowed.
    """

    def __init__(self, port: int, *, after: int = 0, before: bytes = b"") -> None:
        self._port, self._after, self._before = port, after, before
        self._sent = 0
        self.cuts = 0
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._open, daemon=True).start()

    def __enter__(self) -> "Cutter":
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()

    def _open(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                for near, far, inward in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass, args=(near, far, inward), daemon=True).start()

    def _pass(self, near: socket.socket, far: socket.socket, inward: bool) -> None:
        with suppress(OSError):
            while data := near.recv(65536):
                kept, cut = self._judge(data, inward)
                far.sendall(kept)
                if cut:
                    break
        for end in (near, far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _judge(self, data: bytes, inward: bool) -> tuple[bytes, bool]:
        with self._lock:
            if self.cuts:
                return data, False
            if inward and self._after:
                self._sent += len(data)
                if self._sent >= self._after:
                    self.cuts = 1
                    return data[: len(data) - (self._sent - self._after)], True
            if not inward and self._before and (place := data.find(self._before)) >= 0:
                self.cuts = 1
                return data[:place], True
            return data, False
