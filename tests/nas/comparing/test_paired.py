"""The paired test against values counted by hand, and the sentence that follows from it."""

import itertools

import numpy as np
import pytest
from scipy.stats import binom, rankdata

from nas.compare.paired import (
    Pair,
    holm,
    interval_of_mean,
    paired_tests,
    signed_rank,
    subject_accuracy,
    subjects_needed,
)
from nas.compare.verdict import verdict


def counted(differences: np.ndarray) -> float:
    """Return the exact two-sided p by trying every assignment of signs."""
    ranks = rankdata(np.abs(differences))
    seen = min(ranks[differences > 0].sum(), ranks[differences < 0].sum())
    sums = [sum(np.array(signs) * ranks) for signs in itertools.product((0, 1), repeat=len(ranks))]
    return min(2 * sum(total <= seen + 1e-9 for total in sums) / len(sums), 1.0)


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 2 / 64),
        ([0.1, -0.2, 0.3, 0.4, 0.05], 10 / 32),  # ranks below 0 sum to 3: {}, 1, 2, 3, 1+2 are no larger
        ([0.0, 0.0, 0.0], 1.0),
    ],
)
def test_that_signed_ranks_are_those_counted_by_hand(differences: list[float], p: float) -> None:
    assert signed_rank(np.array(differences)) == pytest.approx(p)


def test_that_ties_are_counted_exactly_for_few_subjects() -> None:
    differences = np.array([0.1, 0.1, 0.1, -0.1, 0.2, 0.2, -0.3])
    assert signed_rank(differences) == pytest.approx(counted(differences))


def test_that_holm_raises_step_by_step_and_keeps_the_order_given() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def test_that_the_interval_is_that_of_resampled_subjects() -> None:
    values = np.repeat([0.0, 1.0], 10)
    low, high = interval_of_mean(values, seed=3)
    assert (low * 20, high * 20) == pytest.approx((binom.ppf(0.025, 20, 0.5), binom.ppf(0.975, 20, 0.5)))
    assert interval_of_mean(np.full(4, 0.25), seed=0) == pytest.approx((0.25, 0.25))


def test_that_subjects_count_alike_and_unknown_ones_do_not() -> None:
    right = np.array([True, False, True, True, False])
    assert subject_accuracy(right, ["b", "b", "a", "b", ""]) == pytest.approx([1.0, 2 / 3])


def test_that_every_model_is_tested_against_the_best() -> None:
    accuracy = {
        "slow": np.array([0.5, 0.4, 0.3, 0.2, 0.1, 0.05]),
        "best": np.array([0.9, 0.9, 0.9, 0.9, 0.9, 0.9]),
        "equal": np.array([0.9, 0.9, 0.9, 0.9, 0.9, 0.9]),
    }
    slow, equal = paired_tests("best", accuracy)
    assert (slow.other, slow.p, slow.p_holm) == ("slow", pytest.approx(2 / 64), pytest.approx(4 / 64))
    assert slow.difference == pytest.approx(0.9 - 1.55 / 6)
    assert slow.low < slow.difference < slow.high
    assert (equal.difference, equal.low, equal.high, equal.p, equal.p_holm) == (0, 0, 0, 1, 1)


@pytest.mark.parametrize("pairs", range(1, 12))
def test_that_so_many_subjects_are_the_fewest_that_can_settle_anything(pairs: int) -> None:
    enough = subjects_needed(pairs)
    assert pairs * 2 / 2**enough < 0.05 <= pairs * 2 / 2 ** (enough - 1)


def pair(other: str, difference: float, p_holm: float) -> Pair:
    return Pair(
        other=other, difference=difference, low=difference - 0.01, high=difference + 0.01, p=p_holm / 2, p_holm=p_holm
    )


NEAR, FAR, OPEN = pair("b", 0.021, 0.012), pair("c", 0.3, 0.0004), pair("d", 0.004, 0.4)


@pytest.mark.parametrize(
    ("models", "subjects", "pairs", "sentence"),
    [
        (1, 20, [], "Only a was judged, so there is nothing to compare it with."),
        (
            2,
            0,
            [],
            (
                "Nothing is settled: the subjects of the test frames are not known, so no test can be made;"
                " a has the highest top-1."
            ),
        ),
        (
            2,
            1,
            [],
            "Nothing is settled: 1 test subject is too few, since the test of 1 pair needs 6; a has the highest top-1.",
        ),
        (
            3,
            6,
            [NEAR, FAR],
            (
                "Nothing is settled: 6 test subjects are too few, since the test of 2 pairs needs 7;"
                " a has the highest top-1."
            ),
        ),
        (
            2,
            20,
            [OPEN],
            "Nothing is settled: a has the highest top-1, but no difference from it holds at 5 % on 20 subjects.",
        ),
        (2, 20, [NEAR], "a wins: on 20 subjects it is 2.1 points (95 % 1.1 to 3.1) more accurate than b (p = 0.012)."),
        (
            3,
            20,
            [FAR, NEAR],
            (
                "a wins: on 20 subjects it is 2.1 points (95 % 1.1 to 3.1) more accurate than b (p = 0.012);"
                " it is ahead of all 2 others."
            ),
        ),
        (
            3,
            20,
            [FAR, OPEN],
            (
                "a is more accurate on 20 subjects than c by 30.0 points (95 % 29.0 to 31.0);"
                " between it and d nothing is settled."
            ),
        ),
    ],
)
def test_that_the_verdict_claims_what_the_subjects_bear(
    models: int, subjects: int, pairs: list[Pair], sentence: str
) -> None:
    assert verdict("a", models, subjects, pairs) == sentence
