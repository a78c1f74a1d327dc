"""The second page: what keeps training and held-out frames apart, and how the set falls out, before anything is run."""

from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QRadioButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)
from typing_extensions import override

from nas.data.folder import DataSet
from nas.wizard.data.split_view import SplitRow, SplitView, split_view
from nas.wizard.look.deed_row import Deed
from nas.wizard.look.panel import Panel, label
from nas.wizard.look.plan import Plan
from nas.wizard.look.record import Look
from nas.wizard.look.warn_row import WarnRow
from nas.wizard.page import Gate, Page
from nas.wizard.requests import ChooseSplit
from nas.wizard.state import SplitChoice, SplitWay, Step, WizardState

_WAYS: Final[dict[SplitWay, tuple[str, str]]] = {
    "subject": (
        "By subject",
        "No woman is on both sides. Figures say how well it works on women that it never saw.",
    ),
    "clip": ("By clip", "A clip is on one side, a woman may be on both. Figures are too good."),
    "random": (
        "At random, as in the paper",
        "Frames of one clip are on both sides. Figures are far too good; it serves only to compare with the paper.",
    ),
}
_HEADS: Final = ("Plane", "Learns from", "Held out", "Share", "Subjects:\nlearns from", "Subjects:\nheld out")
_NUMBER: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NARROWEST, _WIDEST = 80, 260  # px of a column
_LOW_ROW: Final = 27  # of the eleven planes, none and the sum, all in view in a small window
_ROW: Final = 30
_INSET: Final = 6
_LARGEST_SEED: Final = 2**31 - 1


