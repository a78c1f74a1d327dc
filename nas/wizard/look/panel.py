"""A panel: a titled box in which a page shows one thing, with a line at the right of the title."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nas.wizard.look.record import Look


class Panel(QFrame):
    """A titled box; parts are added to ``body``, further parts of the title row to ``head``."""

    def __init__(self, look: Look, title: str, name: str) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.title = label(title, "panel")
        self.aside = label("", "hint", f"{name}_aside")
        self.head = QHBoxLayout()
        self.head.setSpacing(12)
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self.head.addWidget(self.aside)
        self.body = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.addLayout(self.head)
        self._column.addLayout(self.body, 1)
        self.wear(look)

    def wear(self, look: Look) -> None:
        """Take another look."""
        pad = look.pad
        self._column.setContentsMargins(pad, 8, pad, pad)
        self._column.setSpacing(8)
        self.body.setSpacing(look.gap)

    def set_title(self, title: str, aside: str | None = None) -> None:
        """Change the title, and the line at its right."""
        self.title.setText(title)
        self.setAccessibleName(title)
        if aside is not None:
            self.aside.setText(aside)

    def add(self, part: QWidget, stretch: int = 0) -> None:
        """Add a part below the others."""
        self.body.addWidget(part, stretch)


def label(text: str, role: str = "", name: str = "", wraps: bool = False) -> QLabel:
    """Return a label in one of the roles of the style sheet."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)  # names of files and classes may hold any sign
    if role:
        made.setProperty("role", role)
    if name:
        made.setObjectName(name)
    made.setWordWrap(wraps)
    return made


def set_role(of: QLabel, role: str) -> None:
    """Give a label another role."""
    if of.property("role") != role:
        of.setProperty("role", role)
        of.style().unpolish(of)
        of.style().polish(of)
