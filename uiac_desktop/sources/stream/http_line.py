"""A stream over HTTP: asked for once, with user and password where there are any, and read as it comes."""

import base64
import http.client
import io
import socket
import threading
from dataclasses import replace
from typing import Any, Final, cast
from urllib.parse import urljoin

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.stream.address import StreamAddress, stream_address
from uiac_desktop.sources.stream.byte_line import CHECK_NETWORK, ByteLine, Wire, connected

_REDIRECTS_MOST: Final = 3
_FORMS: Final = (("multipart/", "mpjpeg"), ("video/mp2t", "mpegts"), ("image/jpeg", "mpjpeg"))


class _Borrowed:
    """What http.client needs of a socket; it must not close the connection, which it does not own."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection = connection
        self._stopping = stopping

    def sendall(self, data: bytes) -> None:
        self._connection.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(Wire(self._connection, self._stopping))

    def close(self) -> None:
        return


class HttpLine(ByteLine):
    """What a web address sends.

    Raises
    ------
    SourceError
        Nothing answers, or the answer is no stream.
    """

    def __init__(self, address: StreamAddress, stopping: threading.Event) -> None:
        for _ in range(_REDIRECTS_MOST + 1):
            self._connection = connected(address, stopping)
            try:
                answer = self._ask(address, stopping)
            except BaseException:
                self._connection.close()
                raise
            if answer.status not in (301, 302, 303, 307, 308):
                break
            self._connection.close()
            address = _led_on(address, answer.getheader("Location") or "")
        else:
            raise SourceError(f"{address.name} only leads on to other addresses.", CHECK_NETWORK)
        if answer.status != http.HTTPStatus.OK:
            self._connection.close()
            raise _refusal(address, answer.status)
        self._answer = answer
        kind = (answer.getheader("Content-Type") or "").casefold()
        self.form = next((form for start, form in _FORMS if kind.startswith(start)), None)

    def _ask(self, address: StreamAddress, stopping: threading.Event) -> http.client.HTTPResponse:
        asking = http.client.HTTPConnection(address.host, address.port)
        asking.sock = cast(Any, _Borrowed(self._connection, stopping))
        headers = {"Accept": "*/*", "Cache-Control": "no-cache", "Connection": "close"}
        if address.user or address.password:
            secret = base64.b64encode(f"{address.user}:{address.password}".encode()).decode("ascii")
            headers["Authorization"] = f"Basic {secret}"
        try:
            asking.request("GET", address.target, headers=headers)
            return asking.getresponse()
        except (http.client.HTTPException, ValueError):
            what = "was given up" if stopping.is_set() else "gives no answer that can be understood"
            raise SourceError(f"{address.name} {what}.", CHECK_NETWORK) from None

    def read(self, size: int) -> bytes:
        """Return at most ``size`` bytes as soon as there are any."""
        try:
            return self._answer.read1(size)
        except (http.client.HTTPException, ValueError):
            return b""

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def _led_on(address: StreamAddress, location: str) -> StreamAddress:
    """Return where a redirect leads; user and password go along to the same host alone."""
    onward = stream_address(urljoin(f"{address.name}{address.target}", location))
    if onward.scheme not in ("http", "https"):
        raise SourceError(f"{address.name} leads on to something that is no web address.", CHECK_NETWORK)
    same = (onward.scheme, onward.host, onward.port) == (address.scheme, address.host, address.port)
    return replace(onward, user=address.user, password=address.password) if same else onward


def _refusal(address: StreamAddress, status: int) -> SourceError:
    if status in (401, 403):
        return SourceError(
            f"{address.name} asks for a user and a password, or for others.", "Write user:password@HOST."
        )
    return SourceError(f"{address.name} answers with error {status}.", CHECK_NETWORK)
