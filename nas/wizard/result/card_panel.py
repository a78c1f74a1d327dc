"""The card of a model, shown as it reads and edited as Markdown; it is saved only when that is asked for."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QTextBrowser
from typing_extensions import override

from nas.errors import NasError
from nas.wizard.look.button import Button
from nas.wizard.look.panel import Panel
from nas.wizard.look.record import Look
from nas.wizard.result.model_card import read_card, write_card


class CardPanel(Panel):
    """README.md of a model folder; ``told`` carries the error of a reading or saving, or None where it went well."""

    told = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Model card", "use_card")
        self._model: Path | None = None
        self._drafts: dict[Path, str] = {}  # cards that were being edited when another model was shown
        self.shown = QTextBrowser()
        self.shown.setObjectName("card_shown")
        self.shown.setAccessibleName("Card of the model")
        self.shown.setOpenLinks(False)
        self.editor = QPlainTextEdit()
        self.editor.setObjectName("card_editor")
        self.editor.setAccessibleName("Card of the model, Markdown")
        self.editor.setTabChangesFocus(True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.shown)
        self._stack.addWidget(self.editor)
        self.add(self._stack, 1)
        self.edit = Button(look, "Edit", "edit_card", small=True)
        self.edit.clicked.connect(self._edit_or_save)
        self.leave = Button(look, "Leave as it was", "leave_card", small=True)
        self.leave.clicked.connect(self._show)
        for button in (self.leave, self.edit):
            self.head.addWidget(button)
        self.leave.hide()
        self.wear(look)

    @property
    def editing(self) -> bool:
        """Whether the card is being edited."""
        return self._stack.currentWidget() is self.editor

    def show_model(self, model: Path | None) -> None:
        """Show the card of a model, or of none; what is being edited stays, or waits until its model is shown again."""
        if model == self._model and self.editing:
            return
        if self._model is not None and self.editing:
            self._drafts[self._model] = self.editor.toPlainText()
        self._model = model
        self.edit.setEnabled(model is not None)
        self._show()
        if model in self._drafts:
            self._edit(self._drafts.pop(model))

    @override
    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        if hasattr(self, "leave"):
            for button in (self.edit, self.leave):
                button.wear(look)
            ground, ink = look.colour("bg1"), look.colour("text")
            self.shown.setStyleSheet(f"background: {ground}; color: {ink}; border: none; font-size: 13px;")

    def _show(self) -> None:
        self.shown.setMarkdown(self._read() or "This model has no card yet.")
        self._stack.setCurrentWidget(self.shown)
        self.edit.set_word("Edit")
        self.leave.hide()

    def _edit(self, text: str) -> None:
        self.editor.setPlainText(text)
        self._stack.setCurrentWidget(self.editor)
        self.edit.set_word("Save")
        self.leave.show()

    def _edit_or_save(self) -> None:
        if self._model is None:
            return
        if not self.editing:
            self._edit(self._read())
            self.editor.setFocus()
            return
        try:
            write_card(self._model, self.editor.toPlainText())
        except NasError as error:
            self.told.emit(error)
            return
        self.told.emit(None)
        self._show()

    def _read(self) -> str:
        try:
            return read_card(self._model) if self._model is not None else ""
        except NasError as error:
            self.told.emit(error)
            return ""
