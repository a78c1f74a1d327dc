"""Cuts the torn end off a clip whose program was killed while it wrote: half a fragment would stop a player there.

A fragmented MP4 is a row of boxes (ISO/IEC 14496-12, 4.2); each fragment is a ``moof`` that says what the ``mdat``
behind it holds. The system may have taken any part of the last one.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

_HEAD: Final = 8
_LONG_HEAD: Final = 16
_SIZE_FOLLOWS: Final = 1
_TO_THE_END: Final = 0


def drop_torn_end(path: Path) -> int:
    """Cut a fragmented MP4 behind its last whole fragment.

    Parameters
    ----------
    path
        Of the clip. A file that does not begin as an MP4 does is left as it is.

    Returns
    -------
    Bytes that were cut off.

    Raises
    ------
    OSError
        The file cannot be read or shortened.
    """
    with path.open("r+b") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
        if file.read(_HEAD)[4:] != b"ftyp":
            return 0
        whole = max((end for kind, end in _boxes(file, length) if kind != b"moof"), default=0)
        file.truncate(whole)
        return length - whole


def _boxes(file: BinaryIO, length: int) -> Iterator[tuple[bytes, int]]:
    """Yield kind and end, in bytes, of each box that is there to its end."""
    start = 0
    while start + _HEAD <= length:
        file.seek(start)
        head = file.read(_LONG_HEAD)
        size, kind = int.from_bytes(head[:4]), head[4:_HEAD]
        if size == _SIZE_FOLLOWS:
            size = int.from_bytes(head[_HEAD:])
        elif size == _TO_THE_END:
            size = length - start
        if size < _HEAD or start + size > length:
            return
        start += size
        yield kind, start
