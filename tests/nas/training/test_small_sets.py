"""Sets of hardly a frame, last batches of one, and what every part of every batch is varied by."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nas.config.train import TrainConfig
from nas.data.augment import Augmentation
from nas.errors import DataError
from nas.events import EpochDone, Event, RunStarted
from nas.rundir import RunFolder
from nas.train.run import train

Small = Callable[..., TrainConfig]
WriteSet = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("no_pictures")


def trained(root: Path, folder: Path, config: TrainConfig) -> list[Event]:
    with RunFolder(folder) as run:
        return list(train(root, run, config))


@pytest.mark.parametrize(
    ("frames", "batch", "learned", "held_out"), [(2, 16, 2, 2), (11, 15, 16, 6)], ids=["two a plane", "last of one"]
)
def test_that_two_frames_a_plane_and_a_last_batch_of_one_are_trained_on(
    write_set: WriteSet, tmp_path: Path, small: Small, frames: int, batch: int, learned: int, held_out: int
) -> None:
    root = write_set(frames=frames, subjects=frames, planes=("FCH", "TV"))
    events = trained(root, tmp_path / "run", small(epochs=1, batch=batch))
    (started,) = (event for event in events if isinstance(event, RunStarted))
    assert (started.train_frames, started.validation_frames) == (learned, held_out)
    (done,) = (event for event in events if isinstance(event, EpochDone))
    assert 0 < done.train_loss < 5


def test_that_a_single_frame_of_a_plane_is_refused_before_the_run_begins(
    write_set: WriteSet, tmp_path: Path, small: Small
) -> None:
    with pytest.raises(DataError, match="only one image each of FCH and TV"):
        trained(write_set(frames=1, planes=("FCH", "TV")), tmp_path / "run", small())


def test_that_no_two_parts_of_batches_are_varied_by_the_same_draws(
    write_set: WriteSet, tmp_path: Path, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    varied = Augmentation.__call__

    def noted(augmentation, frames, scale, generator, side):
        drawn.append(generator.initial_seed())
        return varied(augmentation, frames, scale, generator, side)

    monkeypatch.setattr(Augmentation, "__call__", noted)
    root = write_set(frames=12, subjects=4, planes=("FCH", "TV"))
    config = small(epochs=2, batch=6, ghost_batches=2, shift=1)
    trained(root, tmp_path / "one", config)
    assert len(drawn) == 2 * 3 * 2  # epochs, batches, parts
    assert len(set(drawn)) == len(drawn)
    once = list(drawn)
    drawn.clear()
    trained(root, tmp_path / "two", config)
    assert drawn == once
