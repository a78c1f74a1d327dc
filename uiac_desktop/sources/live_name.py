"""How a live source is called before it is open; loads no driver, and leaves user and password out."""

import re
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.stream_address import STREAM_SCHEMES, stream_address

_SCHEME: Final = re.compile(r"([A-Za-z]+):(.*)", re.DOTALL)
_WISH: Final = re.compile(r"\?(?:size|fps|format|range|interlaced)=.*", re.DOTALL)


def live_name(uri: str) -> str:
    """Return the name of a device, screen, stream or link address, empty for anything else."""
    named = _SCHEME.fullmatch(uri)
    if named is None:
        return ""
    scheme, rest = named[1].casefold(), named[2]
    if scheme == "device":
        return _WISH.sub("", rest).strip() or "Capture device"
    if scheme == "screen":
        return "Screen"
    if scheme == "igtl":
        return f"igtl:{rest.rpartition('@')[2]}" if "@" in rest else uri
    if scheme in STREAM_SCHEMES and rest.startswith("//"):
        try:
            return stream_address(uri).name
        except SourceError:
            return f"{scheme}: stream"
    return ""
