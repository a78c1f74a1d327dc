"""A Review room at the border of the window: it stands as the test says, and notes what it is asked."""

from dataclasses import replace
from pathlib import PurePath

import numpy as np

from uiac_desktop.frame import Frame, Pixels, Prediction
from uiac_desktop.session.review.events import ClipOpened, ReviewEvent
from uiac_desktop.session.review.marks import Doubt, FrameRange, PersonLabels, PlaneBest, Segment
from uiac_desktop.session.review.records import Analysis, ClipInfo, Medium, ReviewState, ShownFrame, Verdict

FPS = 30.0
CLIP = ClipInfo("exam_S-7f3a_clip_03.mkv", "video", None, 960, 720, FPS, 1236, True, 41.2)


def segment(first: int, last: int, plane: str, certainty: float = 1.0) -> Segment:
    """A segment of a clip of 30 frames a second."""
    return Segment(first, last, first / FPS, (last + 1) / FPS, plane, certainty)


def doubt(frame: int, plane: str, certainty: float, label: str | None = None) -> Doubt:
    """A doubtful frame with two more on each side."""
    return Doubt(frame, frame / FPS, certainty, FrameRange(frame - 2, frame + 2), plane, label)


PREDICTED = (
    segment(0, 89, "none", 0.5),
    segment(90, 150, "ACS", 0.97),
    segment(151, 190, "none", 0.5),
    segment(191, 239, "FCH", 0.95),
    segment(240, 330, "LVOT", 0.93),
    segment(331, 345, "none", 0.4),
    segment(346, 420, "RVOT", 0.71),
    segment(421, 520, "TV", 0.9),
    segment(521, 640, "TVT", 0.99),
    segment(641, 760, "AALA", 0.8),
)
CORRECTED = (segment(260, 310, "LVOT"), segment(372, 452, "TV"))
RUNNING = Analysis("running", 766, 1236, 214.0, 6.0, "UIAC heart 11", "OpenVINO CPU")
STOOD = ReviewState(
    "open",
    CLIP,
    media=(Medium(CLIP.name),),
    frame=402,
    time_s=402 / FPS,
    analysis=RUNNING,
    predicted=PREDICTED,
    corrected=CORRECTED,
    doubtful=(doubt(402, "RVOT", 0.71, "TV"), doubt(418, "TV", 0.55), doubt(513, "TVT", 0.58)),
    differences=(FrameRange(372, 420),),
    bests=(PlaneBest("LVOT", 285, 9.5, 0.98), PlaneBest("TV", 470, 470 / FPS, 0.97)),
    verdict=Verdict("RVOT", 0.71, "TV", "Lin", None, {}),
    selection=FrameRange(372, 452),
    person="Lin",
    people=(PersonLabels("Lin", CORRECTED),),
    can_undo=True,
    labels_ready=True,
)


class ToldReview:
    """Stands in for the Review room."""

    def __init__(self, on_shown, on_change, on_event, person) -> None:
        self._on_shown, self._on_change, self._on_event = on_shown, on_change, on_event
        self.asked: list[tuple] = []
        self.state = ReviewState("empty", person=person)
        self.thumbs: dict[int, Pixels] = {}
        self.wanted: list[int] = []
        self.privacy: object = None
        self._shown: ShownFrame | None = None
        self._events: list[ReviewEvent] = []

    # For the test

    def stand(self, state: ReviewState) -> None:
        self.state = state
        self._on_change()

    def change(self, **parts) -> None:
        self.stand(replace(self.state, **parts))

    def show(self, pixels: Pixels, prediction: Prediction | None = None) -> None:
        self._shown = ShownFrame(Frame(pixels, self.state.frame, self.state.time_s), prediction)
        self._on_shown()

    def tell(self, *events: ReviewEvent) -> None:
        self._events += events
        self._on_event()

    # As the room

    def take_shown(self) -> ShownFrame | None:
        shown, self._shown = self._shown, None
        return shown

    def take_events(self) -> list[ReviewEvent]:
        events, self._events = self._events, []
        return events

    def thumb(self, frame: int) -> Pixels | None:
        self.wanted.append(frame)
        return self.thumbs.get(frame)

    def open(self, place: str, privacy=None) -> None:
        self.asked.append(("open", place))
        self.privacy = privacy
        self.state = ReviewState("opening", opening=PurePath(place).name, person=self.state.person)

    def close_clip(self) -> None:
        self.asked.append(("close_clip",))
        self.state = ReviewState("empty", person=self.state.person)

    def use_model(self, folder, load) -> None:
        self.asked.append(("use_model", folder))

    def stop(self, timeout_s: float = 5.0) -> bool:
        self.asked.append(("stop",))
        return True

    def seek(self, time_s: float) -> None:
        self.asked.append(("seek", round(time_s, 2)))
        self.state = replace(self.state, frame=round(time_s * FPS), time_s=time_s)

    def set_person(self, who: str) -> None:
        self.asked.append(("set_person", who))
        self.state = replace(self.state, person=who)

    def __getattr__(self, name: str):
        def note(*parts) -> None:
            self.asked.append((name, *parts))

        return note


def grey_frame(seed: int = 0) -> Pixels:
    """A frame of noise, 960 x 720."""
    return np.random.default_rng(seed).integers(0, 255, (720, 960, 3), dtype=np.uint8)


def opened(review: ToldReview, state: ReviewState = STOOD) -> None:
    """Let a clip be open, with a frame on screen."""
    review.stand(state)
    assert state.clip is not None
    review.tell(ClipOpened(state.clip))
