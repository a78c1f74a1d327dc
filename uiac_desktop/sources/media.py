"""The media of a folder or disc: what can be opened, found by name or content, in natural order."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.file_kind import (
    CLIP_ENDINGS,
    DICOM_ENDINGS,
    STILL_ENDINGS,
    head,
    is_dicom,
    is_dicom_without_pictures,
    is_table_of_contents,
)
from uiac_desktop.sources.images import natural_order

PassedBy: TypeAlias = Callable[[str], object]
"""Is told the name of each DICOM file that never holds pictures, such as a report."""
_LITTER: Final = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx", "$recycle.bin"})


def not_told(_name: str) -> None:
    """Take no notice of a file that is passed by."""


def list_media(path: Path, passed_by: PassedBy = not_told) -> list[Path]:
    """Return the media of a folder and the folders in it, or a file itself.

    Parameters
    ----------
    path
        A folder, a disc, or a file (which is returned whatever it holds).
    passed_by
        Is told of the reports in it.

    Returns
    -------
    Stills, clips and DICOM files in natural order of their paths; DICOM also without an ending. Hidden files, a disc's
    table of contents and reports are passed by.

    Raises
    ------
    SourceError
        There is no such path, or the folder may not be read or holds no media.
    """
    if not path.is_dir():
        if not path.exists():
            raise SourceError(f"There is no file or folder {path}.", "Check the path.")
        return [path]
    if not os.access(path, os.R_OK | os.X_OK):
        raise SourceError(f"The folder {path} may not be read.", "Ask for the right to read it.")
    found = sorted(
        _media_in(path, passed_by), key=lambda file: [natural_order(part) for part in file.relative_to(path).parts]
    )
    if not found:
        raise SourceError(f"The folder {path} holds no clips, stills or DICOM files.", "Choose another folder.")
    return found


def left_out(reports: Sequence[str]) -> str:
    """Return what is said of one or more files without pictures; not their names, which may be a woman's."""
    files = "1 file holds" if len(reports) == 1 else f"{len(reports)} files hold"
    return f"{files} no pictures, such as a report: left out."


def any_medium(folder: Path) -> Path | None:
    """Return one of the media of a folder, None where there are none; quick also for large trees."""
    return next(_media_in(folder, not_told), None)


def stills_in(folder: Path) -> list[Path]:
    """Return the stills that lie directly in a folder, in natural order."""
    stills = [entry for entry in folder.iterdir() if entry.suffix.casefold() in STILL_ENDINGS and _counts(entry)]
    return sorted(stills, key=lambda still: natural_order(still.name))


def _media_in(folder: Path, passed_by: PassedBy) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_litter(name)]
        yield from (file for file in map(Path(place).joinpath, names) if _counts(file) and _is_media(file, passed_by))


def _counts(file: Path) -> bool:
    return not _is_litter(file.name) and file.is_file()


def _is_litter(name: str) -> bool:
    return name.startswith((".", "~$")) or name.casefold() in _LITTER


def _is_media(file: Path, passed_by: PassedBy) -> bool:
    ending = file.suffix.casefold()
    if ending in STILL_ENDINGS or ending in CLIP_ENDINGS:
        return True
    try:
        start = head(file)
    except OSError:
        return ending in DICOM_ENDINGS
    if not is_dicom(start):
        return ending in DICOM_ENDINGS
    if not is_dicom_without_pictures(start):
        return True
    if not is_table_of_contents(start):
        passed_by(file.name)
    return False
