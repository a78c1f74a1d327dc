"""The clock that holds frames back to their time."""

import pytest

from uiac_desktop.session.pace import Pace


def test_that_frames_are_due_as_far_apart_as_in_the_clip() -> None:
    pace = Pace()
    assert pace.due(2.0, now=100.0) == 100.0
    assert pace.due(2.5, now=100.2) == 100.5
    assert pace.playing_at(100.25) == 2.25


@pytest.mark.parametrize(("asked", "kept"), [(0.5, 0.5), (0.01, 0.25), (100.0, 4.0), (4.0, 4.0)])
def test_that_speed_divides_the_gaps_and_is_held_within_its_bounds(asked: float, kept: float) -> None:
    pace = Pace()
    pace.set_speed(asked, now=0.0)
    pace.begin(0.0, now=10.0)
    assert pace.speed == kept
    assert pace.due(1.0, now=10.0) == pytest.approx(10.0 + 1 / kept)


def test_that_a_change_of_speed_makes_no_jump() -> None:
    pace = Pace()
    pace.begin(0.0, now=0.0)
    pace.set_speed(2.0, now=3.0)
    assert pace.playing_at(3.0) == 3.0
    assert pace.due(5.0, now=3.0) == 4.0


def test_that_the_next_frame_is_due_at_once_after_a_pause() -> None:
    pace = Pace()
    pace.begin(0.0, now=0.0)
    pace.forget()
    assert pace.due(9.0, now=50.0) == 50.0
