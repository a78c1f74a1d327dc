"""Pictures and clips beside the database: each is whole under its name, or not there at all."""

import io
import os
import secrets
import shutil
from collections.abc import Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from nas.errors import DataError
from nas.still import read_still
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.process_mark import is_at_work, process_mark
from uiac_desktop.exam.store_errors import full, in_the_user_s_words
from uiac_desktop.frame import Pixels

_ROOM_KEPT: Final = 16 * 2**20
_SHARE_KEPT: Final = 10


@dataclass(frozen=True, slots=True)
class Stray:
    """A file that no row may name yet.

    Attributes
    ----------
    path
        Where it lies.
    exam_id
        The exam whose folder it lies in.
    half
        Whether it is under a working name: written to, or left by a killed process.
    at_work
        Whether its process may still be writing.
    """

    path: Path
    exam_id: int
    half: bool
    at_work: bool


@dataclass(frozen=True, slots=True)
class DiskUse:
    """Bytes that a store takes.

    Attributes
    ----------
    database
        0 for a server, which is not asked.
    media
        Pictures and clips.
    unlisted
        Whole files that no row names.
    free
        Left on the disk of the media.
    """

    database: int
    media: int
    unlisted: int
    free: int


class MediaFolder:
    """The media of a store: a folder an exam, random names in it.

    Parameters
    ----------
    folder
        Made when absent. ``unlisted`` beside it takes whole files that no row names.

    Raises
    ------
    StoreError
        It cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.unlisted = folder.parent / "unlisted"
        with in_the_user_s_words():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, media: str) -> Path:
        """Return where a medium lies."""
        return self.folder / media

    def working_path(self, exam_id: int, suffix: str) -> Path:
        """Return a new hidden name in an exam's folder, which is made.

        Raises
        ------
        StoreError
            The folder cannot be made.
        """
        home = self.folder / _home(exam_id)
        with in_the_user_s_words():
            if not home.is_dir():
                home.mkdir(exist_ok=True)
                _sync_folder(self.folder)
        return home / f".{process_mark()}-{secrets.token_hex(8)}{suffix}"

    def write_picture(self, exam_id: int, pixels: Pixels) -> Path:
        """Write pixels as PNG under a hidden name, down to the disk; return its path.

        Raises
        ------
        StoreFull
            There is no room; nothing is left behind.
        StoreError
            The folder fails.
        """
        content = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(pixels)).save(content, "PNG", compress_level=1)
        self.check_room(content.tell())
        part = self.working_path(exam_id, ".png")
        with in_the_user_s_words():
            try:
                _write_down(part, content.getbuffer())
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        return part

    def check_room(self, wanted: int = 0) -> None:
        """Raise while the disk is so full that labels and lists could soon not be written either.

        Raises
        ------
        StoreFull
            Fewer than 16 MB, or on a small disk a tenth of it, would stay free.
        """
        with in_the_user_s_words():
            disk = shutil.disk_usage(self.folder)
        if disk.free - wanted < min(_ROOM_KEPT, disk.total // _SHARE_KEPT):
            raise full()

    def publish(self, part: Path) -> str:
        """Give a finished file its name, for good; return the medium's name for the row."""
        media = self.name_of(part)
        part.replace(self.path(media))
        _sync_folder(part.parent)
        return media

    def name_of(self, part: Path) -> str:
        """Return the name that a file under a working name will have."""
        return part.with_name(part.name.rpartition("-")[2]).relative_to(self.folder).as_posix()

    def read(self, media: str) -> Pixels:
        """Return a picture, uint8 (H, W) or (H, W, 3).

        Raises
        ------
        StoreError
            The file is missing or damaged.
        """
        try:
            return read_still(self.path(media))
        except DataError as error:
            raise StoreError(
                "The picture of this frame cannot be read.",
                "Its label is safe. Put its file back from a copy of the folder media.",
            ) from error

    def remove(self, media: str) -> bool:
        """Remove a medium and, with its last one, the exam's folder; return whether it was here."""
        path = self.path(media)
        with in_the_user_s_words():
            try:
                path.unlink()
            except FileNotFoundError:
                return False
            _sync_folder(path.parent)
            with suppress(OSError):  # it holds others
                path.parent.rmdir()
        return True

    def forget_unlisted(self, exam_id: int) -> None:
        """Remove what was set aside of an exam, and what its folder still holds."""
        with in_the_user_s_words():
            for home in (self.unlisted / _home(exam_id), self.folder / _home(exam_id)):
                if home.is_dir():
                    shutil.rmtree(home)

    def set_aside(self, stray: Stray) -> None:
        """Move a whole file that no row names out of the media, losing nothing."""
        home = self.unlisted / _home(stray.exam_id)
        home.mkdir(parents=True, exist_ok=True)
        stray.path.replace(home / stray.path.name.lstrip("."))

    def strays(self, named: Set[str]) -> Iterator[Stray]:
        """Yield the files of the exams' folders that no row names; one that another window just moved is passed over.

        Parameters
        ----------
        named
            Media that rows name.
        """
        for home in _names(self.folder):
            folder = self.folder / home
            if not home.isdecimal() or not folder.is_dir():
                continue
            for name in _names(folder):
                if f"{home}/{name}" in named:
                    continue
                path, half = folder / name, name.startswith(".")
                with suppress(FileNotFoundError):
                    working = half and is_at_work(name[1:].partition("-")[0], path.stat().st_mtime)
                    yield Stray(path, int(home), half, working)


def shrunk(pixels: Pixels, width: int) -> Pixels:
    """Return a picture at most so many pixels wide, in its own proportions."""
    if pixels.shape[1] <= width:
        return pixels
    height = max(1, round(pixels.shape[0] * width / pixels.shape[1]))
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BOX, reducing_gap=2.0))


def bytes_in(folder: Path) -> int:
    """Return the size of all files below a folder, 0 where there is none."""
    total = 0
    for home, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):  # another window moves its files
                total += os.stat(os.path.join(home, name)).st_size  # noqa: PTH116, PTH118 - of a hundred thousand files
    return total


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries)


def _home(exam_id: int) -> str:
    return f"{exam_id:06d}"


def _write_down(path: Path, content: memoryview) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        while content:
            content = content[os.write(handle, content) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """Make a name last through a power cut; Windows has no such call and does it by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
