"""A section of the settings: headings, choices, fields and hints from top to bottom, in one look."""

from collections.abc import Callable

from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QRadioButton, QScrollArea, QVBoxLayout, QWidget


class Section(QScrollArea):
    """A page of headings, choices and hints from top to bottom."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.empty()

    def empty(self) -> None:
        """Begin anew."""
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(28, 20, 28, 20)
        self._column.setSpacing(6)
        self.setWidget(inner)

    def close(self) -> bool:
        """Let the rest of the page stay empty."""
        self._column.addStretch(1)
        return True

    def add(self, *widgets: QWidget) -> None:
        """Add controls beside each other, each at its own width."""
        row = QHBoxLayout()
        for widget in widgets:
            row.addWidget(widget)
        row.addStretch(1)
        self._column.addLayout(row)

    def add_wide(self, widget: QWidget) -> None:
        """Add a part as wide as the page."""
        self._column.addWidget(widget)

    def add_heading(self, text: str) -> None:
        """Add a heading."""
        label = QLabel(text)
        label.setProperty("role", "heading")
        label.setContentsMargins(0, 12 if self._column.count() else 0, 0, 4)
        self._column.addWidget(label)

    def add_hint(self, text: str) -> QLabel:
        """Add a line that explains."""
        label = QLabel(text)
        label.setProperty("role", "hint")
        label.setWordWrap(True)
        self._column.addWidget(label)
        return label

    def new_group(self) -> QButtonGroup:
        """Return a group of which one is chosen."""
        return QButtonGroup(self.widget())

    def add_choice(self, group: QButtonGroup, word: str, hint: str, chosen: bool, take: Callable[[], None]) -> None:
        """Add one of several choices."""
        button = QRadioButton(word)
        button.setChecked(chosen)
        button.setAccessibleDescription(hint)
        button.clicked.connect(lambda _checked=False: take())
        group.addButton(button)
        self._column.addWidget(button)
        if hint:
            label = self.add_hint(hint)
            label.setContentsMargins(26, 0, 0, 6)
