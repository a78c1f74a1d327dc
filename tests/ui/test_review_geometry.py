"""The timeline's arithmetic and the room's layout: exact, within the clip, nothing over another."""

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.told_review import CLIP, STOOD, segment
from uiac_desktop.session.review.marks import FrameRange
from uiac_desktop.session.review.records import ReviewState
from uiac_desktop.settings import ReadingDistance
from uiac_desktop.ui.look.sizes import sizes_for
from uiac_desktop.ui.review.layout import lay_out_review
from uiac_desktop.ui.review.timeline import FrameClock, Span, in_view, opacity, runs_of, tick_text


@given(
    st.integers(640, 4000), st.integers(360, 2400), st.floats(0.3, 4.0), st.sampled_from(("near", "far"))
)  # fmt: skip
def test_that_nothing_of_the_room_lies_on_another_part(
    width: int, height: int, aspect: float, distance: ReadingDistance
) -> None:
    sizes = sizes_for(width, height, distance)
    now = lay_out_review(width - sizes.rail, height - sizes.status, sizes, aspect)
    parts = [now.head, now.image, now.timeline, now.message, now.said, now.keys]
    parts += [part for part in (now.map, now.reference, now.lists) if part is not None]
    for part in parts:
        assert part.x >= 0
        assert part.right <= width - sizes.rail
    if height >= 480:
        for first, second in combinations(parts, 2):
            apart = (
                first.right <= second.x
                or second.right <= first.x
                or first.bottom <= second.y
                or second.bottom <= first.y
            )
            assert apart, (first, second)
    assert (now.image.x, now.image.y) == (sizes.gap, now.head.bottom + sizes.gap)


@pytest.mark.parametrize("window", [(1366, 768), (1920, 1080)])
def test_that_the_timeline_has_the_height_of_the_design_and_both_pictures_stand_beside(window: tuple[int, int]) -> None:
    sizes = sizes_for(*window)
    now = lay_out_review(window[0] - sizes.rail, window[1] - sizes.status, sizes, 4 / 3)
    assert now.timeline.height == 236
    assert now.map is not None
    assert now.reference is not None
    assert now.lists is not None
    assert now.map.height <= now.image.height / 2


@given(st.floats(0.1, 7200), st.floats(0, 1), st.lists(st.floats(0.2, 5.0), max_size=12), st.floats(300, 3000))
def test_that_zoom_keeps_the_cursor_and_never_leaves_the_clip(
    whole: float, share: float, factors: list[float], width: float
) -> None:
    at = share * whole
    span = Span().of_clip(whole).following(at)
    for factor in factors:
        span = span.zoomed(factor, at)
        assert -1e-6 <= span.start_s <= at + 1e-6
        assert at - 1e-6 <= span.end_s <= whole + 1e-6
        assert span.time_at(span.x(at, width), width) == pytest.approx(at, abs=1e-6)


def test_that_the_part_in_view_turns_like_a_page_and_stays_while_the_cursor_is_in_it() -> None:
    span = Span().of_clip(41.2)
    assert span.following(9.0) is span
    turned = span.following(13.9)
    assert turned.start_s == pytest.approx(13.9 - 3.5)
    assert turned.following(20.0) is turned
    assert turned.following(2.0).start_s == 0.0
    last = span.following(41.0)
    assert last.end_s == pytest.approx(41.2)
    assert last.following(41.2) is last


def test_that_ticks_are_round_times_with_room_for_their_words() -> None:
    span = Span(8.0, 14.0, 41.2)
    ticks = span.ticks(1300.0)
    assert ticks[0] == 8.0
    assert all((second - first) / 14.0 * 1300 >= 90 for first, second in pairwise(ticks))
    assert [tick_text(time_s) for time_s in (8.0, 61.5, 3600.0, 0.05)] == ["0:08", "1:01.5", "1:00:00", "0:00.05"]


def test_that_only_segments_in_view_are_drawn() -> None:
    segments = [segment(30 * number, 30 * number + 29, "TV") for number in range(600)]
    assert [one.first for one in in_view(segments, 100.5, 102.5)] == [3000, 3030, 3060]
    assert len(in_view(segments, 0.0, 600.0)) == 600


def test_that_a_run_of_one_plane_has_its_code_once_whatever_the_certainty() -> None:
    levels = (segment(0, 9, "TV", 0.5), segment(10, 19, "TV", 0.9), segment(20, 29, "FCH"), segment(40, 49, "FCH"))
    assert [(plane, round(30 * end)) for plane, _, end in runs_of(levels)] == [("TV", 20), ("FCH", 30), ("FCH", 50)]


def test_that_certainty_is_drawn_as_opacity() -> None:
    assert (opacity(0.2), opacity(0.4), opacity(1.0)) == (0.25, 0.25, 1.0)
    assert opacity(0.7) == pytest.approx(0.625)


def test_that_frames_of_an_uneven_clip_have_the_times_of_their_segments() -> None:
    uneven = (replace(segment(0, 9, "TV"), end_s=5.0), replace(segment(10, 19, "FCH"), start_s=5.0, end_s=6.0))
    clip = replace(CLIP, frames=20, duration_s=6.0)
    clock = FrameClock(ReviewState("open", clip, predicted=uneven))
    assert (clock.time_of(0), clock.time_of(10), clock.time_of(20)) == (0.0, 5.0, 6.0)
    assert clock.ends_of(FrameRange(10, 19)) == (5.0, 6.0)
    assert FrameClock(STOOD).time_of(402) == pytest.approx(13.4)
