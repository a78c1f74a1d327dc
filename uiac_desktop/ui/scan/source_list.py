"""The page that lists live sources: capture devices by name, screens and their parts, and a field for an address."""

from typing import Final

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QListWidget, QVBoxLayout, QWidget
from typing_extensions import override

from uiac_desktop.sources.screen.address import screen_address
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.look.button import Button, ButtonLook
from uiac_desktop.ui.look.typed_field import TypedField
from uiac_desktop.ui.scan.device_watch import DeviceWatch
from uiac_desktop.ui.scan.screen_part import in_pixels

_LINK: Final = "igtl://localhost:18944"
_EXAMPLES: Final = "rtsp://…   http://…   tcp://HOST:PORT   udp://@:PORT   igtl://HOST:18944"
_NONE: Final = "No capture device is plugged in. Plug one in: it appears here by itself."
_WIDE: Final = 720


class SourceList(QWidget):
    """Devices, screens and addresses, each with a button that opens it.

    ``opened`` carries the address of what was chosen; ``part_wanted`` asks for a part of the screen; ``left`` says
    that nothing was chosen.
    """

    opened = Signal(str)
    part_wanted = Signal()
    left = Signal()

    def __init__(self, actions: Actions, watch: DeviceWatch | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("source_list")
        self.setAccessibleName("Live sources")
        self._preferred = ""
        self.watch = watch or DeviceWatch(parent=self)
        self.watch.changed.connect(self._fill)
        self.devices = QListWidget()
        self.devices.setObjectName("device_list")
        self.devices.setAccessibleName("Capture devices")
        self.devices.itemActivated.connect(lambda _item: self.open_device())
        self.devices.currentRowChanged.connect(lambda _row: self._allow())
        self.address = TypedField()
        self.address.setObjectName("stream_address")
        self.address.setAccessibleName("Address of a stream")
        self.address.setMinimumHeight(34)
        self.address.setPlaceholderText("rtsp://192.168.1.20/live")
        self.address.returnPressed.connect(self.open_address)
        self.address.textChanged.connect(lambda _text: self._allow())
        self._empty = QLabel(_NONE)
        self._empty.setProperty("role", "hint")
        self._open_device = self._button("open_device", "Open", "primary")
        self._open_device.clicked.connect(lambda _checked=False: self.open_device())
        self._open_address = self._button("open_address", "Open")
        self._open_address.clicked.connect(lambda _checked=False: self.open_address())
        part = self._button("choose_part", "Choose a part", key=actions.key_text("screen_part"))
        part.clicked.connect(lambda _checked=False: self.part_wanted.emit())
        back = self._button("source_list_back", "Back")
        back.clicked.connect(lambda _checked=False: self.left.emit())
        self._screens = QHBoxLayout()
        self._screens.setSpacing(10)
        self._lay_out(part, back)
        self._fill()

    def _button(self, name: str, word: str, look: ButtonLook = "normal", key: str = "") -> Button:
        button = Button(word, "", key, look, self)
        button.setObjectName(name)
        return button

    def _lay_out(self, part: Button, back: Button) -> None:
        column = QVBoxLayout()
        column.setSpacing(8)
        for title, widgets in (
            ("Capture devices", (self._empty, self.devices, _row(self._open_device))),
            ("Part of the screen", (_row(self._screens, part),)),
            ("Network stream, 3D Slicer or PLUS", (_row(self.address, self._open_address), _hint(_EXAMPLES))),
        ):
            head = QLabel(title)
            head.setProperty("role", "heading")
            column.addSpacing(10)
            column.addWidget(head)
            for widget in widgets:
                column.addWidget(widget)
        column.addSpacing(16)
        column.addWidget(_row(back))
        column.addStretch(1)
        page = QHBoxLayout(self)
        page.setContentsMargins(24, 20, 24, 20)
        page.addStretch(1)
        page.addLayout(column, 8)
        page.addStretch(1)
        self.devices.setMaximumWidth(_WIDE)
        self.address.setMaximumWidth(_WIDE)

    def prefer(self, name: str) -> None:
        """Let a device stand chosen when the list comes into view, since it was used last."""
        self._preferred = name
        self._fill()

    def show_devices(self) -> None:
        """Come into view for a capture device."""
        self.show()
        self.devices.setFocus()

    def show_address(self, link: bool) -> None:
        """Come into view for an address; with ``link`` that of a program on this PC stands there already."""
        self.show()
        if link and not self.address.text():
            self.address.setText(_LINK)
        self.address.setFocus()
        self.address.selectAll()

    def open_device(self) -> None:
        """Open the chosen device."""
        item = self.devices.currentItem()
        if item is not None:
            self.opened.emit(f"device:{item.text()}")

    def open_address(self) -> None:
        """Open the address that was typed, and forget it, since it may hold a password."""
        address = self.address.text().strip()
        if address:
            self.address.clear()
            self.opened.emit(address)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Begin to look for devices and screens."""
        super().showEvent(event)
        self._list_screens()
        self.watch.watch(True)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Look no longer."""
        super().hideEvent(event)
        self.watch.watch(False)

    def _fill(self) -> None:
        names = self.watch.names or ()
        chosen = self.devices.currentItem()
        former = chosen.text() if chosen is not None and self.isVisible() else ""
        self.devices.clear()
        self.devices.addItems(names)
        if names:
            wanted = former if former in names else self._preferred
            self.devices.setCurrentRow(names.index(wanted) if wanted in names else 0)
        self.devices.setVisible(bool(names))
        self.devices.setFixedHeight(min(len(names), 4) * 38 + 18)
        self._open_device.setVisible(bool(names))
        self._empty.setText(_NONE if self.watch.names is not None else "Looking for capture devices …")
        self._empty.setVisible(not names)
        self._allow()

    def _list_screens(self) -> None:
        while (old := self._screens.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.deleteLater()
        for number, screen in enumerate(QGuiApplication.screens(), 1):
            place = screen.geometry()
            region = in_pixels(QRect(QPoint(), place.size()), place.topLeft(), screen.devicePixelRatio())
            button = self._button(f"screen_{number}", f"Screen {number}: {region.width}×{region.height}")
            # By its place: the capture library counts screens in another order than Qt, which begins with the main one.
            address = screen_address(region)
            button.clicked.connect(lambda _checked=False, chosen=address: self.opened.emit(chosen))
            self._screens.addWidget(button)

    def _allow(self) -> None:
        self._open_device.setEnabled(self.devices.currentItem() is not None)
        self._open_address.setEnabled(bool(self.address.text().strip()))


def _row(*parts: QWidget | QHBoxLayout) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    for part in parts:
        if isinstance(part, QWidget):
            row.addWidget(part, 1 if isinstance(part, QLineEdit) else 0)
        else:
            row.addLayout(part)
    if not any(isinstance(part, QLineEdit) for part in parts):
        row.addStretch(1)
    return holder


def _hint(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "hint")
    return label
