"""The row over the list of exams: typed words, date, plane and state narrow it."""

from typing import Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from uiac_desktop.session.exams.desk_records import ExamFilter, Span, Wanted
from uiac_desktop.ui.exams.state import ExamsState

_WAITS_MS: Final = 150
_SPANS: Final[tuple[tuple[Span, str], ...]] = (
    ("any", "Any date"), ("today", "Today"), ("week", "Last 7 days"), ("month", "Last 30 days"),
    ("year", "Last 365 days"),
)  # fmt: skip
_STATES: Final[tuple[tuple[Wanted, str], ...]] = (
    ("any", "Any state"), ("open", "Open"), ("complete", "Complete"), ("missing", "Missing planes"),
    ("exported", "Exported"), ("unexported", "Not exported"), ("binned", "In the bin"),
)  # fmt: skip


class ExamsSearch(QWidget):
    """The fields of a filter.

    ``asked`` carries an `ExamFilter`.
    """

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exams_search")
        self._planes: tuple[str, ...] = ()
        self.words = QLineEdit()
        self.words.setObjectName("exams_words")
        self.words.setAccessibleName("Search exams")
        self.words.setPlaceholderText("Search subject, plane, date, person")
        self.words.setClearButtonEnabled(True)
        self.words.setMaxLength(200)
        self.words.setFixedHeight(34)
        self.words.setProperty("role", "filter")
        self._span = _choices("exams_span", "Date", [word for _, word in _SPANS])
        self._plane = _choices("exams_plane", "Plane", ["Any plane"])
        self._state = _choices("exams_state", "State", [word for _, word in _STATES])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 3)
        for box in (self._span, self._plane, self._state):
            row.addWidget(box)
            box.currentIndexChanged.connect(self._ask)
        row.addStretch(1)
        self._typed = QTimer(self, interval=_WAITS_MS, singleShot=True)
        self._typed.timeout.connect(self._ask)
        self.words.textEdited.connect(lambda _text: self._typed.start())
        self.words.textChanged.connect(self._note_cleared)

    def show_state(self, state: ExamsState) -> None:
        """Show what was asked, where that came from elsewhere."""
        if state.planes != self._planes:
            self._planes = state.planes
            self._plane.blockSignals(True)
            self._plane.clear()
            self._plane.addItems(["Any plane", *state.planes])
            self._plane.blockSignals(False)
        asked = state.asked
        if not self._typed.isActive() and self.words.text() != asked.text:
            self.words.setText(asked.text)
        _set(self._span, [name for name, _ in _SPANS].index(asked.span))
        _set(self._plane, state.planes.index(asked.plane) + 1 if asked.plane in state.planes else 0)
        _set(self._state, [name for name, _ in _STATES].index(asked.state))

    @override
    def sizeHint(self) -> QSize:
        """Return the height of the fields."""
        return QSize(600, 34)

    def _note_cleared(self, text: str) -> None:
        if not text:
            self._typed.start()

    def _ask(self) -> None:
        self._typed.stop()
        plane = self._plane.currentIndex()
        self.asked.emit(
            ExamFilter(
                self.words.text(),
                _SPANS[self._span.currentIndex()][0],
                self._planes[plane - 1] if 0 < plane <= len(self._planes) else "",
                _STATES[self._state.currentIndex()][0],
            )
        )


def _choices(name: str, word: str, texts: list[str]) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(word)
    box.addItems(texts)
    box.setFixedHeight(34)
    box.setProperty("role", "filter")
    return box


def _set(box: QComboBox, place: int) -> None:
    if box.currentIndex() != place:
        box.blockSignals(True)
        box.setCurrentIndex(place)
        box.blockSignals(False)
