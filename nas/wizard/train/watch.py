"""A training under way: losses, figures and learning rate over the whole plan, the networks compared, and the log."""

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nas.config.train import TrainConfig
from nas.learning.schedule import cosine_rate
from nas.wizard.look.panel import Panel
from nas.wizard.look.record import Look
from nas.wizard.runs.curves import Curve, CurvePanel, Mark
from nas.wizard.runs.log import RunLog
from nas.wizard.runs.story import RunStory
from nas.wizard.train.compare_panel import ComparePanel

_STEPS: Final = 120
_PER_MILLE: Final = 1000


class TrainWatch(QWidget):
    """Curves at the left, comparison and log at the right."""

    def __init__(self, look: Look, compare: ComparePanel) -> None:
        super().__init__()
        self.setObjectName("train_watch")
        self._look = look
        self.loss = CurvePanel(look, "Loss", "train_loss", "cross-entropy")
        self.accuracy = CurvePanel(look, "Accuracy and macro-F1", "train_accuracy", "%", top=100)
        self.rate = CurvePanel(look, "Learning rate", "train_rate", "lr / 0.001")
        self._log_panel = Panel(look, "Log", "train_log")
        self.log = RunLog(look)
        self._log_panel.add(self.log, 1)
        self._log_panel.aside.setText("events.jsonl")
        self._compare = compare
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        for part, share in ((self.loss, 25), (self.accuracy, 25), (self.rate, 17)):
            self._left.addWidget(part, share)
        self._right.addWidget(compare, 3)
        self._right.addWidget(self._log_panel, 2)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addLayout(self._left, 71)
        self._row.addLayout(self._right, 29)
        self.wear(look)

    def show_story(self, story: RunStory, config: TrainConfig | None) -> None:
        """Show what a training has told; ``config`` tells the plan of its learning rate."""
        epochs = story.trained
        plan = story.epochs or (config.epochs if config is not None else 1)
        best = story.best_epoch
        word = "best:" if self._look.compact else "best epoch"
        mark = Mark(f"{word} {best + 1}", best + 1) if best is not None else None
        self.loss.show_curves(
            (
                Curve("training", "train", tuple((e.epoch + 1, e.train_loss) for e in epochs)),
                Curve("held out", "val", tuple((e.epoch + 1, e.validation_loss) for e in epochs), dashed=True),
            ),
            plan,
            mark,
        )
        self.accuracy.show_curves(
            (
                Curve("training top-1", "train", tuple((e.epoch + 1, 100 * e.train_top1) for e in epochs)),
                Curve("held-out macro-F1", "val", tuple((e.epoch + 1, 100 * e.macro_f1) for e in epochs), dashed=True),
            ),
            plan,
            mark,
        )
        done = Curve("done", "third", tuple((e.epoch + 1, _PER_MILLE * e.lr) for e in epochs))
        planned = Curve("planned", "text3", planned_rates(config, plan) if config is not None else (), dashed=True)
        self.rate.show_curves((planned, done), plan)
        self.log.show_story(story)

    def wear(self, look: Look) -> None:
        """Take another look."""
        self._look = look
        for part in (self.loss, self.accuracy, self.rate, self._log_panel, self.log, self._compare):
            part.wear(look)
        for panel in (self.loss, self.accuracy):  # the axis below says it for all three where there is little room
            panel.plot.getPlotItem().getAxis("bottom").showLabel(not look.compact)
        for layout in (self._left, self._right, self._row):
            layout.setSpacing(look.gap)


def planned_rates(config: TrainConfig, epochs: int) -> tuple[tuple[float, float], ...]:
    """Return epochs and planned learning rates, in thousandths, over a plan of so many epochs."""
    steps = max(min(_STEPS, epochs), 1)
    times = [epochs * step / steps for step in range(steps + 1)]
    return tuple(
        (time, _PER_MILLE * cosine_rate(time, config.lr, config.lr_min, config.cosine_length, config.warmup))
        for time in times
    )
