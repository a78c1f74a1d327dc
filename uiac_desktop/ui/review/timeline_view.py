"""The timeline of the Review room: predicted and corrected rows of a part of the clip, and the whole of it below."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from uiac_desktop.session.review.marks import FrameRange
from uiac_desktop.session.review.records import ReviewState
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.fonts import MEDIUM, font
from uiac_desktop.ui.look.theme import theme
from uiac_desktop.ui.review import timeline_paint as paint
from uiac_desktop.ui.review.timeline import FrameClock, Span, in_view
from uiac_desktop.ui.review.words import range_text, spoken_frame

LABELS: Final = 92
_RIGHT: Final = 12
_GRIP: Final = 8
_WHEEL_STEP: Final = 120
_WHEEL_FACTOR: Final = 0.8
Drag: TypeAlias = Literal["", "seek", "whole", "range", "first", "last"]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Places from the top, pixels: label lane, both local rows, marks, axis, whole clip."""

    lane: QRectF
    predicted: QRectF
    corrected: QRectF
    marks: QRectF
    axis: QRectF
    whole: QRectF

    @property
    def local(self) -> QRectF:
        """Both local rows."""
        return self.predicted.united(self.corrected)


def _rows(width: float, height: float) -> _Rows:
    left, wide = float(LABELS), max(width - LABELS - _RIGHT, 20.0)
    tall = height >= 176
    tops = ((0, 20), (22, 32), (62, 32), (96, 11), (107, 20), (138, 24)) if tall else (
        (0, 18), (20, 24), (46, 24), (71, 10), (81, 19), (105, 18)
    )  # fmt: skip
    return _Rows(*(QRectF(left, top, wide, high) for top, high in tops))


