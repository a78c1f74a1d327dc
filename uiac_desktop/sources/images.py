"""Stills: one picture, or a folder of them in natural order, as a source."""

import os
import re
from pathlib import Path
from typing import Final

from nas.errors import NasError
from nas.still import read_still
from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources.base import SourceInfo
from uiac_desktop.sources.privacy.setting import Privacy
from uiac_desktop.sources.sequence import PictureSequence, UnreadablePictureError

FOLDER_FPS: Final = 10.0
"""Frames a second at which a folder of stills is shown, since stills have no times of their own."""

_DIGITS: Final = re.compile(r"(\d+)")
_NAMED_LOSSES: Final = 20
_STARTS_AND_ENDS: Final = {b"\xff\xd8": b"\xff\xd9", b"\x89PNG": b"IEND"}
_TAIL_BYTES: Final = 64


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return the key that sorts names as people do: ``2.png`` before ``10.png``, capitals like small letters."""
    parts = _DIGITS.split(name.casefold())
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts if part)


class StillSource(PictureSequence):
    """Stills as a source; each may have a size of its own.

    Parameters
    ----------
    name
        How the source line names them.
    paths
        The stills in the order of showing; at least one.
    setting
        Crop and masks.
    fps
        Frames a second at which several stills follow each other; a single one has neither rate nor duration.

    Raises
    ------
    SourceError
        None of them can be read.
    """

    def __init__(self, name: str, paths: list[Path], setting: Privacy = None, fps: float = FOLDER_FPS) -> None:
        self._paths = paths
        self._last_reason = ""
        rate = fps if len(paths) > 1 else None
        info = SourceInfo(name, "images", 0, 0, rate, None, None, seekable=True, paced=True)
        super().__init__(info, [place / fps for place in range(len(paths))], setting)

    def _fetch(self, place: int) -> Pixels:
        try:
            return read_still(self._paths[place])
        except NasError as error:
            raise UnreadablePictureError(error.message) from error

    def _is_suspect(self, place: int) -> bool:
        try:
            with self._paths[place].open("rb") as file:
                begin = file.read(4)
                file.seek(max(file.seek(0, os.SEEK_END) - _TAIL_BYTES, 0))
                tail = file.read()
        except OSError:
            return True
        return not tail or any(begin.startswith(start) and end not in tail for start, end in _STARTS_AND_ENDS.items())

    def _lose(self, reason: str) -> None:
        self._last_reason = reason
        if len(self._notices.lines) < _NAMED_LOSSES:
            self._notices.tell(f"{reason}; it is left out.")
        else:
            self._notices.lose()

    def _nothing_readable(self, reason: str) -> SourceError:
        if len(self._paths) == 1:
            return SourceError(f"{self._last_reason}.", "Replace the file by a whole picture.")
        return super()._nothing_readable(reason)
