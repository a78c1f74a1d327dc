"""Softmax with temperature against scipy, and its limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from scipy.special import softmax

from uiac_desktop.frame import Prediction, Stillness
from uiac_desktop.inference.labels import as_drawn_over, best_planes, probabilities, unnamed

logits = arrays(np.float32, some.integers(2, 12), elements=some.floats(-1000, 1000, width=32))


@given(logits, some.floats(0.25, 8))
def test_that_probabilities_are_the_softmax_of_tempered_logits(values: np.ndarray, temperature: float) -> None:
    found = probabilities(values, temperature)
    np.testing.assert_allclose(found, softmax(values.astype(np.float64) / temperature), atol=1e-6)
    assert found.dtype == np.float32
    assert found.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("chances", "classes", "best", "none"),
    [
        ([0.2, 0.8], ("A", "B"), 1, False),
        ([0.49, 0.3, 0.21], ("A", "B", "C"), 0, True),
        ([0.5, 0.5], ("A", "B"), 0, False),
        ([0.3, 0.7], ("A", "none"), 0, True),
        ([0.6, 0.4], ("A", "none"), 0, False),
    ],
)
def test_that_the_best_plane_is_named_only_when_sure_and_ahead_of_none(
    chances: list[float], classes: tuple[str, ...], best: int, none: bool
) -> None:
    values = np.array(chances, np.float32)
    assert best_planes(values, classes) == best
    assert bool(unnamed(values, classes, 0.5)[best]) is none
    rows = np.stack([values, values[::-1]])
    assert best_planes(rows, classes)[0] == best
    assert bool(unnamed(rows, classes, 0.5)[0, best]) is none


@pytest.mark.parametrize("classes", [("ACS", "FCH", "LVOT"), ("ACS", "none", "LVOT")])
def test_that_a_frame_with_a_drawing_over_it_is_none_and_keeps_its_nearest_plane(classes: tuple[str, ...]) -> None:
    chances = np.array([0.05, 0.03, 0.92], np.float32)
    said = Prediction(classes, chances, np.zeros((3, 2, 2), np.float32), "LVOT", 0.92)
    assert as_drawn_over(said, Stillness(2.0)) is said
    drawn = as_drawn_over(said, Stillness(2.0, drawn_over=True))
    assert drawn.plane == "none"
    assert drawn.certainty == pytest.approx(0.0092)
    assert drawn.probabilities[[0, 2]] == pytest.approx([0.0005, 0.0092])
    assert drawn.probabilities.sum() == pytest.approx(1.0 if "none" in classes else 0.01)
    assert said.probabilities[2] == pytest.approx(0.92)
