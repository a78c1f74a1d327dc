"""What is wrong with a data set, worst first, each with what to do and a button that does it where one can."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from nas.config.train import TrainConfig
from nas.data.inspect import Inspection
from nas.data.problems import Problem
from nas.wizard.data.repair_plans import deed_for, hint_for
from nas.wizard.look.button import Button
from nas.wizard.look.panel import label
from nas.wizard.look.record import Look
from nas.wizard.remedies import in_words

_LEVELS: Final = {"error": "error", "warning": "warn", "note": "info"}
_EXAMPLES: Final = 2
_NOTHING: Final = "Nothing to look at: every file can be read, and no copies, odd names or tiny classes were found."
_BUTTON_WIDE: Final = 148


class ProblemList(QScrollArea):
    """A card a problem; ``repair`` carries the place of the problem whose button was pressed."""

    repair = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: tuple[object, ...] = ()
        self._cards: list[_Card] = []
        self.setObjectName("problems")
        self.setAccessibleName("What to look at")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._show_cards([])

    def show_problems(self, inspection: Inspection | None, done: frozenset[str], busy: bool) -> None:
        """Show what was found; problems of a kind in ``done`` are settled, and ``busy`` lets every button rest."""
        shown = (inspection, done)
        if shown != self._shown:
            self._shown = shown
            cards = []
            for place, problem in enumerate(inspection.problems if inspection is not None else ()):
                deed = deed_for(problem, tuple(inspection.classes) if inspection is not None else ())
                card = _Card(self._look, problem, deed, problem.kind in done)
                card.button.clicked.connect(lambda _checked=False, place=place: self.repair.emit(place))
                cards.append(card)
            self._show_cards(cards)
        for card in self._cards:
            card.button.setEnabled(not busy and not card.settled)

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        for card in self._cards:
            card.wear(look)

    def _show_cards(self, cards: "list[_Card]") -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(6)
        for card in cards:
            column.addWidget(card)
        if not cards:
            word = label(_NOTHING if self._shown and self._shown[0] else "", "hint")
            word.setWordWrap(True)
            word.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(word)
        column.addStretch(1)
        self._cards = cards
        self.setWidget(inner)


class _Card(QFrame):
    """One problem."""

    def __init__(self, look: Look, problem: Problem, deed: str, settled: bool) -> None:
        super().__init__()
        self._look = look
        self.settled = settled
        self._level = "ok" if settled else _LEVELS[problem.severity]
        self.setProperty("role", "plate")
        self.setObjectName(f"problem_{problem.kind}")
        self._icon = QLabel()
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addStretch(1)
        for text, role in (
            (problem.message, "strong"),
            (in_words(problem.advice, TrainConfig), "hint"),
            (examples(problem), "faint"),
        ):
            if text:
                words.addWidget(label(text, role, wraps=True))
        words.addStretch(1)
        self.button = Button(look, "Done" if settled else deed, f"repair_{problem.kind}", small=False)
        self.button.setFixedWidth(_BUTTON_WIDE)
        if not deed:
            self.button.hide()
        self.button.setAccessibleDescription(problem.message)
        if problem.severity == "error":
            self.button.set_tone("primary", look)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addStretch(1)
        right.addWidget(self.button)
        hint = label(hint_for(problem) if deed else "", "hint")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        if not hint.text():
            hint.hide()
        right.addWidget(hint)
        right.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addLayout(right)
        self.setAccessibleName(f"{problem.severity}: {problem.message} {problem.advice}".strip())
        self.setToolTip("\n".join(_files(problem)[:30]))
        self.wear(look)

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        self._icon.setPixmap(look.icon(self._level, self._level).pixmap(20, 20))
        self.button.wear(look)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, and the level's colour at the left."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(QRectF(0, 0, 3, self.height()), QColor(self._look.colour(self._level)))


def examples(problem: Problem) -> str:
    """Return the first files that a problem is about, and how many more there are."""
    files = _files(problem)
    if not files:
        return ""
    more = len(files) - _EXAMPLES
    return "e.g. " + ", ".join(files[:_EXAMPLES]) + (f" and {more:,} more" if more > 0 else "")


def _files(problem: Problem) -> list[str]:
    return [*problem.files, *(" = ".join(group) for group in problem.groups)]
