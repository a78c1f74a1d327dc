"""A training run that ended by its time limit goes on exactly where more minutes are given."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from nas.config.train import TrainConfig
from nas.events import RunFinished
from nas.rundir import RunFolder
from nas.train.run import train
from tests.nas.training.conftest import last_state, lasting_events

Small = Callable[..., TrainConfig]


def ended(root: Path, folder: Path, config: TrainConfig, resume: bool = False, **changes: object) -> tuple[str, int]:
    """Run to the end; return why it ended, and the epochs done."""
    with RunFolder(folder, resume) as run:
        for event in train(root, run, config, dict(changes)):
            run.append(event)
    assert isinstance(event, RunFinished)
    return event.reason, event.epochs_done


@pytest.mark.usefixtures("no_pictures")
def test_that_a_run_that_ended_by_time_goes_on_with_more_minutes(small_set: Path, tmp_path: Path, small: Small) -> None:
    config = small(epochs=3, ema=0.9, shift=2)
    assert ended(small_set, tmp_path / "whole", config) == ("epochs", 3)
    limited = config.model_copy(update={"minutes": 1e-6})
    assert ended(small_set, tmp_path / "parts", limited) == ("time", 1)
    assert ended(small_set, tmp_path / "parts", limited, resume=True) == ("time", 1)
    assert ended(small_set, tmp_path / "parts", limited, resume=True, minutes=60.0) == ("epochs", 3)
    assert lasting_events(tmp_path / "parts") == lasting_events(tmp_path / "whole")
    left, right = (last_state(tmp_path / name) for name in ("whole", "parts"))
    assert all(torch.equal(tensor, right[name]) for name, tensor in left.items())
