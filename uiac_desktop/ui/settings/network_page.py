"""The settings of the network: whether plane and map are sent over OpenIGTLink, at which address and port."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QSpinBox

from uiac_desktop.settings import Settings
from uiac_desktop.ui.look.section import Section

_ABOUT = (
    "3D Slicer, PLUS and other programs can then show what the model says: UIAC_Plane is a text such as "
    "“FCH 0.973”, UIAC_Map is the map as a picture that covers the frame. No picture of the scan is sent. "
    "It is off each time the program starts."
)
_WHERE = "127.0.0.1 is this PC alone. With this PC's address in the network, every computer there can read along."


class NetworkPage(Section):
    """``chosen`` carries the `Settings` after a change, ``switched`` whether the user wants it on."""

    chosen = Signal(object)
    switched = Signal(bool)

    def __init__(self, settings: Settings) -> None:
        super().__init__("Network")
        self.setObjectName("network_page")
        self._settings = settings
        self.add_heading("Sending over OpenIGTLink")
        self._on = QCheckBox("Send plane, certainty and map")
        self._on.setObjectName("link_on")
        self._on.setAccessibleName("Send plane, certainty and map")
        self._on.clicked.connect(self.switched)
        self.add(self._on)
        self._state = self.add_hint("")
        self._state.setObjectName("link_state")
        self._host = QLineEdit(settings.link_host)
        self._host.setObjectName("link_host")
        self._host.setAccessibleName("Address")
        self._host.setFixedWidth(240)
        self._host.setMaxLength(255)
        self._host.editingFinished.connect(self._take)
        self._port = QSpinBox()
        self._port.setObjectName("link_port")
        self._port.setAccessibleName("Port")
        self._port.setRange(1024, 65535)
        self._port.setGroupSeparatorShown(False)
        self._port.setValue(settings.link_port)
        self._port.editingFinished.connect(self._take)
        self.add(QLabel("Address"), self._host, QLabel("Port"), self._port)
        self.add_hint(_WHERE)
        self.add_hint(_ABOUT)
        self.add_heading("Receiving over OpenIGTLink")
        self.add_hint(
            "Open igtl://HOST:PORT as a source, for example igtl://localhost:18944. The first device that sends a "
            "picture is shown; where there are several, the header names them and G shows the next."
        )
        self.close()

    def show_state(self, on: bool, text: str) -> None:
        """Show whether it is on, where, and who is there."""
        self._on.setChecked(on)
        self._state.setText(text)

    def follow(self, settings: Settings) -> None:
        """Take settings that were changed elsewhere."""
        self._settings = settings

    def _take(self) -> None:
        host = self._host.text().strip() or self._settings.link_host
        changes = {"link_host": host, "link_port": self._port.value()}
        told = self._settings.model_copy(update=changes)
        if told != self._settings:
            self._settings = told
            self.chosen.emit(told)
