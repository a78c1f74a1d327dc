"""Frames of a data set as small pictures, read one at a time between other work, so that nothing waits for them."""

from collections import OrderedDict
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from nas.errors import NasError
from nas.still import Pixels, read_still
from nas.wizard.data.contact_sheet import image_of

_KEPT: Final = 600
_SIDE: Final = 320


class Pictures(QObject):
    """Pictures by their path below a root; ``came`` carries the path of each that is there now.

    A picture that cannot be read is None for good, until the root changes.
    """

    came = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root: Path | None = None
        self._found: OrderedDict[str, Pixels | None] = OrderedDict()
        self._wanted: list[str] = []
        self._reader = QTimer(self, interval=0)
        self._reader.timeout.connect(self._read_one)

    def set_root(self, root: Path | None) -> None:
        """Take pictures from another folder; None where it is not known."""
        if root != self._root:
            self._root = root
            self._found.clear()
            self._wanted.clear()

    @property
    def waiting(self) -> bool:
        """Whether pictures are still to be read."""
        return bool(self._wanted)

    def pixels(self, path: str) -> Pixels | None:
        """Return a frame, uint8 (H, W) or (H, W, 3); None while it is not there yet, or cannot be read."""
        if path in self._found:
            self._found.move_to_end(path)
            return self._found[path]
        if path not in self._wanted and self._root is not None:
            self._wanted.append(path)
            self._reader.start()
        return None

    def missing(self, path: str) -> bool:
        """Whether a frame was looked for and cannot be read."""
        return self._root is None or (path in self._found and self._found[path] is None)

    def picture(self, path: str) -> QImage | None:
        """Return a frame as a picture, at most 320 px wide and high."""
        pixels = self.pixels(path)
        if pixels is None:
            return None
        image = image_of(pixels)
        if max(image.width(), image.height()) <= _SIDE:
            return image
        smooth = Qt.TransformationMode.SmoothTransformation
        return image.scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio, smooth)

    def _read_one(self) -> None:
        """Read the next picture; when all are there, rest."""
        if not self._wanted or self._root is None:
            self._reader.stop()
            return
        path = self._wanted.pop(0)
        try:
            self._found[path] = read_still(self._root / path)
        except NasError:
            self._found[path] = None
        while len(self._found) > _KEPT:
            self._found.popitem(last=False)
        self.came.emit(path)
