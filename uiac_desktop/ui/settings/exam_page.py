"""The section of the settings about exams: who examines, which protocol, how long a clip, which tones."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSpinBox

from uiac_desktop.exam.protocol import ProtocolFolder
from uiac_desktop.settings import Settings
from uiac_desktop.ui.look.section import Section
from uiac_desktop.ui.settings.protocol_editor import ProtocolEditor

_TONES = {
    "tone_kept": "Tone when a plane is captured",
    "tone_complete": "Two tones when the protocol is complete",
    "tone_lost": "Tone when the picture is lost",
}


class ExamPage(Section):
    """Choices about exams.

    ``chosen`` carries the changed settings as a dictionary; ``edited`` says that a protocol was written or deleted.
    """

    chosen = Signal(object)
    edited = Signal()
    _outdated = Signal(str)

    def __init__(self, settings: Settings, folder: ProtocolFolder) -> None:
        super().__init__("Exam")
        self.setObjectName("exam_page")
        self._settings, self._folder = settings, folder
        # Queued, since the control that asks for it goes with the page as it was.
        self._outdated.connect(self._fill, Qt.ConnectionType.QueuedConnection)
        self._fill()

    def follow(self, settings: Settings) -> None:
        """Take settings that were changed elsewhere."""
        differs = settings.protocol != self._settings.protocol
        self._settings = settings
        if differs:
            self._outdated.emit("")

    def _fill(self, said: str = "") -> None:
        self.empty()
        self._add_who()
        self._add_protocols(said)
        self._add_last_seconds()
        self._add_tones()
        self.close()

    def _add_who(self) -> None:
        self.add_heading("Who examines")
        who = QLineEdit(self._settings.who)
        who.setObjectName("exam_who")
        who.setAccessibleName("Who examines")
        who.setMaxLength(60)
        who.setMinimumWidth(320)
        who.setPlaceholderText("The account of this PC")
        who.editingFinished.connect(lambda: self._choose(who=who.text().strip()))
        self.add(who)
        self.add_hint("Stands beside every label. Give no name of a patient anywhere: an exam has a code of its own.")

    def _add_protocols(self, said: str) -> None:
        self.add_heading("Protocol of the next exam")
        known, left_out = self._folder.protocols()
        group = self.new_group()
        for protocol in known:
            chosen = protocol.name == self._settings.protocol
            self.add_choice(group, protocol.name, " ".join(protocol.planes), chosen, partial(self._take, protocol.name))
        self.editor = ProtocolEditor(self._folder)
        self.editor.show_protocol(next((one for one in known if one.name == self._settings.protocol), known[0]))
        self.editor.said.setText(said or " ".join(left_out))
        self.editor.saved.connect(lambda name: self._renew(name, f"{name} is kept."))
        self.editor.deleted.connect(lambda name: self._renew("Screening", f"{name} is deleted."))
        self.add_heading("Edit the protocol")
        self.add_hint("Tick its planes and bring them into order. Saved under a new name it is the department's own.")
        self.add(self.editor)

    def _add_last_seconds(self) -> None:
        self.add_heading("Last seconds")
        last = QSpinBox()
        last.setObjectName("exam_last")
        last.setAccessibleName("Length of the clip of the last seconds")
        last.setRange(2, 60)
        last.setSuffix(" s")
        last.setValue(round(self._settings.last_s))
        last.valueChanged.connect(lambda seconds: self._choose(last_s=float(seconds)))
        self.add(last)
        self.add_hint("More seconds need more memory. A longer time holds from the next start on.")

    def _add_tones(self) -> None:
        self.add_heading("Tones, for eyes on the probe")
        for name, word in _TONES.items():
            box = QCheckBox(word)
            box.setObjectName(name)
            box.setChecked(bool(getattr(self._settings, name)))
            box.toggled.connect(partial(self._tone, name))
            self.add(box)
        self.add_hint("The PC's own alert tone; its loudness is set in the system.")

    def _take(self, name: str) -> None:
        self._choose(protocol=name)
        self._outdated.emit("")

    def _renew(self, name: str, said: str) -> None:
        self._choose(protocol=name)
        self.edited.emit()
        self._outdated.emit(said)

    def _tone(self, name: str, on: bool) -> None:
        self._choose(**{name: on})

    def _choose(self, **changes: object) -> None:
        self._settings = self._settings.model_copy(update=changes)
        self.chosen.emit(changes)
