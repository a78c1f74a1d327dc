"""The rule for none: fitted where certainty alone is blind, the same for a frame wherever it is computed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from nas.calibration import fit_certainty, fit_novelty, softmax
from nas.model_config import ModelConfig
from nas.novelty import FEATURES_A_CLASS, Evidence, NoveltyRule, vivid_shares
from nas.preprocess import PreprocessSpec
from nas.space.network_config import NetworkConfig

PLANES = 3


def drawn(count: int, seed: int = 0) -> tuple[Evidence, NDArray[np.int64]]:
    """Return frames of planes and of none that softmax cannot tell apart: all logits of none lie lower by the same."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(-1, PLANES, count)
    maps = rng.normal(0, 0.5, (count, PLANES, 4, 4))
    likely = np.where(targets < 0, rng.integers(0, PLANES, count), targets)
    maps[np.arange(count), likely] += 3.0
    maps[targets < 0] -= 2.0
    return Evidence.of(maps.mean((2, 3)), maps, grey(count)), targets


def grey(count: int) -> NDArray[np.uint8]:
    """Return frames without colour."""
    return np.full((count, 8, 8), 90, np.uint8)


def test_that_the_rule_tells_none_where_certainty_is_blind() -> None:
    evidence, targets = drawn(800)
    rule = fit_novelty(evidence, softmax(evidence.logits), targets)
    assert rule is not None
    unseen, truth = drawn(800, seed=1)
    probabilities = softmax(unseen.logits)
    certainty, chances = probabilities.max(1), rule.chances(unseen, probabilities)
    shown = truth >= 0
    assert abs(np.median(certainty[shown]) - np.median(certainty[~shown])) < 0.05
    assert chances[shown].min() > chances[~shown].max()


def test_that_a_chance_is_the_logistic_function_of_the_stated_sum() -> None:
    weights = tuple(0.1 * (place + 1) for place in range(FEATURES_A_CLASS * 2))
    rule = NoveltyRule(weights=weights, bias=-2.0)
    maps = np.array([[[[1.0, 3.0]], [[-1.0, -1.0]]]])
    probabilities = np.array([[0.9, 0.1]])
    values = [2.0, -1.0, 3.0, -1.0, 1.0, 0.0, math.log(0.9), math.log(0.1), 1.0, 0.0]
    total = -2.0 + sum(weight * value for weight, value in zip(weights, values, strict=True))
    found = rule.chances(Evidence.of(np.array([[2.0, -1.0]]), maps, grey(1)), probabilities)
    assert found == pytest.approx([1 / (1 + math.exp(-total))], rel=1e-12)


def coloured(count: int, seed: int) -> tuple[Evidence, NDArray[np.int64]]:
    """Return frames of planes; a third has a patch of red over it and is none, with the network none the wiser."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, PLANES, count)
    maps = rng.normal(0, 0.5, (count, PLANES, 4, 4))
    maps[np.arange(count), targets] += 3.0
    frames = np.repeat(rng.integers(0, 250, (count, 16, 16, 1), np.uint8), 3, axis=3)
    covered = rng.random(count) < 1 / 3
    frames[covered, :4, :4] = (220, 20, 20)
    return Evidence.of(maps.mean((2, 3)), maps, frames), np.where(covered, -1, targets)


def test_that_the_rule_sees_colour_over_a_plane_that_the_network_knows_well() -> None:
    evidence, targets = coloured(600, seed=0)
    rule = fit_novelty(evidence, softmax(evidence.logits), targets)
    assert rule is not None
    assert rule.vivid_weight < 0
    unseen, truth = coloured(600, seed=1)
    chances = rule.chances(unseen, softmax(unseen.logits))
    assert chances[truth >= 0].min() > chances[truth < 0].max()


def test_that_a_rule_fitted_on_grey_frames_does_not_weigh_colour() -> None:
    evidence, targets = drawn(400)
    rule = fit_novelty(evidence, softmax(evidence.logits), targets)
    assert rule is not None
    assert rule.vivid_weight == 0


@pytest.mark.parametrize(
    ("colour", "share"),
    [((90, 90, 90), 0.0), ((110, 90, 75), 0.0), ((110, 90, 70), 0.0), ((111, 90, 70), 0.25), ((20, 60, 220), 0.25)],
)
def test_that_coloured_pixels_are_those_whose_channels_lie_over_40_levels_apart(
    colour: tuple[int, int, int], share: float
) -> None:
    frames = np.full((2, 8, 8, 3), 128, np.uint8)
    frames[1, :4, :4] = colour
    assert vivid_shares(frames).tolist() == [0.0, share]
    assert vivid_shares(frames[..., :1]).tolist() == [0.0, 0.0]


@given(st.lists(st.floats(-1e6, 1e6), min_size=PLANES, max_size=PLANES), st.floats(0.05, 20))
def test_that_a_chance_stays_between_none_and_one(row: list[float], temperature: float) -> None:
    rule = NoveltyRule(weights=(1.0,) * FEATURES_A_CLASS * PLANES, bias=0.0)
    logits = np.array([row])
    evidence = Evidence(logits, logits, np.abs(logits), np.zeros(1))
    (chance,) = rule.chances(evidence, softmax(logits, temperature))
    assert 0 <= chance <= 1


def test_that_too_few_frames_of_none_give_no_rule_and_the_threshold_serves_alone() -> None:
    evidence, targets = drawn(400)
    few = np.flatnonzero((targets >= 0) | (np.cumsum(targets < 0) <= 49))
    part = Evidence(evidence.logits[few], evidence.peaks[few], evidence.spreads[few], evidence.vivid[few])
    temperature, threshold, rule = fit_certainty(part, targets[few])
    assert rule is None
    assert 0 < threshold < 1
    assert temperature > 0


def test_that_with_the_rule_the_threshold_splits_both_kinds() -> None:
    evidence, targets = drawn(800)
    temperature, threshold, rule = fit_certainty(evidence, targets)
    assert rule is not None
    probabilities = softmax(evidence.logits, temperature)
    certainty = probabilities.max(1) * rule.chances(evidence, probabilities)
    assert ((certainty >= threshold) == (targets >= 0)).mean() > 0.99


@pytest.mark.parametrize(
    ("classes", "weights", "said"),
    [(("A", "B"), 5, "number of weights"), (("A", "none"), 5, "exclude each other")],
)
def test_that_a_rule_of_another_model_is_refused(classes: tuple[str, ...], weights: int, said: str) -> None:
    network = NetworkConfig(blocks=1, channels=2, reduce_at=(), size=16, classes=2, input_channels=1)
    with pytest.raises(ValidationError, match=said):
        ModelConfig(
            network=network,
            classes=classes,
            preprocess=PreprocessSpec(size=16),
            novelty=NoveltyRule(weights=(0.0,) * weights, bias=0.0),
        )


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_that_a_rule_with_a_number_that_is_none_is_refused(number: float) -> None:
    with pytest.raises(ValidationError, match="finite"):
        NoveltyRule(weights=(number,) * FEATURES_A_CLASS, bias=0.0)
    with pytest.raises(ValidationError, match="finite"):
        NoveltyRule(weights=(0.0,) * FEATURES_A_CLASS, bias=number)
