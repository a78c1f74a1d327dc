"""The left half of the export page: which exams, which of their frames, and what goes beside."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, get_args

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QListWidget, QListWidgetItem, QSpinBox

from nas.counts import counted
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.export_options import ClipFrames, read_ranges
from uiac_desktop.frame import LIKELY
from uiac_desktop.session.review.reviewed_clip import ReviewedClip
from uiac_desktop.ui.exams.state import exported_words
from uiac_desktop.ui.export.control import ExportControl, ExportState
from uiac_desktop.ui.look.certainty import percent
from uiac_desktop.ui.look.section import Section
from uiac_desktop.ui.review.words import shortened

if TYPE_CHECKING:
    from uiac_desktop.exam.exam_list import ExamLine

_CLIP_FRAMES: Final[dict[str, str]] = {
    "labelled": "frames that people labelled",
    "all": "frames that people or the model labelled",
    "none": "no frames",
}
_LIST_HIGH: Final = 164
_NAME_MOST: Final = 30


class ExportForm(Section):
    """Shows the choice and takes changes of it."""

    def __init__(self, control: ExportControl) -> None:
        super().__init__("Export")
        self.setObjectName("export_form")
        self._control = control
        self._shown: tuple[object, ...] = (None, None)
        self.add_heading("Which exams")
        self._exams = QListWidget()
        _name(self._exams, "export_exams", "Exams")
        self._exams.setProperty("role", "compact")
        self._exams.setSpacing(2)
        self._exams.setFixedHeight(_LIST_HIGH)
        self._exams.itemChanged.connect(self._choose)
        self._exams.itemPressed.connect(self._begin_click)
        self._exams.itemClicked.connect(self._toggle)
        self._ticked = False
        self.add_wide(self._exams)
        self._woman_word = QLabel("Her local number")
        self._woman = QLineEdit()
        _name(self._woman, "export_number", "Her local number")
        self._woman.setEchoMode(QLineEdit.EchoMode.Password)
        self._woman.setPlaceholderText("unknown: a woman of its own")
        self._woman.setFixedWidth(230)
        self._woman.editingFinished.connect(self._choose)
        self.add(self._woman_word, self._woman)
        self._empty = self.add_hint("No exams yet. Keep a frame in Scan, and its exam appears here.")
        self._empty.setObjectName("export_empty")
        self.add_heading("Which of their frames")
        self._clip_frames = QComboBox()
        _name(self._clip_frames, "export_clip_frames", "Of clips")
        for kind in get_args(ClipFrames):
            self._clip_frames.addItem(_CLIP_FRAMES[kind], kind)
        self._clip_frames.currentIndexChanged.connect(self._take)
        self.add(QLabel("Of clips"), self._clip_frames)
        self._every = self._number("export_every", "Each so many-th frame of clips", 1, 1000)
        self._ranges = QLineEdit()
        _name(self._ranges, "export_ranges", "Frame numbers of clips")
        self._ranges.setPlaceholderText("all, or 100-250, 400-420")
        self._ranges.setFixedWidth(230)
        self._ranges.editingFinished.connect(self._take)
        self.add(QLabel("Frame numbers"), self._ranges)
        self.add(QLabel("One of every"), self._every, QLabel("of these"))
        self._corrected = self._switch("export_corrected", "Only frames that a person labelled")
        self._doubtful = self._switch("export_doubtful", f"Only doubtful frames, below {percent(LIKELY)}")
        self._drop_near = self._switch("export_drop_near", "Leave out frames that are nearly equal to another")
        self._balance = self._switch("export_balance", "As many of every plane as the rarest has")
        self._at_most = self._number("export_at_most", "Most frames of a plane", 0, 100_000)
        self._at_most.setSpecialValueText("any number")
        self.add(QLabel("At most"), self._at_most, QLabel("of a plane"))
        self.add_heading("Beside the data set")
        self._maps = self._switch("export_maps", "Maps and overlays of every frame", control.set_maps)
        self._clips = self._switch("export_clips", "The clips")
        self._same = self._switch("export_same_names", "Yes, they are one plane", control.say_same_names)
        self.close()

    def show_state(self, state: ExportState) -> None:
        """Show the choice."""
        self.setEnabled(not state.working)
        if (state.lines, state.clip) != self._shown:
            self._shown = state.lines, state.clip
            self._fill(state.lines or (), state.clip)
        self._tick(state)
        for part in (self._woman_word, self._woman):
            part.setVisible(state.with_clip)
        if self._woman.text() != state.number and not self._woman.hasFocus():
            self._woman.setText(state.number)
        self._empty.setVisible(state.lines == () and state.clip is None)
        self._same.setVisible(state.names_differ or state.options.same_names)
        self._same.setChecked(state.options.same_names)

    # Building

    def _switch(self, name: str, word: str, take: "Callable[[bool], None] | None" = None) -> QCheckBox:
        box = QCheckBox(word)
        _name(box, name, word)
        box.clicked.connect(take or self._take)
        self.add(box)
        return box

    def _number(self, name: str, word: str, least: int, most: int) -> QSpinBox:
        box = QSpinBox()
        _name(box, name, word)
        box.setRange(least, most)
        box.valueChanged.connect(self._take)
        return box

    def _fill(self, lines: "tuple[ExamLine, ...]", clip: ReviewedClip | None) -> None:
        self._exams.blockSignals(True)
        self._exams.clear()
        if clip is not None:
            self._add(f"{shortened(clip.name, _NAME_MOST)}, open in Review", None)
        for line in lines:
            began = line.exam.started_at.astimezone()
            clips = f", {counted(line.clips, 'clip')}" if line.clips else ""
            frames = counted(line.frames, "frame")
            left = "" if line.exported_at is None else f", {exported_words(line)}"
            self._add(f"{line.exam.subject}  {began:%Y-%m-%d %H:%M}\n{frames}{clips}{left}", line.exam.id)
        self._exams.blockSignals(False)

    def _add(self, word: str, exam_id: int | None) -> None:
        """Add an exam to choose or, without a number, the clip of Review."""
        item = QListWidgetItem(word)
        item.setData(Qt.ItemDataRole.UserRole, exam_id)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Unchecked)
        self._exams.addItem(item)

    # Taking and showing

    def _tick(self, state: ExportState) -> None:
        self._exams.blockSignals(True)
        for row in range(self._exams.count()):
            item = self._exams.item(row)
            exam_id = item.data(Qt.ItemDataRole.UserRole)
            on = state.with_clip if exam_id is None else exam_id in state.chosen
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self._exams.blockSignals(False)

    def _begin_click(self) -> None:
        self._ticked = False

    def _toggle(self, item: QListWidgetItem) -> None:
        """Let a click on a line do what one on its box has done already."""
        if not self._ticked:
            off = item.checkState() == Qt.CheckState.Checked
            item.setCheckState(Qt.CheckState.Unchecked if off else Qt.CheckState.Checked)
        self._ticked = False

    def _choose(self) -> None:
        self._ticked = True
        items = [self._exams.item(row) for row in range(self._exams.count())]
        chosen = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        numbers = [item.data(Qt.ItemDataRole.UserRole) for item in chosen]
        self._control.take_clip(None in numbers, self._woman.text().strip())
        exam_ids = tuple(number for number in numbers if number is not None)
        if exam_ids != self._control.state.chosen:
            self._control.choose(exam_ids)

    def _take(self) -> None:
        try:
            ranges = read_ranges(self._ranges.text())
        except DesktopError as error:
            self._control.refuse(error.message, error.advice)
            return
        self._control.set_options(
            replace(
                self._control.state.options,
                clip_frames=self._clip_frames.currentData(),
                every=self._every.value(),
                ranges=ranges,
                only_corrected=self._corrected.isChecked(),
                only_doubtful=self._doubtful.isChecked(),
                drop_near=self._drop_near.isChecked(),
                balance=self._balance.isChecked(),
                at_most=self._at_most.value() or None,
                clips=self._clips.isChecked(),
            )
        )


def _name(widget: QCheckBox | QComboBox | QLineEdit | QListWidget | QSpinBox, name: str, word: str) -> None:
    widget.setObjectName(name)
    widget.setAccessibleName(word)
