"""The foot of a page: back at the left, why one cannot go on, and the way on at the right."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from nas.wizard.look.button import Button
from nas.wizard.look.panel import label
from nas.wizard.look.record import Look
from nas.wizard.page import Gate

_HIGH = 52


class Foot(QFrame):
    """Back, reason and next; ``back`` and ``next`` say that they were pressed."""

    back = Signal()
    next = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.setObjectName("foot")
        self.setFixedHeight(_HIGH)
        self._back = Button(look, "Back", "learn_back", "back", command="learn_back")
        self._back.clicked.connect(self.back)
        self._reason = label("", "hint", "gate_reason")
        self._next = Button(look, "Next", "learn_next", "forward", "primary", command="learn_next")
        self._next.clicked.connect(self.next)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 16, 0)
        row.setSpacing(14)
        row.addWidget(self._back)
        row.addStretch(1)
        row.addWidget(self._reason)
        row.addWidget(self._next)

    def show_gate(self, back: str, gate: Gate) -> None:
        """Show where the two buttons lead; an empty word hides one."""
        self._back.setVisible(bool(back))
        self._back.set_word(back)
        self._next.setVisible(bool(gate.word))
        self._next.set_word(gate.word)
        self._next.setEnabled(gate.open)
        self._reason.setText(gate.reason)
        self._next.setToolTip(gate.reason or gate.word)

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._back.wear(look)
        self._next.wear(look)
