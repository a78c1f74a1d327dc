"""Steadying of labels by time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from uiac_desktop.frame import Prediction
from uiac_desktop.inference.smoothing import Smoother

CLASSES = ("ACS", "FCH", "LVOT")
MAPS = np.zeros((3, 2, 2), np.float32)


def of(*chances: float) -> Prediction:
    values = np.array(chances, np.float32)
    best = int(values.argmax())
    return Prediction(CLASSES, values, MAPS, CLASSES[best] if values[best] >= 0.5 else "none", float(values[best]))


def test_that_probabilities_are_the_mean_over_the_window_in_time() -> None:
    smoother = Smoother(0.25)
    smoother.update(of(1, 0, 0), 0.0)
    smoother.update(of(0, 1, 0), 0.1)
    third = smoother.update(of(0, 0, 1), 0.2)
    np.testing.assert_allclose(third.probabilities, [1 / 3, 1 / 3, 1 / 3], atol=1e-6)
    fourth = smoother.update(of(0, 0, 1), 0.3)
    np.testing.assert_allclose(fourth.probabilities, [0, 1 / 3, 2 / 3], atol=1e-6)


def test_that_a_slow_source_is_not_smoothed_over_more_time_than_a_fast_one() -> None:
    slow = Smoother(0.25)
    slow.update(of(1, 0, 0), 0.0)
    assert slow.update(of(0, 1, 0), 0.3).plane == "FCH"


def test_that_one_odd_frame_does_not_turn_the_plane() -> None:
    smoother = Smoother(0.25)
    planes = [
        smoother.update(of(*chances), number / 30).plane
        for number, chances in enumerate([(0.9, 0.1, 0)] * 7 + [(0.1, 0.9, 0)] + [(0.9, 0.1, 0)] * 7)
    ]
    assert set(planes) == {"ACS"}


def test_that_a_true_change_shows_within_the_window() -> None:
    smoother = Smoother(0.25)
    for number in range(30):
        smoother.update(of(0.95, 0.05, 0), number / 30)
    changed = [smoother.update(of(0.05, 0.95, 0), (30 + number) / 30).plane for number in range(8)]
    assert changed[-1] == "FCH"
    assert changed.index("FCH") <= 6


def test_that_two_level_planes_do_not_flicker() -> None:
    smoother = Smoother(0.05, threshold=0.3)
    smoother.update(of(0.6, 0.4, 0), 0.0)
    planes = {
        smoother.update(of(0.5 + jitter, 0.5 - jitter, 0), 0.1 * n).plane
        for n, jitter in enumerate([-0.04, 0.04] * 4, 1)
    }
    assert planes == {"ACS"}


def test_that_a_plane_is_harder_to_reach_than_to_keep() -> None:
    fresh, held = Smoother(0.05), Smoother(0.05)
    for certainty in (0.46, 0.54):
        assert fresh.update(of(certainty, 0.3, 0.7 - certainty), 0.0).plane == "none"
    held.update(of(0.56, 0.2, 0.24), 0.0)
    assert held.update(of(0.46, 0.3, 0.24), 0.1).plane == "ACS"
    assert held.update(of(0.44, 0.3, 0.26), 0.2).plane == "none"


@pytest.mark.parametrize("threshold", [0.02, 0.1, 0.3, 0.46, 0.8, 0.95, 0.99])
def test_that_a_plane_comes_and_goes_at_the_same_step_of_the_scores_under_every_threshold(threshold: float) -> None:
    score = float(np.log(threshold / (1 - threshold)))
    for shown_before, step, plane in (
        (1.0, -0.20, "FCH"),
        (1.0, -0.21, "none"),
        (0.0, 0.20, "none"),
        (0.0, 0.21, "FCH"),
    ):
        smoother = Smoother(0.05, threshold)
        smoother.update(_only(shown_before), 0.0)
        assert smoother.update(_only(1 / (1 + np.exp(-score - step))), 0.1).plane == plane


def _only(certainty: float) -> Prediction:
    """A prediction of a model that knows one plane."""
    return Prediction(("FCH",), np.array([certainty], np.float32), MAPS[:1], "none", certainty)


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_that_a_threshold_at_an_end_of_the_scale_stays_there(threshold: float) -> None:
    held = Smoother(0.05, threshold)
    held.update(of(1, 0, 0), 0.0)
    assert held.update(of(0.999, 0.001, 0), 0.1).plane == ("none" if threshold else "ACS")


@pytest.mark.parametrize(("time_s", "epoch"), [(0.05, 1), (0.0, 0), (2.0, 0)], ids=["epoch", "back in time", "gap"])
def test_that_a_new_place_in_the_stream_starts_afresh(time_s: float, epoch: int) -> None:
    smoother = Smoother(5.0)
    smoother.update(of(1, 0, 0), 0.04)
    found = smoother.update(of(0, 1, 0), time_s, epoch)
    np.testing.assert_array_equal(found.probabilities, [0, 1, 0])
    assert found.plane == "FCH"


def test_that_a_window_of_zero_changes_nothing() -> None:
    smoother = Smoother(0)
    smoother.update(of(1, 0, 0), 0.0)
    prediction = of(0.2, 0.5, 0.3)
    assert smoother.update(prediction, 0.01) is prediction


def test_that_maps_stay_those_of_the_frame() -> None:
    smoother = Smoother(0.25)
    smoother.update(of(1, 0, 0), 0.0)
    prediction = of(0, 1, 0)
    assert smoother.update(prediction, 0.1).maps is prediction.maps


@given(some.lists(some.tuples(some.floats(0.001, 0.4), some.integers(0, 2)), min_size=1, max_size=40))
def test_that_a_steadied_prediction_is_a_prediction(frames: list[tuple[float, int]]) -> None:
    smoother, time_s = Smoother(0.25), 0.0
    for gap, best in frames:
        time_s += gap
        found = smoother.update(of(*np.eye(3, dtype=np.float32)[best]), time_s)
        assert found.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert found.plane == "none" or found.certainty == found.probabilities[CLASSES.index(found.plane)]


@pytest.mark.parametrize("window_s", [-0.1, 5.1, float("nan")])
def test_that_a_window_outside_its_range_is_refused(window_s: float) -> None:
    with pytest.raises(ValueError, match="0 to 5 seconds"):
        Smoother(window_s)


@given(
    some.lists(some.tuples(some.floats(-0.3, 0.7), some.integers(0, 3)), min_size=2, max_size=60),
    some.integers(1, 59),
    some.booleans(),
)
def test_that_many_frames_at_once_are_steadied_as_one_by_one(
    frames: list[tuple[float, int]], cut: int, with_none: bool
) -> None:
    classes = ("ACS", "FCH", "none" if with_none else "LVOT", "RVOT")
    kinds = np.array([[0.55, 0.3, 0.1, 0.05], [0.3, 0.4, 0.2, 0.1], [0.2, 0.1, 0.6, 0.1], [0.1, 0.2, 0.3, 0.4]])
    chances = kinds[[kind for _, kind in frames]].astype(np.float32)
    times = np.cumsum([gap for gap, _ in frames])
    alone, together = Smoother(0.25), Smoother(0.25)
    single = [
        alone.update(Prediction(classes, row, MAPS, "none", 0.0), float(time_s))
        for row, time_s in zip(chances, times, strict=True)
    ]
    parts = [part for part in (slice(0, cut), slice(cut, None)) if len(times[part])]
    many = [together.update_many(chances[part], times[part], classes) for part in parts]
    np.testing.assert_array_equal(
        np.concatenate([steady.probabilities for steady in many]), [one.probabilities for one in single]
    )
    best, named = (np.concatenate([getattr(steady, name) for steady in many]) for name in ("best", "named"))
    assert [classes[place] if shown else "none" for place, shown in zip(best, named, strict=True)] == [
        one.plane for one in single
    ]
