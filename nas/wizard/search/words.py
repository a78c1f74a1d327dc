"""A search in words: where it stands, its figures, what to know and what can be done, from what it has told."""

from dataclasses import dataclass
from typing import Final

from nas.config.search import SearchConfig
from nas.durations import duration, memory
from nas.events import ArchitectureSnapshot, SearchFinished
from nas.wizard.look.deed_row import Deed
from nas.wizard.requests import ChooseSearch, GoOnWithRun, GoTo, RepeatRun, StartTask, StopRun, TrainWith
from nas.wizard.runs import standing
from nas.wizard.runs.halting import AT_ONCE, Cancelled
from nas.wizard.runs.phases import phase_words
from nas.wizard.runs.standing import ToKnow, begin_deed, go_on_deed, notice_of, trouble_of
from nas.wizard.runs.story import RunStory
from nas.wizard.search.operation_counts import skips_warning
from nas.wizard.state import GenotypeChoice, RunView, Task

DERIVE: Final = "derive"
FOUND: Final = GenotypeChoice("search")
_DERIVED: Final = "genotype-2-skips.json"
_REASONS: Final = {
    "epochs": "all epochs are done",
    "time": "the search was ended before its last epoch",
    "skips": "too many skips",
    "stable": "the blocks stayed the same",
}


@dataclass(frozen=True, slots=True)
class ShowWhy:
    """Explain why skips make a block weak."""


@dataclass(frozen=True, slots=True)
class ChangeAndSearch:
    """Change the settings and go back to them."""

    change: ChooseSearch


def title_of(view: RunView | None) -> str:
    """Return where a search stands."""
    if view is None:
        return "No search yet"
    story = view.story
    if not story.epochs or story.started is None:
        at_work = phase_words(story.progress) if story.progress is not None else "Starting"
    else:
        at_work = f"Searching: epoch {min(story.epochs_done + 1, story.epochs)} of {story.epochs}"
    return standing.title_of(view, "Search", at_work)


