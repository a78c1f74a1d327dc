"""The evaluation that follows a training: where it lies, how it is asked for, and when it is still to be done."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from nas.wizard.presence import is_folder
from nas.wizard.requests import StartTask
from nas.wizard.result.record import FIGURES, METRICS_FILE
from nas.wizard.runs.child import threads_for_runs
from nas.wizard.state import RunView, Task, WizardState

EVALUATE: Final = "evaluate"


def evaluation_folder(run: Path) -> Path:
    """Return where the evaluation of a training run lies."""
    return run / "evaluation"


def evaluate_request(view: RunView) -> StartTask | None:
    """Return the request to judge a run's model on the frames that the run held out; None where that cannot be.

    It cannot be where the data set is not known or away, or the run left no model of ours.
    """
    if view.data is None or not is_folder(view.data) or not is_folder(view.folder / "model"):
        return None
    out = evaluation_folder(view.folder)
    words = (
        "evaluate", str(view.folder / "model"), str(view.data), "--out", str(out), "--held-out-of", str(view.folder),
        "--threads", str(threads_for_runs()), "--events",
    )  # fmt: skip
    return StartTask(EVALUATE, out, words)


def evaluation_task(state: WizardState, view: RunView | None) -> Task | None:
    """Return the evaluation of a run that goes on or was refused; None where there is none."""
    task = state.task(EVALUATE)
    return task if task is not None and view is not None and task.target == evaluation_folder(view.folder) else None


def stamp(folder: Path) -> int:
    """Return a number that changes when an evaluation is written, or a picture of it; 0 where there is none."""
    with suppress(OSError):
        figures = (folder / METRICS_FILE).stat().st_mtime_ns
        with suppress(OSError):
            return figures + (folder / FIGURES).stat().st_mtime_ns
        return figures
    return 0
