"""The border of window and exam desk: how the desk is made, and how the chosen model is told to it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from uiac_desktop import paths
from uiac_desktop.exam.report import ModelLine
from uiac_desktop.session.exams.desk import ExamDesk
from uiac_desktop.session.exams.reading import PlanesOf
from uiac_desktop.settings import Settings
from uiac_desktop.ui.scan.session_port import load
from uiac_desktop.ui.settings.model_facts import facts_line, name_of

if TYPE_CHECKING:
    from uiac_desktop.inference.predictor import Predictor


def exam_desk(store: str | None, planes_of: PlanesOf, on_event: Callable[[], None]) -> ExamDesk:
    """Return a desk, not yet started; the store is opened in its own thread.

    Parameters
    ----------
    store
        Where it is, as in the settings.
    """
    from uiac_desktop.exam.store import open_store

    return ExamDesk(lambda: open_store(store), planes_of, on_event)


def tell_model(desk: ExamDesk, settings: Settings) -> None:
    """Tell a desk which model is chosen; it is loaded only where a map is drawn."""
    folder: Path = settings.model or paths.demo_model()

    def load_it() -> "Predictor":
        return load(settings.model, settings.device, lambda _spec: None)

    desk.use_model(ModelLine(name_of(folder), facts_line(folder)), load_it)
