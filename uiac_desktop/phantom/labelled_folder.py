"""The files of a simulated data set: pictures and labels.csv, written beside their place and moved there when whole."""

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import cv2

from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.furniture import Picture

COLUMNS: Final = ("file", "label", "subject", "exam", "clip", "frame", "time_s", "distance")
EXTRA_COLUMN: Final = "extra"
LABELS_FILE: Final = "labels.csv"

Row = tuple[str, ...]


@contextmanager
def new_folder(root: Path) -> Iterator[Path]:
    """Yield a folder inside a new or empty one to write a data set in; at the end it is moved to its place.

    Raises
    ------
    DesktopError
        The folder is a file, is not empty, or cannot be written; nothing half done is left.
    """
    if root.exists() and not root.is_dir():
        raise DesktopError(f"{root} is a file, not a folder.", "Choose a new or empty folder.")
    if root.is_dir() and any(root.iterdir()):
        raise DesktopError(f"{root} is not empty.", "Choose a new or empty folder; nothing was written.")
    is_new = not root.exists()
    try:
        root.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=root))
    except OSError as problem:
        raise _unwritable(root, problem) from problem
    try:
        yield work
        for part in sorted(work.iterdir(), key=lambda part: part.name == LABELS_FILE):
            part.replace(root / part.name)
    except OSError as problem:
        raise _unwritable(root, problem) from problem
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if is_new:
            with suppress(OSError):  # it holds the data set
                root.rmdir()


def write_png(path: Path, picture: Picture) -> None:
    """Write an RGB picture without loss."""
    done, coded = cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 3])
    if not done:
        raise OSError(None, "the image could not be coded", str(path))
    path.write_bytes(coded.tobytes())


def write_labels(folder: Path, rows: Iterable[Row], with_extras: bool) -> None:
    """Write labels.csv as UTF-8 with a byte order mark, which Excel needs."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*COLUMNS, EXTRA_COLUMN) if with_extras else COLUMNS)
    writer.writerows(rows)
    (folder / LABELS_FILE).write_bytes(text.getvalue().encode("utf-8-sig"))


def _unwritable(root: Path, problem: OSError) -> DesktopError:
    reason = problem.strerror or "unknown reason"
    return DesktopError(
        f"{root} cannot be written ({reason}).", "Check the free space and your rights, or choose another."
    )
