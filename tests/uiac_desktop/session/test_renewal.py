"""A mask that changes while live: what was under way is dropped, and the frame on screen is read again."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nas.errors import ModelFolderError
from uiac_desktop.frame import Frame
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.events import ModelReady, SourceEnded, SourceOpened
from uiac_desktop.session.live import LiveSession
from uiac_desktop.sources.base import FrameSource, Region
from uiac_desktop.sources.privacy.door import PrivacyDoor
from uiac_desktop.sources.privacy.setting import PrivacySetting, apply

Begin = Callable[..., LiveSession]


def never() -> Predictor:
    raise ModelFolderError("there is no model", "Choose one.")


class Masked(FrameSource):
    """Another source seen through a door."""

    def __init__(self, source: Any, door: PrivacyDoor) -> None:
        self._source, self._door, self.info = source, door, source.info

    def read(self) -> Frame | None:
        frame = self._source.read()
        return None if frame is None else Frame(apply(frame.pixels, self._door), frame.index, frame.time_s)

    def seek(self, time_s: float) -> None:
        self._source.seek(time_s)

    def close(self) -> None:
        self._source.close()


LEFT = PrivacySetting(16, 16, Region(0, 0, 8, 16))


def test_that_a_paused_clip_shows_the_same_frame_under_the_new_mask(source_of, begin: Begin, screen) -> None:
    door = PrivacyDoor()
    session = begin(Masked(source_of(frames=1000, fps=100), door), never)
    screen.wait_for(lambda: len(screen.results) > 0)
    session.pause()
    session.seek(1.0)
    screen.wait_for_frame(100)
    shown = len(screen.results)
    door.use(LEFT)
    session.renew()
    again = screen.wait_for_frame(100, after=shown)
    np.testing.assert_array_equal(again.frame.pixels, source_of.picture(100)[:, :8])
    assert session.state == "paused"


def test_that_a_clip_at_its_end_shows_its_last_frame_anew_and_stays_there(source_of, begin: Begin, screen) -> None:
    door = PrivacyDoor()
    session = begin(Masked(source_of(frames=5, fps=200), door), never)
    screen.wait_for_event(SourceEnded)
    screen.wait_for_frame(4)
    shown = len(screen.results)
    door.use(LEFT)
    session.renew()
    assert screen.wait_for_frame(4, after=shown).frame.pixels.shape == (16, 8)
    assert session.state == "ended"


def test_that_a_paused_device_shows_its_next_picture_once(source_of, begin: Begin, screen) -> None:
    door = PrivacyDoor()
    source = source_of(frames=400_000, paced=False)
    source.info = source.info.__class__("numbered", "device", 16, 16, 30.0, None, None, False, False)
    source.gate.clear()
    session = begin(Masked(source, door), never)
    screen.wait_for_event(SourceOpened)
    source.gate.set()
    screen.wait_for(lambda: len(screen.results) > 0)
    session.pause()
    shown = len(screen.results)
    door.use(LEFT)
    session.renew()
    screen.wait_for(lambda: any(r.frame.pixels.shape == (16, 8) for r in screen.results[shown:]))
    assert session.state == "paused"


def test_that_what_was_under_way_before_is_never_shown_after(source_of, begin: Begin, screen, load_model) -> None:
    door = PrivacyDoor()
    session = begin(Masked(source_of(frames=4000, fps=400), door), load_model)
    screen.wait_for_event(ModelReady)
    screen.wait_for(lambda: any(result.prediction is not None for result in screen.results))
    door.use(LEFT)
    session.renew()
    with screen._condition:
        shown = len(screen.results)
    screen.wait_for(lambda: len(screen.results) > shown + 20)
    assert {result.frame.pixels.shape for result in screen.results[shown:]} == {(16, 8)}


def test_that_frames_that_may_not_vote_are_shown_unlabelled(source_of, begin: Begin, screen, load_model) -> None:
    session = begin(source_of(frames=400, fps=200), load_model, 0.25)
    screen.wait_for(lambda: any(result.prediction is not None for result in screen.results))
    session.vote_where(lambda frame: frame.index % 2 == 0)
    shown = len(screen.results)
    screen.wait_for(lambda: len(screen.results) > shown + 30)
    later = [result for result in screen.results[shown + 3 :] if result.frame.index % 2]
    assert later
    assert all(result.prediction is None for result in later)
    assert any(result.prediction is not None for result in screen.results[shown + 3 :])
