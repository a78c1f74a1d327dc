"""The batches of a search: every frame once, none so small that its own statistics would say nothing."""

import pytest
import torch

from nas.errors import RunError
from nas.search.epochs import Epochs


@pytest.mark.parametrize("batch", [2, 3, 16])
@pytest.mark.parametrize(("train", "validation"), [(2, 2), (2, 17), (16, 17), (33, 31), (100, 5)])
def test_that_every_frame_comes_once_and_no_last_batch_is_of_one(train: int, validation: int, batch: int) -> None:
    epochs = Epochs(train, validation, batch, seed=0)
    for count, dealt in ((train, epochs.training(3)), (validation, epochs.validation(3))):
        sizes = [len(part) for part in dealt]
        assert len(dealt) == epochs.steps
        assert min(sizes) >= 2
        assert max(sizes) - min(sizes) <= 1
        assert torch.cat(list(dealt)).sort().values.tolist() == list(range(count))
    assert torch.cat(list(epochs.judging())).sort().values.tolist() == list(range(validation))


def test_that_the_order_is_another_one_in_every_epoch_and_the_same_for_equal_seeds() -> None:
    first, second = Epochs(40, 40, 8, seed=1), Epochs(40, 40, 8, seed=1)
    orders = [
        torch.cat(list(dealt)).tolist()
        for epoch in (0, 1)
        for dealt in (first.training(epoch), first.validation(epoch))
    ]
    assert len({tuple(order) for order in orders}) == 4
    assert torch.cat(list(second.training(1))).tolist() == orders[2]


def test_that_parts_of_fewer_than_two_frames_are_refused() -> None:
    assert Epochs(8, 9, 4, seed=0, parts=2).steps == 2
    with pytest.raises(RunError, match="3 frames cannot be normalised in 2 parts"):
        Epochs(8, 3, 4, seed=0, parts=2)
