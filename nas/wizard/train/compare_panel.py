"""The list of networks to compare with: ticked, started, and watched while one after the other is trained."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QWidget,
)
from typing_extensions import override

from nas.config.train import TrainConfig
from nas.events import RunFailed
from nas.wizard.look.button import Button
from nas.wizard.look.choice_box import ChoiceBox
from nas.wizard.look.panel import Panel, label, set_role
from nas.wizard.look.record import Look
from nas.wizard.remedies import in_words
from nas.wizard.requests import GoOnWithRun, StopRun
from nas.wizard.state import RunView, WizardState
from nas.wizard.train.rivals import CHOSEN, Rival, Standing, compare_request, rivals, standings

_STATES: Final = {"": "", "waiting": "waiting", "training": "training", "done": "judged", "failed": "no result"}
_RESUMABLE: Final = ("stopped", "failed", "went_off")
_SEEDS: Final = (1, 3, 5)
_NOTE: Final = "Same data, split and recipe for all. Macro-F1 in % on test frames that none of them saw."
_MODELS: Final = 2  # a comparison takes two at least


class ComparePanel(Panel):
    """Networks with a tick, a state, a bar and a figure each; ``wants`` carries the request for a comparison."""

    wants = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Compare with", "compare_with")
        self._look = look
        self._rivals: tuple[Rival, ...] = ()
        self._has_data = False
        self._rows: dict[str, tuple[QCheckBox, QLabel, QProgressBar, QLabel]] = {}
        self._inner = QWidget()
        self._grid = QGridLayout(self._inner)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        scroll = QScrollArea()
        scroll.setObjectName("compare_scroll")
        scroll.setAccessibleName("Networks to compare with")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._inner)
        self._note = label(_NOTE, "hint", "compare_note", wraps=True)
        self._seeds = ChoiceBox()
        self._seeds.setObjectName("compare_seeds")
        self._seeds.setAccessibleName("Trainings of each network")
        for seeds in _SEEDS:
            self._seeds.addItem("1 training each" if seeds == 1 else f"{seeds} trainings each", seeds)
        self._seeds.setCurrentIndex(1)
        self._seeds.setToolTip("Several trainings show what chance does: mean ± deviation over seeds.")
        self._start = Button(look, "Compare", "start_compare", "play")
        self._start.clicked.connect(self._ask)
        self._request: object = None
        self._other = Button(look, "Stop", "other_compare")
        self._other.clicked.connect(lambda: self.wants.emit(self._request))
        self._other.hide()
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self._seeds)
        foot.addWidget(self._start)
        foot.addWidget(self._other)
        foot.addStretch(1)
        self.add(scroll, 1)
        self.add(self._note)
        self.body.addLayout(foot)
        self.wear(look)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The networks that are ticked, as a comparison calls them."""
        return tuple(rival.model for rival in self._rivals if self._rows[rival.model][0].isChecked())

    def show_state(self, state: WizardState) -> None:
        """Show the networks, and how far a comparison has come."""
        found = rivals(state)
        if found != self._rivals:
            self._fill(found)
        view = state.compare_run
        told = standings(view)
        for rival in self._rivals:
            self._show_standing(rival, told.get(rival.name))
        going = view is not None and view.at_work
        for rival in self._rivals:
            tick = self._rows[rival.model][0]
            tick.setEnabled(not going and not rival.unfit)
            if going and told:
                tick.setChecked(rival.name in told)
        self._has_data = _has_data(state)
        self._seeds.setEnabled(not going)
        self._count()
        self._start.set_word("Compare anew" if view is not None and view.state == "finished" else "Compare")
        self._show_other(view, going)
        if not self._has_data:
            self._start.setToolTip("The data set of these runs is needed: see the page Data.")
        else:
            self._start.setToolTip("Trains each of them; a run that goes on now is waited for.")
        self._note.setText(_words(view))

    @override
    def wear(self, look: Look) -> None:
        """Take another look."""
        super().wear(look)
        if hasattr(self, "_start"):
            self._look = look
            self._start.wear(look)
            self._other.wear(look)

    def _fill(self, found: tuple[Rival, ...]) -> None:
        known = {rival.model for rival in self._rivals}
        ticked = set(self.chosen) if known else set(CHOSEN)
        if found[0].model not in known:
            ticked.add(found[0].model)
        for row in self._rows.values():
            for part in row:
                part.hide()
                part.deleteLater()
        while (item := self._grid.takeAt(0)) is not None:
            del item
        self._rivals, self._rows = found, {}
        for place, rival in enumerate(found):
            tick = QCheckBox(rival.name)
            tick.setObjectName(f"compare_{rival.name.lower().replace(' ', '_')}")
            tick.setAccessibleName(f"Compare with {rival.name}")
            tick.setToolTip(rival.unfit or rival.hint)
            tick.setChecked(rival.model in ticked and not rival.unfit)
            tick.toggled.connect(self._count)
            bar = QProgressBar()
            bar.setRange(0, 100)
            bar.setTextVisible(False)
            bar.setFixedWidth(64)
            bar.setAccessibleName(f"Progress of {rival.name}")
            figure = label("", "strong", f"figure_{place}")
            figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            figure.setFixedWidth(36)
            row = (tick, label("", "hint", f"state_{place}"), bar, figure)
            told = QHBoxLayout()
            told.setSpacing(8)
            told.addStretch(1)
            for widget in row[1:]:
                told.addWidget(widget)
            self._grid.addWidget(tick, place, 0)
            self._grid.addLayout(told, place, 1)
            self._rows[rival.model] = row
        self._grid.setRowStretch(len(found), 1)

    def _show_standing(self, rival: Rival, standing: Standing | None) -> None:
        _, state, bar, figure = self._rows[rival.model]
        told = standing or Standing("")
        state.setText(_STATES[told.state] or rival.unfit or rival.note)
        set_role(state, "warn" if told.state == "failed" else "hint")
        for part in (bar, figure):
            part.setVisible(bool(told.state))
        bar.setVisible(told.state in ("training", "done", "waiting"))
        bar.setValue(round(100 * told.share))
        figure.setText("" if told.figure is None else f"{100 * told.figure:.1f}")

    def _show_other(self, view: RunView | None, going: bool) -> None:
        """Offer to stop a comparison that goes on, and to go on with one that stopped."""
        self._request = None
        if view is not None and going:
            self._request = StopRun(view.folder)
            self._other.set_word("Stop")
            self._other.setToolTip("What is judged stays; go on whenever you like.")
        elif view is not None and view.state in _RESUMABLE and view.data is not None:
            self._request = GoOnWithRun(view.folder)
            self._other.set_word("Go on")
            self._other.setToolTip("Goes on with the comparison where it stopped.")
        self._other.setVisible(self._request is not None)

    def _count(self) -> None:
        self._start.setEnabled(self._seeds.isEnabled() and self._has_data and len(self.chosen) >= _MODELS)

    def _ask(self) -> None:
        if len(self.chosen) >= _MODELS:
            self.wants.emit(compare_request(self.chosen, int(self._seeds.currentData())))


def _has_data(state: WizardState) -> bool:
    """Tell whether the chosen set can be used, and is that of the training where that is known."""
    of_training = state.train_run.data if state.train_run is not None else None
    return state.data.usable and of_training in (None, state.data.folder)


def _words(view: RunView | None) -> str:
    """Return what is to be known of the comparison, or of comparing."""
    if view is None:
        return _NOTE
    if view.queued:
        return "The comparison waits for the run that goes on now."
    if view.refused is not None:
        return f"The comparison could not start: {view.refused.message} {in_words(view.refused.advice, TrainConfig)}"
    if view.state in _RESUMABLE:
        end = view.story.end if view.state == "failed" else None
        why = f" {end.message} {in_words(end.advice, TrainConfig)}" if isinstance(end, RunFailed) else ""
        return f"The comparison {view.name} did not end.{why}"
    return _NOTE
