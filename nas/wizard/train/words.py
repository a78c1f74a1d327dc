"""A training in words: where it stands, its figures, what to know and what can be done, from what it has told."""

from dataclasses import dataclass
from typing import Final

from nas.config.train import TrainConfig
from nas.durations import duration, memory
from nas.events import EpochDone, RunFinished
from nas.wizard.look.deed_row import Deed
from nas.wizard.requests import ChooseTrain, GoOnWithRun, GoTo, RepeatRun, StopRun
from nas.wizard.runs import standing
from nas.wizard.runs.halting import AT_ONCE, Cancelled
from nas.wizard.runs.phases import phase_words
from nas.wizard.runs.standing import ToKnow, begin_deed, go_on_deed, notice_of, trouble_of
from nas.wizard.runs.story import RunStory
from nas.wizard.state import RunView

_REASONS: Final = {
    "epochs": "all epochs are done",
    "early_stop": "the loss fell no more",
    "time": "the time limit came",
}


@dataclass(frozen=True, slots=True)
class ChangeAndTrain:
    """Change the settings and go back to them."""

    change: ChooseTrain
    view: RunView


def title_of(view: RunView) -> str:
    """Return where a training stands."""
    story = view.story
    if story.progress is not None and story.progress.phase in ("reading", "finishing", "drawing"):
        at_work = phase_words(story.progress)
    elif story.started is None:
        at_work = "Starting"
    else:
        at_work = f"Training: epoch {min(story.epochs_done + 1, story.epochs)} of {story.epochs}"
    return standing.title_of(view, "Training", at_work)


def facts_of(view: RunView, config: TrainConfig | None, short: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the figures of the strip, all of them also where they are ``short``."""
    story = view.story
    left = story.eta_s if view.state == "running" else None
    best = best_of(story)
    return (
        ("Time left", f"{duration(left)}{'' if short else ' at most'}" if left is not None else "–"),
        ("Elapsed", duration(story.elapsed_s) if story.started is not None else "–"),
        ("Best epoch", f"{best.epoch + 1}, macro-F1 {100 * best.macro_f1:.1f} %" if best is not None else "–"),
        ("Early stop", _early_stop(config)),
        ("Last improvement", _without_gain(story, config, short)),
        ("Memory", memory(story.memory_mb) if story.memory_mb is not None else "–"),
    )


def best_of(story: RunStory) -> EpochDone | None:
    """Return the best epoch so far."""
    return next((epoch for epoch in reversed(story.trained) if epoch.epoch == story.best_epoch), None)


def deeds_of(view: RunView) -> tuple[Deed, ...]:
    """Return what can be done with a training now."""
    best = view.story.best_epoch
    cancel = Deed(
        "cancel_train", "Cancel", Cancelled(view), "close", "danger",
        "Stops the training, keeps its state, and goes back to the settings.",
    )  # fmt: skip
    if view.queued:
        return (cancel,)
    known = view.data is not None
    hint = "Ends the training and keeps its best epoch."
    match view.state:
        case "running":
            pause = Deed("pause_train", "Pause", StopRun(view.folder), "pause", hint="Keeps the state; go on later.")
            if best is None or not known:
                return (pause, cancel)
            stop = Deed("stop_now", f"Stop now, use epoch {best + 1}", StopRun(view.folder, AT_ONCE), "use", hint=hint)
            return (stop, pause, cancel)
        case "finished":
            again = Deed("train_anew", "Train anew", RepeatRun(view.folder), "again")
            return (again, Deed("to_result", "See the result", GoTo("result"), "forward", "primary"))
    again = Deed("train_anew", "Change settings", RepeatRun(view.folder), "again")
    if not known:
        return (again,)
    if view.state == "empty":
        return (again, begin_deed(view))
    if best is None:
        return (again, go_on_deed(view))
    end = Deed("use_best", f"Use epoch {best + 1}", GoOnWithRun(view.folder, AT_ONCE), "use")
    return (again, end, go_on_deed(view))


def to_know(view: RunView, config: TrainConfig) -> ToKnow | None:
    """Return the one thing that a person should know now, the worst first."""
    trouble = trouble_of(view, config, lambda changed: ChangeAndTrain(ChooseTrain(changed), view))
    if trouble is not None:
        return trouble
    story = view.story
    if isinstance(story.end, RunFinished) and view.state == "finished":
        why = _REASONS[story.end.reason]
        return ToKnow("info", f"Epoch {story.end.best_epoch + 1} is kept: {why}.", "See how good it is.")
    return notice_of(view, config)


def _early_stop(config: TrainConfig | None) -> str:
    if config is None:
        return "–"
    return f"from epoch {config.stop_after}" if config.stop_after < config.epochs else "not in this run"


def _without_gain(story: RunStory, config: TrainConfig | None, short: bool) -> str:
    if not story.trained:
        return "–"
    count = story.epochs_without_gain
    said = f"{count} epoch{'s' if count != 1 else ''} ago" if count else "in this epoch"
    acts = config is not None and config.stop_after < config.epochs
    return f"{said} (stops at {config.patience})" if acts and config is not None and not short else said
