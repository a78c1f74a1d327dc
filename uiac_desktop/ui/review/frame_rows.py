"""Rows of frames with their small pictures: doubtful ones, or the best of each plane; a click shows the frame."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nas.planes import NONE
from uiac_desktop.clock import clock_text
from uiac_desktop.frame import Pixels
from uiac_desktop.session.review.records import ReviewState
from uiac_desktop.ui.look import ink
from uiac_desktop.ui.look.certainty import percent
from uiac_desktop.ui.look.fonts import MEDIUM, REGULAR, font
from uiac_desktop.ui.look.icons import draw_icon
from uiac_desktop.ui.look.theme import ON_BLACK, theme
from uiac_desktop.ui.pictures.picture import draw_picture, fitted, qt_image

ROW: Final = 46
_MOST_IMAGES: Final = 400
_WITH_THUMB: Final = 320
GiveThumb = Callable[[int], Pixels | None]


@dataclass(frozen=True, slots=True)
class FrameRow:
    """One row.

    Attributes
    ----------
    said
        What was made of the frame: "open", "you: TV".
    settled
        Whether something was: a tick stands before the words, else a dashed circle.
    current
        Whether the cursor stands on the frame.
    """

    frame: int
    time_s: float
    plane: str
    certainty: float
    said: str
    settled: bool
    current: bool

    @property
    def spoken(self) -> str:
        """The row as one sentence."""
        here = ", on screen" if self.current else ""
        figure = percent(self.certainty).replace(" %", " percent")
        return f"{clock_text(self.time_s)}, {self.plane}, {figure}, {self.said}{here}"


def doubtful_rows(state: ReviewState) -> tuple[FrameRow, ...]:
    """Return the doubtful frames in order of time."""
    return tuple(
        FrameRow(
            doubt.frame,
            doubt.time_s,
            doubt.plane,
            doubt.certainty,
            f"you: {doubt.label}" if doubt.label is not None else "open",
            doubt.label is not None,
            doubt.run.first <= state.frame <= doubt.run.last,
        )
        for doubt in state.doubtful
    )


def best_rows(state: ReviewState) -> tuple[FrameRow, ...]:
    """Return the best frame of each plane, in the order of the record."""
    labels = state.corrected
    rows = []
    for best in state.bests:
        label = next((one.plane for one in labels if one.first <= best.frame <= one.last), None)
        said = f"you: {label}" if label is not None else "open"
        here = best.frame == state.frame
        rows.append(FrameRow(best.frame, best.time_s, best.plane, best.certainty, said, label is not None, here))
    return tuple(rows)


class FrameRows(QWidget):
    """Draws rows; asks for a picture only once its row is in view. ``pressed`` carries the frame of a row."""

    pressed = Signal(int)

    def __init__(self, name: str, give: GiveThumb, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._give = give
        self._rows: tuple[FrameRow, ...] = ()
        self._empty = ""
        self._pad = 16
        self._images: dict[int, QImage] = {}
        self._clock_wide = 54.0

    def set_pad(self, pad: int) -> None:
        """Take the padding of the window's class."""
        self._pad = pad
        self.update()

    def show_rows(self, rows: tuple[FrameRow, ...], empty: str) -> None:
        """Show rows, or words where there is none."""
        if (rows, empty) == (self._rows, self._empty):
            return
        self._rows, self._empty = rows, empty
        self.setAccessibleName(". ".join(row.spoken for row in rows[:30]) or empty)
        longest = max((row.time_s for row in rows), default=0.0)
        self._clock_wide = ink.text_width(clock_text(longest), font(13, MEDIUM)) + 2
        self.setMinimumHeight(len(rows) * ROW)
        self.update()

    def forget(self) -> None:
        """Let go of all pictures: another clip is open."""
        self._images.clear()
        self.update()

    def row_top(self, place: int) -> int:
        """Return where a row begins, pixels."""
        return place * ROW

    @property
    def current_place(self) -> int | None:
        """Which row the cursor stands on, or None."""
        return next((place for place, row in enumerate(self._rows) if row.current), None)

    @override
    def sizeHint(self) -> QSize:
        """Return the size of all rows."""
        return QSize(300, max(len(self._rows) * ROW, ROW))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell which frame was chosen."""
        place = int(event.position().y()) // ROW
        if event.button() == Qt.MouseButton.LeftButton and 0 <= place < len(self._rows):
            self.pressed.emit(self._rows[place].frame)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that are in view."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme()
        if not self._rows:
            wide = self.width() - 2 * self._pad
            for number, line in enumerate(ink.wrapped(self._empty, font(13, REGULAR), wide, 3)):
                box = QRectF(self._pad, 8 + 20 * number, wide, 20)
                ink.draw_text(painter, box, line, font(13, REGULAR), look.colour("text2"))
            return
        first = max(event.rect().top() // ROW, 0)
        for place in range(first, min(event.rect().bottom() // ROW + 1, len(self._rows))):
            self._draw_row(painter, QRectF(0, place * ROW, self.width(), ROW), self._rows[place])

    def _draw_row(self, painter: QPainter, box: QRectF, row: FrameRow) -> None:
        look = theme()
        inner = box.adjusted(self._pad - 8, 2, 8 - self._pad, -2)
        if row.current:
            painter.setPen(QPen(look.colour("focus"), 2))
            painter.setBrush(look.colour("bg3"))
            painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), 5, 5)
        x = inner.x() + 8
        thumb = QRectF(x, inner.y() + 4, 46 if self.width() >= _WITH_THUMB else 0, inner.height() - 8)
        painter.fillRect(thumb, ON_BLACK.colour("bg0"))
        image = self._image(row.frame)
        if image is not None and thumb.width() > 0:
            draw_picture(painter, image, fitted(image, thumb))
        text, type_ = look.colour("text"), font(13, MEDIUM)
        x = thumb.right() + (10 if thumb.width() > 0 else 0)
        ink.draw_text(
            painter, QRectF(x, inner.y(), self._clock_wide, inner.height()), clock_text(row.time_s), type_, text
        )
        block = QRectF(x + self._clock_wide + 8, inner.center().y() - 10, 56, 20)
        ink.fill_plane(painter, block, row.plane)
        if row.plane == NONE:
            ink.draw_text(painter, block, NONE, font(12, MEDIUM), look.colour("text2"), ink.CENTRE)
        else:
            ink.draw_tag(painter, block, row.plane, row.plane)
        figure = QRectF(block.right() + 10, inner.y(), 40, inner.height())
        ink.draw_text(painter, figure, percent(row.certainty), type_, text)
        self._draw_said(painter, QRectF(figure.right() + 6, inner.y(), 0, inner.height()), inner.right() - 4, row)

    def _draw_said(self, painter: QPainter, at: QRectF, right: float, row: FrameRow) -> None:
        colour = theme().colour("ok" if row.settled else "warn")
        middle = at.center().y()
        if row.settled:
            draw_icon(painter, "met", at.x(), middle - 8, 16, colour)
        else:
            pen = QPen(colour, 1.5)
            pen.setDashPattern([2.2, 1.8])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(at.x() + 1, middle - 7, 14, 14))
        words = QRectF(at.x() + 20, at.y(), right - at.x() - 20, at.height())
        text = row.said
        if ink.text_width(text, font(12, MEDIUM)) > words.width():
            text = text.removeprefix("you: ")
        if ink.text_width(text, font(12, MEDIUM)) > words.width():
            return
        ink.draw_text(painter, words, text, font(12, MEDIUM), theme().colour("text") if row.settled else colour)

    def _image(self, frame: int) -> QImage | None:
        if frame not in self._images:
            pixels = self._give(frame)
            if pixels is None:
                return None
            if len(self._images) >= _MOST_IMAGES:
                self._images.pop(next(iter(self._images)))
            self._images[frame] = qt_image(pixels)
        return self._images[frame]
