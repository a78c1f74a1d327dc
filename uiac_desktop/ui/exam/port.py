"""The border of window and examination: what is asked of one, and how the real one is made."""

from collections.abc import Callable
from typing import Protocol as Shape
from typing import TypeAlias

from uiac_desktop.exam.protocol import Protocol
from uiac_desktop.frame import Frame, Result
from uiac_desktop.session.exam.events import ExamEvent, ExamState


class Examining(Shape):
    """What the window asks of an examination; ``Examination`` is one. No method waits, but `stop`."""

    @property
    def state(self) -> ExamState: ...  # noqa: D102
    def start(self) -> None: ...  # noqa: D102
    def stop(self, timeout_s: float) -> bool: ...  # noqa: D102
    def begin(  # noqa: D102
        self, who: str, protocol: Protocol, local_number: str | None = None, *, anew: bool = True
    ) -> None: ...
    def go_on(self, protocol: Protocol) -> None: ...  # noqa: D102
    def leave(self) -> None: ...  # noqa: D102
    def give_number(self, local_number: str) -> None: ...  # noqa: D102
    def end(self) -> None: ...  # noqa: D102
    def see_frame(self, frame: Frame, source_kind: str) -> None: ...  # noqa: D102
    def see_result(self, result: Result) -> None: ...  # noqa: D102
    def see_model(self, name: str) -> None: ...  # noqa: D102
    def keep(self, result: Result) -> None: ...  # noqa: D102
    def save_last(self, seconds: float) -> None: ...  # noqa: D102
    def record(self, on: bool) -> None: ...  # noqa: D102
    def use(self, frame_id: int) -> None: ...  # noqa: D102
    def reassign(self, frame_id: int, plane: str) -> None: ...  # noqa: D102
    def reject(self, frame_id: int) -> None: ...  # noqa: D102
    def undo(self) -> None: ...  # noqa: D102
    def redo(self) -> None: ...  # noqa: D102
    def allow(self, storing: bool, why: str = "") -> None: ...  # noqa: D102
    def keep_where(self, may_keep: Callable[[Frame], bool]) -> None: ...  # noqa: D102
    def see_sector(self, shown: bool) -> None: ...  # noqa: D102
    def take_events(self) -> list[ExamEvent]: ...  # noqa: D102


MakeExamination: TypeAlias = Callable[[Callable[[], None], float], Examining]


def real_examination(on_event: Callable[[], None], ring_s: float) -> Examining:
    """Return an examination on the store of the settings, not yet started; the store is opened in its own thread.

    Parameters
    ----------
    ring_s
        How many of the last seconds can be saved as a clip.
    """
    from uiac_desktop.exam.store import open_store
    from uiac_desktop.session.exam.examination import Examination
    from uiac_desktop.settings import SettingsFile

    return Examination(lambda: open_store(SettingsFile().load()[0].store), on_event, ring_s)
