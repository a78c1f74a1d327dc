"""The row below the run strip: one thing to know with what can be done; its place stays when there is nothing."""

from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget
from typing_extensions import override

from nas.wizard.button import Button
from nas.wizard.look import Look
from nas.wizard.panel import label
from nas.wizard.run_strip import Deed

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
        self._deeds: tuple[Deed, ...] = ()
        self._buttons: list[Button] = []
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

    def say(self, level: Level, what: str, advice: str = "", deeds: tuple[Deed, ...] = ()) -> None:
        """Say one thing."""
        self._set_deeds(deeds)
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
        self._set_deeds(())
        self.setAccessibleName("")
        self.update()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        if self._level is not None:
            self._icon.setPixmap(look.icon(self._level, self._level).pixmap(20, 20))
        for button in self._buttons:
            button.wear(look)
        self.update()

    def _set_deeds(self, deeds: tuple[Deed, ...]) -> None:
        same = [(deed.name, deed.word) for deed in deeds] == [(deed.name, deed.word) for deed in self._deeds]
        self._deeds = deeds
        if same:
            return
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for place, deed in enumerate(deeds):
            button = Button(self._look, deed.word, deed.name, deed.icon, deed.tone, small=True)
            button.setToolTip(deed.hint)
            button.clicked.connect(lambda _checked=False, place=place: self.wants.emit(self._deeds[place].request))
            self._row.addWidget(button)
            self._buttons.append(button)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and edge in the level's colours."""
        if self._level is None:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(self.rect(), QColor(self._look.colour(f"{self._level}bg")))
        painter.fillRect(QRectF(0, 0, 4, self.height()), QColor(self._look.colour(self._level)))
