"""Pictures of where the network looked: the named plane's map over its frame, one PNG a frame, and a list of them."""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from PIL import Image

from nas.preprocess import PreprocessSpec
from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import Result
from uiac_desktop.maps.overlay import overlaid

LIST_FILE: Final = "maps.csv"
_FAST_PNG: Final = 1


class MapFolder:
    """A folder of overlays that takes one picture a labelled frame.

    Files are named by the number of the source and of the frame and never by the source's own name; ``maps.csv`` tells
    which is which.

    Parameters
    ----------
    folder
        There already.
    listing
        Text stream of ``maps.csv``.
    spec
        Of the model.
    """

    def __init__(self, folder: Path, listing: TextIO, spec: PreprocessSpec) -> None:
        self._folder = folder
        self._listing = csv.writer(listing, lineterminator="\n")
        self._spec = spec
        self._listing.writerow(("file", "source", "frame", "plane"))

    def add(self, source: str, number: int, result: Result) -> None:
        """Write the picture of one frame of the source with this number, from 1.

        Raises
        ------
        DesktopError
            The folder cannot be written to.
        """
        if result.prediction is None:
            return
        name = f"s{number:04d}-f{result.frame.index:06d}.png"
        picture = Image.fromarray(overlaid(result.frame, result.prediction, self._spec))
        try:
            picture.save(self._folder / name, compress_level=_FAST_PNG)
            self._listing.writerow((name, source, result.frame.index, result.prediction.plane))
        except OSError as error:
            raise _unwritable(self._folder, error) from error


@contextmanager
def open_maps(folder: Path | None, spec: PreprocessSpec) -> Iterator[MapFolder | None]:
    """Make the folder of overlays and yield what takes them; None where none are wanted.

    Raises
    ------
    DesktopError
        The folder cannot be made or written to.
    """
    if folder is None:
        yield None
        return
    if os.path.lexists(folder) and not os.path.isdir(folder):  # noqa: PTH112 - Path's own raises on odd names
        raise DesktopError(f"{folder} is a file, not a folder.", "Name a folder for the pictures.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        listing = (folder / LIST_FILE).open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
    except OSError as error:
        raise _unwritable(folder, error) from error
    with listing:
        yield MapFolder(folder, listing, spec)


def _unwritable(folder: Path, error: OSError) -> DesktopError:
    reason = error.strerror or "unknown reason"
    return DesktopError(f"{folder} cannot be written to ({reason}).", "Check the free space and your rights.")
