"""The ribbon's memory: planes over the source's own time, 60 s of it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uiac_desktop.ui.scan.ribbon import CELL_S, RibbonTrack


def _fill(track: RibbonTrack, start_s: float, end_s: float, plane: str, fps: float = 30.0, epoch: int = 0) -> None:
    for number in range(int((end_s - start_s) * fps)):
        track.mark(start_s + number / fps, epoch, plane)


def test_that_a_live_ribbon_shows_the_last_sixty_seconds() -> None:
    track = RibbonTrack()
    _fill(track, 0, 50, "ACS")
    _fill(track, 50, 100, "FCH")
    window = track.window(100.0, None)
    assert (window.start_s, window.end_s, window.live) == (40.0, 100.0, True)
    assert [run.plane for run in window.runs] == ["ACS", "FCH"]
    assert window.runs[0].start_s == 40.0
    assert window.runs[1].start_s == pytest.approx(50.0, abs=CELL_S)


def test_that_a_clip_of_up_to_a_minute_is_shown_whole_and_unseen_parts_stay_empty() -> None:
    track = RibbonTrack()
    _fill(track, 10, 20, "TV")
    window = track.window(20.0, 41.2)
    assert (window.start_s, window.end_s, window.live) == (0.0, 41.2, False)
    assert [run.plane for run in window.runs] == ["TV"]
    assert window.runs[0].start_s == pytest.approx(10.0, abs=CELL_S)
    assert window.runs[0].end_s == pytest.approx(20.0, abs=2 * CELL_S)


def test_that_playing_a_part_again_replaces_what_stood_there() -> None:
    track = RibbonTrack()
    _fill(track, 0, 10, "TV")
    _fill(track, 4, 6, "TVT", epoch=1)
    assert [run.plane for run in track.window(10.0, 30.0).runs] == ["TV", "TVT", "TV"]


def test_that_a_slow_source_leaves_no_holes() -> None:
    track = RibbonTrack()
    _fill(track, 0, 10, "FCH", fps=5)
    assert len(track.window(10.0, 30.0).runs) == 1


def test_that_a_jump_leaves_a_hole() -> None:
    track = RibbonTrack()
    track.mark(1.0, 0, "FCH")
    track.mark(9.0, 1, "FCH")
    assert len(track.window(9.0, 30.0).runs) == 2


def test_that_a_frozen_and_a_lost_picture_are_runs_of_their_own() -> None:
    track = RibbonTrack()
    _fill(track, 0, 3, "FCH")
    track.mark(3.0, 0, "FCH", frozen=True)
    track.mark_lost(6.0)
    assert [run.kind for run in track.window(6.0, None).runs] == ["plane", "frozen", "lost"]


def test_that_a_picture_that_was_lost_for_a_night_is_marked_in_no_time() -> None:
    track = RibbonTrack()
    _fill(track, 0, 1, "FCH")
    night_s = 12 * 3600.0
    track.mark_lost(night_s)
    began = time.process_time()
    for _ in range(100):
        track.mark_lost(night_s)
    assert time.process_time() - began < 0.5
    assert [run.kind for run in track.window(night_s, None).runs] == ["lost"]


@given(st.lists(st.tuples(st.floats(0, 300), st.integers(0, 3), st.sampled_from(["ACS", "FCH", "none"])), max_size=60))
def test_that_runs_never_overlap_and_lie_inside_the_window(marks: list[tuple[float, int, str]]) -> None:
    track = RibbonTrack()
    for time_s, epoch, plane in marks:
        track.mark(time_s, epoch, plane)
    now = marks[-1][0] if marks else 0.0
    window = track.window(now, None)
    edge = window.start_s
    for run in window.runs:
        assert edge <= run.start_s < run.end_s <= window.end_s + CELL_S
        edge = run.end_s
