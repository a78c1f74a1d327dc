"""A search under way: where it stands, both halves' curves, lambda and the blocks as they change, and what to do."""

from typing import Any, ClassVar, Final

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from nas.config.search import SearchConfig
from nas.wizard.look.button import Button
from nas.wizard.look.panel import label
from nas.wizard.look.record import Look
from nas.wizard.look.warn_row import WarnRow
from nas.wizard.page import Gate, Page
from nas.wizard.requests import ChooseGenotype, GoTo, StopRun, TrainWith
from nas.wizard.runs.curves import Curve, CurvePanel, Mark
from nas.wizard.runs.halting import Cancelled
from nas.wizard.runs.log import RunLog
from nas.wizard.runs.settings import RunSettings
from nas.wizard.runs.story import RunStory
from nas.wizard.runs.strip import RunStrip
from nas.wizard.search.block_panel import BlockPanel
from nas.wizard.search.epoch_table import EpochTable
from nas.wizard.search.words import (
    DERIVE,
    FOUND,
    ChangeAndSearch,
    ShowWhy,
    deeds_of,
    facts_of,
    title_of,
    to_know,
)
from nas.wizard.state import RunView, Step, WizardState

_VIEWS: Final = ("Pictures", "Table", "Log", "Why")
_WHY: Final = """\
A skip connection hands its picture on unchanged. It learns nothing, yet early in a search it helps the loss, since the
operations beside it are not trained yet; lambda then comes to prefer it, and the block ends without operations that
could tell one plane from another.

Up to two skips of eight edges are common in good blocks. With more, the trained network is often worse than one with
blocks drawn by chance.

What helps: blocks with at most two skips (the weakest give way to the next best operation), stop at an earlier epoch,
more warm-up epochs, beta-decay, or a lower learning rate of lambda.
"""


