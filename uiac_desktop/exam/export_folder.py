"""The data-set folder that an export adds to: all of the new frames arrive with their rows, and what is there stays.

Pictures wait in a hidden folder inside until all are written. Then labels.csv gets all rows at once and each picture
moves to its plane. A kill at any moment leaves the set as it was, or is put right by the next export into it.
"""

import csv
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from PIL import Image

from nas.data.folder import LABELS_FILE, DataSet, scan
from nas.data.labels import SYNONYMS, changed_labels
from nas.errors import NO_ROOM
from nas.rundir import write_atomic
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.export_item import COLUMNS
from uiac_desktop.exam.process_mark import is_at_work, process_mark
from uiac_desktop.frame import Pixels

WAITING: Final = ".unfinished-export"
_OWNER: Final = "owner"


class ExportFolder:
    """A data set that frames are added to, by one process at a time; used as a context.

    Parameters
    ----------
    root
        A new or empty folder, or a data set.

    Raises
    ------
    DesktopError
        It cannot be written, is something else, or another export is writing to it.
    nas.errors.DataError
        Its labels.csv cannot be read.
    """

    def __init__(self, root: Path) -> None:
        self.root: Final = root
        self._waiting = root / WAITING
        self._header: list[str] = []
        self._rows: list[dict[str, str]] = []
        self._data: DataSet | None = None

    def __enter__(self) -> Self:
        with _disk(self.root):
            self._require_a_place()
            self._waiting.mkdir(parents=True, exist_ok=True)
            self._hold()
            try:
                self._read_rows()
                self._move_in()  # what an export that was killed had already written rows for
                self._data = self._scanned()
            except BaseException:
                self._let_go()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    @property
    def planes(self) -> tuple[str, ...]:
        """The planes of the set, ``none`` too."""
        return () if self._data is None else (*self._data.counts, *self._data.empty_classes)

    @property
    def labels(self) -> dict[str, str]:
        """The label of every picture of the set by the stem of its file."""
        return {} if self._data is None else {Path(image.path).stem: image.label for image in self._data.images}

    @property
    def pictures(self) -> tuple[Path, ...]:
        """The files of the set's pictures."""
        return () if self._data is None else tuple(self.root / image.path for image in self._data.images)

    def waits(self, stem: str) -> bool:
        """Tell whether a picture was written already, by an export that was stopped."""
        return (self._waiting / f"{stem}.png").is_file()

    def write(self, stem: str, pixels: Pixels) -> None:
        """Write a picture with nothing beside its pixels; it waits.

        Raises
        ------
        DesktopError
            The disk is full, or fails.
        """
        with _disk(self.root):
            write_atomic(self._waiting / f"{stem}.png", png_of(pixels))

    def finish(self, rows: list[dict[str, str]]) -> None:
        """Add the rows to labels.csv and move their pictures in; every one waits, or nothing is changed.

        Raises
        ------
        DesktopError
            The disk is full, or fails.
        """
        with _disk(self.root):
            if rows:
                write_atomic(self.root / LABELS_FILE, self._table(rows))
            column = self._own_name("file")
            self._rows += [{column: row["file"]} for row in rows]
            self._move_in()
            for left in self._waiting.iterdir():
                if left.name != _OWNER:
                    left.unlink()

    def _require_a_place(self) -> None:
        if self.root.exists() and not self.root.is_dir():
            raise DesktopError(f"{self.root.name} is a file, not a folder.", "Choose a new or empty folder.")
        if self.root.absolute().parent == self.root.absolute():
            raise DesktopError("A whole disk cannot be a data set.", "Choose a folder on it.")

    def _hold(self) -> None:
        owner = self._waiting / _OWNER
        with suppress(FileNotFoundError):
            mark = owner.read_text(encoding="ascii", errors="replace")
            if is_at_work(mark, owner.stat().st_mtime):
                raise _held()
            owner.unlink()
        try:
            with owner.open("x", encoding="ascii") as file:
                file.write(process_mark())
        except FileExistsError as error:
            raise _held() from error

    def _let_go(self) -> None:
        """Free the folder; pictures that wait stay for the next try, and where the disk is gone all stays as it is."""
        with suppress(OSError):
            (self._waiting / _OWNER).unlink(missing_ok=True)
            if self._waiting.is_dir() and not any(self._waiting.iterdir()):
                self._waiting.rmdir()
                if not any(self.root.iterdir()):
                    self.root.rmdir()

    def _read_rows(self) -> None:
        labels = self.root / LABELS_FILE
        if not labels.is_file():
            self._header = list(COLUMNS)
            return
        text = changed_labels(labels, lambda row: row.label).decode("utf-8-sig")
        header, *lines = csv.reader(io.StringIO(text, newline=""))
        self._header = header
        self._rows = [dict(zip(header, line, strict=False)) for line in lines]

    def _scanned(self) -> DataSet | None:
        """Return what the set holds, None where the folder is empty."""
        if not any(entry.name != WAITING for entry in self.root.iterdir()):
            return None
        data = scan(self.root)
        if data.parts:
            raise DesktopError(
                f"This data set keeps its frames in {', '.join(data.parts)}; new ones cannot be dealt to them.",
                "Choose a new folder.",
            )
        return data

    def _table(self, rows: list[dict[str, str]]) -> bytes:
        """Return labels.csv with more rows, in the set's own columns and those that it lacks."""
        names = {column: self._own_name(column) for column in COLUMNS}
        header = [*self._header, *(name for name in names.values() if name not in self._header)]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, header, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(self._rows)
        writer.writerows({names[column]: value for column, value in row.items()} for row in rows)
        return text.getvalue().encode("utf-8-sig")

    def _own_name(self, column: str) -> str:
        """Return what the set calls a column, the column's own name where it has none such."""
        own = {name.strip().lower(): name for name in self._header}
        return next((own[name] for name in SYNONYMS.get(column, (column,)) if name in own), column)

    def _move_in(self) -> None:
        waiting = {path.name for path in self._waiting.iterdir() if path.suffix == ".png"}
        folders: set[Path] = set()
        column = self._own_name("file")
        for row in self._rows if waiting else ():
            file = self.root / row.get(column, "")
            if file.name not in waiting:
                continue
            if file.parent not in folders:
                file.parent.mkdir(exist_ok=True)
                folders.add(file.parent)
            if not file.exists():
                os.replace(self._waiting / file.name, file)  # noqa: PTH105


def png_of(pixels: Pixels) -> bytes:
    """Return a picture as PNG with nothing beside its pixels."""
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG", compress_level=3)
    return content.getvalue()


@contextmanager
def _disk(root: Path) -> Iterator[None]:
    """Turn the failures of a disk into one clear line."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise DesktopError(
                "The disk is full. The data set is as it was.", "Make room, and export again: it goes on from here."
            ) from error
        reason = error.strerror or type(error).__name__
        raise DesktopError(
            f"{root.name} cannot be written to ({reason}).", "Check the free space and your rights, or choose another."
        ) from error


def _held() -> DesktopError:
    return DesktopError("Another export is writing into this folder.", "Wait until it is done.")
