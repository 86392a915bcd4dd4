"""Bodies unpacked within a limit: a gigabyte of zeros costs no more memory than the limit."""

import zlib

_GZIP = 16 + zlib.MAX_WBITS
_STEP = 64 * 1024


class Body:
    """Takes the body of an answer piece by piece.

    Args:
        limit: Most bytes kept after unpacking; the same number bounds what is taken in.
        packed: Whether the body is gzip (RFC 1952).
    """

    def __init__(self, limit: int, packed: bool = False) -> None:
        self._limit = limit
        self._taken = 0
        self._kept = bytearray()
        self._unpack = zlib.decompressobj(_GZIP) if packed else None
        self.truncated = False

    @property
    def data(self) -> bytes:
        """What was kept."""
        return bytes(self._kept)

    def take(self, piece: bytes) -> bool:
        """Add a piece; return False when the limit is reached or the packing is broken, and no more is wanted."""
        self._taken += len(piece)
        try:
            self._keep(piece) if self._unpack is None else self._inflate(piece)
        except zlib.error:
            self.truncated = True
        self.truncated = self.truncated or self._taken > self._limit
        return not self.truncated

    def _inflate(self, piece: bytes) -> None:
        assert self._unpack is not None
        while piece and not self.truncated and not self._unpack.eof:
            self._keep(self._unpack.decompress(piece, _STEP))
            piece = self._unpack.unconsumed_tail

    def _keep(self, piece: bytes) -> None:
        room = self._limit - len(self._kept)
        self._kept += piece[:room]
        self.truncated = self.truncated or len(piece) > room
