"""Turns the OpenIGTLink server on and off, feeds it with what is on screen, and tells the header while it listens."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from uiac_desktop.frame import Result
from uiac_desktop.session.link.server import LOOPBACK, LinkServer, LinkServerError
from uiac_desktop.settings import Settings
from uiac_desktop.ui.messages import Message, MessageBoard, Rank
from uiac_desktop.ui.scan.control import ScanControl
from uiac_desktop.ui.scan.state import Chip

MakeServer = Callable[[str, int], LinkServer]
_CAUSE: Final = "link server"
_LOOK_MS: Final = 1000


class LinkControl(QObject):
    """Owner of the server; off until `switch` is called, and off again at the next start of the program.

    Parameters
    ----------
    scan
        What is on screen; each labelled result of it is sent.
    board
        Where messages are posted.
    settings
        Address and port; `apply` takes later ones.

    ``changed`` says that `chips` or `text` has something new.
    """

    changed = Signal()

    def __init__(
        self,
        scan: ScanControl,
        board: MessageBoard,
        settings: Settings,
        make_server: MakeServer = LinkServer,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._scan, self._board, self._settings, self._make = scan, board, settings, make_server
        self._server: LinkServer | None = None
        self._clients = 0
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._count)
        scan.labelled.connect(self._send)

    @property
    def on(self) -> bool:
        """Whether the server listens."""
        return self._server is not None

    @property
    def text(self) -> str:
        """Where it listens and who is there, or that it is off."""
        if self._server is None:
            return "Off: this program listens to nobody."
        listeners = {0: "no program is connected", 1: "1 program is connected"}
        return f"On at {self._where}; {listeners.get(self._clients, f'{self._clients} programs are connected')}."

    @property
    def chips(self) -> tuple[Chip, ...]:
        """The header's sign while the server listens, else nothing."""
        if self._server is None:
            return ()
        tooltip = f"{self.text} Plane, certainty and map are sent, no picture. Click to turn it off."
        if self._settings.link_host == LOOPBACK:
            return (Chip("link", "link", f"Sends ({self._clients})", "plain", "link", tooltip),)
        return (Chip("link", "link", f"Sends to network ({self._clients})", "warn", "link", tooltip),)

    def toggle(self) -> None:
        """Turn it on or off."""
        self.switch(not self.on)

    def switch(self, on: bool) -> None:
        """Turn it on, saying where it listens or why it cannot; or off."""
        if on == self.on:
            return
        self._stop()
        self._board.clear(_CAUSE)
        if on:
            self._start()
        self.changed.emit()

    def apply(self, settings: Settings) -> None:
        """Take other choices; a change of address or port moves a server that is on."""
        former, self._settings = self._settings, settings
        if self.on and (former.link_host, former.link_port) != (settings.link_host, settings.link_port):
            self.switch(False)
            self.switch(True)

    def shut(self) -> None:
        """Turn it off, since the window is about to go."""
        self._stop()

    def _start(self) -> None:
        server = self._make(self._settings.link_host, self._settings.link_port)
        try:
            server.start()
        except LinkServerError as error:
            self._board.post(Message(_CAUSE, Rank.ERROR, f"Nothing is sent: {error.message}", error.advice))
            return
        self._server, self._clients = server, 0
        self._timer.start()
        what = f"Plane, certainty and map are sent at {self._where}."
        open_to_all = self._settings.link_host != LOOPBACK
        advice = "Other computers of the network can read them." if open_to_all else "Only this PC can read them."
        self._board.post(Message(_CAUSE, Rank.WARN if open_to_all else Rank.INFO, what, advice))

    def _stop(self) -> None:
        self._timer.stop()
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def _send(self, result: Result) -> None:
        if self._server is not None:
            self._server.send(result, self._scan.presenter.maps.spec)

    def _count(self) -> None:
        clients = self._server.clients if self._server is not None else 0
        if clients != self._clients:
            self._clients = clients
            self.changed.emit()

    @property
    def _where(self) -> str:
        port = self._server.port if self._server is not None else self._settings.link_port
        host = self._settings.link_host
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