class TimelineView(QWidget):
    """Draws the rows of `ReviewState`, and tells what the mouse asks for.

    ``sought`` carries seconds of the clip; ``began`` and ``ended`` say that the range begins or ends at the frame that
    was sought last; ``chosen`` carries a `FrameRange` that was double-clicked.
    """

    sought = Signal(float)
    began = Signal()
    ended = Signal()
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self.span = Span()
        self._state = ReviewState("empty")
        self._clock = FrameClock(self._state)
        self._drag: Drag = ""
        self._whole_row: tuple[tuple[object, ...], QPixmap] | None = None

    def show_state(self, state: ReviewState) -> None:
        """Show how the room stands; the local rows turn a page where the cursor leaves them."""
        former, self._state = self._state, state
        if state.clip is None:
            self.span = Span()
            self.update()
            return
        if former.clip is None or former.clip.name != state.clip.name:
            self.span = Span()
        if former.predicted is not state.predicted or former.corrected is not state.corrected or former.clip is None:
            self._clock = FrameClock(state)
        self.span = self.span.of_clip(state.clip.duration_s)
        if self._drag in ("", "whole"):
            self.span = self.span.following(state.time_s)
        self.setAccessibleName(spoken_frame(state))
        self.update()

    def zoom(self, factor: float) -> None:
        """Show a part ``factor`` times as long; the cursor keeps its place. Infinity shows the whole clip."""
        if self._state.clip is not None:
            self.span = self.span.zoomed(factor, self._state.time_s)
            self.update()

    # Drawing

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme().colour("bg1"))
        rows = self._places
        for row, word in ((rows.predicted, "Predicted"), (rows.corrected, "Corrected"), (rows.whole, "Whole clip")):
            box = QRectF(12, row.y(), LABELS - 16, row.height())
            ink.draw_text(painter, box, word, font(12, MEDIUM), theme().colour("text"))
            paint.draw_ground(painter, row)
        if self._state.clip is None:
            return
        self._draw_local(painter, rows)
        self._draw_whole(painter, rows.whole)

    def _draw_local(self, painter: QPainter, rows: _Rows) -> None:
        state, span = self._state, self.span
        self._draw_missing(painter, rows.predicted)
        paint.draw_segments(painter, rows.predicted, state.predicted, span, faded=True, codes=True)
        own = rows.corrected
        others = [person for person in state.people if person.who not in ("", state.person) and person.segments]
        paint.draw_segments(painter, own, state.corrected, span, faded=False, codes=True)
        if state.holding is not None:
            paint.draw_segments(painter, own, (state.holding,), span, faded=False, codes=True)
        paint.draw_others(painter, own, others, span)
        paint.draw_doubts(painter, rows.marks, state.doubtful, span)
        paint.draw_axis(painter, rows.axis, span)
        if state.selection is not None:
            left, right = self._ends(state.selection)
            paint.draw_range(painter, rows.local, left, right)
            paint.draw_range_label(painter, rows.lane, (left + right) / 2, range_text(state, self._clock))
        elif state.mark is not None:
            x = self._local_x(self._clock.time_of(state.mark))
            painter.setPen(QPen(QColor("#FFFFFF"), 2))
            painter.drawLine(QPointF(x, rows.predicted.y()), QPointF(x, rows.corrected.bottom()))
            paint.draw_range_label(painter, rows.lane, x, "Range begins here. ] ends it.")
        cursor = self._local_x(state.time_s)
        if rows.local.x() - 1 <= cursor <= rows.local.right() + 1:
            paint.draw_cursor(painter, cursor, rows.predicted.y() - 1, rows.marks.bottom())

    def _draw_missing(self, painter: QPainter, row: QRectF) -> None:
        state = self._state
        seen = in_view(state.predicted, self.span.start_s, self.span.end_s)
        if not seen:
            paint.draw_unanalysed(painter, row, row.x(), self._why_empty())
        elif seen[-1].end_s < self.span.end_s - 1e-3:
            paint.draw_unanalysed(painter, row, self._local_x(seen[-1].end_s), self._why_empty())

    def _why_empty(self) -> str:
        analysis = self._state.analysis
        if analysis is None:
            return "no model, no predictions"
        return "analysis failed" if analysis.state == "failed" else "not analysed yet"

    def _draw_whole(self, painter: QPainter, row: QRectF) -> None:
        state, whole = self._state, self._whole_span
        if not state.predicted or state.predicted[-1].end_s < whole.whole_s - 0.05:
            end = state.predicted[-1].end_s if state.predicted else 0.0
            paint.draw_unanalysed(painter, row, row.x() + whole.x(end, row.width()), self._why_empty())
        painter.drawPixmap(row.topLeft(), self._painted_whole(row))
        left, right = (row.x() + whole.x(time_s, row.width()) for time_s in (self.span.start_s, self.span.end_s))
        frame = QRectF(left, row.y() - 2, max(right - left, 3), row.height() + 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in ((4, "#000000"), (2, "#FFFFFF")):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRoundedRect(frame, 2, 2)
        paint.draw_cursor(painter, row.x() + whole.x(state.time_s, row.width()), row.y() - 3, row.bottom() + 3)

    def _painted_whole(self, row: QRectF) -> QPixmap:
        """Return the blocks of the whole clip, painted once for all frames that play over them."""
        ratio, state = self.devicePixelRatioF(), self._state
        key = (state.predicted, self._whole_span, row.size(), ratio, theme().name)
        if self._whole_row is None or any(
            one is not other and one != other for one, other in zip(self._whole_row[0], key, strict=True)
        ):
            pixmap = QPixmap(round(row.width() * ratio), round(row.height() * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            box = QRectF(0, 0, row.width(), row.height())
            paint.draw_segments(painter, box, state.predicted, self._whole_span, faded=False, codes=False)
            painter.end()
            self._whole_row = (key, pixmap)
        return self._whole_row[1]

    @property
    def _places(self) -> _Rows:
        return _rows(self.width(), self.height())

    @property
    def _whole_span(self) -> Span:
        length = self._state.clip.duration_s if self._state.clip is not None else 1.0
        return Span(0.0, max(length, 1e-3), max(length, 1e-3))

    def _local_x(self, time_s: float) -> float:
        row = self._places.predicted
        return row.x() + self.span.x(time_s, row.width())

    def _ends(self, chosen: FrameRange) -> tuple[float, float]:
        first, last = self._clock.ends_of(chosen)
        return self._local_x(first), self._local_x(last)

    # The mouse

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the time under the pointer, or take hold of an end of the range."""
        if event.button() != Qt.MouseButton.LeftButton or self._state.clip is None:
            return
        point = event.position()
        self._drag = self._meant(point, shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        if self._drag in ("seek", "whole", "range"):
            self.sought.emit(self._time_at(point))
        if self._drag == "range":
            self.began.emit()

    def _meant(self, point: QPointF, *, shift: bool) -> Drag:
        rows = self._places
        if point.y() >= rows.whole.y() - 6:
            return "whole"
        if shift:
            return "range"
        return self._end_under(point) or "seek"

    def _end_under(self, point: QPointF) -> Drag:
        """Return which end of the range is under the pointer, or nothing."""
        if self._state.selection is None:
            return ""
        left, right = self._ends(self._state.selection)
        for x, end in ((left, "first"), (right, "last")):
            near = paint.handle_box(self._places.local, x).adjusted(-_GRIP / 2, -4, _GRIP / 2, 4)
            if near.contains(point):
                return "first" if end == "first" else "last"
        return ""

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag: the picture follows too, so that an end is set by what it shows."""
        point = event.position()
        if not self._drag:
            over = self._end_under(point) if self._state.clip is not None else ""
            self.setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.PointingHandCursor)
            return
        self.sought.emit(self._time_at(point))
        if self._drag in ("first", "last"):
            (self.began if self._drag == "first" else self.ended).emit()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag; one with Shift ends the range."""
        if self._drag == "range":
            self.ended.emit()
        self._drag = ""

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Choose the block under the pointer as the range."""
        rows, point = self._places, event.position()
        row = self._state.corrected if rows.corrected.contains(point) else self._state.predicted
        if not rows.local.contains(point):
            return
        time_s = self._time_at(point)
        hit = next((one for one in in_view(row, time_s, time_s + 1e-6) if one.start_s <= time_s < one.end_s), None)
        if hit is not None:
            self.chosen.emit(FrameRange(hit.first, hit.last))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; with Shift, or sideways, move the part in view."""
        if self._state.clip is None:
            return
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(turned.x()) > abs(turned.y()):
            steps = (turned.x() or turned.y()) / _WHEEL_STEP
            self.span = self.span.moved(-steps * self.span.length_s / 8)
        else:
            point = event.position()
            at = self.span.time_at(point.x() - self._places.predicted.x(), self._places.predicted.width())
            self.span = self.span.zoomed(_WHEEL_FACTOR ** (turned.y() / _WHEEL_STEP), at)
        event.accept()
        self.update()

    def _time_at(self, point: QPointF) -> float:
        row = self._places.whole if self._drag == "whole" else self._places.predicted
        span = self._whole_span if self._drag == "whole" else self.span
        return span.time_at(point.x() - row.x(), row.width())
