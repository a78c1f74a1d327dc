"""One specification turns every frame into the same input, for training and live."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray
from pydantic import ValidationError

from nas.preprocess import PreprocessSpec, fit_frame, gain_and_offset, normalise, preprocess

Pixels = NDArray[np.uint8]


def speckled(rows: int, columns: int, *channels: int) -> Pixels:
    return np.random.default_rng(3).integers(0, 256, (rows, columns, *channels), dtype=np.uint8)


def area_means(picture: Pixels, rows: int, columns: int) -> NDArray[np.float64]:
    """Return exact means over the areas that the pixels of a smaller picture cover."""

    def shares(source: int, target: int) -> NDArray[np.float64]:
        edges = np.linspace(0, source, target + 1)
        pixels = np.arange(source)
        covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
        return np.maximum(covered, 0) * target / source

    return shares(picture.shape[0], rows) @ picture.astype(np.float64) @ shares(picture.shape[1], columns).T


@pytest.mark.parametrize(("rows", "columns"), [(64, 64), (100, 150), (240, 320), (317, 411), (500, 200)])
def test_that_shrinking_gives_the_means_of_the_areas(rows: int, columns: int) -> None:
    picture = speckled(rows, columns)
    fitted = fit_frame(picture, PreprocessSpec(fit="stretch", size=64))
    assert np.abs(fitted - area_means(picture, 64, 64)).max() <= 1


@pytest.mark.parametrize(("rows", "columns"), [(720, 960), (735, 975), (1080, 1920)])
def test_that_large_frames_too_give_the_means_of_the_areas(rows: int, columns: int) -> None:
    smooth = cv2.GaussianBlur(speckled(rows, columns), (0, 0), columns / 100).astype(np.float64)
    picture = ((smooth - smooth.min()) / np.ptp(smooth) * 255).astype(np.uint8)
    fitted = fit_frame(picture, PreprocessSpec(fit="stretch", size=64))
    assert np.abs(fitted - area_means(picture, 64, 64)).max() <= 2


@given(
    npst.arrays(np.uint8, st.tuples(st.integers(1, 90), st.integers(1, 90))),
    st.sampled_from(["grey", "rgb"]),
    st.sampled_from(["letterbox", "stretch"]),
    st.integers(8, 40),
)
def test_that_grey_and_equal_rgb_frames_give_exactly_the_same(grey: Pixels, colour: str, fit: str, size: int) -> None:
    spec = PreprocessSpec.model_validate({"colour": colour, "fit": fit, "size": size})
    rgb = np.repeat(grey[:, :, None], 3, axis=2)
    one, other = preprocess(grey, spec), preprocess(rgb, spec)
    assert one.shape == (spec.channels, size, size)
    assert one.dtype == np.float32
    assert one.flags.c_contiguous
    np.testing.assert_array_equal(one, other)


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 255))
def test_that_a_letterbox_keeps_proportions_and_is_centred_on_black(rows: int, columns: int, level: int) -> None:
    fitted = fit_frame(np.full((rows, columns), level, np.uint8), PreprocessSpec(size=32))
    scale = 32 / max(rows, columns)
    height, width = max(1, round(rows * scale)), max(1, round(columns * scale))
    expected = np.zeros((32, 32), np.uint8)
    top, left = (32 - height) // 2, (32 - width) // 2
    expected[top : top + height, left : left + width] = level
    np.testing.assert_array_equal(fitted, expected)


def test_that_small_frames_are_enlarged_without_steps() -> None:
    ramp = np.tile(np.linspace(0, 255, 8).astype(np.uint8), (8, 1))
    fitted = fit_frame(ramp, PreprocessSpec(size=64))
    assert (np.diff(fitted[32].astype(int)) >= 0).all()
    assert np.diff(fitted[32].astype(int)).max() <= 5


def test_that_a_frame_that_is_wide_and_flat_is_shrunk_and_enlarged() -> None:
    fitted = fit_frame(speckled(4, 640), PreprocessSpec(size=64, fit="stretch"))
    assert fitted.shape == (64, 64)
    assert fitted.std(axis=1).mean() < 60, "columns are area means, not single samples"


def test_that_crop_takes_the_stated_part_of_the_frame() -> None:
    frame = speckled(100, 200, 3)
    spec = PreprocessSpec(crop=(0.25, 0.1, 0.5, 0.8), size=16)
    np.testing.assert_array_equal(
        fit_frame(frame, spec), fit_frame(frame[10:90, 50:150].copy(), PreprocessSpec(size=16))
    )


@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.floats(0, 0.99),
    st.floats(0, 0.99),
    st.floats(1e-6, 1),
    st.floats(1e-6, 1),
)
def test_that_any_legal_crop_of_any_frame_leaves_a_picture(
    rows: int, columns: int, x: float, y: float, width: float, height: float
) -> None:
    spec = PreprocessSpec(crop=(x, y, min(width, 1 - x), min(height, 1 - y)), size=8)
    assert fit_frame(speckled(rows, columns), spec).shape == (8, 8)


def test_that_luma_is_that_of_bt_601() -> None:
    colours = np.zeros((8, 8, 3), np.uint8)
    colours[...] = (200, 100, 50)
    assert fit_frame(colours, PreprocessSpec(size=8))[0, 0] == round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)


def test_that_normalising_follows_its_formula_for_one_image_and_a_batch() -> None:
    spec = PreprocessSpec(colour="rgb", mean=(0.1, 0.2, 0.3), std=(0.5, 0.25, 2.0), size=8)
    batch = speckled(16, 8, 3).reshape(2, 8, 8, 3)
    expected = (np.moveaxis(batch, -1, 1) / 255 - np.reshape(spec.mean, (3, 1, 1))) / np.reshape(spec.std, (3, 1, 1))
    np.testing.assert_allclose(normalise(batch, spec), expected, atol=1e-6)
    np.testing.assert_array_equal(normalise(batch, spec)[1], normalise(batch[1], spec))
    gain, offset = gain_and_offset(spec)
    planes = np.moveaxis(batch, -1, 1) * gain[:, None, None] + offset[:, None, None]
    np.testing.assert_array_equal(normalise(batch, spec), planes.astype(np.float32))


def test_that_black_is_zero_by_default_like_every_padding() -> None:
    assert not preprocess(np.zeros((10, 20), np.uint8), PreprocessSpec()).any()


def test_that_the_frame_is_never_written_to() -> None:
    frame = speckled(80, 64)
    frame.flags.writeable = False
    before = frame.copy()
    same_size = PreprocessSpec(size=64, fit="stretch")
    for spec in (PreprocessSpec(), same_size, PreprocessSpec(colour="rgb"), PreprocessSpec(crop=(0, 0, 1, 0.8))):
        preprocess(frame, spec)
    np.testing.assert_array_equal(frame, before)


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4), np.uint16),
        np.zeros((0, 4), np.uint8),
        np.zeros(4, np.uint8),
        np.zeros((4, 4, 1), np.uint8),
    ],
)
def test_that_other_frames_are_refused(frame: Pixels) -> None:
    with pytest.raises(ValueError, match="a frame is uint8"):
        preprocess(frame, PreprocessSpec())


@pytest.mark.parametrize(
    "fields",
    [
        {"crop": (0.5, 0, 0.6, 1)},
        {"crop": (0, 0, 0, 1)},
        {"crop": (float("nan"), 0, 1, 1)},
        {"mean": (0.1, 0.2)},
        {"std": (0.0,)},
        {"std": ()},
        {"size": 4},
        {"colour": "bgr"},
        {"sizes": 64},
    ],
)
def test_that_specifications_which_cannot_hold_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PreprocessSpec.model_validate(fields)


def test_that_a_specification_returns_from_json() -> None:
    spec = PreprocessSpec(
        crop=(0.1, 0.2, 0.3, 0.4), colour="rgb", fit="stretch", size=96, mean=(0.2,), std=(0.1, 0.2, 0.3)
    )
    assert PreprocessSpec.model_validate_json(spec.model_dump_json()) == spec