def facts_of(view: RunView | None, config: SearchConfig | None, short: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the figures of the strip, all of them also where they are ``short``."""
    story = view.story if view is not None else RunStory()
    left = story.eta_s if view is not None and view.state == "running" else None
    last = story.searched[-1] if story.searched else None
    best = next((epoch for epoch in reversed(story.searched) if epoch.epoch == story.best_epoch), None)
    return (
        ("Time left", duration(left) if left is not None else "–"),
        ("Elapsed", duration(story.elapsed_s) if story.started is not None else "–"),
        ("Epoch", duration(last.seconds) if last is not None else "–"),
        ("Memory", _memory(story, short)),
        ("Best epoch", f"{best.epoch + 1}, {100 * best.top1:.1f} % right" if best is not None else "–"),
        ("Method", _method(config, short)),
    )


def deeds_of(view: RunView | None) -> tuple[Deed, ...]:
    """Return what can be done with a search now."""
    if view is None:
        return (Deed("to_search", "Set up a search", GoTo("search"), tone="primary"),)
    best = _best(view.story)
    cancel = Deed("cancel", "Cancel", Cancelled(view), "close", "danger", "Stops the search and keeps its state.")
    if view.queued:
        return (cancel,)
    use = Deed(
        "stop_now", f"Stop now, use epoch {best + 1}" if best is not None else "Stop now",
        StopRun(view.folder, AT_ONCE), "use", hint="Ends the search and takes the blocks of its best epoch.",
    )  # fmt: skip
    match view.state:
        case "running":
            pause = Deed(
                "pause", "Pause", StopRun(view.folder), "pause", hint="Keeps the state; go on whenever you like."
            )
            return (*((use,) if best is not None and view.data is not None else ()), pause, cancel)
        case "finished":
            return (Deed("to_train", "Train with these blocks", TrainWith(FOUND), "forward", "primary"),)
        case "empty" if view.data is not None:
            return (_anew(view), begin_deed(view))
        case "stopped" | "failed" | "went_off" if view.data is not None:
            on = go_on_deed(view)
            end = (
                Deed("use_best", f"Use epoch {best + 1}", GoOnWithRun(view.folder, AT_ONCE), "use")
                if best is not None
                else None
            )
            return (_anew(view), *((end,) if end is not None else ()), on)
        case _:
            return ()


def to_know(view: RunView | None, config: SearchConfig, derived: Task | None = None) -> ToKnow | None:
    """Return the one thing that a person should know now, the worst first; ``derived`` is the last `DERIVE`."""
    if view is None:
        return None
    trouble = trouble_of(view, config, lambda changed: ChangeAndSearch(ChooseSearch(changed)))
    if trouble is not None:
        return trouble
    if derived is not None and derived.target == view.folder:
        return _of_derived(view, derived)
    story = view.story
    warning = skips_warning(_judged(view))
    if warning:
        weak = "The block is weak." if view.state == "finished" else "If it goes on, the block will be weak."
        return ToKnow("warn", warning, weak, _about_skips(view))
    if isinstance(story.end, SearchFinished) and view.state == "finished":
        if _best(story) is None:
            return ToKnow(
                "warn",
                "The search ended before lambda preferred anything: these blocks say nothing about the frames.",
                "Let one go on beyond its warm-up.",
                (_anew(view),) if view.data is not None else (),
            )
        return ToKnow(
            "info",
            f"The blocks of epoch {story.end.best_epoch + 1} are chosen: {_REASONS[story.end.reason]}.",
            f"{story.end.parameters / 1e6:.2f} million parameters as the paper's network.",
        )
    return notice_of(view, config)


def _best(story: RunStory) -> int | None:
    """Return the epoch whose blocks could be taken; None while lambda prefers nothing, which gives blocks by order."""
    best = story.best_epoch
    prefers = {snapshot.epoch: snapshot.informative for snapshot in story.lambdas}
    return best if best is not None and prefers.get(best, True) else None


def _judged(view: RunView) -> ArchitectureSnapshot | None:
    """Return the blocks whose skips count: the last ones, and of a search that ended the chosen ones as they are."""
    story = view.story
    if view.state != "finished":
        return story.lambdas[-1] if story.lambdas else None
    chosen = next((snapshot for snapshot in story.lambdas if snapshot.epoch == story.best_epoch), None)
    return chosen and chosen.model_copy(update={"skips_capped": 0})


def _anew(view: RunView) -> Deed:
    return Deed("search_anew", "Change settings", RepeatRun(view.folder), "again")


def _of_derived(view: RunView, task: Task) -> ToKnow:
    """Return how the blocks with fewer skips are getting on."""
    if task.running:
        return ToKnow("info", "Blocks with at most 2 skips are being chosen.")
    if task.refused is not None:
        return ToKnow("error", task.refused.message, task.refused.advice, (_derive(view, "Try again"),))
    chosen = GenotypeChoice("file", path=view.folder / _DERIVED)
    deed = Deed("train_with", "Train with them", TrainWith(chosen), tone="primary")
    ready = "The blocks with at most 2 skips are ready."
    if view.state != "running":
        return ToKnow("info", ready, deeds=(deed,))
    return ToKnow("info", ready, "The search may go on meanwhile.", (deed, _derive(view, "Choose them anew")))


def _derive(view: RunView, word: str) -> Deed:
    best = view.story.best_epoch
    of_epoch = ("--epoch", str(best + 1)) if view.state == "finished" and best is not None else ()
    words = ("derive", str(view.folder), "--most-skips", "2", "--out", str(view.folder / _DERIVED), *of_epoch)
    return Deed("derive", word, StartTask(DERIVE, view.folder, words))


def _about_skips(view: RunView) -> tuple[Deed, ...]:
    return (_derive(view, "Choose blocks with at most 2 skips"), Deed("why", "Why?", ShowWhy()))


def _memory(story: RunStory, short: bool) -> str:
    if story.memory_mb is None:
        return "–"
    if short or story.estimate is None:
        return memory(story.memory_mb)
    return f"{memory(story.memory_mb)}, {memory(max(story.estimate.free_mib - story.estimate.batch_mib, 0))} spare"


def _method(config: SearchConfig | None, short: bool) -> str:
    if config is None:
        return "–"
    parts = ["first order" if config.order == 1 else "second order"]
    if short:
        return parts[0]
    if config.memory == "lean":
        parts.append("lean memory")
    if config.partial > 1:
        parts.append(f"1/{config.partial} of channels")
    return ", ".join(parts)
