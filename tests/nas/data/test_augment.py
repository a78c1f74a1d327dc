"""Augmentation changes what it is told to, by as much as it is told to, and equally for equal seeds."""

import numpy as np
import pytest
import torch
from torch import Tensor

from nas.data.augment import Augmentation, Scale, normalised
from nas.preprocess import PreprocessSpec, normalise

SPEC = PreprocessSpec(size=32, mean=(0.2,), std=(0.3,))
CPU = torch.device("cpu")


def frames(count: int = 6, seed: int = 0, colour: bool = False) -> Tensor:
    shape = (count, 32, 32, 3) if colour else (count, 32, 32)
    return torch.from_numpy(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))


def changed(augmentation: Augmentation, pictures: Tensor, seed: int = 0, side: int = 32) -> Tensor:
    return augmentation(pictures, Scale.of(SPEC, CPU), torch.Generator().manual_seed(seed), side)


@pytest.mark.parametrize("colour", [False, True])
def test_that_normalisation_on_the_device_is_that_of_live_use(colour: bool) -> None:
    spec = SPEC.model_copy(update={"colour": "rgb" if colour else "grey"})
    pictures = frames(colour=colour)
    live = normalise(pictures.numpy(), spec)
    assert np.allclose(normalised(pictures, Scale.of(spec, CPU)).numpy(), live, atol=1e-6)


def test_that_no_augmentation_changes_nothing() -> None:
    assert torch.equal(changed(Augmentation(), frames()), normalised(frames(), Scale.of(SPEC, CPU)))


def test_that_cutout_blanks_one_square_of_its_side() -> None:
    white = torch.full((400, 32, 32), 255, dtype=torch.uint8)
    holes = changed(Augmentation(cutout=6), white) == 0
    areas = holes.sum(dim=(1, 2, 3))
    assert int(areas.max()) == 36
    assert int(areas.min()) >= 9
    rows, columns = holes.any(dim=3).sum(dim=2), holes.any(dim=2).sum(dim=2)
    assert torch.equal(rows.flatten() * columns.flatten(), areas)
    assert holes.any(dim=0).float().mean() == 1.0


def test_that_a_shift_moves_by_no_more_than_it_says_and_in_every_direction() -> None:
    dot = torch.zeros((300, 32, 32), dtype=torch.uint8)
    dot[:, 14:18, 14:18] = 255
    moved = changed(Augmentation(shift=5), dot) - normalised(
        torch.zeros(1, 32, 32, dtype=torch.uint8), Scale.of(SPEC, CPU)
    )
    weights = moved.squeeze(1) / moved.sum(dim=(1, 2, 3)).view(-1, 1, 1)
    places = torch.arange(32.0)
    down = (weights.sum(dim=2) * places).sum(dim=1) - 15.5
    right = (weights.sum(dim=1) * places).sum(dim=1) - 15.5
    for way in (down, right):
        assert float(way.abs().max()) <= 5.01
        assert float(way.max()) > 4
        assert float(way.min()) < -4


def test_that_a_flip_mirrors_about_half_of_the_frames_and_nothing_else() -> None:
    pictures = frames(400)
    plain = normalised(pictures, Scale.of(SPEC, CPU))
    result = changed(Augmentation(flip=True), pictures)
    same = (result - plain).abs().amax(dim=(1, 2, 3)) < 1e-4
    mirrored = (result - plain.flip(3)).abs().amax(dim=(1, 2, 3)) < 1e-4
    assert bool((same ^ mirrored).all())
    assert 150 < int(mirrored.sum()) < 250


def test_that_turn_and_zoom_keep_the_middle_and_change_the_rim() -> None:
    pictures = frames(50)
    plain = normalised(pictures, Scale.of(SPEC, CPU))
    for augmentation in (Augmentation(turn=20), Augmentation(zoom=0.2)):
        result = changed(augmentation, pictures)
        assert float((result - plain).abs().mean()) > 0.1
        middle = torch.zeros((1, 32, 32), dtype=torch.uint8)
        middle[:, 12:20, 12:20] = 255
        kept = changed(augmentation, middle.expand(50, 32, 32))[:, 0, 15:17, 15:17]
        assert torch.allclose(kept, torch.full_like(kept, (1 - 0.2) / 0.3), atol=1e-4)


def test_that_gain_stays_within_its_range() -> None:
    grey = torch.full((500, 32, 32), 128, dtype=torch.uint8)
    levels = changed(Augmentation(gain=0.2), grey)[:, 0, 0, 0] * 0.3 + 0.2
    assert 0.39 < float(levels.min()) < 0.42
    assert 0.58 < float(levels.max()) < 0.61


def test_that_a_smaller_side_is_sampled_straight_from_the_frames() -> None:
    pictures = frames()
    half = changed(Augmentation(), pictures, side=16)
    plain = normalised(pictures, Scale.of(SPEC, CPU))
    assert torch.allclose(half, torch.nn.functional.avg_pool2d(plain, 2), atol=1e-5)
    assert torch.allclose(half, normalised(pictures, Scale.of(SPEC, CPU), 16), atol=1e-6)
    white = torch.full((100, 32, 32), 255, dtype=torch.uint8)
    assert int((changed(Augmentation(cutout=6), white, side=16) == 0).sum(dim=(1, 2, 3)).max()) == 9


def test_that_equal_seeds_give_equal_frames_and_others_do_not() -> None:
    everything = Augmentation(cutout=6, shift=3, turn=10, zoom=0.1, flip=True, gain=0.2)
    assert torch.equal(changed(everything, frames(), 7), changed(everything, frames(), 7))
    assert not torch.equal(changed(everything, frames(), 7), changed(everything, frames(), 8))
    assert changed(everything, frames()).is_contiguous(memory_format=torch.channels_last)
