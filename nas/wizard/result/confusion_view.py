"""The confusion matrix: shares of each true plane in even colours; a cell that is chosen shows its frames elsewhere."""

from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from nas.planes import plane_name
from nas.wizard.look.own_keys import ARROWS, CHOOSE, keeps
from nas.wizard.look.record import Look

_POWER: Final = 0.6
_WRITTEN_FROM: Final = 0.02
_LIGHT_FROM: Final = 0.5  # of the scale: from here on figures are dark on light
_LEFT: Final = 52.0
_LEFT_SHARE: Final = 0.25  # of the width, at most, where names are long
_HEAD: Final = 22.0
_TALL_HEAD_SHARE: Final = 0.3  # of the height, at most
_LARGEST, _SMALLEST = 11, 8  # px of the figures
_MOVES: Final = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class ConfusionView(QWidget):
    """Rows are truth, columns the network's answers; ``chosen`` carries truth and answer of a cell with frames.

    Cells are chosen by mouse, or by the arrow keys and Enter.
    """

    chosen = Signal(str, str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._labels: tuple[str, ...] = ()
        self._counts: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._table = np.asarray(pg.colormap.get("cividis").getLookupTable(nPts=256, alpha=False), np.uint8)
        self._at = (0, 0)
        self._ringed: tuple[str, str] | None = None
        self.setObjectName("confusion")
        self.setAccessibleName("Confusion matrix")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(1, 1))  # it is drawn into whatever room there is, so that nothing of it is cut

    def show_matrix(self, labels: tuple[str, ...], counts: tuple[tuple[int, ...], ...]) -> None:
        """Show frames by truth (rows) and answer (columns), K labels and K rows of K counts."""
        if labels == self._labels and counts == tuple(map(tuple, self._counts.tolist())):
            return
        self._labels, self._ringed = labels, None
        self._counts = np.array(counts, np.int64).reshape(len(labels), len(labels))
        self._at = (0, 0)
        self.setAccessibleDescription("; ".join(self._row_words(row) for row in range(len(labels))))
        self.update()

    def ring(self, cell: tuple[str, str] | None) -> None:
        """Ring the cell whose frames are shown."""
        self._ringed = cell
        self.update()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self.update()

    def cell(self, row: int, column: int) -> QRectF:
        """Return where a cell is drawn, on whole pixels."""
        count = max(len(self._labels), 1)
        side, head = self._side, self._head
        wide, high = (self.width() - side) / count, (self.height() - head) / count
        left, top = round(side + column * wide), round(head + row * high)
        return QRectF(left, top, round(side + (column + 1) * wide) - left, round(head + (row + 1) * high) - top)

    def words_at(self, place: QPointF) -> str:
        """Return what the cell at a place stands for; empty outside."""
        found = self._cell_at(place)
        return self._cell_words(*found) if found is not None else ""

    @override
    def event(self, event: QEvent) -> bool:
        """Keep the keys that go from cell to cell; tell the frames of the cell under the pointer."""
        if keeps(event, (*ARROWS, *CHOOSE)):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the pointer."""
        found = self._cell_at(event.position())
        if found is not None:
            self._at = found
            self._choose()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from cell to cell, and choose one."""
        key = Qt.Key(event.key())
        if key in _MOVES and self._labels:
            last = len(self._labels) - 1
            row, column = (sum(pair) for pair in zip(self._at, _MOVES[key], strict=True))
            self._at = (min(max(row, 0), last), min(max(column, 0), last))
            self.update()
        elif key in CHOOSE:
            self._choose()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw heads, cells with their percentages, the ringed cell and the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        count = len(self._labels)
        painter.setPen(QColor(self._look.colour("text2")))
        painter.setFont(self._look.font(_LARGEST, 500))
        for place, label in enumerate(self._labels):
            self._draw_head(painter, self.cell(0, place), label)
        painter.setFont(self._look.font(self.figures_high, 500))
        for place, label in enumerate(self._labels):
            box = self.cell(place, 0)
            name = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, round(self._side) - 8)
            beside = QRectF(0, box.top(), self._side - 7, box.height())
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(self._look.font(self.figures_high, 600))
        for row in range(count):
            for column in range(count):
                self._draw_cell(painter, row, column)
        if self.hasFocus() and count:
            self._frame(painter, self.cell(*self._at), 2, dashed=True)
        if self._ringed is not None and set(self._ringed) <= set(self._labels):
            row, column = (self._labels.index(label) for label in self._ringed)
            self._frame(painter, self.cell(row, column), 2)

    def _draw_head(self, painter: QPainter, box: QRectF, label: str) -> None:
        """Write a label above its column, upright where the columns are narrow."""
        tall = self._head > _HEAD
        room = self._head - 6 if tall else box.width()
        said = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, round(room))
        if not tall:
            painter.drawText(QRectF(box.left(), 0, box.width(), _HEAD), Qt.AlignmentFlag.AlignCenter, said)
            return
        painter.save()
        painter.translate(box.left(), self._head - 4)
        painter.rotate(-90)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, self._head, box.width()), left, said)
        painter.restore()

    def _draw_cell(self, painter: QPainter, row: int, column: int) -> None:
        box = self.cell(row, column)
        share = self._share(row, column)
        level = share**_POWER
        red, green, blue = (int(value) for value in self._table[round(255 * level)])
        painter.fillRect(box.adjusted(0.5, 0.5, -0.5, -0.5), QColor(red, green, blue))
        if share >= _WRITTEN_FROM:
            painter.setPen(QColor("#000000" if level >= _LIGHT_FROM else "#FFFFFF"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{100 * share:.0f}")

    def _frame(self, painter: QPainter, box: QRectF, width: float, dashed: bool = False) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("#000000"), width + 2))
        painter.drawRect(box.adjusted(1, 1, -1, -1))
        style = Qt.PenStyle.DotLine if dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor("#FFFFFF"), width, style))
        painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _choose(self) -> None:
        row, column = self._at
        self.update()
        if self._labels and self._counts[row, column]:
            self.chosen.emit(self._labels[row], self._labels[column])

    @property
    def _head(self) -> float:
        """Height of the labels above the columns: upright ones take what the longest needs, and no more."""
        widest = self._widest
        if widest <= (self.width() - self._side) / max(len(self._labels), 1):
            return _HEAD
        return max(_HEAD + 1, min(widest + 10, _TALL_HEAD_SHARE * self.height()))

    @property
    def _side(self) -> float:
        """Width of the labels beside the rows."""
        return max(_LEFT, min(self._widest + 10, _LEFT_SHARE * self.width()))

    @property
    def _widest(self) -> float:
        type_ = QFontMetricsF(self._look.font(_LARGEST, 500))
        return max((type_.horizontalAdvance(label) for label in self._labels), default=0.0)

    @property
    def figures_high(self) -> int:
        """Size of the figures, which fits into a cell (px)."""
        high = (self.height() - self._head) / max(len(self._labels), 1)
        return round(min(max(high - 1, _SMALLEST), _LARGEST))

    def _share(self, row: int, column: int) -> float:
        return float(self._counts[row, column] / max(int(self._counts[row].sum()), 1))

    def _cell_at(self, place: QPointF) -> tuple[int, int] | None:
        if not self._labels or place.x() < self._side or place.y() < self._head:
            return None
        count = len(self._labels)
        column = int((place.x() - self._side) * count / max(self.width() - self._side, 1))
        row = int((place.y() - self._head) * count / max(self.height() - self._head, 1))
        return (row, column) if row < count and column < count else None

    def _cell_words(self, row: int, column: int) -> str:
        truth, answer = self._labels[row], self._labels[column]
        frames = int(self._counts[row, column])
        said = "answered so" if truth == answer else f"called {answer} ({plane_name(answer)})"
        whole = int(self._counts[row].sum())
        return (
            f"{truth} ({plane_name(truth)}) {said}: {frames} of {whole} frames, {100 * self._share(row, column):.0f} %"
        )

    def _row_words(self, row: int) -> str:
        told = [
            f"{self._labels[column]} {100 * self._share(row, column):.0f} percent"
            for column in range(len(self._labels))
            if self._share(row, column) >= _WRITTEN_FROM
        ]
        return f"{self._labels[row]}: {', '.join(told) or 'no frame'}"
