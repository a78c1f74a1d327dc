"""A deflated stretch of a file read like a plain one, forward in constant memory, so that no clip is inflated whole."""

import io
import zlib
from typing import BinaryIO, Final

_CHUNK: Final = 1 << 16


class InflatingReader(io.RawIOBase):
    """Reads raw deflate data (RFC 1951) as it is asked for; going back starts again from the beginning.

    Parameters
    ----------
    file
        Open for binary reading.
    start
        Offset of the first deflated byte.
    """

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._start = start
        self._restart()

    def _restart(self) -> None:
        self._file.seek(self._start)
        self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
        self._ready = memoryview(b"")
        self._position = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that any place can be reached, backwards by starting again."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte, counted in inflated bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place from the beginning or from here; the end is not known without reading all."""
        if whence == io.SEEK_END:
            raise io.UnsupportedOperation("the inflated size is not known")
        target = offset + (self._position if whence == io.SEEK_CUR else 0)
        if target < self._position:
            self._restart()
        while self._position < target and self.read(min(target - self._position, _CHUNK)):
            pass
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` inflated bytes, fewer only at the end of the data.

        Raises
        ------
        zlib.error
            The deflated data are damaged.
        """
        pieces: list[bytes] = []
        left = size
        while left != 0 and (self._ready or self._refill()):
            piece = bytes(self._ready[:left] if left > 0 else self._ready)
            self._ready = self._ready[len(piece) :]
            self._position += len(piece)
            left -= len(piece) if left > 0 else 0
            pieces.append(piece)
        return b"".join(pieces)

    def _refill(self) -> bool:
        """Inflate some more; False at the end of the data."""
        while not self._ready and not self._engine.eof:
            fed = self._engine.unconsumed_tail or self._file.read(_CHUNK)
            if not fed:
                return False
            self._ready = memoryview(self._engine.decompress(fed, _CHUNK))
        return bool(self._ready)
