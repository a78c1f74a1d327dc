"""A list to choose one from, which shows by an arrow that there is more than what stands in it."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox
from typing_extensions import override

_FROM_RIGHT = 13.0
_HALF_WIDE, _HALF_HIGH = 4.0, 2.0


class ChoiceBox(QComboBox):
    """Qt's own list under the wizard's style sheet, with the arrow that the sheet takes away."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, and the arrow in the colour of its text."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.palette().color(self.foregroundRole())), 1.5))
        middle = QPointF(self.width() - _FROM_RIGHT, self.height() / 2)
        left, right = middle + QPointF(-_HALF_WIDE, -_HALF_HIGH), middle + QPointF(_HALF_WIDE, -_HALF_HIGH)
        painter.drawPolyline([left, middle + QPointF(0, _HALF_HIGH), right])
