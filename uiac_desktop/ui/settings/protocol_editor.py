"""The editor of protocols: planes to tick and to bring into order, kept as the department's own files."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from nas.planes import PLANES, plane_name
from uiac_desktop.exam.protocol import BUILT_IN, Protocol, ProtocolError, ProtocolFolder, write_protocol
from uiac_desktop.ui.look.button import Button
from uiac_desktop.ui.scan.source_picker import ask_for_protocol, ask_where_to_write

_ROW = 26


class ProtocolEditor(QWidget):
    """Edits one protocol; built-in ones are saved under another name.

    ``saved`` carries the name of a protocol that was written or read in, ``deleted`` that of one that is gone.
    """

    saved = Signal(str)
    deleted = Signal(str)

    def __init__(self, folder: ProtocolFolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("protocol_editor")
        self._folder = folder
        self.name = QLineEdit()
        self.name.setObjectName("protocol_name")
        self.name.setAccessibleName("Name of the protocol")
        self.name.setMaxLength(60)
        self.name.setMaximumWidth(320)
        self.planes = QListWidget()
        self.planes.setObjectName("protocol_planes")
        self.planes.setAccessibleName("Planes of the protocol, in order")
        self.planes.setFixedSize(320, 11 * _ROW + 8)
        self.said = QLabel("")
        self.said.setObjectName("protocol_said")
        self.said.setProperty("role", "hint")
        self.said.setWordWrap(True)
        self._delete = self._button("Delete", "", "protocol_delete", self._remove)
        middle = QHBoxLayout()
        middle.addWidget(self.planes)
        order = QVBoxLayout()
        order.addWidget(self._button("Up", "up", "protocol_up", lambda: self.move_plane(-1)))
        order.addWidget(self._button("Down", "down", "protocol_down", lambda: self.move_plane(1)))
        order.addStretch(1)
        middle.addLayout(order)
        middle.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self._button("Save", "", "protocol_save", self.save))
        foot.addWidget(self._delete)
        foot.addWidget(self._button("Import", "folder", "protocol_import", self._ask_import))
        foot.addWidget(self._button("Export", "file", "protocol_export", self._ask_export))
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.name)
        column.addLayout(middle)
        column.addLayout(foot)
        column.addWidget(self.said)

    def _button(self, word: str, icon: str, name: str, do: Callable[[], None]) -> Button:
        button = Button(word, icon)
        button.setObjectName(name)
        button.clicked.connect(lambda _checked=False: do())
        return button

    def show_protocol(self, protocol: Protocol) -> None:
        """Show a protocol: its planes first, ticked and in its order, the others after them."""
        self.name.setText(protocol.name)
        self._delete.setEnabled(protocol.name not in [built_in.name for built_in in BUILT_IN])
        self.planes.clear()
        for plane in (*protocol.planes, *(code for code in PLANES if code not in protocol.planes)):
            item = QListWidgetItem(f"{plane}   {plane_name(plane)}")
            item.setData(Qt.ItemDataRole.UserRole, plane)
            item.setCheckState(Qt.CheckState.Checked if plane in protocol.planes else Qt.CheckState.Unchecked)
            self.planes.addItem(item)
        self.planes.setCurrentRow(0)

    def move_plane(self, steps: int) -> None:
        """Bring the chosen plane up or down."""
        row = self.planes.currentRow()
        other = row + steps
        if row >= 0 and 0 <= other < self.planes.count():
            self.planes.insertItem(other, self.planes.takeItem(row))
            self.planes.setCurrentRow(other)

    def protocol(self) -> Protocol:
        """Return what is shown as a protocol.

        Raises
        ------
        ProtocolError
            It has no name or no plane.
        """
        items = [self.planes.item(row) for row in range(self.planes.count())]
        ticked = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        planes = tuple(str(item.data(Qt.ItemDataRole.UserRole)) for item in ticked)
        return Protocol(self.name.text().strip(), planes)

    def save(self) -> None:
        """Keep what is shown as the department's protocol, or say in place why it cannot be."""
        try:
            protocol = self.protocol()
            self._folder.save(protocol)
        except ProtocolError as error:
            self._say(error)
            return
        self.said.setText(f"{protocol.name} is kept.")
        self.saved.emit(protocol.name)

    def _remove(self) -> None:
        name = self.name.text().strip()
        try:
            self._folder.delete(name)
        except ProtocolError as error:
            self._say(error)
            return
        self.said.setText(f"{name} is deleted.")
        self.deleted.emit(name)

    def _ask_import(self) -> None:
        ask_for_protocol(self, self.read_in)

    def read_in(self, path: Path) -> None:
        """Take a protocol file in, or say in place why it cannot be."""
        try:
            protocol = self._folder.take_in(path)
        except ProtocolError as error:
            self._say(error)
            return
        self.said.setText(f"{protocol.name} is kept.")
        self.saved.emit(protocol.name)

    def _ask_export(self) -> None:
        name = f"{self.name.text().strip() or 'protocol'}.json"
        ask_where_to_write(self, "Export the protocol", name, {"json": "Protocol"}, self.write_to)

    def write_to(self, path: Path) -> None:
        """Write what is shown to a file that can be taken to another PC."""
        try:
            write_protocol(path, self.protocol())
        except ProtocolError as error:
            self._say(error)
            return
        self.said.setText(f"Written as {path.name}.")

    def _say(self, error: ProtocolError) -> None:
        self.said.setText(f"{error.message} {error.advice}")
