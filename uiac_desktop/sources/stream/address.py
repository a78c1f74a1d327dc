"""The address of a network stream, taken apart so that user and password are used and never shown."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from uiac_desktop.errors import SourceError

STREAM_SCHEMES: Final = frozenset({"rtsp", "rtsps", "http", "https", "tcp", "udp"})
_PORTS: Final = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
_HOW: Final = "Write for example rtsp://192.168.1.20/live, http://…, tcp://HOST:PORT or udp://@:PORT."


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """Where a stream comes from.

    Attributes
    ----------
    scheme
        One of `STREAM_SCHEMES`.
    host, port
        Of the sender; for UDP the group to join, or empty for any.
    target
        Path and query, as HTTP asks for them.
    user, password
        Empty where there are none; never shown.
    uri
        The whole address as it was given; never shown.
    """

    scheme: str
    host: str
    port: int
    target: str
    user: str = field(repr=False)
    password: str = field(repr=False)
    uri: str = field(repr=False)

    @property
    def name(self) -> str:
        """How the stream is called on screen and in logs: nothing but scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = _PORTS.get(self.scheme) == self.port
        return f"{self.scheme}://{host}" + ("" if usual else f":{self.port}")


def stream_address(uri: str) -> StreamAddress:
    """Return the parts of an address.

    Raises
    ------
    SourceError
        It is not the address of a stream; the message does not repeat it, since it may hold a password.
    """
    try:
        parts = urlsplit(uri.strip())
        scheme = parts.scheme.casefold()
        port = parts.port or _PORTS.get(scheme, 0)
        host = parts.hostname or ""
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        raise SourceError("This is not the address of a stream.", _HOW) from None
    if scheme not in STREAM_SCHEMES or not port or (not host and scheme != "udp"):
        raise SourceError("This is not the address of a stream: scheme, host or port is missing.", _HOW)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in host + target):
        raise SourceError("The address of a stream has no blanks.", _HOW)
    return StreamAddress(scheme, host, port, target, user, password, uri.strip())
