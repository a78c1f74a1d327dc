"""How a live source is called before it is open; loads no driver, and leaves user and password out."""

import re
from collections.abc import Callable
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.screen.address import screen_area
from uiac_desktop.sources.stream.address import STREAM_SCHEMES, stream_address

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
        return _or_kind("Screen", lambda: screen_area(rest).name)
    if scheme == "igtl":
        return f"igtl:{rest.rpartition('@')[2]}" if "@" in rest else uri
    if scheme in STREAM_SCHEMES and rest.startswith("//"):
        return _or_kind(f"{scheme}: stream", lambda: stream_address(uri).name)
    return ""


def live_key(uri: str) -> str:
    """Return what tells two live sources apart: the address without user and password, or a device's name alone."""
    scheme, _, rest = uri.partition(":")
    if scheme.casefold() in STREAM_SCHEMES and rest.startswith("//"):
        return _or_kind(scheme, lambda: f"{stream_address(uri).name}{stream_address(uri).target}")
    return live_name(uri) or uri


def _or_kind(kind: str, name: Callable[[], str]) -> str:
    """Return the name, or the kind alone where the address is not written right."""
    try:
        return name()
    except SourceError:
        return kind
