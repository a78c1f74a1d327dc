"""What lies below a data-set folder: images, class folders and what is passed over, by name alone."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nas.errors import DataError

LEFT_OUT: Final = ".left-out"
"""Folder in ROOT for what was moved aside; passed over without a word."""
_IMAGE_ENDINGS: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".ppm", ".pgm"})
_PARTS: Final = frozenset({"train", "training", "val", "valid", "validation", "test", "testing"})
_LITTER_NAMES: Final = frozenset({"thumbs.db", "desktop.ini", "__macosx", "__pycache__", "system volume information"})
_LITTER_ENDINGS: Final = (".crdownload", ".part", ".partial", ".tmp", ".download", ".icloud")


@dataclass(slots=True)
class Found:
    """What a walk met, as paths relative to the root with forward slashes.

    Attributes
    ----------
    images
        Files that are images by their ending, in the order of the walk.
    folders
        Those that may be classes: directly in the root, or in a part such as train.
    litter
        What systems and tools leave behind, and links that lead back up.
    foreign
        Files below the root that are no images, and names in no encoding of this system.
    """

    images: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    litter: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @property
    def parts(self) -> tuple[str, ...]:
        """Train, val, test ... where all images lie in class folders below such folders."""
        tops = {path.split("/", 1)[0] for path in self.images}
        if tops and all(top.lower() in _PARTS for top in tops) and all(path.count("/") >= 2 for path in self.images):
            return tuple(sorted(tops))
        return ()


def walk(root: Path) -> Found:
    """Return what lies below a folder; no file is opened.

    Raises
    ------
    DataError
        A folder cannot be read.
    """
    found = Found()
    _walk(root, "", found, frozenset())
    return found


def entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield what lies in a folder, by name.

    Raises
    ------
    DataError
        It cannot be read.
    """
    try:
        with os.scandir(folder) as listing:
            yield from sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        raise DataError(f"The folder {folder.name} cannot be read.", "Ask for read access to it.") from error


def is_litter(name: str) -> bool:
    """Tell whether a file or folder name is what systems and tools leave behind, never data."""
    low = name.lower()
    return low[0] in ".~$" or low in _LITTER_NAMES or low.endswith(_LITTER_ENDINGS)


def _walk(folder: Path, prefix: str, found: Found, above: frozenset[str]) -> None:
    above |= {os.path.realpath(folder)}
    for entry in entries(folder):
        path = f"{prefix}{entry.name}"
        if path == LEFT_OUT:
            continue
        if path != _spelled(path):
            found.foreign.append(_spelled(path))
        elif is_litter(entry.name) or (entry.is_symlink() and os.path.realpath(entry.path) in above):
            found.litter.append(path)
        elif _is_folder(entry):
            if not prefix or prefix.rstrip("/").lower() in _PARTS:
                found.folders.append(path)
            _walk(Path(entry.path), f"{path}/", found, above)
        elif Path(entry.name).suffix.lower() in _IMAGE_ENDINGS and not _is_pipe(entry):
            found.images.append(path)
        elif prefix:
            found.foreign.append(path)


def _spelled(path: str) -> str:
    """Return a path as text; letters of a name that is in no encoding of this system give way to a sign."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _is_pipe(entry: os.DirEntry[str]) -> bool:
    """Tell whether reading would wait for another program; a link to nothing is no pipe and told of as unreadable."""
    try:
        return not stat.S_ISREG(entry.stat().st_mode)
    except OSError:
        return False
