"""The strip above a run: where it stands, its figures, and what can be done with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout

from nas.wizard.look.deed_row import Deed, DeedRow
from nas.wizard.look.panel import label
from nas.wizard.look.record import Look

_HIGH = 64
_BAR_WIDE = 300
_BAR_NARROW = 190


class RunStrip(QFrame):
    """Progress, figures and buttons of a run in a row of 64 px; ``wants`` carries the request of a pressed button."""

    wants = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setProperty("role", "panel")
        self.setObjectName("run_strip")
        self.setFixedHeight(_HIGH)
        self._deeds = DeedRow(look)
        self._deeds.wants.connect(self.wants)
        self._facts: list[tuple[QLabel, QLabel]] = []
        self._title = label("", "strong", "run_title")
        self._bar = QProgressBar()
        self._bar.setObjectName("run_progress")
        self._bar.setAccessibleName("Progress of the run")
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addStretch(1)
        left.addWidget(self._title)
        left.addWidget(self._bar)
        left.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 4, 14, 4)
        self._row.addLayout(left)
        self._row.addStretch(1)
        self._row.addWidget(self._deeds)
        self.wear(look)

    def show_progress(self, title: str, share: float) -> None:
        """Say where the run stands; ``share`` is 0 to 1."""
        self._title.setText(title)
        self._bar.setValue(round(1000 * min(max(share, 0.0), 1.0)))

    def show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Show figures, each with its name above it; their number stays the same or the row is laid out anew."""
        if len(facts) != len(self._facts):
            for name, value in self._facts:
                name.deleteLater()
                value.deleteLater()
            self._facts = [self._new_fact(place) for place in range(len(facts))]
        for (name, value), (said, figure) in zip(self._facts, facts, strict=True):
            name.setText(said)
            value.setText(figure)
            value.setAccessibleName(f"{said}: {figure}")

    def show_deeds(self, deeds: tuple[Deed, ...]) -> None:
        """Show what can be done."""
        self._deeds.show_deeds(deeds)

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self._bar.setFixedWidth(_BAR_NARROW if look.compact else _BAR_WIDE)
        self._row.setSpacing(8 if look.compact else 10)
        self._deeds.wear(look)

    def _new_fact(self, place: int) -> tuple[QLabel, QLabel]:
        name, value = label("", "hint"), label("", "strong")
        column = QVBoxLayout()
        column.setSpacing(2)
        column.setContentsMargins(10, 0, 10, 0)
        column.addStretch(1)
        column.addWidget(name)
        column.addWidget(value)
        column.addStretch(1)
        self._row.insertLayout(1 + place, column)
        return name, value
