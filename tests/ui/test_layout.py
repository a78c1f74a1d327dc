"""Where things stand: by arithmetic, so that nothing moves, nothing overlaps and everything lies inside the room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uiac_desktop.settings import ReadingDistance
from uiac_desktop.ui.look.sizes import sizes_for
from uiac_desktop.ui.scan.layout import Box, fitted, lay_out

MODES = ("beside", "over", "off")


@pytest.mark.parametrize(
    ("size", "name"),
    [
        ((683, 384), "tiny"),
        ((960, 540), "small"),
        ((1279, 800), "small"),
        ((1280, 720), "compact"),
        ((1366, 768), "compact"),
        ((1599, 1200), "compact"),
        ((1920, 899), "compact"),
        ((1600, 900), "regular"),
        ((3840, 2160), "regular"),
    ],
)
def test_that_the_class_follows_width_and_height(size: tuple[int, int], name: str) -> None:
    assert sizes_for(*size).name == name


@pytest.mark.parametrize(
    ("window", "mode", "image"),
    [
        ((1366, 768), "beside", (674, 526)),
        ((1366, 768), "over", (774, 604)),
        ((1920, 1080), "beside", (1012, 790)),
        ((1920, 1080), "over", (1140, 890)),
    ],
)
def test_that_the_image_has_the_size_of_the_design(window: tuple[int, int], mode: str, image: tuple[int, int]) -> None:
    sizes = sizes_for(*window)
    room = (window[0] - sizes.rail, window[1] - sizes.header - sizes.status)
    box = lay_out(*room, sizes, mode, image[0] / image[1]).image  # type: ignore[arg-type]
    assert box.width == pytest.approx(image[0], abs=12)
    assert box.height == pytest.approx(image[1], abs=12)


@given(
    st.integers(640, 4000),
    st.integers(360, 2400),
    st.floats(0.3, 4.0),
    st.sampled_from(("near", "far")),
)
def test_that_left_and_top_of_the_image_never_move_and_nothing_overlaps(
    width: int, height: int, aspect: float, distance: ReadingDistance
) -> None:
    sizes = sizes_for(width, height, distance)
    room = Box(0, 0, width - sizes.rail, height - sizes.header - sizes.status)
    corners = set()
    for mode in MODES:
        now = lay_out(room.width, room.height, sizes, mode, aspect)  # type: ignore[arg-type]
        corners.add((now.image.x, now.image.y))
        parts = [now.image, now.block, now.list, now.message]
        parts += [part for part in (now.map, now.ribbon) if part is not None]
        for part in parts:
            assert part.width > 0
            assert part.x >= 0
            assert part.right <= room.width
            assert part.bottom <= room.height
        for number, first in enumerate(parts):
            for second in parts[number + 1 :]:
                apart = (
                    first.right <= second.x
                    or second.right <= first.x
                    or first.bottom <= second.y
                    or second.bottom <= first.y
                )
                assert apart, (mode, first, second)
    assert corners == {(sizes.gap, sizes.gap)}


@given(st.integers(10, 3000), st.integers(10, 3000), st.floats(0.2, 5.0))
def test_that_a_picture_keeps_its_aspect_and_fills_one_side(width: int, height: int, aspect: float) -> None:
    box = fitted(Box(3, 4, width, height), aspect)
    assert box.width <= width
    assert box.height <= height
    assert box.width == width or abs(box.height - height) <= max(1.0, 1 / aspect)
    assert abs(box.width - box.height * aspect) <= max(1.0, aspect) / 2 + 1e-9
