"""The network that a run trains: the UIAC network of its genotype, or a baseline in its place under the same recipe."""

from torch import nn

from nas.config.train import TrainConfig
from nas.learning.reading import preprocess_spec
from nas.learning.schedule import growing_side
from nas.space.network import UiacNetwork
from nas.space.network_config import NetworkConfig
from nas.train.record import TrainRecord


def network_plan(record: TrainRecord, config: TrainConfig) -> NetworkConfig:
    """Return the plan of a run's network; a baseline takes its classes, its input channels and its size alone."""
    return NetworkConfig(
        genotype=record.genotype,
        blocks=config.blocks,
        channels=config.channels,
        reduce_at=config.reduce_at,
        classes=len(record.classes),
        input_channels=preprocess_spec(config).channels,
        size=config.size,
    )


def built(plan: NetworkConfig, config: TrainConfig, baseline: str = "") -> nn.Module:
    """Return a network with random weights from torch's generator.

    Parameters
    ----------
    plan
        Of the run's network.
    config
        The run's config.
    baseline
        torchvision's name of the network to train in place of the UIAC network; empty for none.

    Raises
    ------
    NasError
        The baseline is unknown, or cannot take the smallest frames of the run.
    """
    if not baseline:
        return UiacNetwork(plan, auxiliary=config.auxiliary > 0)
    from nas.baselines.network import Baseline

    return Baseline(baseline, plan.classes, plan.input_channels, smallest_side(config))


def smallest_side(config: TrainConfig) -> int:
    """Return the side of the smallest frames of a run (pixels): those of its first epoch."""
    return growing_side(0, config.small_epochs, config.size)
