"""The network that a run trains: the UIAC network of its genotype, or a baseline in its place under the same recipe."""

from torch import nn

from nas.config.train import TrainConfig
from nas.learning.schedule import growing_side
from nas.space.network import UiacNetwork
from nas.space.network_config import NetworkConfig


def built(plan: NetworkConfig, config: TrainConfig, baseline: str = "") -> nn.Module:
    """Return a network with random weights from torch's generator.

    Parameters
    ----------
    plan
        Of the UIAC network; a baseline takes its classes and input channels alone.
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

    smallest = growing_side(0, config.small_epochs, config.size)
    return Baseline(baseline, plan.classes, plan.input_channels, smallest)