class SplitPage(Page):
    """Choose how the set is split and see what comes of it."""

    step: ClassVar[Step] = "split"
    word: ClassVar[str] = "Split"
    question: ClassVar[str] = "Which frames are held out?"

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._view = SplitView()
        self._seen: tuple[DataSet | None, SplitChoice | None] = (None, None)
        self._choices: dict[SplitWay, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._share = self._number("split_share", "Share of the frames that is held out", 2, 50, " %")
        self._seed = self._number("split_seed", "Seed of the split", 0, _LARGEST_SEED, "")
        self._warning = WarnRow(look)
        self._warning.wants.connect(self.wants)
        self._table = QTableWidget(0, len(_HEADS))
        self._how = Panel(look, "How the sides are kept apart", "panel_way")
        self._what = Panel(look, "What comes of it", "panel_split")
        self._lay_out()

    @override
    def show_state(self, state: WizardState) -> None:
        """Draw the page from a state."""
        self.state = state
        if state.step != self.step:
            return
        choice = state.split
        for box, value in ((self._share, round(100 * choice.share)), (self._seed, choice.seed)):
            if box.value() != value:
                box.blockSignals(True)
                box.setValue(value)
                box.blockSignals(False)
        self._choices[choice.by].setChecked(True)
        seen = (state.data.images, choice)
        if seen[0] is not self._seen[0] or seen[1] != self._seen[1]:
            self._seen = seen
            self._view = split_view(state.data.images, choice) if state.data.images is not None else SplitView()
            self._fill()

    @override
    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        self._fill()
        self._plan.wear(look)

    @override
    def gate(self, state: WizardState) -> Gate:
        """Return whether the set can be split so."""
        word = "Next: Search"
        if not state.data.usable:
            return Gate(word, False, "The data are not settled: see the page Data.")
        if self._view.refused is not None:
            return Gate(word, False, "The set cannot be split so.")
        return Gate(word)

    # What is shown

    def _fill(self) -> None:
        view = self._view
        rows = [*view.rows, *([view.total] if view.total is not None else [])]
        self._table.verticalHeader().setMinimumSectionSize(_LOW_ROW)
        self._table.verticalHeader().setDefaultSectionSize(_LOW_ROW if self.look.compact else _ROW)
        self._table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, text in enumerate(_cells(row)):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                if column:
                    item.setTextAlignment(_NUMBER)
                elif row is not view.total:
                    item.setIcon(self._swatch(row.name))
                if row is view.total:
                    item.setFont(self.look.font(13, 600))
                self._table.setItem(place, column, item)
        self._what.set_title("What comes of it", f"kept apart by {view.by}" if view.by else "")
        if view.refused is not None:
            self._warning.say("error", view.refused.message, view.refused.advice)
        elif view.warning is not None:
            both = f"{_counted(view.both_sides)} on both sides. " if view.both_sides else ""
            self._warning.say("warn", view.warning.message, both + view.warning.advice, self._apart(view))
        else:
            self._warning.clear()

    def _swatch(self, name: str) -> QIcon:
        picture = QPixmap(28, 14)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.look.fill_plane(painter, picture.rect().toRectF(), name)
        painter.end()
        return QIcon(picture)

    # What is asked

    def _ask(self, by: SplitWay | None = None) -> None:
        now = self.state.split
        percent = self._share.value()
        share = now.share if percent == round(100 * now.share) else percent / 100
        self.wants.emit(ChooseSplit(SplitChoice(by or now.by, share, self._seed.value())))

    def _apart(self, view: SplitView) -> tuple[Deed, ...]:
        """Offer the split by subject where women are on both sides of another."""
        chosen = self.state.split
        if chosen.by == "subject" or not view.both_sides:
            return ()
        return (Deed("split_apart", "Split by subject", ChooseSplit(replace(chosen, by="subject")), tone="primary"),)

    def _number(self, name: str, said: str, low: int, high: int, unit: str) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        box.setAccessibleName(said)
        box.setRange(low, high)
        box.setSuffix(unit)
        box.setFixedWidth(150)
        box.lineEdit().setTextMargins(_INSET, 0, _INSET, 0)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(lambda _value: self._ask())
        return box

    def _lay_out(self) -> None:
        for way, (word, hint) in _WAYS.items():
            button = QRadioButton(word)
            button.setObjectName(f"split_{way}")
            button.setAccessibleDescription(hint)
            button.clicked.connect(partial(self._ask, way))
            self._group.addButton(button)
            self._choices[way] = button
            self._how.add(button)
            below = label(hint, "hint", wraps=True)
            below.setContentsMargins(26, 0, 0, 8)
            self._how.add(below)
        for said, box, hint in (
            ("Held out", self._share, "Share of the frames, met as nearly as whole subjects allow (2 to 50 %)."),
            ("Seed", self._seed, "Another number gives another split; the same number the same one."),
        ):
            row = QHBoxLayout()
            row.addWidget(label(said, "strong"))
            row.addStretch(1)
            row.addWidget(box)
            self._how.body.addLayout(row)
            self._how.add(label(hint, "hint", wraps=True))
        self._how.add(
            label(
                "A search halves what it learns from once more: weights learn on one half, the choice of operations on"
                " the other. It never sees what is held out.",
                "hint",
                wraps=True,
            )
        )
        self._how.body.addStretch(1)
        table = self._table
        table.setObjectName("split_table")
        table.setAccessibleName("Frames of each plane on both sides")
        table.verticalHeader().setVisible(False)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        for column, text in enumerate(_HEADS):
            head = QTableWidgetItem(text)
            head.setTextAlignment(_NUMBER if column else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            table.setHorizontalHeaderItem(column, head)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setMaximumSectionSize(_WIDEST)
        table.horizontalHeader().setMinimumSectionSize(_NARROWEST)
        table.setIconSize(QPixmap(28, 14).size())
        self._what.add(table, 1)
        rows = (label(self.question, "title"), self._warning)
        self._plan = Plan(self, self.look, rows, {self._how: 34, self._what: 66})


def _counted(subjects: int) -> str:
    return "1 subject is" if subjects == 1 else f"{subjects} subjects are"


def _cells(row: SplitRow) -> tuple[str, ...]:
    women = [f"{count:,}" if count else "–" for count in (row.train_subjects, row.held_out_subjects)]
    return (row.name, f"{row.train:,}", f"{row.held_out:,}", f"{100 * row.share:.0f} %", *women)
