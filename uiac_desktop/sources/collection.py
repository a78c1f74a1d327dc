"""What can be opened at a place: the file itself, or the clips of a folder, a disc by its table of contents, or a zip.

A zip is unpacked into a folder of the caller's, which removes it, since most readers need to jump about in a file.
"""

import lzma
import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.file_kind import STILL_ENDINGS, head, is_table_of_contents
from uiac_desktop.sources.media import PassedBy, list_media, not_told, stills_in

_ZIP: Final = b"PK\x03\x04"
_MOST_FILES: Final = 50_000
_PIECE: Final = 1 << 20
_ROOM_LEFT: Final = 1 << 30
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError)


def is_packed(place: Path) -> bool:
    """Tell whether a file is a zip.

    Raises
    ------
    SourceError
        There is no such file, or it cannot be read.
    """
    return place.is_file() and _head(place).startswith(_ZIP)


def media_at(place: Path, passed_by: PassedBy = not_told) -> tuple[Path, ...]:
    """Return what can be opened at a place, in natural order; stills of one folder are one thing, their folder.

    Parameters
    ----------
    place
        A file, a folder, or a disc's DICOMDIR; not a zip.
    passed_by
        As in `list_media`.

    Raises
    ------
    SourceError
        There is nothing there, or nothing that can be opened.
    """
    if place.is_file() and _is_table_of_contents(place):
        place = place.parent
    if not place.is_dir():
        return (place,)
    try:
        if stills_in(place):
            return (place,)
    except OSError as error:
        raise SourceError(f"The folder {place.name} cannot be read.", "Ask for the right to read it.") from error
    found: dict[Path, None] = {}
    for medium in list_media(place, passed_by):
        found[medium.parent if medium.suffix.casefold() in STILL_ENDINGS else medium] = None
    return tuple(found)


def unpack(packed: Path, workshop: Path, goes_on: Callable[[], bool] = lambda: True) -> Path:
    """Unpack a zip into a folder that is there, and return the folder; names cannot lead out of it.

    Parameters
    ----------
    goes_on
        Asked between the pieces; False stops with a `SourceError`.

    Raises
    ------
    SourceError
        It is damaged, locked by a password, or larger than the disk has room for.
    """
    name = packed.name
    try:
        with zipfile.ZipFile(packed) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check(name, members, workshop)
            for member in members:
                _take_out(archive, member, workshop, goes_on)
    except _DAMAGED as error:
        raise _damaged(name) from error
    except OSError as error:
        if error.errno is None:  # so bz2 says it
            raise _damaged(name) from error
        reason = error.strerror or "the disk refuses"
        raise SourceError(f"{name} cannot be unpacked: {reason}.", "Make room, or unpack it yourself.") from error
    return workshop


def _damaged(name: str) -> SourceError:
    return SourceError(f"{name} is damaged.", "Copy or export it again.")


def _check(name: str, members: list[zipfile.ZipInfo], workshop: Path) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise SourceError(f"{name} is locked by a password.", "Unpack it with the password, then open the folder.")
    size = sum(member.file_size for member in members)
    if len(members) > _MOST_FILES or size + _ROOM_LEFT > shutil.disk_usage(workshop).free:
        raise SourceError(f"{name} is too large to be unpacked here.", "Unpack it where there is room.")


def _take_out(archive: zipfile.ZipFile, member: zipfile.ZipInfo, workshop: Path, goes_on: Callable[[], bool]) -> None:
    parts = [part for part in Path(member.filename.replace("\\", "/")).parts if part not in ("/", "..", "\\")]
    target = workshop.joinpath(*(part.replace(":", "_") for part in parts))
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with archive.open(member) as packed, target.open("wb") as plain:
        while piece := packed.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise zipfile.BadZipFile
            if not goes_on():
                raise SourceError("Unpacking was stopped.", "Open it again.")
            plain.write(piece)


def _is_table_of_contents(file: Path) -> bool:
    return is_table_of_contents(_head(file))


def _head(file: Path) -> bytes:
    try:
        return head(file)
    except OSError as error:
        raise SourceError(f"{file.name} cannot be read.", "Ask for the right to read it.") from error
