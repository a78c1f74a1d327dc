"""The border of window and session: what is asked of a session, and how source and model are opened."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from nas.errors import NasError
from uiac_desktop import paths
from uiac_desktop.errors import DesktopError, SourceError
from uiac_desktop.frame import Frame, Result
from uiac_desktop.session.events import SessionEvent
from uiac_desktop.session.meters import SessionStats
from uiac_desktop.settings import DeviceChoice
from uiac_desktop.sources.live_name import live_name
from uiac_desktop.ui.scan.presenter import Phase

if TYPE_CHECKING:
    from nas.preprocess import PreprocessSpec
    from uiac_desktop.inference.predictor import Predictor
    from uiac_desktop.sources.base import FrameSource
    from uiac_desktop.sources.privacy.door import PrivacyDoor

SIMULATED: Final = "simulated:"


class Session(Protocol):
    """What the control asks of a live session; ``LiveSession`` is one."""

    @property
    def state(self) -> Phase: ...
    def start(self) -> None: ...
    def take_result(self) -> Result | None: ...
    def take_events(self) -> list[SessionEvent]: ...
    def play(self) -> None: ...
    def play_now(self) -> None: ...
    def pause(self) -> None: ...
    def seek(self, time_s: float) -> None: ...
    def step(self, frames: int) -> None: ...
    def set_speed(self, factor: float) -> None: ...
    def renew(self) -> None: ...
    def vote_where(self, votes: Callable[[Frame], bool]) -> None: ...
    def use_model(self, load: Callable[[], "Predictor"]) -> None: ...
    def try_now(self) -> None: ...
    def stats(self) -> SessionStats: ...
    def shown(self, result: Result) -> None: ...
    def stop(self, timeout_s: float = 2.0) -> bool: ...


OpenSource = Callable[[], "FrameSource"]
LoadPredictor = Callable[[], "Predictor"]
OnFrame = Callable[[Frame], None]
OnLabelled = Callable[[Result], None]
StartSession = Callable[
    [OpenSource, LoadPredictor, Callable[[], None], Callable[[], None], float, OnFrame, OnLabelled], Session
]


def live_session(
    open_source: OpenSource,
    load_predictor: LoadPredictor,
    on_result: Callable[[], None],
    on_event: Callable[[], None],
    smoothing_s: float,
    on_frame: OnFrame,
    on_labelled: OnLabelled,
) -> Session:
    """Return a real session, not yet started."""
    from uiac_desktop.session.live import LiveSession

    return LiveSession(
        open_source, load_predictor, on_result, on_event, smoothing_s, on_frame=on_frame, on_labelled=on_labelled
    )


def source_name(uri: str) -> str:
    """Return how a source is called before it is open: a base name, never a path; of an address never its password."""
    if uri.startswith(SIMULATED) or uri == SIMULATED.rstrip(":"):
        return "Simulated scan"
    return live_name(uri) or Path(uri).name or uri


def opener(uri: str, region: int, door: "PrivacyDoor | None" = None) -> OpenSource:
    """Return what opens a source behind its door; decoders are imported in the thread that calls it."""

    def open_it() -> "FrameSource":
        from uiac_desktop.sources.open import open_source

        try:
            return open_source(uri, door, region)
        except NasError as error:
            raise SourceError(error.message, error.advice) from error

    return open_it


def load(folder: Path | None, device: DeviceChoice, use_spec: "Callable[[PreprocessSpec], None]") -> "Predictor":
    """Load a model (None: the shipped one) and tell how it sees a frame; imports the engine in the calling thread."""
    from uiac_desktop.inference.predictor import load_predictor

    try:
        predictor = load_predictor(folder or paths.demo_model(), device)
    except NasError as error:
        raise DesktopError(error.message, error.advice) from error
    use_spec(predictor.config.preprocess)
    return predictor
