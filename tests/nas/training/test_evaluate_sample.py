"""What is taken on the way through the frames equals what a second pass over all of them would give."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nas.calibration import softmax
from nas.evaluate.answers import Answers, label
from nas.evaluate.decoded import Decoded, decode
from nas.evaluate.embedding import PooledSample, embed, laid, stratified, untrained
from nas.evaluate.gallery import GalleryChoice, gallery_record
from nas.events import Notice
from nas.learning.device import Placement, place
from nas.model_config import ModelConfig
from nas.preprocess import PreprocessSpec, normalise
from nas.space.network_config import NetworkConfig
from tests.drained import drained

WriteSet = Callable[..., Path]
CONFIG = ModelConfig(
    network=NetworkConfig(blocks=2, channels=2, reduce_at=(1,), classes=4, size=16),
    classes=("none", "ACS", "FCH", "TV"),
    preprocess=PreprocessSpec(size=16),
    temperature=0.7,
)


class Labelled(NamedTuple):
    """A set labelled once, with what was taken on the way, and the same by one plain pass."""

    decoded: Decoded
    placement: Placement
    answers: Answers
    choice: GalleryChoice
    sample: PooledSample
    logits: NDArray[np.float32]
    maps: NDArray[np.float32]
    pooled: NDArray[np.float32]


@pytest.fixture(scope="module")
def labelled(write_set: WriteSet, tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    root, work = write_set(frames=15, subjects=3, seed=6, nones=6), tmp_path_factory.mktemp("frames")
    placement = place("cpu", "fp32", threads=1)
    _, decoded = drained(decode(CONFIG, root, work, 1))
    frames = decoded.part(np.arange(len(decoded))).numpy()
    images = torch.from_numpy(normalise(frames, CONFIG.preprocess))
    network = untrained(CONFIG, seed=4)
    with torch.no_grad():
        network.classifier.bias -= network(images).logits.mean(0)  # so that no answer is the same for all frames
    choice = GalleryChoice(CONFIG, decoded)
    sample = PooledSample(stratified([image.label for image in decoded.data.images], most=20))
    _, answers = drained(label(CONFIG, network, decoded, placement, 7, (choice, sample)))
    with torch.inference_mode():
        output, features = network(images), network.features(images)
    return Labelled(
        decoded, placement, answers, choice, sample,
        output.logits.numpy(), output.maps.numpy(), features.mean((2, 3)).numpy(),
    )  # fmt: skip


def test_that_a_class_none_of_the_models_own_takes_no_part_in_the_answers(labelled: Labelled) -> None:
    np.testing.assert_allclose(labelled.answers.logits, labelled.logits[:, 1:], rtol=1e-4, atol=1e-5)
    assert Counter(labelled.decoded.targets.tolist()) == {-1: 6, 0: 15, 1: 15, 2: 15}


def test_that_the_gallery_holds_the_most_certain_answers_of_each_plane_with_the_map_of_the_true_plane(
    labelled: Labelled,
) -> None:
    chances = softmax(labelled.logits[:, 1:], CONFIG.temperature)
    said, certainty, targets = chances.argmax(axis=1), chances.max(axis=1), labelled.decoded.targets
    examples = labelled.choice.examples()
    assert len(set(said[targets >= 0])) > 1, "answers of one kind alone would prove nothing"
    for number, plane in enumerate(CONFIG.planes):
        mine = np.flatnonzero(targets == number)
        ordered = mine[np.argsort(-certainty[mine], kind="stable")]
        expected = [*ordered[said[ordered] == number][:2], *ordered[said[ordered] != number][:1]]
        found = examples[plane]
        assert [example.file for example in found] == [labelled.decoded.data.images[at].path for at in expected]
        for at, example in zip(expected, found, strict=True):
            assert (example.plane, example.answer) == (plane, CONFIG.planes[said[at]])
            assert example.certainty == pytest.approx(certainty[at], abs=1e-5)
            np.testing.assert_allclose(example.values, labelled.maps[at, 1 + number], rtol=1e-3, atol=1e-5)
            np.testing.assert_array_equal(example.frame, labelled.decoded.part(np.array([at]))[0].numpy())
    record = gallery_record(examples)
    assert [entry["file"] for entry in record] == [example.file for shown in examples.values() for example in shown]
    np.testing.assert_allclose(record[0]["map"], next(iter(examples.values()))[0].values, atol=1e-6)


def test_that_pooled_features_are_those_of_the_sampled_frames_alone(labelled: Labelled) -> None:
    assert labelled.sample.features().shape == (20, labelled.pooled.shape[1])
    np.testing.assert_allclose(
        labelled.sample.features(), labelled.pooled[labelled.sample.positions], rtol=1e-3, atol=1e-5
    )


def test_that_frames_are_laid_out_untrained_and_trained_with_their_files_always_the_same(labelled: Labelled) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    laid_out = [drained(embed(CONFIG, labelled.decoded, labelled.sample, labelled.placement, 7))[1] for _ in range(2)]
    assert torch.equal(torch.get_rng_state(), before)
    first, second = laid_out
    assert first is not None
    assert second is not None
    images = [labelled.decoded.data.images[at] for at in labelled.sample.positions]
    assert first.files == tuple(image.path for image in images)
    assert first.labels == tuple(image.label for image in images)
    for name in ("untrained", "trained"):
        points = getattr(first, name)
        assert points.shape == (20, 2)
        assert np.isfinite(points).all()
        np.testing.assert_array_equal(points, getattr(second, name))
    assert not np.allclose(first.untrained, first.trained)


def test_that_too_few_frames_and_frames_that_are_all_alike_are_left_out_with_a_reason(labelled: Labelled) -> None:
    few = PooledSample(np.arange(7))
    events, embedding = drained(embed(CONFIG, labelled.decoded, few, labelled.placement, 7))
    assert embedding is None
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert "7 frames are too few for t-SNE" in notice.message
    assert laid(np.ones((20, 5), np.float32)) is None
    assert laid(np.full((20, 5), 1e-30, np.float32)) is None
    assert laid(np.zeros((20, 5), np.float32)) is None


def test_that_groups_far_apart_stay_apart_however_small_the_features_are() -> None:
    rng = np.random.default_rng(0)
    centres = np.repeat(np.eye(6, dtype=np.float32)[:3], 12, axis=0)
    points = laid((1e-12 * (centres + 0.01 * rng.normal(size=centres.shape))).astype(np.float32))
    assert points is not None
    group = np.repeat(np.arange(3), 12)
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    assert (group[distance.argmin(axis=1)] == group).all()


labels = st.lists(st.sampled_from(["ACS", "FCH", "TV", "none"]), min_size=1, max_size=120)


@given(labels, st.integers(4, 60))
def test_that_a_sample_keeps_the_share_of_each_class_and_none_is_missing(named: list[str], most: int) -> None:
    chosen = stratified(named, most)
    assert len(chosen) == min(most, len(named))
    assert list(chosen) == sorted(set(chosen.tolist()))
    whole, taken = Counter(named), Counter(named[at] for at in chosen.tolist())
    for name, count in whole.items():
        assert taken[name] >= 1
        assert abs(taken[name] - len(chosen) * count / len(named)) <= len(whole)
    assert list(stratified(named, most)) == list(chosen)
