"""A damaged clip in Review: the frame on screen, its label and what the model said of it have one number."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from tests.uiac_desktop.session.review_room import Room, numbered_clip
from tests.uiac_desktop.sources.damage import hit
from uiac_desktop.inference.predictor import Predictor
from uiac_desktop.session.review.reviewed_clip import lent
from uiac_desktop.sources.open import open_source


@pytest.mark.parametrize("tells", [True, False], ids=["packets tell of some", "packets tell of none"])
def test_that_player_analysis_and_export_count_alike_behind_damage(
    tmp_path: Path, model_folder: Path, load_model: Callable[[], Predictor], tells: bool
) -> None:
    clip = hit(numbered_clip(tmp_path / "clip.mp4", 120), [40, 41], inside=True)
    if tells:
        hit(clip, [70], inside=False)
    with open_source(str(clip)) as source:
        frames = list(source)
    assert len(frames) < 120
    last = len(frames) - 1
    room = Room(tmp_path)
    try:
        room.open(clip, model_folder, load_model)
        room.wait_analysed()
        state = room.wait(lambda state: state.clip is not None and state.clip.counted and state.clip.frames == last + 1)
        assert state.analysis is not None
        assert state.analysis.done == last + 1
        for number in (last, 38, 60, last - 3):
            room.review.seek_frame(number)
            np.testing.assert_array_equal(room.wait_shown(number).frame.pixels, frames[number].pixels)
        reviewed = room.review.reviewed()
        assert reviewed is not None
        room.wait_saved()
        with ExitStack() as stack:
            given = lent(reviewed, "", stack.enter_context(room.opened()), stack)
            assert given.frames == last + 1
            for number in (60, last):
                np.testing.assert_array_equal(given.picture(number), frames[number].pixels)
    finally:
        room.close()


def test_that_an_analysis_that_was_stopped_behind_damage_goes_on_from_there(
    tmp_path: Path, model_folder: Path, load_model: Callable[[], Predictor]
) -> None:
    clip = hit(numbered_clip(tmp_path / "clip.mp4", 120), [40, 41], inside=True)
    with open_source(str(clip)) as source:
        frames = list(source)
    room = Room(tmp_path)
    room.open(clip, model_folder, load_model)
    room.wait_analysed()
    room.wait_saved()
    room.close()
    with room.opened() as store, store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE predictions SET complete = 0")
    room = Room(tmp_path)
    try:
        room.open(clip, model_folder, load_model)
        state = room.wait_analysed()
        assert state.analysis is not None
        assert (state.analysis.done, room.events[-1:]) != (0, [])
        assert state.analysis.done == len(frames)
    finally:
        room.close()
