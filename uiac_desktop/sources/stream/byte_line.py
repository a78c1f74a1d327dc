"""Bytes from the network that can be waited for and given up at any moment, as libav's own reading cannot."""

import io
import select
import socket
import ssl
import threading
import time
from abc import ABC, abstractmethod
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.sources.stream.address import StreamAddress

CHECK_NETWORK: Final = "Check the address, the network and the sender."
_LOOK_S: Final = 0.1
_CONNECT_S: Final = 5.0
_DATAGRAM: Final = 65536
_WAITING_BYTES: Final = 1 << 20


class ByteLine(ABC):
    """An open line of bytes; ``read`` is what libav calls."""

    form: str | None = None
    """libav's name of the container that comes, None to find out."""

    @abstractmethod
    def read(self, size: int) -> bytes:
        """Return at most ``size`` bytes as soon as there are any; none at the end or once interrupted."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the line."""


class Wire(io.RawIOBase):
    """A connected socket that is read in short waits, so that it can be given up.

    Parameters
    ----------
    connection
        Connected.
    stopping
        Set from another thread to end every read.
    """

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        super().__init__()
        connection.settimeout(_LOOK_S)
        self._connection = connection
        self._stopping = stopping

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Read what there is, at least one byte; 0 at the end or once interrupted."""
        while not self._stopping.is_set():
            try:
                return self._connection.recv_into(buffer)
            except TimeoutError:
                continue
        return 0


class TcpLine(ByteLine):
    """MPEG-TS over a plain connection."""

    form = "mpegts"

    def __init__(self, address: StreamAddress, stopping: threading.Event) -> None:
        self._connection = connected(address, stopping)
        self._wire = Wire(self._connection, stopping)

    def read(self, size: int) -> bytes:
        """Return at most ``size`` bytes as soon as there are any."""
        return self._wire.read(size) or b""

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


class UdpLine(ByteLine):
    """MPEG-TS in datagrams, to this PC or to a group that it joins."""

    form = "mpegts"

    def __init__(self, address: StreamAddress, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._left = b""
        family, place = _place(address, socket.SOCK_DGRAM)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WAITING_BYTES)
            group = _group(address.host)
            self._socket.bind(("", address.port) if group else place)
            if group:
                self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + bytes(4))
        except OSError as error:
            self._socket.close()
            why = error.strerror or "unknown reason"
            raise SourceError(f"{address.name} cannot be listened to ({why}).", CHECK_NETWORK) from None
        self._socket.settimeout(_LOOK_S)

    def read(self, size: int) -> bytes:
        """Return at most ``size`` bytes as soon as there are any."""
        while not self._left and not self._stopping.is_set():
            try:
                self._left = self._socket.recv(_DATAGRAM)
            except TimeoutError:
                continue
        given, self._left = self._left[:size], self._left[size:]
        return given

    def close(self) -> None:
        """Let go of the port."""
        self._socket.close()


def connected(address: StreamAddress, stopping: threading.Event) -> socket.socket:
    """Return a connection, with TLS where the scheme asks for it; comes back soon once ``stopping`` is set.

    Raises
    ------
    SourceError
        Nothing answers there.
    """
    family, place = _place(address, socket.SOCK_STREAM)
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        connection.connect_ex(place)
        until = time.monotonic() + _CONNECT_S
        while not stopping.is_set() and time.monotonic() < until:
            if select.select([], [connection], [connection], _LOOK_S)[1]:
                break
        else:
            raise SourceError(f"{address.name} does not answer.", CHECK_NETWORK)
        fault = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if fault:
            raise SourceError(f"{address.name} refuses the connection.", CHECK_NETWORK)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(_CONNECT_S)
        if address.scheme == "https":
            return ssl.create_default_context().wrap_socket(connection, server_hostname=address.host)
    except ssl.SSLError:
        connection.close()
        raise SourceError(f"{address.name} has no certificate that can be trusted.", CHECK_NETWORK) from None
    except OSError as error:
        connection.close()
        raise SourceError(
            f"{address.name} does not answer ({error.strerror or 'no reason given'}).", CHECK_NETWORK
        ) from None
    except SourceError:
        connection.close()
        raise
    return connection


def _place(address: StreamAddress, kind: socket.SocketKind) -> tuple[socket.AddressFamily, tuple[str, int]]:
    host = address.host or ("0.0.0.0" if kind == socket.SOCK_DGRAM else "")  # noqa: S104 - the user asks to listen
    try:
        family, _, _, _, place = socket.getaddrinfo(host, address.port, type=kind)[0]
    except (OSError, UnicodeError):
        raise SourceError(f"The name of {address.name} is not known on this network.", CHECK_NETWORK) from None
    return family, (str(place[0]), int(place[1]))


def _group(host: str) -> bytes:
    """Return the IPv4 multicast group, empty where it is none."""
    try:
        packed = socket.inet_aton(host) if host else b""
    except OSError:
        return b""
    return packed if packed and 224 <= packed[0] <= 239 else b""
