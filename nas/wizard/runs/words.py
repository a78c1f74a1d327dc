"""A run in words: how it stands, what came of it, and what can be done with it."""

from datetime import datetime
from typing import Final

from pydantic import BaseModel

from nas.config.search import SearchConfig
from nas.config.train import TrainConfig
from nas.durations import duration
from nas.events import CompareDone, RunFailed, RunFinished, SearchFinished
from nas.wizard.presence import is_file
from nas.wizard.remedies import in_words
from nas.wizard.result.comparison import network_name, with_names
from nas.wizard.runs.commands import ASKED
from nas.wizard.runs.standing import break_of, silence_of
from nas.wizard.state import RunView

_STATES: Final = {
    "running": "at work",
    "stopped": "stopped",
    "failed": "failed",
    "finished": "finished",
    "went_off": "broken off",
    "empty": "not begun",
}
_INK: Final = {"running": "accent", "failed": "error", "went_off": "warn", "finished": "ok", "stopped": "text2"}
KINDS: Final = {"search": "Search", "train": "Training", "compare": "Comparison"}
_RESUMABLE: Final = ("stopped", "failed", "went_off", "empty")


def told(view: RunView) -> tuple[str, str]:
    """Return how a run stands and what to know of it, in the user's words."""
    end = view.story.end
    if view.queued:
        return "It waits for the run that goes on.", "It starts by itself while this program is open."
    if view.refused is not None:
        return view.refused.message, in_words(view.refused.advice, _config_of(view))
    if view.state == "went_off":
        return break_of(view)
    if view.state == "failed" and isinstance(end, RunFailed):
        return end.message, in_words(end.advice, _config_of(view))
    if view.state == "stopped":
        known = "Go on takes it up where it stood." if view.data is not None else "Go on where it was started."
        return "It was stopped; its state is kept.", known
    if view.silent_min:
        return silence_of(view)
    if view.state == "running":
        return "It goes on.", f"{_what_is_left(view)}Closing this window does not stop it."
    return _told_at_rest(view)


def _what_is_left(view: RunView) -> str:
    """Return what is known of it; a comparison knows the time of its present training alone."""
    story = view.story
    if view.kind == "compare":
        return f"Training {story.model.number} of {story.model.total}. " if story.model is not None else ""
    return f"About {duration(story.eta_s)} left. " if story.eta_s is not None else ""


def _told_at_rest(view: RunView) -> tuple[str, str]:
    end = view.story.end
    if isinstance(end, CompareDone):
        return "It is finished.", with_names(end.verdict, {judged.model for judged in view.story.judged})
    if view.state == "finished":
        return "It is finished.", result_of(view)
    if _is_away(view):
        return "Its folder is not there now.", "Connect its drive, or take it from the list by Delete."
    return "It has not begun.", ""


def _is_away(view: RunView) -> bool:
    """Tell whether a run of elsewhere has not been seen since the window was opened."""
    return view.state == "empty" and view.data is None and not view.began


def _config_of(view: RunView) -> type[BaseModel]:
    return SearchConfig if view.kind == "search" else TrainConfig


def result_of(view: RunView) -> str:
    """Return a run's result in a few words; empty before there is one."""
    end = view.story.end
    if isinstance(end, SearchFinished):
        return f"blocks of epoch {end.best_epoch + 1}, {100 * end.top1:.1f} % right"
    if isinstance(end, RunFinished):
        return f"macro-F1 {100 * end.macro_f1:.1f} %, top-1 {100 * end.top1:.1f} %"
    if isinstance(end, CompareDone):
        return f"best: {network_name(end.best)}"
    return ""


def cells_of(view: RunView) -> tuple[str, ...]:
    """Return a run's row in the list."""
    story = view.story
    progress = f"{story.epochs_done} of {story.epochs} epochs" if story.epochs else "–"
    if view.kind == "compare":
        progress = f"{len(story.judged)} of {story.model.total} runs" if story.model is not None else "–"
    state = "waits" if view.queued else "away" if _is_away(view) else _STATES[view.state]
    began = datetime.fromtimestamp(view.began).astimezone().strftime("%Y-%m-%d %H:%M") if view.began else "away"
    return (view.name, KINDS.get(view.kind or "", "–"), state, progress, result_of(view), began)


def sign_of(view: RunView) -> tuple[str, str]:
    """Return icon and colour of a run's state."""
    if view.queued:
        return "pause", "text2"
    icons = {"running": "play", "stopped": "pause", "failed": "error", "finished": "ok", "went_off": "warn"}
    return icons.get(view.state, "info"), _INK.get(view.state, "text2")


def deeds_of(view: RunView) -> frozenset[str]:
    """Return the buttons that make sense for a run."""
    deeds = {"show_run"}
    if view.state != "empty" or view.queued:
        deeds.add("open_run")
    if view.at_work:
        return frozenset(deeds | {"stop_run"})
    if view.state in _RESUMABLE and view.data is not None:
        deeds.add("go_on_run")
    if any(is_file(view.folder / name) for name in ("config.json", ASKED)) and view.kind in ("search", "train"):
        deeds.add("repeat_run")
    if view.kind == "train" and view.state == "finished" and view.data is not None:
        deeds.add("compare_run")
    return frozenset(deeds | {"delete_run"})
