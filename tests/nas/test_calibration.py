"""Temperature, threshold and calibration error against independent answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nas.calibration import (
    expected_calibration_error,
    fit_none_threshold,
    fit_temperature,
    negative_log_likelihood,
    softmax,
)

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def drawn(temperature: float, count: int = 40_000) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return logits whose labels are drawn from their softmax at a temperature."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (count, 5))
    chances = softmax(logits, temperature).cumsum(axis=1)
    return logits, np.minimum((rng.random((count, 1)) > chances).sum(axis=1), 4)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_that_the_temperature_of_the_draw_is_found(temperature: float) -> None:
    logits, labels = drawn(temperature)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.03)


def test_that_no_other_temperature_is_likelier() -> None:
    logits, labels = drawn(1.7, 500)
    best = negative_log_likelihood(logits, labels, fit_temperature(logits, labels))
    grid = [negative_log_likelihood(logits, labels, t) for t in np.geomspace(0.05, 20, 400)]
    assert best <= min(grid) + 1e-3


def test_that_a_set_without_a_mistake_does_not_ask_for_endless_certainty() -> None:
    labels = np.arange(30) % 3
    logits = np.eye(3)[labels] * 4.0
    certainty = softmax(logits, fit_temperature(logits, labels)).max(axis=1)
    assert certainty == pytest.approx(np.full(30, 31 / 32), abs=1e-3)


def test_that_huge_logits_overflow_nowhere() -> None:
    logits = np.array([[1e4, 0.0], [0.0, 1e4]])
    assert np.array_equal(softmax(logits), np.eye(2))
    assert negative_log_likelihood(logits, np.array([0, 0]), 1.0) == 5000


@given(SHARES, SHARES)
def test_that_no_threshold_has_a_smaller_larger_error(planes: list[float], nones: list[float]) -> None:
    found = fit_none_threshold(np.array(planes), np.array(nones))
    missed, false = np.mean(np.array(planes) < found.value), np.mean(np.array(nones) >= found.value)
    assert found.planes_called_none == pytest.approx(missed)
    assert found.none_called_plane == pytest.approx(false)
    for value in [*planes, *nones]:
        for other in (value, np.nextafter(value, 2)):
            larger = max(np.mean(np.array(planes) < other), np.mean(np.array(nones) >= other))
            assert max(missed, false) <= larger + 1e-12


def test_that_without_frames_of_none_95_percent_of_the_planes_are_kept() -> None:
    found = fit_none_threshold(np.linspace(0, 1, 1001))
    assert found.planes_called_none == pytest.approx(0.05, abs=0.002)
    assert np.isnan(found.none_called_plane)


def test_that_the_calibration_error_is_the_mean_gap_over_bins() -> None:
    certainty = np.array([0.95, 0.95, 0.95, 0.95, 0.55, 0.55])
    right = np.array([True, True, True, False, True, True])
    assert expected_calibration_error(certainty, right) == pytest.approx((4 * 0.20 + 2 * 0.45) / 6)


def test_that_a_calibrated_answer_has_no_error_and_an_overconfident_one_has() -> None:
    logits, labels = drawn(1.0)
    chances = softmax(logits)
    right = chances.argmax(axis=1) == labels
    assert expected_calibration_error(chances.max(axis=1), right) < 0.01
    assert expected_calibration_error(softmax(logits, 0.3).max(axis=1), right) > 0.1


def test_that_certainty_one_falls_into_the_last_bin() -> None:
    assert expected_calibration_error(np.ones(3), np.array([True, True, True])) == 0
