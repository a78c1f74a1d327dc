"""The row below the run strip: one thing to know with what can be done; its place stays when there is nothing."""

from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget
from typing_extensions import override

from nas.wizard.look.deed_row import Deed, DeedRow
from nas.wizard.look.panel import label
from nas.wizard.look.record import Look

Level: TypeAlias = Literal["info", "warn", "error"]
_HIGH: Final = 40


class WarnRow(QWidget):
    """Icon, what, what to do, and at most two buttons; ``wants`` carries the request of a pressed button."""

    wants = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._level: Level | None = None
        self._said: tuple[Level, str, str] | None = None
        self._deeds = DeedRow(look, small=True)
        self._deeds.wants.connect(self.wants)
        self.setObjectName("warn_row")
        self.setFixedHeight(_HIGH)
        self._icon = QLabel()
        self._what = label("", "strong", "warn_what")
        self._advice = label("", "", "warn_advice")
        self._advice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 4, 8, 4)
        self._row.setSpacing(10)
        for part in (self._icon, self._what):
            self._row.addWidget(part)
        self._row.addWidget(self._advice, 1)
        self._row.addWidget(self._deeds)

    def say(self, level: Level, what: str, advice: str = "", deeds: tuple[Deed, ...] = ()) -> None:
        """Say one thing."""
        self._deeds.show_deeds(deeds)
        if self._said == (level, what, advice):
            return
        self._said = (level, what, advice)
        self._level = level
        self._what.setText(what)
        self._what.setToolTip(what)
        self._advice.setText(advice)
        self._advice.setToolTip(advice)
        self.setAccessibleName(f"{what} {advice}".strip())
        self.wear(self._look)

    def clear(self) -> None:
        """Say nothing; the row keeps its place."""
        self._said, self._level = None, None
        self._what.clear()
        self._advice.clear()
        self._icon.clear()
        self._deeds.show_deeds(())
        self.setAccessibleName("")
        self.update()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        if self._level is not None:
            self._icon.setPixmap(look.icon(self._level, self._level).pixmap(20, 20))
        self._deeds.wear(look)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and edge in the level's colours."""
        if self._level is None:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(self.rect(), QColor(self._look.colour(f"{self._level}bg")))
        painter.fillRect(QRectF(0, 0, 4, self.height()), QColor(self._look.colour(self._level)))
