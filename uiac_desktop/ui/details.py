"""The details panel: what lies behind a message, in the side column, so that no dialog ever covers the live image."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTextEdit, QVBoxLayout, QWidget

from uiac_desktop.ui.look.button import Button


class Details(QWidget):
    """Text that can be read and copied; ``closed`` is emitted by its cross."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("details")
        self.setAutoFillBackground(True)
        self._text = QTextEdit()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        title = QLabel("Details")
        title.setProperty("role", "heading")
        copy = Button("Copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text.toPlainText()))
        close = Button("Close details", "close", look="flat")
        close.show_word(False)
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(copy)
        head.addWidget(close)
        column.addLayout(head)
        self._text.setReadOnly(True)
        self._text.setProperty("role", "details")
        self._text.setAccessibleName("Details")
        column.addWidget(self._text, 1)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a text."""
        self._text.setPlainText(text)
        self.show()
        self.raise_()
