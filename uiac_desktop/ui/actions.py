"""Makes Qt actions from the commands, with the user's keys; a held key counts once unless the command repeats."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from uiac_desktop.ui.commands import BY_ID, COMMANDS, Clash, bindings
from uiac_desktop.ui.pedal import Pedal, is_pedal

_PORTABLE = QKeySequence.SequenceFormat.PortableText


class Actions(QObject):
    """The commands of the program as actions of one window.

    Parameters
    ----------
    window
        The window whose shortcuts they are.
    own
        The user's keys by command.

    ``given`` carries the command's id.
    """

    given = Signal(str)

    def __init__(self, window: QWidget, own: Mapping[str, str]) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._takers: dict[str, Callable[[], object]] = {}
        self.pedal = Pedal(self)
        window.installEventFilter(self.pedal)
        for command in COMMANDS:
            action = QAction(command.word, self)
            action.setObjectName(command.id)
            action.setAutoRepeat(command.repeats)
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
            action.triggered.connect(lambda _checked=False, name=command.id: self._trigger(name))
            window.addAction(action)
            self._actions[command.id] = action
        self.clashes: tuple[Clash, ...] = ()
        self.bind(own)

    def bind(self, own: Mapping[str, str]) -> None:
        """Give every command its key: the user's, else the default."""
        keys, self.clashes = bindings(own)
        for name, key in keys.items():
            same = ("Return", "Enter") if key == "Return" else (key,)
            self._actions[name].setShortcuts([QKeySequence.fromString(one, _PORTABLE) for one in same])

    def take(self, name: str, taker: Callable[[], object]) -> None:
        """Say who carries a command out."""
        self._takers[name] = taker

    def give(self, name: str) -> None:
        """Carry a command out, if it is possible now."""
        if self._actions[name].isEnabled() and name in self._takers:
            self._takers[name]()
            self.given.emit(name)

    def _trigger(self, name: str) -> None:
        if is_pedal(self._actions[name].shortcut()):
            self.pedal.press(lambda: self.give(name))
        else:
            self.give(name)

    def allow(self, name: str, possible: bool) -> None:
        """Say whether a command is possible now."""
        self._actions[name].setEnabled(possible)

    def action(self, name: str) -> QAction:
        """Return the Qt action of a command."""
        return self._actions[name]

    def key_text(self, name: str) -> str:
        """Return a command's key as the user knows it, or nothing."""
        text = self._actions[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        return "Enter" if text == "Return" else text

    def tooltip(self, name: str) -> str:
        """Return a command's help line with its key."""
        key = self.key_text(name)
        return f"{BY_ID[name].help} ({key})" if key else BY_ID[name].help
