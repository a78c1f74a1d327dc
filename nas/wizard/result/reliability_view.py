"""Certainty held against rightness, before and after calibration: on the diagonal a percentage means what it says."""

from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from typing_extensions import override

from nas.wizard.look.panel import Panel
from nas.wizard.look.record import Look
from nas.wizard.result.record import Bin
from nas.wizard.runs.curves import Curve, Legend, pen_of

_NAMES: Final = (("after", "train", False), ("before", "val", True), ("perfect", "text3", True))
_DOT: Final = 5


class ReliabilityPanel(Panel):
    """The diagram in a panel; a point is a bin of certainty that has frames."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Calibration", "calibration")
        self._look = look
        self._legend = Legend(look)
        self._legend.show_names(tuple(Curve(name, token, (), dashed) for name, token, dashed in _NAMES), None)
        self.plot = pg.PlotWidget()
        self.plot.setObjectName("calibration_plot")
        self.plot.setMinimumSize(150, 110)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item = self.plot.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setMouseEnabled(False, False)
        item.showGrid(x=False, y=True, alpha=0.16)
        item.setRange(xRange=(0, 1), yRange=(0, 1), padding=0.02)
        self._lines = [item.plot([], [], antialias=True) for _ in _NAMES]
        self._lines[2].setData([0, 1], [0, 1])
        self.add(self._legend)
        self.add(self.plot, 1)
        self.wear(look)

    def show_bins(self, before: tuple[Bin, ...], after: tuple[Bin, ...], words: str) -> None:
        """Show both; ``words`` stand at the right of the title."""
        self.set_title("Calibration", words)
        for line, bins in zip(self._lines, (after, before), strict=False):
            line.setData([one.certainty for one in bins], [one.right for one in bins])
        told = "; ".join(f"{100 * one.certainty:.0f} percent sure, {100 * one.right:.0f} right" for one in after)
        self.plot.setAccessibleName(f"Calibration: {told or 'nothing yet'}")

    @override
    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        if not hasattr(self, "plot"):  # the panel's own first call
            return
        self._look = look
        self.body.setSpacing(4)
        self._legend.wear(look)
        self.plot.setBackground(look.colour("bg1"))
        for side, word in (("left", "share right"), ("bottom", "certainty")):
            axis = self.plot.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(look.colour("border2"), width=1))
            axis.setTextPen(look.colour("text2"))
            axis.setStyle(tickFont=look.font(11, 400), tickTextOffset=4, autoExpandTextSpace=False)
            axis.setLabel(word, **{"color": look.colour("text2"), "font-size": "11px"})
            axis.enableAutoSIPrefix(False)
        self.plot.getPlotItem().getAxis("left").setWidth(44)
        for line, (name, token, dashed) in zip(self._lines, _NAMES, strict=True):
            line.setPen(pen_of(look, token, dashed))
            if name != "perfect":
                line.setSymbol("o")
                line.setSymbolSize(_DOT)
                line.setSymbolPen(None)
                line.setSymbolBrush(QColor(look.colour(token)))
