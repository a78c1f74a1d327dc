"""What goes beside a data set, never into it, where the trainer would take it for frames: maps and clips."""

import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from nas.rundir import write_atomic
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.export_clip import write_anew
from uiac_desktop.exam.export_options import Explained
from uiac_desktop.exam.foreign_clip import ForeignClip
from uiac_desktop.frame import Pixels

_LEAST_LEFT: Final = 16 * 2**20


class Beside:
    """The folder ``NAME-beside`` next to a data set: ``maps``, ``overlays`` and ``clips``, named as in labels.csv.

    Parameters
    ----------
    root
        The data set. The folder is made when something goes there.
    """

    def __init__(self, root: Path) -> None:
        root = root.absolute()
        self.folder: Final = root.with_name(f"{root.name}-beside")
        self.used = False

    def has(self, stem: str) -> bool:
        """Tell whether a frame's overlay is there."""
        there = self._overlay(stem).is_file()
        self.used |= there
        return there

    def draw(self, stem: str, explained: Explained | None) -> None:
        """Write map and overlay of a frame; None, of a plane that the model does not know, writes nothing.

        Raises
        ------
        DesktopError
            The folder cannot be written.
        """
        if explained is None:
            return
        self._write(self.folder / "maps" / f"{stem}.png", _png(explained.heat))
        self._write(self._overlay(stem), _png(explained.overlay))

    def give_clip(self, clip: Path) -> bool:
        """Copy a clip, unless it is there; return whether it was copied.

        Raises
        ------
        DesktopError
            The folder cannot be written, or the clip cannot be read.
        """
        target = self.folder / "clips" / clip.name
        self.used = True
        if target.exists():
            return False
        part = target.with_name(f".{target.name}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(target.parent).free - clip.stat().st_size < _LEAST_LEFT:
                raise DesktopError("The disk has no room for the clips.", "Make room, or leave the clips out.")
            shutil.copyfile(clip, part)
            os.replace(part, target)  # noqa: PTH105
        except OSError as error:
            part.unlink(missing_ok=True)
            raise _unwritable(self.folder, error) from error
        return True

    def give_clip_anew(self, code: str, clip: ForeignClip, tell: Callable[[int], None]) -> bool:
        """Write a clip from elsewhere anew, as it was seen, unless it is there; return whether it was written.

        Raises
        ------
        DesktopError
            The folder cannot be written, or the clip cannot be read or be one clip.
        """
        target = self.folder / "clips" / f"{code}.mp4"
        if target.exists():
            self.used = True
            return False
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_anew(clip, target, tell)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        self.used = True
        return True

    def _overlay(self, stem: str) -> Path:
        return self.folder / "overlays" / f"{stem}.png"

    def _write(self, path: Path, content: bytes) -> None:
        self.used = True
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, content)
        except OSError as error:
            raise _unwritable(self.folder, error) from error


def _png(pixels: Pixels) -> bytes:
    content = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(content, "PNG", compress_level=1)
    return content.getvalue()


def _unwritable(folder: Path, error: OSError) -> DesktopError:
    reason = error.strerror or "unknown reason"
    return DesktopError(f"{folder.name} cannot be written to ({reason}).", "Check the free space and your rights.")
