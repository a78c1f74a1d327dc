"""A model folder of ours with few blocks and random weights, for tests that need a model and not its answers."""

from pathlib import Path


def write_tiny_model(folder: Path) -> Path:
    import torch

    from nas.genotype import UIAC
    from nas.model import save_model
    from nas.model_config import ModelConfig
    from nas.planes import PLANES
    from nas.preprocess import PreprocessSpec
    from nas.space.network import UiacNetwork
    from nas.space.network_config import NetworkConfig

    torch.manual_seed(0)
    network = NetworkConfig(
        genotype=UIAC, blocks=4, channels=4, reduce_at=(1, 2, 3), classes=11, input_channels=1, size=64
    )
    config = ModelConfig(
        name="Tiny",
        network=network,
        classes=PLANES,
        preprocess=PreprocessSpec(fit="stretch"),
        none_threshold=0.0,
        trained_on="nothing",
        simulated_only=True,
    )
    save_model(folder, config, UiacNetwork(network), "A model for tests.")
    return folder
