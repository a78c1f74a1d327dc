"""How a run stands and what to know of it, in the words that the pages of a search and of a training share."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from nas.events import RunFailed
from nas.wizard.look.button import Tone
from nas.wizard.look.deed_row import Deed
from nas.wizard.look.warn_row import Level
from nas.wizard.remedies import Config, in_words, remedy_deeds
from nas.wizard.requests import GoOnWithRun
from nas.wizard.state import RunView, Said


@dataclass(frozen=True, slots=True)
class ToKnow:
    """What the row below the strip says."""

    level: Level
    what: str
    advice: str = ""
    deeds: tuple[Deed, ...] = ()


def title_of(view: RunView, name: str, at_work: str) -> str:
    """Return where a run stands.

    Parameters
    ----------
    view
        The run.
    name
        ``Search`` or ``Training``.
    at_work
        What is said of it while it goes on.
    """
    story, done = view.story, view.story.epochs_done
    of_all = f"{done} of {story.epochs} epochs"
    match view.state:
        case _ if view.queued:
            return "Waiting for another run to end"
        case "running":
            return at_work
        case _ if view.refused is not None:
            return "Could not be started"
        case "finished":
            return f"{name} finished after {done} epoch{'s' if done != 1 else ''}"
        case "stopped":
            return f"Paused after {of_all}" if done else "Paused before the first epoch"
        case "failed":
            return f"Stopped by a fault after {of_all}" if done else "Stopped by a fault"
        case "went_off":
            return f"Broken off after {of_all}" if done else "Broken off"
        case _:
            return "Not begun"


def needs_other_settings(view: RunView) -> bool:
    """Tell whether a run that ended by a fault would meet it again if it went on as it is."""
    return isinstance(view.story.end, RunFailed) and view.story.end.advice.startswith("Start a new run")


def go_on_deed(view: RunView) -> Deed:
    """Return the button that goes on with a run, which stands out where nothing better is to be done."""
    tone: Tone = "normal" if needs_other_settings(view) else "primary"
    return Deed("go_on", "Go on", GoOnWithRun(view.folder), "play", tone)


def begin_deed(view: RunView) -> Deed:
    """Return the button that begins a run that was taken back while it waited, or could not be started."""
    return Deed("go_on", "Try again" if view.refused else "Start it", GoOnWithRun(view.folder), "play", "primary")


def trouble_of(view: RunView, config: Config, ask: Callable[[Config], object]) -> ToKnow | None:
    """Return why a run waits, could not start or ended before its time; None where it is well.

    Parameters
    ----------
    view
        The run.
    config
        Its settings.
    ask
        Makes the request for other settings out of them, for the buttons that an advice names.
    """
    story = view.story
    if view.queued:
        return ToKnow("info", "It waits for the run that goes on.", "It starts by itself while this program is open.")
    said = view.refused
    if said is None and view.state == "failed" and isinstance(story.end, RunFailed):
        said = Said(story.end.message, story.end.advice)
    if said is not None:
        return ToKnow(
            "error", said.message, in_words(said.advice, type(config)), remedy_deeds(said.advice, config, ask)
        )
    if view.state == "went_off":
        return ToKnow("warn", *break_of(view))
    return None


def break_of(view: RunView) -> tuple[str, str]:
    """Return where a run broke off, and what to do."""
    story = view.story
    if story.started is None:
        place = "before its first epoch"
    elif story.epochs_done >= story.epochs:
        place = "after its last epoch"
    else:
        place = f"at epoch {story.epochs_done + 1}"
    known = "Go on takes up the state kept last." if view.data is not None else "Go on where it was started."
    return f"This run stopped {place}: its process was ended, or the PC went off.", known


def silence_of(view: RunView) -> tuple[str, str]:
    """Return for how long a run has told nothing, and why that may be: the lock of another PC outlives its process."""
    elsewhere = "Its computer may have gone off." if view.data is None else "A step may take so long."
    return f"It has told nothing for {view.silent_min} minutes.", elsewhere


def notice_of(view: RunView, config: BaseModel) -> ToKnow | None:
    """Return the last warning of a run, or that it is only watched; None where there is nothing to know."""
    notice = next((notice for notice in reversed(view.story.notices) if notice.level == "warning"), None)
    if notice is not None:
        return ToKnow("warn", notice.message, in_words(notice.advice, type(config)))
    if view.silent_min:
        return ToKnow("warn", *silence_of(view))
    if view.state == "running" and view.data is None:
        return ToKnow("info", "This run was started elsewhere and is watched.", "Pause and Cancel ask it to stop.")
    return None
