"""Figures of an evaluation equal scikit-learn's and a count by hand on random cases, degenerate ones among them."""

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, cohen_kappa_score, confusion_matrix, f1_score

from nas.evaluate.bootstrap import intervals
from nas.evaluate.metrics import NO_PLANE, Metrics, measure

Case = tuple[NDArray[np.float64], NDArray[np.int64], float]
_BINS = 15


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Logits (N, K), targets with or without frames of none, and a temperature; classes may be absent or alone."""
    frames, classes = draw(st.integers(1, 40)), draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    used = draw(st.lists(st.integers(0, classes - 1), min_size=1, max_size=classes))
    targets = rng.choice(used, frames)
    targets[1:][rng.random(frames - 1) < draw(st.sampled_from([0, 0.3]))] = NO_PLANE
    logits = rng.normal(size=(frames, classes)) * draw(st.sampled_from([0.1, 1, 10]))
    logits[np.arange(frames), np.maximum(targets, 0)] += draw(st.sampled_from([0, 2, 50]))
    return logits, targets, draw(st.sampled_from([0.3, 1.0, 2.5]))


def measured(logits: NDArray[Any], targets: NDArray[np.int64], temperature: float) -> Metrics:
    return measure(logits, targets, tuple("ABCDEF"[: logits.shape[1]]), temperature)


def of_planes(logits: NDArray[Any], targets: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    planes = targets >= 0
    return targets[planes], logits.argmax(axis=1)[planes]


ONE_FRAME: Case = (np.array([[0.0, 3.0, 1.0]]), np.array([1]), 1.0)
ONE_CLASS_ALL_RIGHT: Case = (np.eye(3)[[2, 2, 2]] * 4, np.array([2, 2, 2]), 2.0)
ONE_CLASS_ALL_WRONG: Case = (np.eye(3)[[0, 0, 0]] * 4, np.array([2, 2, 2]), 1.0)


@example(ONE_FRAME)
@example(ONE_CLASS_ALL_RIGHT)
@example(ONE_CLASS_ALL_WRONG)
@settings(max_examples=60)
@given(cases())
def test_that_top1_f1_and_confusion_are_those_of_scikit_learn_over_planes_that_are_present(case: Case) -> None:
    logits, targets, temperature = case
    metrics = measured(logits, targets, temperature)
    truth, said = of_planes(logits, targets)
    present = np.unique(truth)
    assert metrics.top1 == pytest.approx(accuracy_score(truth, said))
    assert metrics.macro_f1 == pytest.approx(f1_score(truth, said, labels=present, average="macro", zero_division=0.0))
    assert np.array_equal(metrics.confusion, confusion_matrix(truth, said, labels=range(logits.shape[1])))
    assert list(metrics.per_plane) == ["ABCDEF"[index] for index in present]
    assert (metrics.n, metrics.n_none) == (len(truth), len(targets) - len(truth))


@example(ONE_FRAME)
@example(ONE_CLASS_ALL_RIGHT)
@example(ONE_CLASS_ALL_WRONG)
@settings(max_examples=60)
@given(cases())
def test_that_macro_f1_and_recall_are_those_of_a_count_by_hand(case: Case) -> None:
    logits, targets, temperature = case
    metrics = measured(logits, targets, temperature)
    pairs = list(zip(*(part.tolist() for part in of_planes(logits, targets)), strict=True))
    scores = []
    for plane in sorted({truth for truth, _ in pairs}):
        hits = pairs.count((plane, plane))
        missed = sum(truth == plane != said for truth, said in pairs)
        false = sum(truth != plane == said for truth, said in pairs)
        scores.append(2 * hits / (2 * hits + missed + false))
        assert metrics.per_plane["ABCDEF"[plane]] == pytest.approx(hits / (hits + missed))
    assert metrics.macro_f1 == pytest.approx(sum(scores) / len(scores))


@example(ONE_FRAME)
@example(ONE_CLASS_ALL_RIGHT)
@example(ONE_CLASS_ALL_WRONG)
@settings(max_examples=60)
@given(cases())
def test_that_kappa_is_that_of_scikit_learn_and_0_where_all_is_one_class(case: Case) -> None:
    logits, targets, temperature = case
    truth, said = of_planes(logits, targets)
    one_class = len({*truth.tolist(), *said.tolist()}) == 1
    expected = 0.0 if one_class else cohen_kappa_score(truth, said)
    assert measured(logits, targets, temperature).kappa == pytest.approx(expected, abs=1e-12)


def by_hand(logits: NDArray[Any], targets: NDArray[np.int64], temperature: float) -> float:
    """Expected calibration error frame by frame; a case with a certainty on the border of two bins is passed over."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for row, target in zip(logits.tolist(), targets.tolist(), strict=True):
        if target == NO_PLANE:
            continue
        top = max(row)
        certainty = 1 / math.fsum(math.exp((value - top) / temperature) for value in row)
        place = certainty * _BINS
        assume(certainty == 1 or abs(place - round(place)) > 1e-9)
        bins[min(int(place), _BINS - 1)].append((certainty, row.index(top) == target))
    frames = sum(map(len, bins))
    gaps = (abs(math.fsum(certainty - right for certainty, right in part)) for part in bins)
    return math.fsum(gaps) / frames


@example(ONE_FRAME)
@example(ONE_CLASS_ALL_WRONG)
@settings(max_examples=60)
@given(cases())
def test_that_calibration_error_is_that_of_a_count_by_hand_before_and_after_calibration(case: Case) -> None:
    logits, targets, temperature = case
    metrics = measured(logits, targets, temperature)
    assert metrics.ece == pytest.approx(by_hand(logits, targets, temperature), abs=1e-9)
    assert metrics.ece_uncalibrated == pytest.approx(by_hand(logits, targets, 1.0), abs=1e-9)


def test_that_one_woman_gives_no_interval() -> None:
    truth, said = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert intervals(truth, said, ["s1"] * 4, 2) == {}
    assert set(intervals(truth, said, ["s1", "s1", "s2", "s2"], 2)) == {"top1", "macro_f1", "kappa"}


def test_that_frames_without_a_subject_are_drawn_as_if_each_had_one() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 300)
    said = np.where(rng.random(300) < 0.7, truth, rng.integers(0, 3, 300))
    nameless = intervals(truth, said, [""] * 300, 3, resamples=4000)
    named = intervals(truth, said, [f"s{index}" for index in range(300)], 3, resamples=4000)
    for name, ends in nameless.items():
        assert ends == pytest.approx(named[name], abs=0.01), name


def test_that_intervals_over_a_hundred_thousand_frames_take_little_memory() -> None:
    rng = np.random.default_rng(0)
    truth, said = rng.integers(0, 11, (2, 100_000))
    names = [f"s{index // 5}" if index % 2 else "" for index in range(100_000)]
    tracemalloc.start()
    found = intervals(truth, said, names, 11, resamples=20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found["top1"][0] < 1 / 11 < found["top1"][1]
    assert peak < 150e6
