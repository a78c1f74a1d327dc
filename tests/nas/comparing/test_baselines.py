"""Baselines are torchvision's own networks: parameters, smallest frames, grey input and training in place of UIAC."""

from collections.abc import Callable
from contextlib import closing
from math import prod
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import models

from nas.baselines.names import SMALLEST
from nas.baselines.network import Baseline
from nas.config.train import TrainConfig
from nas.errors import NasError
from nas.events import EpochDone, Progress, RunFinished, RunStarted
from nas.rundir import RunFolder
from nas.train.run import train

FEATURES = {
    "alexnet": 4096, "vgg": 4096, "resnet18": 512, "resnet34": 512, "resnet": 2048, "densenet121": 1024,
    "densenet161": 2208, "densenet169": 1664, "densenet201": 1920,
}  # fmt: skip


def parameters(network: nn.Module) -> int:
    return sum(prod(parameter.shape) for parameter in network.parameters())


def published(name: str, classes: int) -> int:
    """Return the parameters that torchvision publishes for 1000 classes, with a head of other classes."""
    features = next(count for start, count in FEATURES.items() if name.startswith(start))
    whole = models.get_model_weights(name).DEFAULT.meta["num_params"]
    return int(whole) - (1000 - classes) * (features + 1)


@pytest.mark.parametrize("name", SMALLEST)
def test_that_parameters_are_those_that_torchvision_publishes(name: str) -> None:
    with torch.device("meta"):
        assert parameters(Baseline(name, 11, 3)) == published(name, 11)


@pytest.mark.parametrize(
    ("name", "millions"), [("alexnet", 57.0), ("vgg13_bn", 129.0), ("resnet18", 11.1), ("densenet121", 6.9)]
)
def test_that_parameters_are_those_of_the_paper(name: str, millions: float) -> None:
    with torch.device("meta"):
        count = parameters(Baseline(name, 11, 3))
    assert millions * 1e6 <= count < (millions + 0.1) * 1e6


@pytest.mark.parametrize("name", ["alexnet", "vgg11", "vgg19_bn", "resnet18", "resnet50", "densenet121"])
def test_that_the_smallest_frame_is_the_smallest_that_torchvision_takes(name: str) -> None:
    side = SMALLEST[name]
    with torch.device("meta"):
        grey = Baseline(name, 11, 1, side).eval()
        assert grey(torch.zeros(2, 1, 64, 64)).logits.shape == (2, 11)
        assert grey(torch.zeros(2, 1, side, side)).logits.shape == (2, 11)
        if side > 1:
            with pytest.raises(RuntimeError, match="too small"):
                grey(torch.zeros(2, 1, side - 1, side - 1))
            with pytest.raises(NasError, match=f"{name} cannot take frames of {side - 1} pixels") as refused:
                Baseline(name, 11, 1, side - 1)
            assert f"--size {side}" in refused.value.advice


def test_that_an_unknown_baseline_is_refused_with_the_list() -> None:
    with pytest.raises(NasError, match="no baseline 'resnet19'") as refused:
        Baseline("resnet19", 11)
    assert "resnet18" in refused.value.advice


@pytest.mark.parametrize(
    ("name", "spread"),
    [
        ("alexnet", 1 / 11 / 3**0.5),  # uniform within 1 / sqrt(fan in), fan in 11 x 11
        ("resnet18", (2 / (64 * 49)) ** 0.5),
        ("densenet121", (2 / 49) ** 0.5),
    ],
)
def test_that_the_first_convolution_for_grey_follows_its_family(name: str, spread: float) -> None:
    torch.manual_seed(0)
    grey = next(layer for layer in Baseline(name, 3, 1).modules() if isinstance(layer, nn.Conv2d))
    colour = next(layer for layer in Baseline(name, 3, 3).modules() if isinstance(layer, nn.Conv2d))
    assert (grey.in_channels, grey.out_channels, grey.kernel_size) == (1, colour.out_channels, colour.kernel_size)
    assert (grey.stride, grey.padding) == (colour.stride, colour.padding)
    assert (grey.bias is None) == (colour.bias is None)
    assert float(grey.weight.detach().std()) == pytest.approx(spread, rel=0.05)


def test_that_a_baseline_trains_and_goes_on_exactly_where_it_stopped(
    small_set: Path, tmp_path: Path, small: Callable[..., TrainConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nas.train.training.TELL_S", 0.0)
    config = small(size=32, epochs=1, lr=0.02, drop_path=0.1)
    with RunFolder(tmp_path / "whole") as run:
        whole = [*train(small_set, run, config, baseline="resnet18")]
    with RunFolder(tmp_path / "parts") as run, closing(train(small_set, run, config, baseline="resnet18")) as events:
        steps = (event for event in events if isinstance(event, Progress) and event.phase == "training")
        assert [next(steps).done for _ in range(2)] == [1, 2]
    with RunFolder(tmp_path / "parts", resume=True) as run:
        rest = [*train(small_set, run, config)]
    started = next(event for event in rest if isinstance(event, RunStarted))
    assert started.parameters == published("resnet18", 3) - 2 * 64 * 49
    assert isinstance(rest[-1], RunFinished)
    left, right = (next(event for event in events if isinstance(event, EpochDone)) for events in (whole, rest))
    assert right.train_loss == pytest.approx(left.train_loss, abs=1e-5)
    assert right.validation_loss == pytest.approx(left.validation_loss, abs=1e-4)
    assert not (tmp_path / "whole" / "model").exists()
    assert (tmp_path / "whole" / "checkpoints" / "best.safetensors").is_file()
