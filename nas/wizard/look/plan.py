"""The plan of a page: rows, and below them panels side by side, with as much room between them as the look has."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from nas.wizard.look.record import Look


class Plan(QVBoxLayout):
    """Rows and panels of a page.

    Parameters
    ----------
    page
        The page.
    look
        What gives the room.
    rows
        From the top.
    panels
        From the left, each with its share of the width.
    """

    def __init__(
        self, page: QWidget, look: Look, rows: Sequence[QWidget | QLayout], panels: Mapping[QWidget, int]
    ) -> None:
        super().__init__(page)
        for row in rows:
            if isinstance(row, QLayout):
                self.addLayout(row)
            else:
                self.addWidget(row)
        self._panels = QHBoxLayout()
        for panel, share in panels.items():
            self._panels.addWidget(panel, share)
        self.addLayout(self._panels, 1)
        self.wear(look)

    def wear(self, look: Look) -> None:
        """Take another look."""
        self.setContentsMargins(20, look.gap, 16, look.gap)
        self.setSpacing(look.gap)
        self._panels.setSpacing(look.gap)
