"""Maps for drawing: always 0 to 1, never NaN, empty where there is no evidence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from nas.cam import is_blank, scale_map
from nas.preprocess import PreprocessSpec, fit_frame, normalise
from nas.space.network import UiacNetwork
from nas.space.network_config import NetworkConfig
from nas.still import read_still

shapes = st.tuples(st.integers(1, 9), st.integers(1, 9))
numbers = npst.arrays(np.float32, shapes, elements=st.floats(width=32))


@given(numbers)
def test_that_any_map_becomes_numbers_from_0_to_1_without_a_warning(values: NDArray[np.float32]) -> None:
    scaled = scale_map(values)
    assert scaled.shape == values.shape
    assert scaled.dtype == np.float32
    assert ((scaled >= 0) & (scaled <= 1)).all()


def test_that_evidence_is_stretched_from_least_to_greatest() -> None:
    values = np.asarray([[-3, 0], [2, 4]], np.float32)
    np.testing.assert_array_equal(scale_map(values), [[0, 0], [0.5, 1]])
    np.testing.assert_allclose(scale_map(values + 4), [[0, 3 / 7], [5 / 7, 1]], rtol=1e-6)
    np.testing.assert_array_equal(values, [[-3, 0], [2, 4]])


@given(numbers.filter(lambda values: bool(np.isfinite(values).all()) and 0 < np.abs(values).max() < 1e30))
def test_that_the_greatest_evidence_is_where_it_was(values: NDArray[np.float32]) -> None:
    scaled = scale_map(values)
    if scaled.any():
        assert scaled.reshape(-1)[values.argmax()] == 1


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((8, 8)),
        np.full((8, 8), 5.0),
        np.full((8, 8), -2.0),
        np.linspace(-3, -1, 64).reshape(8, 8),
        np.full((2, 2), np.nan),
        np.asarray([[1.0, np.inf]]),
        np.zeros((0, 0)),
        np.asarray([[1.0, 1.0 + 1e-9]]),
    ],
)
def test_that_maps_without_evidence_are_empty(values: NDArray[np.float64]) -> None:
    assert not scale_map(values.astype(np.float32)).any()


@pytest.mark.parametrize("sign", [1, -1])
def test_that_pictures_without_content_have_an_empty_map(
    case_files: Callable[[str], tuple[Path, dict[str, Any]]], sign: int
) -> None:
    folder, manifest = case_files("f02_cam_blank")
    torch.manual_seed(0)
    network = UiacNetwork(NetworkConfig(blocks=2, channels=2, reduce_at=(1,), classes=2, size=16)).eval()
    with torch.no_grad():
        network.classifier.weight.abs_().mul_(sign)
    spec = PreprocessSpec(size=16, fit="stretch")
    assert len(manifest["files"]) == 5
    for file in manifest["files"]:
        frame = read_still(folder / file["path"])
        image = fit_frame(frame, spec)
        with torch.no_grad():
            maps = network(torch.from_numpy(normalise(image, spec))[None]).maps[0].numpy()
        assert is_blank(frame)
        assert not any(scale_map(values, frame).any() for values in maps)


def test_that_a_picture_with_content_keeps_its_map() -> None:
    image = np.zeros((16, 16), np.uint8)
    image[4:8, 4:8] = 40
    values = np.asarray([[0, 1], [2, 3]], np.float32)
    assert scale_map(values, image).max() == 1
    assert not is_blank(np.dstack([image, image, image]))


@pytest.mark.parametrize("level", [0, 127, 255])
def test_that_blank_means_within_two_grey_levels_in_each_channel(level: int) -> None:
    noise = np.random.default_rng(0).integers(0, 3, (20, 30)).astype(np.int16)
    flat = np.clip(level + noise - 2, 0, 255).astype(np.uint8)
    assert is_blank(flat)
    assert is_blank(np.dstack([flat, np.full_like(flat, 9), flat]))
    flat[3, 3] = level - 60 if level > 60 else level + 60
    assert not is_blank(flat)
