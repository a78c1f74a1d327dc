"""The address of an OpenIGTLink sender, igtl://HOST:PORT[/DEVICE], read and written in one place."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from uiac_desktop.errors import SourceError

SCHEME: Final = "igtl"
DEFAULT_PORT: Final = 18944
_EXAMPLE: Final = "Write igtl://HOST:PORT or igtl://HOST:PORT/DEVICE, for example igtl://localhost:18944."


@dataclass(frozen=True, slots=True)
class LinkAddress:
    """Where pictures come from.

    Attributes
    ----------
    host, port
        Of the sender; the port is OpenIGTLink's usual one where the address has none.
    device
        Whose pictures are wanted; empty takes the first that comes.
    """

    host: str
    port: int
    device: str = ""

    @property
    def text(self) -> str:
        """Host and port as people write them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def of_device(self, device: str) -> str:
        """Return the whole address of one of the sender's devices."""
        return f"{SCHEME}://{self.text}/{quote(device, safe='')}"


def link_address(uri: str) -> LinkAddress:
    """Return what an address names.

    Raises
    ------
    SourceError
        It has no host, or its port is no number from 1 to 65535.
    """
    try:
        parts = urlsplit(uri if "//" in uri else uri.replace(":", "://", 1))
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise SourceError("The OpenIGTLink address cannot be understood.", _EXAMPLE) from error
    if not host or port == 0:
        raise SourceError("The OpenIGTLink address has no host or no usable port.", _EXAMPLE)
    return LinkAddress(host, port or DEFAULT_PORT, unquote(parts.path.strip("/")))


def next_device(uri: str, choices: tuple[str, ...]) -> str | None:
    """Return the address of the device after the one in use among ``choices``; None where there is no other."""
    if len(choices) < 2:
        return None
    address = link_address(uri)
    number = choices.index(address.device) if address.device in choices else 0
    return address.of_device(choices[(number + 1) % len(choices)])
