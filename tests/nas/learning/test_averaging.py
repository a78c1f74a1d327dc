"""The average follows the weights and the batch statistics by its formula."""

import torch
from torch import nn

from nas.learning.averaging import AveragedNetwork


def test_that_the_average_is_the_recursion_with_a_rising_decay() -> None:
    network = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    average = AveragedNetwork(network, 0.5)
    expected = network[0].weight.detach().clone()
    for step in range(1, 6):
        with torch.no_grad():
            network[0].weight.add_(1.0)
        network(torch.randn(4, 2, generator=torch.Generator().manual_seed(step)))
        average.update()
        decay = min(0.5, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * network[0].weight.detach()
        assert torch.allclose(average.network[0].weight, expected)  # type: ignore[index]
    assert not torch.equal(average.network[1].running_mean, torch.zeros(2))  # type: ignore[index]
    assert not average.network.training
    assert not any(parameter.requires_grad for parameter in average.network.parameters())
