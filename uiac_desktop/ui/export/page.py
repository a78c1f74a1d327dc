"""The export page: the choice at the left, at the right the sheet that a person checks before anything leaves."""

from typing import Final

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from uiac_desktop.session.export.records import SheetShown
from uiac_desktop.ui.export.control import ExportControl, ExportState
from uiac_desktop.ui.export.form import ExportForm
from uiac_desktop.ui.export.sheet_view import ExportSheetView
from uiac_desktop.ui.look.button import Button
from uiac_desktop.ui.scan.source_picker import ask_for_folder

_FORM_WIDE: Final = 430
_LONG: Final = 80
_NO_ROOT: Final = "A new or empty folder, or a data set: frames are added to it, and nothing there is changed."
_LOOKED: Final = "I looked: no name, number or date of a woman is in these pictures"


class ExportPage(QWidget):
    """Draws what the control knows."""

    def __init__(self, control: ExportControl) -> None:
        super().__init__()
        self.setObjectName("export_page")
        self.setAccessibleName("Export")
        self.control = control
        self._form = ExportForm(control)
        self._form.setFixedWidth(_FORM_WIDE)
        self._sheet: SheetShown | None = None
        self._heading = _line("heading", "export_heading")
        self._counts = _line("hint", "export_counts")
        self._view = ExportSheetView()
        self._looked = QCheckBox(_LOOKED)
        self._looked.setObjectName("export_looked")
        self._looked.setAccessibleName(_LOOKED)
        self._looked.clicked.connect(control.look_at)
        self._said = _line("hint", "export_said")
        self._bar = QProgressBar()
        self._bar.setObjectName("export_progress")
        self._bar.setAccessibleName("Progress")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self._go = Button("Export", "forward", look="primary")
        self._go.setObjectName("export_go")
        self._go.clicked.connect(control.export)
        self._stop = Button("Stop", "close")
        self._stop.setObjectName("export_stop")
        self._stop.clicked.connect(control.stop)
        self._folder = Button("Choose folder", "folder")
        self._folder.setObjectName("export_folder")
        self._folder.clicked.connect(lambda: ask_for_folder(self, control.set_root, "Data set", "data"))
        self._root = _line("hint", "export_root")
        where = QHBoxLayout()
        where.addWidget(self._folder)
        where.addWidget(self._root, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._go)
        buttons.addWidget(self._stop)
        buttons.addWidget(self._looked)
        buttons.addStretch(1)
        right = QVBoxLayout()
        right.setContentsMargins(20, 20, 16, 16)
        right.setSpacing(8)
        right.addWidget(self._heading)
        right.addWidget(self._counts)
        right.addWidget(self._view, 1)
        right.addWidget(self._bar)
        right.addWidget(self._said)
        right.addLayout(where)
        right.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._form)
        row.addLayout(right, 1)
        control.changed.connect(self._show)
        self._show()

    def renew(self) -> None:
        """Read the exams anew, since the page comes into view."""
        self.control.enter()

    def _show(self) -> None:
        state = self.control.state
        self._form.show_state(state)
        if state.sheet is not self._sheet:
            self._sheet = state.sheet
            self._view.show_rows(state.sheet.rows if state.sheet is not None else ())
        self._heading.setText("Check before it leaves")
        self._counts.setText(_counted(state))
        self._looked.setEnabled(state.sheet is not None and bool(state.sheet.rows) and not state.working)
        self._looked.setChecked(state.looked)
        self._bar.setVisible(state.progress is not None)
        if state.progress is not None:
            self._bar.setRange(0, max(state.progress[1], 1))
            self._bar.setValue(state.progress[0])
        self._said.setText(state.said or _missing(state))
        role = "warning" if state.failed else "hint"
        if self._said.property("role") != role:
            self._said.setProperty("role", role)
            self._said.style().polish(self._said)
        self._folder.setEnabled(not state.working)
        self._root.setText(_NO_ROOT if state.root is None else _shortened(str(state.root)))
        self._root.setToolTip("" if state.root is None else str(state.root))
        self._go.setEnabled(state.may_export)
        self._stop.setVisible(state.working)


def _line(role: str, name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def _shortened(path: str) -> str:
    """Return the end of a path that is too long for its line."""
    return path if len(path) <= _LONG else f"… {path[-_LONG:]}"


def _counted(state: ExportState) -> str:
    if not state.choice:
        return "Choose one or more exams: some of their frames appear here as they are, and as they would leave."
    if state.sheet is None:
        return "" if state.failed else "Reading what was chosen …"
    if not state.sheet.planes:
        return "No frame is left by this choice. Label frames in Review, or choose others."
    counts = ", ".join(f"{plane} {count}" for plane, count in state.sheet.planes.items())
    return (
        f"{sum(state.sheet.planes.values())} frames: {counts}. Women and exams become keyed hashes; the key stays on "
        "this PC. Nothing but what stands under “As it leaves” is told of a frame."
    )


def _missing(state: ExportState) -> str:
    if not state.choice or state.sheet is None:
        return ""
    if state.root is None:
        return "Choose the folder of the data set."
    return "" if state.looked else "Look at the pictures, and say so below."
