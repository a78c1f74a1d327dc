"""Fine-tuning: a run begins where a model stands, whatever its planes and input channels, and resumes without it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from nas.checkpoint import newest_checkpoint
from nas.config.train import TrainConfig
from nas.errors import ModelFolderError, RunError
from nas.events import EpochDone, Event
from nas.model import load_model, load_weights
from nas.rundir import RunFolder
from nas.space.network import UiacNetwork
from nas.train.beginning import as_model, begin_with, keep_beginning
from nas.train.run import train
from tests.nas.training.conftest import lasting_events, stop_after

Small = Callable[..., TrainConfig]
WriteSet = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("no_pictures")


def _trained(root: Path, folder: Path, config: TrainConfig, beginning: Path | None = None) -> list[Event]:
    with RunFolder(folder) as run:
        return list(train(root, run, config, beginning=beginning))


@pytest.fixture
def model(small_set: Path, tmp_path: Path, small: Small) -> Path:
    """A model of three planes that was trained for some epochs."""
    _trained(small_set, tmp_path / "first", small(epochs=12, cosine_length=12, name="First"))
    return tmp_path / "first" / "model"


def _begun(run: Path, model: Path, config: TrainConfig, classes: tuple[str, ...], channels: int = 1) -> UiacNetwork:
    """Return the network that a run in a new folder begins with."""
    with RunFolder(run) as folder:
        began = keep_beginning(model, folder)
        network = UiacNetwork(
            began.model.network.model_copy(update={"classes": len(classes), "input_channels": channels})
        )
        begin_with(network, began, classes)
    return network.eval()


def test_that_a_run_goes_on_from_the_model_and_says_so(
    small_set: Path, model: Path, tmp_path: Path, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    monkeypatch.setattr(
        "nas.train.beginning.load_weights", lambda folder, config: read.append(folder) or load_weights(folder, config)
    )
    anew, tuned = (
        small(epochs=1, lr=0.001, seed=3),
        small(epochs=1, lr=0.001, seed=3, channels=8, blocks=2, reduce_at=()),
    )
    fresh = _trained(small_set, tmp_path / "anew", anew)
    more = _trained(small_set, tmp_path / "tuned", tuned, model)
    first, second = (next(event for event in told if isinstance(event, EpochDone)) for told in (fresh, more))
    assert second.macro_f1 > 0.9 > first.macro_f1
    assert read == [model], "large files are read once"
    config, _ = load_model(tmp_path / "tuned" / "model")
    assert config.network == load_model(model)[0].network
    assert "Began with the weights of the model `First`." in (tmp_path / "tuned" / "model" / "README.md").read_text()
    assert "Began with" not in (tmp_path / "anew" / "model" / "README.md").read_text()
    assert str(model) not in (tmp_path / "tuned" / "config.json").read_text()


def test_that_a_colour_network_answers_grey_frames_as_the_grey_model_did(
    model: Path, tmp_path: Path, small: Small
) -> None:
    _, grey = load_model(model)
    colour = _begun(tmp_path / "run", model, small(), ("ACS", "FCH", "TV"), channels=3)
    frames = torch.from_numpy(np.random.default_rng(1).normal(size=(4, 1, 16, 16)).astype(np.float32))
    with torch.no_grad():
        assert torch.allclose(colour(frames.expand(-1, 3, -1, -1)).logits, grey(frames).logits, atol=1e-5)


def test_that_planes_keep_their_rows_by_name_and_new_ones_begin_anew(model: Path, tmp_path: Path, small: Small) -> None:
    _, before = load_model(model)
    after = _begun(tmp_path / "run", model, small(), ("TV", "BSC", "ACS"))
    known = before.classifier.weight
    assert torch.equal(after.classifier.weight[0], known[2])
    assert torch.equal(after.classifier.weight[2], known[0])
    assert not any(torch.equal(after.classifier.weight[1], row) for row in known)


def test_that_a_run_stopped_before_its_first_checkpoint_goes_on_without_the_model(
    small_set: Path, model: Path, tmp_path: Path, small: Small
) -> None:
    config = small(epochs=2, lr=0.01)
    _trained_events(small_set, tmp_path / "whole", config, model)
    stop_after(
        lambda root, run, config: train(root, run, config, beginning=model), small_set, tmp_path / "parts", config, 1
    )
    shutil.rmtree(model)
    shutil.rmtree(tmp_path / "parts" / "checkpoints")
    with RunFolder(tmp_path / "parts", resume=True) as run:
        assert newest_checkpoint(run)[0] is None
        for event in train(small_set, run, config):
            run.append(event)
    assert lasting_events(tmp_path / "parts") == lasting_events(tmp_path / "whole")


def _trained_events(root: Path, folder: Path, config: TrainConfig, model: Path) -> None:
    with RunFolder(folder) as run:
        for event in train(root, run, config, beginning=model):
            run.append(event)


def test_that_what_is_no_model_is_refused_before_the_run_begins(small_set: Path, tmp_path: Path, small: Small) -> None:
    with pytest.raises(ModelFolderError):
        _trained(small_set, tmp_path / "run", small(), tmp_path / "nowhere")
    assert not (tmp_path / "run" / "config.json").exists()


def test_that_a_network_of_torchvision_begins_with_no_model(
    small_set: Path, model: Path, tmp_path: Path, small: Small
) -> None:
    with RunFolder(tmp_path / "run") as run, pytest.raises(RunError, match="torchvision"):
        list(train(small_set, run, small(), baseline="resnet18", beginning=model))


def test_that_the_run_takes_the_models_network(model: Path, small: Small) -> None:
    config, genotype = as_model(small(channels=8, genotype="darts_v1"), load_model(model)[0])
    assert (config.channels, config.blocks, config.reduce_at) == (4, 3, (1, 2))
    assert genotype == load_model(model)[0].network.genotype
    assert config.genotype == "First"
