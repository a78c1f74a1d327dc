"""Small model folders with weights that make every layer matter, for every test of inference."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nas.genotype import UIAC, Genotype
from nas.model import save_model
from nas.model_config import ModelConfig
from nas.preprocess import PreprocessSpec
from nas.space.network import UiacNetwork
from nas.space.network_config import NetworkConfig

CLASSES = ("ACS", "FCH", "LVOT", "RVOT", "TV")

MakeModel = Callable[..., Path]


def lively_network(config: NetworkConfig, seed: int = 0) -> UiacNetwork:
    """A network whose norms are no identities, as after training; in evaluation mode."""
    torch.manual_seed(seed)
    network = UiacNetwork(config).eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.3, 0.3)
            module.running_var.uniform_(0.5, 1.5)
            module.weight.data.uniform_(0.7, 1.3)
            module.bias.data.uniform_(-0.2, 0.2)
    network.classifier.weight.data *= 4
    return network


@pytest.fixture(scope="session")
def lively() -> Callable[[NetworkConfig], UiacNetwork]:
    """Makes networks whose norms are no identities."""
    return lively_network


@pytest.fixture(scope="session")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> MakeModel:
    """Writes a model folder of any small plan."""

    def make(
        genotype: Genotype = UIAC,
        blocks: int = 4,
        channels: int = 4,
        size: int = 16,
        colour: str = "grey",
        classes: tuple[str, ...] = CLASSES,
        **config: object,
    ) -> Path:
        network = NetworkConfig(
            genotype=genotype,
            blocks=blocks,
            channels=channels,
            size=size,
            classes=len(classes),
            input_channels=1 if colour == "grey" else 3,
        )
        spec = PreprocessSpec.model_validate({"size": size, "colour": colour, "mean": (0.3,)})
        folder = tmp_path_factory.mktemp("model") / "lively"
        settings = ModelConfig.model_validate(
            {"name": "lively", "network": network, "classes": classes, "preprocess": spec, **config}
        )
        save_model(folder, settings, lively_network(network), "# lively\n")
        return folder

    return make


@pytest.fixture(scope="session")
def model_folder(make_model: MakeModel) -> Path:
    """The usual small model."""
    return make_model()


@pytest.fixture(scope="session")
def frames() -> list[NDArray[np.uint8]]:
    """Smooth random frames of several sizes, grey and colour."""
    random = np.random.default_rng(5)

    def smooth(*shape: int) -> NDArray[np.uint8]:
        coarse = random.integers(0, 256, (6, 6, *shape[2:]))
        rows, columns = (np.linspace(0, 5, side).round().astype(int) for side in shape[:2])
        return coarse[rows][:, columns].astype(np.uint8)

    return [smooth(40, 50), smooth(33, 33, 3), smooth(16, 16), smooth(70, 30, 3), *(smooth(24, 24) for _ in range(20))]
