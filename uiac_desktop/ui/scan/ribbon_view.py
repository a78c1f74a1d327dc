"""The ribbon: the planes of the last 60 s as coloured blocks, newest at the right; for clips also the seek bar."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import REGULAR, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.sizes import Sizes, sizes_for
from uiac_desktop.ui.look.theme import ON_BLACK, theme
from uiac_desktop.ui.scan.ribbon import RIBBON_S, RibbonWindow, Run
from uiac_desktop.ui.scan.state import Playhead

_CODE_FROM = 44
_HANDLE = 7.0


class RibbonView(QWidget):
    """Draws the ribbon and, for a clip, the seek bar under it; ``sought`` carries seconds of the clip."""

    sought = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ribbon")
        self.setAccessibleName("Last 60 seconds")
        self._window = RibbonWindow(-RIBBON_S, 0.0, (), live=True)
        self._playhead: Playhead | None = None
        self._sizes = sizes_for(1920, 1080)
        self._dragging = False

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the sizes of the window's class."""
        self._sizes = sizes
        self.update()

    def show_window(self, window: RibbonWindow, playhead: Playhead | None) -> None:
        """Show the runs of a window, and where a clip stands."""
        if window == self._window and playhead == self._playhead:
            return
        self._window, self._playhead = window, playhead
        self.setCursor(Qt.CursorShape.PointingHandCursor if playhead else Qt.CursorShape.ArrowCursor)
        if playhead is not None:
            self.setAccessibleDescription(f"{playhead.text}, speed {playhead.speed_text}")
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw blocks and axis or seek bar."""
        painter = QPainter(self)
        high = self._block_height
        painter.fillRect(self.rect(), ON_BLACK.colour("bg0"))
        strip = QRectF(0, 0, self.width(), high)
        painter.fillRect(strip, ON_BLACK.colour("bg2"))
        for run in self._window.runs:
            self._draw_run(painter, run, high)
        if self._playhead is not None:
            self._draw_seek_bar(painter, self._playhead, high)
        else:
            self._draw_axis(painter, high)

    @property
    def _block_height(self) -> int:
        return self.height() - 22 if self._playhead is not None else self._sizes.ribbon_block

    def _x(self, time_s: float) -> float:
        span = max(self._window.end_s - self._window.start_s, 1e-6)
        return round((time_s - self._window.start_s) / span * self.width())

    def _draw_run(self, painter: QPainter, run: Run, high: int) -> None:
        left, right = self._x(run.start_s), self._x(run.end_s)
        box = QRectF(left, 0, max(right - left, 2.0), high)
        if run.kind == "plane":
            ink.fill_plane(painter, box, run.plane)
            if box.width() >= _CODE_FROM and run.plane != "none":
                ink.draw_tag(painter, box, run.plane, run.plane)
            return
        colour = theme().colour("info" if run.kind == "frozen" else "error")
        painter.setPen(QPen(colour, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        if box.width() >= 20:
            name = "freeze" if run.kind == "frozen" else "lost"
            draw_icon(painter, name, box.center().x() - 7, box.center().y() - 7, 14, colour)

    def _draw_axis(self, painter: QPainter, top: int) -> None:
        colour = ON_BLACK.colour("text2")
        small = font(11, REGULAR)
        for back in range(60, -1, -10):
            x = self.width() * (1 - back / 60)
            painter.setPen(QPen(theme().colour("border2"), 1))
            painter.drawLine(QPointF(min(x, self.width() - 1), top), QPointF(min(x, self.width() - 1), top + 3))
            text = "now" if back == 0 else f"−{back} s"
            width = ink.text_width(text, small) + 2
            left = min(max(x - width / 2, 0), self.width() - width)
            ink.draw_text(painter, QRectF(left, top + 3, width, 15), text, small, colour)

    def _draw_seek_bar(self, painter: QPainter, playhead: Playhead, top: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = top + (self.height() - top) / 2
        groove = QRectF(_HANDLE, middle - 2, self.width() - 2 * _HANDLE, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ON_BLACK.colour("bg3"))
        painter.drawRoundedRect(groove, 2, 2)
        share = min(max(playhead.position_s / max(playhead.duration_s, 1e-6), 0.0), 1.0)
        painter.setBrush(ON_BLACK.colour("accent"))
        painter.drawRoundedRect(QRectF(groove.x(), groove.y(), groove.width() * share, 4), 2, 2)
        painter.setBrush(ON_BLACK.colour("text"))
        painter.drawEllipse(QPointF(groove.x() + groove.width() * share, middle), _HANDLE, _HANDLE)
        whole_clip = playhead.duration_s <= RIBBON_S
        if whole_clip:
            x = self._x(playhead.position_s)
            painter.setPen(QPen(ON_BLACK.colour("bg0"), 4))
            painter.drawLine(QPointF(x, 0), QPointF(x, top))
            painter.setPen(QPen(ON_BLACK.colour("focus"), 2))
            painter.drawLine(QPointF(x, 0), QPointF(x, top))
        else:
            start = groove.x() + groove.width() * max(self._window.start_s, 0) / playhead.duration_s
            end = groove.x() + groove.width() * min(self._window.end_s, playhead.duration_s) / playhead.duration_s
            painter.setPen(QPen(ON_BLACK.colour("text3"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(start, middle - 5, max(end - start, 3), 10))

    # Seeking

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the time under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton and self._playhead is not None:
            self._dragging = event.position().y() >= self._block_height
            self.sought.emit(self._time_at(event.position()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag along the seek bar."""
        if self._dragging and self._playhead is not None:
            self.sought.emit(self._time_at(event.position()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._dragging = False

    def _time_at(self, point: QPointF) -> float:
        playhead = self._playhead
        if playhead is None:
            return 0.0
        if not self._dragging:
            span = self._window.end_s - self._window.start_s
            seconds = self._window.start_s + span * point.x() / max(self.width(), 1)
        else:
            groove = max(self.width() - 2 * _HANDLE, 1)
            seconds = playhead.duration_s * (point.x() - _HANDLE) / groove
        return min(max(seconds, 0.0), playhead.duration_s)