class SearchingPage(Page):
    """Strip, warning row, and below them pictures, a table, the log, or why skips are bad."""

    step: ClassVar[Step] = "searching"
    word: ClassVar[str] = "Searching"
    question: ClassVar[str] = "The search"
    has_foot: ClassVar[bool] = False

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._of_run = RunSettings(SearchConfig)
        self.strip = RunStrip(look)
        self.row = WarnRow(look)
        self.strip.wants.connect(self._want)
        self.row.wants.connect(self._want)
        self._views = [Button(look, word, f"view_{word.lower()}", small=True) for word in _VIEWS]
        for place, button in enumerate(self._views):
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, place=place: self.show_view(place))
        self.loss = CurvePanel(look, "Loss", "curves_loss", "cross-entropy")
        self.accuracy = CurvePanel(look, "Accuracy", "curves_accuracy", "%", top=100)
        self.standard = BlockPanel(look, "normal")
        self.reduction = BlockPanel(look, "reduce")
        self._tabs = QTabWidget(self)
        self._tabs.setObjectName("graph_tabs")
        self._tabs.setAccessibleName("Graph of the block")
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        pictures = QWidget()
        pictures.setLayout(self._grid)
        self.table = EpochTable(look)
        self.log = RunLog(look)
        self._stack = QStackedWidget()
        for part in (pictures, self.table, self.log, _why()):
            self._stack.addWidget(part)
        self._middle = QHBoxLayout()
        self._middle.setSpacing(4)
        self._middle.addWidget(self.row, 1)
        for button in self._views:
            self._middle.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.strip)
        self._column.addLayout(self._middle)
        self._column.addWidget(self._stack, 1)
        self._compact: bool | None = None
        self.show_view(0)
        self.wear(look)
        self.show_state(self.state)

    def show_view(self, place: int) -> None:
        """Show pictures, table, log, or why (0 to 3)."""
        self._stack.setCurrentIndex(place)
        for number, button in enumerate(self._views):
            with QSignalBlocker(button):
                button.setChecked(number == place)
        self._views[3].setVisible(place == 3)

    @override
    def show_state(self, state: WizardState) -> None:
        super().show_state(state)
        view = state.search_run
        story = view.story if view is not None else RunStory()
        config = self._of_run.of(view) if view is not None else None
        self.strip.show_progress(title_of(view), story.share)
        self.strip.show_facts(facts_of(view, config, self.look.compact))
        self.strip.show_deeds(deeds_of(view))
        self._show_known(state, view, config)
        self._show_curves(story)
        self.standard.show_story(story)
        self.reduction.show_story(story)
        self.table.show_story(story)
        self.log.show_story(story)

    @override
    def wear(self, look: Look) -> None:
        super().wear(look)
        parts: tuple[Any, ...] = (
            self.strip,
            self.row,
            self.loss,
            self.accuracy,
            self.standard,
            self.reduction,
            self.table,
            self.log,
        )
        for part in (*parts, *self._views):
            part.wear(look)
        gap = look.gap
        self._column.setContentsMargins(20 if not look.compact else 8, gap, 20 if not look.compact else 8, gap)
        self._column.setSpacing(gap)
        self._grid.setSpacing(gap)
        if look.compact != self._compact:
            self._compact = look.compact
            self._lay_out(look.compact)
            if self.state.search_run is not None:
                self.show_state(self.state)

    @override
    def gate(self, state: WizardState) -> Gate:
        view = state.search_run
        done = view is not None and view.state == "finished"
        return Gate("Next: train", done, "" if done else "The search goes on.")

    @override
    def go_on(self) -> None:
        self.wants.emit(TrainWith(FOUND))

    def _lay_out(self, compact: bool) -> None:
        """Put the graphs beside the maps, or, where there is no room, in tabs below them."""
        for part in (self.loss, self.accuracy, self.standard, self.reduction, self._tabs):
            self._grid.removeWidget(part)
        self._tabs.clear()
        self._tabs.setVisible(compact)
        self._grid.addWidget(self.loss, 0, 0)
        self._grid.addWidget(self.accuracy, 1, 0)
        if compact:
            self._grid.addWidget(self.standard, 0, 1)
            self._grid.addWidget(self.reduction, 0, 2)
            self._grid.addWidget(self._tabs, 1, 1, 1, 2)
            self._tabs.addTab(self.standard.graph, "Standard")
            self._tabs.addTab(self.reduction.graph, "Reduction")
        else:
            self._grid.addWidget(self.standard, 0, 1, 1, 2)
            self._grid.addWidget(self.reduction, 1, 1, 1, 2)
            self.standard.take_graph()
            self.reduction.take_graph()
        for column, stretch in enumerate((10, 10, 10) if compact else (9, 10, 10)):
            self._grid.setColumnStretch(column, stretch)
        for row, stretch in enumerate((3, 2) if compact else (1, 1)):
            self._grid.setRowStretch(row, stretch)

    def _show_curves(self, story: RunStory) -> None:
        epochs = story.searched
        plan = story.epochs or 1
        best = story.best_epoch
        compact = self.look.compact  # there the strip alone names the best epoch
        mark = Mark("" if compact else f"best, epoch {best + 1}", best + 1) if best is not None else None
        self.loss.show_curves(
            (
                Curve(
                    "weights' half", "train",
                    tuple((e.epoch + 1, e.train_loss) for e in epochs),
                ),
                Curve(
                    "blocks' half", "val",
                    tuple((e.epoch + 1, e.lambda_loss) for e in epochs if e.lambda_loss is not None), dashed=True,
                ),
            ),
            plan,
        )  # fmt: skip
        self.accuracy.show_curves(
            (
                Curve("weights' half", "train", tuple((e.epoch + 1, 100 * e.train_top1) for e in epochs)),
                Curve("blocks' half", "val", tuple((e.epoch + 1, 100 * e.top1) for e in epochs), dashed=True),
            ),
            plan,
            mark,
        )

    def _show_known(self, state: WizardState, view: RunView | None, config: SearchConfig | None) -> None:
        known = to_know(view, config or state.search, state.task(DERIVE))
        if known is None:
            self.row.clear()
        else:
            self.row.say(known.level, known.what, known.advice, known.deeds)

    def _want(self, request: object) -> None:
        """Do what is the page's own; ask for the rest."""
        match request:
            case ShowWhy():
                self.show_view(3)
            case Cancelled(view):
                self.wants.emit(StopRun(view.folder))
                self.wants.emit(GoTo("search"))
            case ChangeAndSearch(change):
                self.wants.emit(change)
                self.wants.emit(ChooseGenotype(FOUND))
                self.wants.emit(GoTo("search"))
            case _:
                self.wants.emit(request)


def _why() -> QWidget:
    part = QWidget()
    column = QVBoxLayout(part)
    column.setDirection(QBoxLayout.Direction.TopToBottom)
    column.addWidget(label("Why many skip connections make a block weak", "heading"))
    text = "\n\n".join(part.replace("\n", " ") for part in _WHY.strip().split("\n\n"))
    said = label(text, "", "why_skips", wraps=True)
    said.setMaximumWidth(760)
    column.addWidget(said)
    column.addStretch(1)
    return part
