"""Rows of bars of even height that fill a widget; what a row says is drawn by the views that are made of it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QWidget

from nas.wizard.look.record import Look

LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class BarRows(QWidget):
    """So many rows.

    Parameters
    ----------
    look
        What they are drawn with.
    name
        Object name.
    least, most
        Height of a row (px).
    """

    def __init__(self, look: Look, name: str, least: float, most: float) -> None:
        super().__init__()
        self.look = look
        self._least, self._most = least, most
        self._count = 0
        self.setObjectName(name)

    def wear(self, look: Look) -> None:
        """Take another look."""
        self.look = look
        self.update()

    def box(self, place: int) -> QRectF:
        """Return where a row is drawn."""
        high = min(self._most, self.height() / max(self._count, 1))
        return QRectF(0, place * high, self.width(), high)

    def make_room(self, count: int) -> None:
        """Have so many rows."""
        self._count = count
        self.setMinimumHeight(round(self._least * count))
        self.updateGeometry()
        self.update()
