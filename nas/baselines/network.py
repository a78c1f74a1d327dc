"""torchvision's classifiers with random weights, a head of K planes and a first convolution for grey or colour."""

from typing import Final, NamedTuple, cast

from torch import Tensor, nn
from torchvision import models

from nas.baselines.names import refuse_unfit

_COLOURS: Final = 3


class BaselineOutput(NamedTuple):
    """What one forward pass gives, in the places of the UIAC network's output.

    Attributes
    ----------
    logits
        (N, K).
    maps, auxiliary
        None: class maps and the auxiliary head are the UIAC network's own.
    """

    logits: Tensor
    maps: None = None
    auxiliary: None = None


class Baseline(nn.Module):
    """One of torchvision's networks, never with downloaded weights.

    Parameters
    ----------
    name
        As in torchvision: alexnet, vgg11 to vgg19_bn, resnet18 to resnet152, densenet121 to densenet201.
    classes
        Outputs K, at least 2.
    input_channels
        1 grey or 3 colour. For grey, the first convolution is made anew by its family's own rule.
    size
        Side of the smallest frame that it will see (pixels).

    Raises
    ------
    NasError
        The name is unknown, or the frames are too small for the network's pooling.

    References
    ----------
    AlexNet: Krizhevsky 2014, arXiv 1404.5997. VGG: Simonyan and Zisserman, ICLR 2015. ResNet: He et al., CVPR 2016.
    DenseNet: Huang et al., CVPR 2017. Heads by Zeng, Zhang, Huang 2021 (DOI 10.21203/rs.3.rs-847933/v1), Tables 1-4,
    whose parameter counts are those of torchvision's networks with K outputs.
    """

    def __init__(self, name: str, classes: int, input_channels: int = 1, size: int = 64) -> None:
        super().__init__()
        refuse_unfit(name, size)
        self.name: Final = name
        self.network = cast(nn.Module, getattr(models, name)(weights=None, num_classes=classes))
        if input_channels != _COLOURS:
            _take_channels(self.network, input_channels)

    def forward(self, frames: Tensor) -> BaselineOutput:
        """Return the logits of normalised frames (N, C, S, S)."""
        return BaselineOutput(self.network(frames))


def _take_channels(network: nn.Module, channels: int) -> None:
    """Put a first convolution of other input channels in place, initialised as the family initialises its own."""
    spot, first = next((name, layer) for name, layer in network.named_modules() if isinstance(layer, nn.Conv2d))
    other = nn.Conv2d(
        channels,
        first.out_channels,
        cast(tuple[int, int], first.kernel_size),
        cast(tuple[int, int], first.stride),
        cast(tuple[int, int], first.padding),
        bias=first.bias is not None,
    )
    if isinstance(network, models.ResNet | models.VGG):
        nn.init.kaiming_normal_(other.weight, mode="fan_out", nonlinearity="relu")
    elif isinstance(network, models.DenseNet):
        nn.init.kaiming_normal_(other.weight)
    if isinstance(network, models.VGG) and other.bias is not None:
        nn.init.zeros_(other.bias)
    network.set_submodule(spot, other)
