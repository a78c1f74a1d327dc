"""Sends plane, certainty and map to 3D Slicer, PLUS and other OpenIGTLink clients, when the user turns it on.

A thread of its own owns every socket. Who labels only lays down the newest result; a client that does not keep up
misses frames, and nobody waits for it.
"""

import contextlib
import ipaddress
import logging
import selectors
import socket
import threading
from typing import Final

from nas.preprocess import PreprocessSpec
from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import Result
from uiac_desktop.session.link.labels import about, messages_of

_LOG = logging.getLogger(__name__)
_MOST_CLIENTS: Final = 8
_PIECE: Final = 2**16
LOOPBACK: Final = "127.0.0.1"


class LinkServerError(DesktopError):
    """The server cannot listen."""


class LinkServer:
    """One listening port and its clients.

    Parameters
    ----------
    host
        Address to listen at; `LOOPBACK` is reached from this PC alone.
    port
        0 takes any that is free.
    """

    def __init__(self, host: str = LOOPBACK, port: int = 0) -> None:
        self._lock = threading.Lock()
        self._newest: tuple[Result, PreprocessSpec] | None = None
        self._stopping = False
        self._selector = selectors.DefaultSelector()
        self._ear, self._mouth = socket.socketpair()
        for end in (self._ear, self._mouth):
            end.setblocking(False)
        self._host, self._port = host, port
        self._listener: socket.socket | None = None
        self._clients: dict[socket.socket, bytearray] = {}
        self._behind: set[socket.socket] = set()
        self._last = b""
        self._thread = threading.Thread(target=self._run, name="igtl-server", daemon=True)
        self._count = 0

    def start(self) -> None:
        """Begin to listen.

        Raises
        ------
        LinkServerError
            The port is in use or may not be taken, or the address is none of this PC's.
        """
        if not _may_be_of_this_pc(self._host):
            self._close_all()
            raise _not_of_this_pc(self._host)
        try:
            self._listener = socket.create_server((self._host, self._port), family=_family(self._host))
        except OSError as error:
            self._close_all()
            raise _refused(self._host, self._port, error) from error
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._thread.start()

    @property
    def port(self) -> int:
        """Port at which it listens."""
        return int(self._listener.getsockname()[1]) if self._listener is not None else self._port

    @property
    def clients(self) -> int:
        """How many clients are connected."""
        return self._count

    def send(self, result: Result, spec: PreprocessSpec) -> None:
        """Lay down a labelled frame for all clients, in place of one not sent yet; never waits."""
        with self._lock:
            self._newest = (result, spec)
        self._wake()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Close every connection; return False where the thread did not end in time."""
        with self._lock:
            self._stopping = True
        self._wake()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full: it will wake anyway; closed: it has ended
            self._mouth.send(b"!")

    # Below: the server's own thread.

    def _run(self) -> None:
        try:
            while True:
                for key, events in self._selector.select():
                    self._serve(key.fileobj, events)
                with self._lock:
                    newest, self._newest = self._newest, None
                    if self._stopping:
                        return
                if newest is not None and self._clients:
                    self._hand_out(messages_of(*newest))
        except Exception as error:  # noqa: BLE001 - the border of a thread
            hook_arguments = threading.ExceptHookArgs((type(error), error, error.__traceback__, self._thread))
            threading.excepthook(hook_arguments)
        finally:
            self._close_all()

    def _serve(self, ready: object, events: int) -> None:
        if ready is self._ear:
            self._ear.recv(_PIECE)
        elif ready is self._listener:
            self._welcome()
        elif isinstance(ready, socket.socket) and ready in self._clients:
            self._exchange(ready, events)

    def _welcome(self) -> None:
        if self._listener is None:
            return
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        if len(self._clients) >= _MOST_CLIENTS:
            client.close()
            return
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._clients[client] = bytearray(about())
        self._selector.register(client, selectors.EVENT_READ | selectors.EVENT_WRITE)
        self._counted("came")

    def _exchange(self, client: socket.socket, events: int) -> None:
        """Send what waits for a client, and throw away what it says: nothing is taken from outside."""
        waiting = self._clients[client]
        try:
            if events & selectors.EVENT_READ and not client.recv(_PIECE):
                self._part_from(client)
                return
            if waiting:
                del waiting[: client.send(waiting)]
            if not waiting and client in self._behind:
                self._behind.discard(client)
                waiting.extend(self._last)
        except BlockingIOError:
            pass
        except OSError:
            self._part_from(client)
            return
        self._selector.modify(client, selectors.EVENT_READ | (selectors.EVENT_WRITE if waiting else 0))

    def _hand_out(self, message: bytes) -> None:
        self._last = message
        for client in list(self._clients):
            if self._clients[client]:
                self._behind.add(client)
            else:
                self._clients[client].extend(message)
                self._exchange(client, selectors.EVENT_WRITE)

    def _part_from(self, client: socket.socket) -> None:
        self._selector.unregister(client)
        del self._clients[client]
        self._behind.discard(client)
        client.close()
        self._counted("left")

    def _counted(self, what: str) -> None:
        self._count = len(self._clients)
        _LOG.info("An OpenIGTLink client %s; %d connected.", what, self._count)

    def _close_all(self) -> None:
        self._selector.close()
        for end in (*self._clients, self._listener, self._ear, self._mouth):
            if end is not None:
                end.close()
        self._clients.clear()
        self._count = 0


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _refused(host: str, port: int, error: OSError) -> LinkServerError:
    import errno

    if error.errno == errno.EADDRINUSE:
        return LinkServerError(f"Port {port} is in use by another program.", "Close it, or choose another port.")
    if error.errno == errno.EACCES:
        return LinkServerError(f"Port {port} may not be used.", "Choose a port from 1024 to 65535.")
    return _not_of_this_pc(host)


def _not_of_this_pc(host: str) -> LinkServerError:
    return LinkServerError(
        f"{host} is no address of this PC.", f"Use {LOOPBACK} for this PC alone, or the PC's own address."
    )


def _may_be_of_this_pc(host: str) -> bool:
    """Return whether it is a number or this PC's name: another name would be asked for in the network, at length."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.casefold() in ("localhost", socket.gethostname().casefold())
    return True
