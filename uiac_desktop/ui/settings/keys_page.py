"""The keys of all commands, to be changed one by one; a key that is taken is said in place, not in a dialog."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from uiac_desktop.settings import Settings
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.commands import BY_ID, COMMANDS, bindings, meets, one_key
from uiac_desktop.ui.look.button import Button

_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
_COLUMNS = ("Command", "Key", "What it does")


class KeysPage(QWidget):
    """A table of commands; ``chosen`` carries the user's own keys by command."""

    chosen = Signal(object)

    def __init__(self, settings: Settings, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("keys_page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._actions = actions
        self._own = dict(settings.keys)
        self._waiting_for = ""
        self._clash = ("", "")
        self._table = QTableWidget(len(COMMANDS), len(_COLUMNS))
        self._table.setAccessibleName("Keys")
        self._table.setHorizontalHeaderLabels(list(_COLUMNS))
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(34)
        self._table.setShowGrid(False)
        self._table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        header = self._table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self._table.setColumnWidth(0, 190)
        self._table.setColumnWidth(1, 150)
        self._table.cellDoubleClicked.connect(lambda _row, _column: self._begin())
        self._said = QLabel("Choose a command, press Change, then the key or pedal.")
        self._said.setProperty("role", "hint")
        self._said.setObjectName("keys_said")
        self._change = Button("Change", "keys")
        self._change.clicked.connect(self._begin)
        self._defaults = Button("Back to defaults", "again")
        self._defaults.clicked.connect(lambda: self._set({}))
        row = QHBoxLayout()
        for part in (self._change, self._defaults, self._said):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 20, 28, 12)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self._table, 1)
        self._table.setCurrentCell(0, 0)
        self._fill()

    def _fill(self) -> None:
        keys, clashes = bindings(self._own)
        for row, command in enumerate(COMMANDS):
            native = QKeySequence.fromString(keys[command.id]).toString(QKeySequence.SequenceFormat.NativeText)
            shown = "press the key …" if command.id == self._waiting_for else native or "none"
            for column, text in enumerate((command.word, shown, command.help)):
                self._table.setItem(row, column, QTableWidgetItem(text))
            self._table.removeCellWidget(row, 2)
            if command.id == self._clash[0]:
                self._table.setCellWidget(row, 2, self._clash_in_row())
        if clashes:
            first, second = BY_ID[clashes[0].first].word, BY_ID[clashes[0].second].word
            self._said.setText(f"{clashes[0].key} is asked for twice: {first} keeps it, {second} has none.")

    def _clash_in_row(self) -> QWidget:
        """Return what stands in the row of a command whose new key is taken: by whom, and a button to take it."""
        name, key = self._clash
        holder = BY_ID[next(iter(self._holders(name, key)))]
        part = QWidget()
        part.setAutoFillBackground(True)
        row = QHBoxLayout(part)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(QLabel(f"{key} is already “{holder.word}”."))
        take = Button("Take it from there")
        take.setObjectName("keys_take")
        take.set_height(30)
        # Queued, since the button goes with the row as it was.
        take.clicked.connect(self._take_over, Qt.ConnectionType.QueuedConnection)
        row.addWidget(take)
        row.addStretch(1)
        return part

    def _begin(self) -> None:
        self._waiting_for = COMMANDS[max(self._table.currentRow(), 0)].id
        self._said.setText(f"Press the key for {BY_ID[self._waiting_for].word}. Esc leaves it as it is.")
        self._clash = ("", "")
        self._fill()
        self.setFocus()

    @override
    def event(self, event: QEvent) -> bool:
        """Keep a key that is waited for from giving its present command."""
        if self._waiting_for and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the key that is pressed while one is waited for."""
        if not self._waiting_for:
            super().keyPressEvent(event)
            return
        if event.key() in _MODIFIERS:
            return
        name, self._waiting_for = self._waiting_for, ""
        key = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        if event.key() == Qt.Key.Key_Escape:
            self._said.setText("Nothing was changed.")
        else:
            self.give(name, key)
        self._fill()

    def give(self, name: str, key: str) -> None:
        """Give a command a key, or say who has it."""
        key = one_key(key)
        holder = next(iter(self._holders(name, key)), None)
        if holder is None:
            self._set(self._own | {name: key})
            self._said.setText(f"{BY_ID[name].word} is on {key}.")
            return
        self._clash = (name, key)
        self._said.setText(f"{key} is already “{BY_ID[holder].word}”.")
        self._fill()

    def _holders(self, name: str, key: str) -> list[str]:
        keys, _ = bindings(self._own)
        mine = BY_ID[name]
        same = [other for other, held in keys.items() if held.lower() == key.lower() and other != name]
        return [other for other in same if meets(BY_ID[other], mine)]

    def _take_over(self) -> None:
        name, key = self._clash
        freed = dict.fromkeys(self._holders(name, key), "")
        self._clash = ("", "")
        self._set(self._own | freed | {name: key})
        self._said.setText(f"{BY_ID[name].word} is on {key}.")

    def _set(self, own: dict[str, str]) -> None:
        self._own = {name: key for name, key in own.items() if name in BY_ID and BY_ID[name].key != key}
        self._actions.bind(self._own)
        self._clash = ("", "")
        self._fill()
        self.chosen.emit(dict(self._own))
