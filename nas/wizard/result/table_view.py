"""The table of compared networks, like the paper's Table 4: mean and deviation over seeds, the best first."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from nas.wizard.look.record import Look
from nas.wizard.result.comparison import Compared, Spread

_HEADS: Final = ("Network", "Top-1 %", "Macro-F1 %", "Kappa %", "M params", "fps")
_SHORT_HEADS: Final = ("Network", "Top-1 %", "F1 %", "Kappa %", "M", "fps")
_HINTS: Final = (
    "The network",
    "Share of frames of planes that are answered rightly, mean ± deviation over seeds",
    "F1, mean over the planes, mean ± deviation over seeds",
    "Cohen's kappa, mean ± deviation over seeds",
    "Weights, in millions, without the auxiliary head",
    "Frames a second on this machine, one by one",
)
_ROW: Final = 40
_ROW_COMPACT: Final = 27


class CompareTable(QTableWidget):
    """One row a network; that of the search is set off."""

    def __init__(self, look: Look) -> None:
        super().__init__(0, len(_HEADS))
        self._look = look
        self._rows: tuple[Compared, ...] = ()
        self.setObjectName("compare_table")
        self.setAccessibleName("Compared with other networks")
        self.setStyleSheet(
            "QTableWidget { background: transparent; } QTableWidget::item { padding: 0px 2px; }"
            "QHeaderView::section { padding: 4px 3px; }"
        )
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setHighlightSections(False)
        self.setMinimumSize(QSize(300, 90))
        for column in range(len(_HEADS)):
            kind = QHeaderView.ResizeMode.Stretch if column == 0 else QHeaderView.ResizeMode.ResizeToContents
            self.horizontalHeader().setSectionResizeMode(column, kind)
        self.wear(look)

    def show_rows(self, rows: tuple[Compared, ...]) -> None:
        """Show the networks."""
        if rows == self._rows:
            return
        self._rows = rows
        self.setRowCount(len(rows))
        for place, row in enumerate(rows):
            texts = (
                row.name,
                said(row.top1),
                said(row.macro_f1),
                said(row.kappa),
                f"{row.parameters / 1e6:.3f}" if row.parameters < 1e6 else f"{row.parameters / 1e6:.1f}",
                f"{row.rate:.0f}",
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                right = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(right | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(row.model if column == 0 else text)
                self.setItem(place, column, item)
        self._paint_rows()

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self.verticalHeader().setDefaultSectionSize(_ROW_COMPACT if look.compact else _ROW)
        for column, word in enumerate(_SHORT_HEADS if look.compact else _HEADS):
            head = QTableWidgetItem(word)
            head.setToolTip(_HINTS[column])
            right = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            head.setTextAlignment(right | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, head)
        self._paint_rows()

    def _paint_rows(self) -> None:
        """Set off the search's own network by ground and weight; its name says it too."""
        for place, row in enumerate(self._rows):
            for column in range(len(_HEADS)):
                item = self.item(place, column)
                if item is None:
                    continue
                ground = self._look.colour("accentbg") if row.ours else self._look.colour("bg2")
                item.setBackground(QColor(ground))
                item.setFont(self._look.font(12 if self._look.compact else 13, 600 if row.ours or not column else 400))


def said(spread: Spread) -> str:
    """Return mean and deviation in percent, such as ``88.1 ± 0.4``."""
    return f"{100 * spread.mean:.1f}" + ("" if spread.sd is None else f" ± {100 * spread.sd:.1f}")
