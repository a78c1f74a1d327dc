"""From what the user names (a path, a scheme) to the source that reads it."""

import re
from pathlib import Path
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.base import FrameSource, Region
from uiac_desktop.sources.privacy.setting import Privacy

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)
_SIMULATED: Final = "simulated"
_LINK: Final = "igtl"
_STREAMS: Final = ("rtsp", "rtsps", "http", "https", "tcp", "udp")
_WHAT_OPENS: Final = (
    "Open a file or a folder, or an address: device:, screen:, rtsp:, http:, tcp:, udp:, igtl: or simulated:."
)


def open_source(uri: str, privacy: Privacy = None, region: int | Region | None = 0) -> FrameSource:
    """Open what the user named.

    Parameters
    ----------
    uri
        A path (clip, still, folder of stills, DICOM file; the content decides, not the ending), or ``simulated:`` with
        or without a seed, ``device:NAME[?size=1280x720&fps=60&format=MJPG]``, ``screen:[X,Y,WIDTH,HEIGHT]``,
        ``igtl://HOST:PORT[/DEVICE]``, or the address of a stream (rtsp, http, tcp, udp). Live ones are begun by
        ``with`` or `FrameSource.begin`.
    privacy
        Crop and masks, applied before any other code sees a frame.
    region
        For DICOM files: which of the 2D ultrasound regions is the crop, see `DicomSource`; others have none.

    Raises
    ------
    SourceError
        There is nothing there, or nothing that can be shown; the message says what, the advice what to do.
    """
    path = Path(uri)
    named = _SCHEME.fullmatch(uri)
    if named is not None and not _exists(path):
        scheme, rest = named[1].casefold(), named[2]
        if scheme == _SIMULATED:
            return _simulated(rest, privacy)
        if scheme == _LINK:
            return _link(uri, privacy)
        live = _live(scheme, rest, uri, privacy)
        if live is not None:
            return live
        if rest.startswith("//"):
            raise SourceError(f"No source has an address that begins with {scheme}:.", _WHAT_OPENS)
    if not uri or not _exists(path):
        raise SourceError(f"There is no file or folder {uri or 'without a name'}.", "Check the path.")
    if path.is_dir():
        return _folder(path, privacy)
    if not path.is_file():
        raise SourceError(f"{path.name} is neither a file nor a folder.", _WHAT_OPENS)
    return _file(path, privacy, region)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _simulated(seed: str, privacy: Privacy) -> FrameSource:
    from uiac_desktop.sources.simulated import SimulatedSource

    if seed and not seed.isdecimal():
        raise SourceError(f"The seed of a simulated scan is a whole number, not {seed}.", "Write simulated:0, say.")
    return SimulatedSource(int(seed or 0), privacy)


def _live(scheme: str, rest: str, uri: str, privacy: Privacy) -> FrameSource | None:
    """Return the device, screen or stream of an address, None where the scheme is none of theirs."""
    if scheme == "device":
        from uiac_desktop.sources.capture.source import open_capture

        return open_capture(rest, privacy)
    if scheme == "screen":
        from uiac_desktop.sources.screen.source import open_screen

        return open_screen(rest, privacy)
    if scheme in _STREAMS and rest.startswith("//"):
        from uiac_desktop.sources.stream.source import open_stream

        return open_stream(uri, privacy)
    return None


def _link(uri: str, privacy: Privacy) -> FrameSource:
    from uiac_desktop.sources.igtl.address import link_address
    from uiac_desktop.sources.igtl.source import OpenIgtLinkSource

    return OpenIgtLinkSource(link_address(uri), privacy)


def _folder(folder: Path, privacy: Privacy) -> FrameSource:
    from uiac_desktop.sources.images import StillSource
    from uiac_desktop.sources.media import any_medium, stills_in

    try:
        stills = stills_in(folder)
    except OSError as error:
        raise SourceError(f"The folder {folder.name} cannot be read.", "Ask for the right to read it.") from error
    if stills:
        return StillSource(folder.name, stills, privacy)
    medium = any_medium(folder)
    if medium is None:
        raise SourceError(f"The folder {folder.name} holds no clips, stills or DICOM files.", "Choose another folder.")
    raise SourceError(
        f"The folder {folder.name} has no stills directly in it.",
        f"Open one of its media by itself, for example {medium.relative_to(folder)}.",
    )


def _file(path: Path, privacy: Privacy, region: int | Region | None) -> FrameSource:
    try:
        return _reader(path, privacy, region)
    except OSError as error:
        from uiac_desktop.sources.video.trouble import why_unreadable

        raise why_unreadable(path, error) from error


def _reader(path: Path, privacy: Privacy, region: int | Region | None) -> FrameSource:
    from uiac_desktop.sources.file_kind import file_kind

    kind = file_kind(path)
    if kind == "dicom":
        from uiac_desktop.sources.dicom.source import DicomSource

        return DicomSource(path, privacy, region)
    if kind == "still":
        from uiac_desktop.sources.images import StillSource

        return StillSource(path.name, [path], privacy)
    from uiac_desktop.sources.video.source import VideoSource

    return VideoSource(path, privacy)
