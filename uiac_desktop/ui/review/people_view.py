"""Who labelled this clip, how far they agree, and where they do not: each difference can be settled."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from nas.counts import counted
from uiac_desktop.clock import clock_text
from uiac_desktop.session.review.marks import Agreement, Dispute
from uiac_desktop.session.review.records import ReviewState
from uiac_desktop.ui.look.button import Button

_SHOWN = 40
ALONE = "Nobody else has labelled this clip. Another name above labels beside yours."
AGREED = "Nothing to settle: where two have labelled, they agree."
SETTLED = "Nothing to settle: every difference is settled."


def agreement_text(agreement: Agreement) -> str:
    """Return how two people agree: ``Lin and Weber: 92 % of 840 frames, kappa 0.88``."""
    pair = f"{agreement.one} and {agreement.other}"
    if agreement.frames == 0:
        return f"{pair}: no frame in common"
    share = f"{round(100 * agreement.same / agreement.frames)} % of {agreement.frames:,} frames"
    kappa = f", kappa {agreement.kappa:.2f}" if agreement.kappa is not None else ", kappa says nothing here"
    return f"{pair}: {share}{kappa}"


def dispute_text(dispute: Dispute) -> str:
    """Return where people differ: ``0:12.40, 81 frames. Lin: TV, Weber: TVT``."""
    says = ", ".join(f"{who}: {plane}" for who, plane in dispute.says.items())
    return f"{clock_text(dispute.start_s)}, {counted(dispute.run.frames, 'frame')}. {says}"


class PeopleView(QWidget):
    """A field for the person at work, agreements, and differences with a button a plane.

    ``person_chosen`` carries a name; ``settled`` carries frame and plane; ``settled_as`` carries a name whose labels
    settle everything; ``sought`` carries a frame.
    """

    person_chosen = Signal(str)
    settled = Signal(int, int, str)
    settled_as = Signal(str)
    sought = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("people")
        self.setAccessibleName("People")
        self._drawn: tuple[object, ...] = ()
        self._field = QLineEdit()
        self._field.setObjectName("person")
        self._field.setAccessibleName("Who labels")
        self._field.setMaxLength(60)
        self._field.setPlaceholderText("Who labels")
        self._field.editingFinished.connect(self._choose)
        self._inner = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 16, 8)
        self._column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(QLabel("Who labels"))
        row.addWidget(self._field, 1)
        self._column.addLayout(row)
        self._column.addWidget(self._inner)
        self._column.addStretch(1)

    def show_state(self, state: ReviewState) -> None:
        """Show people and differences; equal ones cost nothing."""
        if not self._field.hasFocus() and self._field.text() != state.person:
            self._field.setText(state.person)
        drawn = (state.people, state.agreements, state.disputes, state.person)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self._fill(state)

    def _choose(self) -> None:
        name = self._field.text().strip()
        if name:
            self.person_chosen.emit(name)
        self._field.clearFocus()

    def _fill(self, state: ReviewState) -> None:
        self._column.removeWidget(self._inner)
        self._inner.hide()
        self._inner.deleteLater()
        self._inner = QWidget()
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        others = [person.who for person in state.people if person.who not in ("", state.person)]
        if not others:
            column.addWidget(_line(ALONE, hint=True))
        for agreement in state.agreements:
            column.addWidget(_line(agreement_text(agreement)))
        if others and not state.disputes:
            differed = any(agreement.same < agreement.frames for agreement in state.agreements)
            column.addWidget(_line(SETTLED if differed else AGREED, hint=True))
        if state.disputes:
            column.addLayout(self._settle_all(state))
        for dispute in state.disputes[:_SHOWN]:
            column.addWidget(self._dispute(dispute))
        if len(state.disputes) > _SHOWN:
            column.addWidget(_line(f"{len(state.disputes) - _SHOWN} more follow once these are settled.", hint=True))
        self._column.insertWidget(1, self._inner)

    def _settle_all(self, state: ReviewState) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(QLabel("Settle all as"))
        names = [person.who for person in state.people if person.who]
        for who in names[:3]:
            button = Button(who)
            button.setObjectName(f"settle_all_{who}")
            button.setToolTip(f"Settles every difference as {who} has it. Undo takes it back.")
            button.clicked.connect(lambda _checked=False, who=who: self.settled_as.emit(who))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _dispute(self, dispute: Dispute) -> QWidget:
        part = QFrame()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(_line(dispute_text(dispute)))
        row = QHBoxLayout()
        show = Button("Show", "play")
        show.setObjectName(f"dispute_{dispute.run.first}")
        show.clicked.connect(lambda _checked=False, at=dispute.run.first: self.sought.emit(at))
        row.addWidget(show)
        run = dispute.run
        for plane in dict.fromkeys(dispute.says.values()):
            button = Button(plane)
            button.setObjectName(f"settle_{run.first}_{plane}")
            button.setToolTip(f"Settles these frames as {plane}. Undo takes it back.")
            button.clicked.connect(lambda _checked=False, plane=plane: self.settled.emit(run.first, run.last, plane))
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        return part


def _line(text: str, *, hint: bool = False) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    if hint:
        label.setProperty("role", "hint")
    return label
