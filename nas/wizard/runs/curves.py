"""Curves of a run over its whole plan, so that they grow to the right and never rescale; the legend names each line."""

from dataclasses import dataclass
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from nas.wizard.look.panel import Panel
from nas.wizard.look.record import Look

_SWATCH: Final = 16
_BETWEEN: Final = 14
_GRID: Final = 0.16
_ROOM: Final = 1.06
_DASHES: Final = (4.0, 2.0)
_EDGE: Final = 12  # right of the curves, for the half of the last label


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its name in the legend, a token for its colour, and points (epoch counted from 1, value)."""

    name: str
    token: str
    points: tuple[tuple[float, float], ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright dashed line at an epoch counted from 1; without a name it is not in the legend."""

    name: str
    epoch: float


class CurvePanel(Panel):
    """Curves in a panel.

    Parameters
    ----------
    look
        What it is drawn with.
    title
        Of the panel.
    name
        Its object name.
    unit
        On the upright axis, such as ``cross-entropy`` or ``%``.
    top
        Upper end of the upright axis; 0 lets it follow the highest value. The lower end is always 0.
    """

    def __init__(self, look: Look, title: str, name: str, unit: str, top: float = 0.0) -> None:
        super().__init__(look, title, name)
        self._look = look
        self._unit, self._top = unit, top
        self._legend = Legend(look)
        self.head.insertWidget(1, self._legend)
        self.plot = pg.PlotWidget()
        self.plot.setObjectName(f"{name}_plot")
        self.plot.setMinimumSize(160, 90)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item = self.plot.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setMouseEnabled(False, False)
        item.showGrid(x=False, y=True, alpha=_GRID)
        item.getViewBox().disableAutoRange()
        self._lines: list[pg.PlotDataItem] = []
        self._mark = pg.InfiniteLine(angle=90, movable=False)
        self._mark.hide()
        item.addItem(self._mark, ignoreBounds=True)
        self._shown: tuple[tuple[Curve, ...], int, Mark | None] | None = None
        self.add(self.plot, 1)
        self.wear(look)

    def show_curves(self, curves: tuple[Curve, ...], epochs: int, mark: Mark | None = None) -> None:
        """Draw the curves over a plan of so many epochs; nothing is drawn anew where nothing changed."""
        if self._shown == (curves, epochs, mark):
            return
        self._shown = (curves, epochs, mark)
        item = self.plot.getPlotItem()
        while len(self._lines) < len(curves):
            self._lines.append(item.plot([], [], antialias=True, symbolSize=4))
        for number, line in enumerate(self._lines):
            curve = curves[number] if number < len(curves) else None
            points = curve.points if curve is not None else ()
            line.setData([x for x, _ in points], [y for _, y in points])
            if curve is not None:
                self._draw(line, curve)
        self._mark.setVisible(mark is not None)
        if mark is not None:
            self._mark.setValue(mark.epoch)
        highest = self._top or _ROOM * max((y for curve in curves for _, y in curve.points), default=1.0) or 1.0
        item.setRange(xRange=(0, max(epochs, 1)), yRange=(0, highest), padding=0)
        self._legend.show_names(curves, mark)
        told = (f"{curve.name} {curve.points[-1][1]:.3g}" for curve in curves if curve.points)
        self.plot.setAccessibleName(f"{self.title.text()}: {', '.join(told) or 'nothing yet'}")

    @override
    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        if not hasattr(self, "plot"):  # the panel's own first call
            return
        self._look = look
        self._legend.wear(look)
        self.plot.setBackground(look.colour("bg1"))
        item = self.plot.getPlotItem()
        for side, word in (("left", self._unit), ("bottom", "epoch")):
            axis = item.getAxis(side)
            axis.setPen(pg.mkPen(look.colour("border2"), width=1))
            axis.setTextPen(look.colour("text2"))
            axis.setStyle(tickFont=look.font(11, 400), tickTextOffset=4, autoExpandTextSpace=False)
            axis.setLabel(word, **{"color": look.colour("text2"), "font-size": "11px"})
            axis.enableAutoSIPrefix(False)
        item.getAxis("left").setWidth(46)
        item.getAxis("bottom").setStyle(hideOverlappingLabels=False)  # the last epoch's stands at the edge
        item.layout.setContentsMargins(1, 1, _EDGE, 1)
        self._mark.setPen(pg.mkPen(look.colour("text"), width=1.4, dash=list(_DASHES)))
        if self._shown is not None:
            for line, curve in zip(self._lines, self._shown[0], strict=False):
                self._draw(line, curve)

    def _draw(self, line: pg.PlotDataItem, curve: Curve) -> None:
        line.setPen(pen_of(self._look, curve.token, curve.dashed))
        alone = len(curve.points) == 1  # a line of one point is none
        line.setSymbol("o" if alone else None)
        line.setSymbolBrush(QColor(self._look.colour(curve.token)))
        line.setSymbolPen(None)


class Legend(QWidget):
    """Names of the lines, each behind a piece of it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._entries: tuple[tuple[str, str, bool], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(18)

    def show_names(self, curves: tuple[Curve, ...], mark: Mark | None) -> None:
        """Show the names of curves, and of the mark where there is one."""
        entries = [(curve.name, curve.token, curve.dashed) for curve in curves]
        if mark is not None and mark.name:
            entries.append((mark.name, "text", True))
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.setAccessibleName(", ".join(name for name, *_ in entries))
            self.updateGeometry()
            self.update()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return room for every name."""
        type_ = QFontMetricsF(self._look.font(12, 400))
        return QSize(
            round(sum(type_.horizontalAdvance(name) + _SWATCH + 6 + _BETWEEN for name, *_ in self._entries)), 18
        )

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a piece of each line and its name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._look.font(12, 400))
        x, middle = 4.0, self.height() / 2
        for name, token, dashed in self._entries:
            painter.setPen(pen_of(self._look, token, dashed))
            painter.drawLine(QPointF(x, middle), QPointF(x + _SWATCH, middle))
            painter.setPen(QColor(self._look.colour("text2")))
            width = QFontMetricsF(painter.font()).horizontalAdvance(name)
            painter.drawText(QPointF(x + _SWATCH + 6, middle + 4.5), name)
            x += _SWATCH + 6 + width + _BETWEEN


def pen_of(look: Look, token: str, dashed: bool) -> QPen:
    """Return the pen of a line of a plot."""
    pen: QPen = pg.mkPen(look.colour(token), width=2)
    if dashed:
        pen.setDashPattern(list(_DASHES))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
