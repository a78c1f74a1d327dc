"""A training in words: where it stands, its figures, what to know and what can be done, from what it has told."""

from dataclasses import dataclass
from typing import Final

from nas.config.train import TrainConfig
from nas.events import EpochDone, RunFailed, RunFinished
from nas.wizard.durations import duration, memory
from nas.wizard.halting import AT_ONCE, Cancelled
from nas.wizard.phases import phase_words
from nas.wizard.remedies import changed, in_words, remedies
from nas.wizard.requests import ChooseTrain, GoOnWithRun, GoTo, RepeatRun, StopRun
from nas.wizard.run_strip import Deed
from nas.wizard.state import RunView
from nas.wizard.story import RunStory
from nas.wizard.warn_row import Level

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


@dataclass(frozen=True, slots=True)
class ToKnow:
    """What the row below the strip says."""

    level: Level
    what: str
    advice: str = ""
    deeds: tuple[Deed, ...] = ()


def title_of(view: RunView) -> str:
    """Return where a training stands."""
    story, done = view.story, view.story.epochs_done
    of_all = f"{done} of {story.epochs} epochs" if story.epochs else "before the first epoch"
    match view.state:
        case _ if view.queued:
            return "Waiting for another run to end"
        case "running" if story.progress is not None and story.progress.phase in ("reading", "finishing", "drawing"):
            return phase_words(story.progress)
        case "running" if story.started is None:
            return "Starting"
        case "running":
            return f"Training: epoch {min(done + 1, story.epochs)} of {story.epochs}"
        case "finished":
            return f"Training finished after {done} epoch{'s' if done != 1 else ''}"
        case "stopped":
            return f"Paused after {of_all}" if done else "Paused before the first epoch"
        case "failed":
            return f"Stopped by a fault after {of_all}" if done else "Stopped by a fault"
        case "went_off":
            return f"Broken off after {of_all}" if done else "Broken off"
        case _:
            return "Starting"


def facts_of(view: RunView, config: TrainConfig | None, short: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the figures of the strip, all of them also where they are ``short``."""
    story = view.story
    left = story.eta_s if view.state == "running" else None
    best = best_of(story)
    return (
        ("Time left", f"{duration(left)}{'' if short else ' at most'}" if left is not None else "–"),
        ("Elapsed", duration(elapsed(story)) if story.started is not None else "–"),
        ("Best epoch", f"{best.epoch + 1}, macro-F1 {100 * best.macro_f1:.1f} %" if best is not None else "–"),
        ("Early stop", _early_stop(config)),
        ("No better loss for", _without_gain(story, config, short)),
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
        case "stopped" | "failed" | "went_off" if known:
            on = Deed("go_on", "Go on", GoOnWithRun(view.folder), "play", "primary")
            again = Deed("train_anew", "Change settings", RepeatRun(view.folder), "again")
            if best is None:
                return (again, on)
            return (again, Deed("use_best", f"Use epoch {best + 1}", GoOnWithRun(view.folder, AT_ONCE), "use"), on)
        case _:
            return ()


def to_know(view: RunView, config: TrainConfig) -> ToKnow | None:
    """Return the one thing that a person should know now, the worst first."""
    story = view.story
    if view.refused is not None:
        said = view.refused
        return ToKnow("error", said.message, in_words(said.advice, config), _changes(said.advice, config, view))
    if view.state == "failed" and isinstance(story.end, RunFailed):
        end = story.end
        return ToKnow("error", end.message, in_words(end.advice, config), _changes(end.advice, config, view))
    if view.state == "went_off":
        at = f"at epoch {story.epochs_done + 1}" if story.started is not None else "before its first epoch"
        known = "It goes on from its last checkpoint." if view.data is not None else "Go on where it was started."
        return ToKnow("warn", f"This run stopped {at}: its process was ended, or the computer went off.", known)
    if isinstance(story.end, RunFinished) and view.state == "finished":
        why = _REASONS[story.end.reason]
        return ToKnow("info", f"Epoch {story.end.best_epoch + 1} is kept: {why}.", "See how good it is.")
    notice = next((notice for notice in reversed(story.notices) if notice.level == "warning"), None)
    return ToKnow("warn", notice.message, in_words(notice.advice, config)) if notice is not None else None


def elapsed(story: RunStory) -> float:
    """Return the time that the epochs took, and the one under way so far (s)."""
    whole = sum(epoch.seconds for epoch in story.trained)
    if story.progress is None or story.started is None:
        return whole
    since = story.trained[-1].time if story.trained else story.started.time
    return whole + max(story.progress.time - max(since, story.started.time), 0.0)


def _changes(advice: str, config: TrainConfig, view: RunView) -> tuple[Deed, ...]:
    return tuple(
        Deed(f"remedy_{number}", remedy.word, ChangeAndTrain(ChooseTrain(changed(config, remedy)), view))
        for number, remedy in enumerate(remedies(advice, config))
    )


def _early_stop(config: TrainConfig | None) -> str:
    if config is None:
        return "–"
    return f"from epoch {config.stop_after}" if config.stop_after < config.epochs else "does not act"


def _without_gain(story: RunStory, config: TrainConfig | None, short: bool) -> str:
    if not story.trained:
        return "–"
    count = story.epochs_without_gain
    said = f"{count} epoch{'s' if count != 1 else ''}"
    acts = config is not None and config.stop_after < config.epochs
    return f"{said} (stops at {config.patience})" if acts and config is not None and not short else said
