"""Lambda of a block as a map of 14 edges by 8 operations on a fixed scale: one sees what the search prefers."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from nas.genotype import OPERATIONS, Edge
from nas.space.supernet_layout import SUPERNET_EDGES
from nas.wizard.look.record import Look

TOP: Final = 0.6
_ROWS: Final = tuple(f"{source + 1}→{node + 1}" for source, node in SUPERNET_EDGES)
_LEFT: Final = 44.0
_HEAD: Final = 40.0
_SCALE: Final = 46.0
_BAR: Final = 8.0
_CROWDED: Final = 11  # rows below this height are named only where the block keeps them
_TALL: Final = 17  # cells below this height have a frame of one pixel, so that it leaves room for the figure
_DARKEST: Final = 0.55  # of the scale: from here on figures are dark on light


class LambdaHeat(QWidget):
    """The map of a block.

    Parameters
    ----------
    look
        What it is drawn with.
    name
        Its object name.
    block
        Of which block, for screen readers.
    """

    def __init__(self, look: Look, name: str, block: str) -> None:
        super().__init__()
        self._look = look
        self._block = block
        self._shares: NDArray[np.float64] | None = None
        self._kept: dict[tuple[int, int], float] = {}
        self._table = _cividis()
        self.setObjectName(name)
        self.setAccessibleName(f"Lambda of the {block} block: nothing yet")
        self.setMinimumSize(260, 170)

    @property
    def kept(self) -> dict[tuple[int, int], float]:
        """Row and column of the cells that the block keeps, with their shares."""
        return dict(self._kept)

    def show_shares(self, shares: NDArray[np.float64] | None, edges: Sequence[Edge]) -> None:
        """Show what each operation of each edge counts, (14, 8), and frame the edges that the block keeps."""
        if shares is None and self._shares is None:
            return
        self._shares = shares
        self._kept = {} if shares is None else {cell: float(shares[cell]) for cell in cells_of(edges)}
        told = "; ".join(
            f"{_ROWS[row]} {self._label(column)} {share:.2f}" for (row, column), share in self._kept.items()
        )
        self.setAccessibleName(f"Lambda of the {self._block} block: {told or 'nothing yet'}")
        self.update()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self.update()

    def cell(self, row: int, column: int) -> QRectF:
        """Return where a cell is drawn."""
        wide = (self.width() - _LEFT - _SCALE) / len(OPERATIONS)
        high = (self.height() - _HEAD - 2) / len(_ROWS)
        left, top = round(_LEFT + column * wide), round(_HEAD + row * high)
        right, bottom = round(_LEFT + (column + 1) * wide), round(_HEAD + (row + 1) * high)
        return QRectF(left, top, right - left, bottom - top)

    @override
    def event(self, event: QEvent) -> bool:
        """Tell the figure under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def told_at(self, place: QPointF) -> str:
        """Return what the cell at a place stands for; empty outside."""
        if self._shares is None:
            return ""
        for row, name in enumerate(_ROWS):
            for column in range(len(OPERATIONS)):
                if self.cell(row, column).contains(place):
                    share = self._shares[row, column]
                    return f"Edge {name}, {self._label(column)}: {share:.3f}"
        return ""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw heads, cells, the frames of what is kept, and the scale."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self._draw_heads(painter)
        self._draw_rows(painter)
        for row in range(len(_ROWS)):
            for column in range(len(OPERATIONS)):
                box = self.cell(row, column).adjusted(0.5, 0.5, -0.5, -0.5)
                painter.fillRect(box, self._ink(row, column))
        for (row, column), share in self._kept.items():
            self._draw_kept(painter, self.cell(row, column), share)
        self._draw_scale(painter)

    def _label(self, column: int) -> str:
        return self._look.operations[OPERATIONS[column]].label

    def _ink(self, row: int, column: int) -> QColor:
        if self._shares is None:
            return QColor(self._look.colour("bg3"))
        level = min(max(float(self._shares[row, column]) / TOP, 0.0), 1.0)
        red, green, blue = self._table[round(255 * level)]
        return QColor(int(red), int(green), int(blue))

    def _draw_heads(self, painter: QPainter) -> None:
        painter.setFont(self._look.font(11, 400))
        for column, operation in enumerate(OPERATIONS):
            ink = self._look.operations[operation]
            box = self.cell(0, column)
            painter.setPen(QColor(self._look.colour("text2")))
            lines = ink.label.split(" ")
            for number, line in enumerate(lines):
                place = QRectF(box.left() - 8, 2 + number * 14, box.width() + 16, 14)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, line)
            painter.fillRect(QRectF(box.left() + 2, _HEAD - 8, box.width() - 4, 3), QColor(ink.colour))

    def _draw_rows(self, painter: QPainter) -> None:
        kept = {row for row, _ in self._kept}
        crowded = self.cell(0, 0).height() < _CROWDED
        for row, name in enumerate(_ROWS):
            if crowded and row not in kept:
                continue
            painter.setFont(self._look.font(11, 600 if row in kept else 400))
            painter.setPen(QColor(self._look.colour("text" if row in kept else "text2")))
            box = self.cell(row, 0)
            place = QRectF(0, box.top() - 3, _LEFT - 6, box.height() + 6)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)

    def _draw_kept(self, painter: QPainter, box: QRectF, share: float) -> None:
        thick = 2 if box.height() >= _TALL else 1
        inset = thick / 2
        painter.setPen(QPen(QColor("#FFFFFF"), thick))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(inset, inset, -inset, -inset))
        painter.setFont(self._look.font(11, 600))
        painter.setPen(QColor("#000000" if share >= _DARKEST * TOP else "#FFFFFF"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{share:.2f}")

    def _draw_scale(self, painter: QPainter) -> None:
        bar = QRectF(self.width() - _SCALE + 10, _HEAD, _BAR, self.height() - _HEAD - 2)
        column = np.ascontiguousarray(self._table[::-1, None, :])
        image = QImage(column.data, 1, 256, 3, QImage.Format.Format_RGB888)
        painter.drawImage(bar, image)
        painter.setPen(QColor(self._look.colour("text2")))
        painter.setFont(self._look.font(11, 400))
        for share, y in ((f"{TOP:.1f}", bar.top() + 6), (f"{TOP / 2:.1f}", bar.center().y()), ("0", bar.bottom() - 6)):
            painter.drawText(QRectF(bar.right() + 4, y - 8, 24, 16), Qt.AlignmentFlag.AlignVCenter, share)


def cells_of(edges: Sequence[Edge]) -> list[tuple[int, int]]:
    """Return row and column of each edge of a block in the (14, 8) matrices."""
    return [
        (SUPERNET_EDGES.index((edge.node, 2 + number // 2)), OPERATIONS.index(edge.operation))
        for number, edge in enumerate(edges)
    ]


def _cividis() -> NDArray[np.uint8]:
    """Return the 256 colours, (256, 3)."""
    table = pg.colormap.get("cividis").getLookupTable(nPts=256, alpha=False)
    return np.asarray(table, dtype=np.uint8)
