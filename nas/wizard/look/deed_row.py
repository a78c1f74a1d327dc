"""What can be done now, as a row of buttons that is made anew only where other ones are needed."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nas.wizard.look.button import Button, Tone
from nas.wizard.look.record import Look


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done now: a word, an icon or none, a tone, and the request that does it."""

    name: str
    word: str
    request: object
    icon: str = ""
    tone: Tone = "normal"
    hint: str = ""


class DeedRow(QWidget):
    """Buttons side by side; ``wants`` carries the request of the one that is pressed."""

    wants = Signal(object)

    def __init__(self, look: Look, small: bool = False) -> None:
        super().__init__()
        self._look, self._small = look, small
        self._deeds: tuple[Deed, ...] = ()
        self._buttons: list[Button] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.hide()
        self.wear(look)

    def show_deeds(self, deeds: tuple[Deed, ...]) -> None:
        """Show what can be done; the focus stays where it is while the buttons are the same."""
        same = [(deed.name, deed.word, deed.tone) for deed in deeds] == [
            (deed.name, deed.word, deed.tone) for deed in self._deeds
        ]
        self._deeds = deeds
        if same:
            return
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(place, deed) for place, deed in enumerate(deeds)]
        self.setVisible(bool(deeds))

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self._row.setSpacing(8 if look.compact else 10)
        for button in self._buttons:
            button.wear(look)

    def _button(self, place: int, deed: Deed) -> Button:
        button = Button(self._look, deed.word, deed.name, deed.icon, deed.tone, small=self._small)
        button.setToolTip(deed.hint)
        button.clicked.connect(lambda _checked=False: self.wants.emit(self._deeds[place].request))
        self._row.addWidget(button)
        return button
