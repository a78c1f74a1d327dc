"""Why a file cannot be played, in the user's words: what it really is, and what to do."""

from pathlib import Path
from typing import Final

import av
from av.error import FFmpegError

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.video.stream import NoPictureTrackError

_HEAD: Final = 1024
_ANOTHER: Final = "Choose a clip, a still or a DICOM file."
_UNPACK: Final = "Unpack it, then open the folder or one of its files."


def why_unreadable(path: Path, error: Exception) -> SourceError:
    """Return the error to show for a file that libav refuses.

    Parameters
    ----------
    path
        The file.
    error
        What libav said.
    """
    name = path.name
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except PermissionError:
        return SourceError(f"{name} may not be read.", "Ask for the right to read it, or copy it to your own folder.")
    except OSError:
        return SourceError(f"{name} cannot be opened.", "Check that the file is there and can be read.")
    if not head:
        return SourceError(f"{name} is empty.", "Export or copy the clip again.")
    if head.startswith(b"PK\x03\x04"):
        return SourceError(f"{name} is a packed archive.", _UNPACK)
    if head[4:8] == b"ftyp" and not isinstance(error, NoPictureTrackError):
        return SourceError(f"{name} was not closed properly: its index is missing.", "Record or export it again.")
    if _is_text(head):
        kind = "a web page" if b"<html" in head.lower() or b"<!doctype" in head.lower() else "text"
        return SourceError(f"{name} is {kind}, not a clip.", _ANOTHER)
    if isinstance(error, NoPictureTrackError):
        return SourceError(f"{name} has no track of pictures.", _ANOTHER)
    if isinstance(error, FFmpegError) and not isinstance(error, av.error.InvalidDataError):
        return SourceError(f"{name} cannot be played: its coding is not known.", "Export it as MP4 (H.264) or DICOM.")
    return SourceError(f"{name} is not a clip, or it is damaged.", _ANOTHER)


def _is_text(head: bytes) -> bool:
    return b"\x00" not in head and all(byte >= 0x20 or byte in b"\t\n\r\f\x1b" for byte in head)
