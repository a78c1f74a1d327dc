"""The UIAC network: blocks in a row, one linear layer, and class maps from the same forward pass at no extra cost."""

from typing import Final, NamedTuple

from torch import Tensor, nn
from torch.nn import functional

from nas.errors import NasError
from nas.space.cells import Block, DropPath
from nas.space.layout import (
    AUXILIARY_EXPAND,
    AUXILIARY_SIDE,
    AUXILIARY_SQUEEZE,
    auxiliary_block,
    block_plans,
)
from nas.space.network_config import NetworkConfig


class Output(NamedTuple):
    """What one forward pass gives.

    Attributes
    ----------
    logits
        (N, K).
    maps
        (N, K, h, w): evidence for each class at each place; mean over (h, w) plus the bias is the logit.
    auxiliary
        Logits (N, K) of the auxiliary head while training, else None.
    """

    logits: Tensor
    maps: Tensor
    auxiliary: Tensor | None


class Stem(nn.Module):
    """A 3x3 convolution with batch norm."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, frames: Tensor) -> Tensor:
        """Turn frames (N, inputs, S, S) into (N, outputs, S, S), not rectified."""
        normed: Tensor = self.norm(self.convolution(frames))
        return normed


class AuxiliaryHead(nn.Module):
    """A second classifier in the middle of the network that helps gradients while training.

    On maps of 8x8 it pools 5x5 windows at a step of 3, as DARTS; on any other size it averages to 2x2, so that every
    network can have it and frames may be smaller for a part of the training.
    """

    def __init__(self, inputs: int, classes: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, AUXILIARY_SQUEEZE, 1, bias=False)
        self.squeeze_norm = nn.BatchNorm2d(AUXILIARY_SQUEEZE)
        self.expand = nn.Conv2d(AUXILIARY_SQUEEZE, AUXILIARY_EXPAND, AUXILIARY_SIDE, bias=False)
        self.expand_norm = nn.BatchNorm2d(AUXILIARY_EXPAND)
        self.classifier = nn.Linear(AUXILIARY_EXPAND, classes)

    def forward(self, rectified: Tensor) -> Tensor:
        """Turn a rectified block output (N, C, s, s) into logits (N, K)."""
        if rectified.shape[2:] == (8, 8):
            pooled = functional.avg_pool2d(rectified, 5, stride=3)
        else:
            pooled = functional.adaptive_avg_pool2d(rectified, AUXILIARY_SIDE)
        squeezed = functional.relu_(self.squeeze_norm(self.squeeze(pooled)))
        expanded = functional.relu_(self.expand_norm(self.expand(squeezed)))
        logits: Tensor = self.classifier(expanded.flatten(1))
        return logits


class UiacNetwork(nn.Module):
    """The network of the paper for any genotype, depth, width, input and number of classes.

    Parameters
    ----------
    config
        Its plan.
    auxiliary
        Whether to build the auxiliary head; it answers only in training mode.
    drop_path
        Probability, 0 to below 1, that an operation (never an identity) is dropped for a frame while training.

    Raises
    ------
    NasError
        By ``forward`` when frames have another number of channels than the plan.

    References
    ----------
    Zeng, Zhang, Huang 2021, DOI 10.21203/rs.3.rs-847933/v1, Figure 5. Maps: Zhou et al., "Learning deep features for
    discriminative localization", CVPR 2016, eq. 2: M_k(x, y) = sum_c w_kc f_c(x, y), here for all classes at once.
    """

    def __init__(self, config: NetworkConfig, auxiliary: bool = False, drop_path: float = 0.0) -> None:
        super().__init__()
        plans = block_plans(config)
        self.config: Final = config
        self.drop_path: Final = DropPath()
        self.stem = Stem(config.input_channels, config.stem_multiplier * config.channels)
        self.blocks = nn.ModuleList(Block(plan) for plan in plans)
        self.classifier = nn.Linear(plans[-1].outputs, config.classes)
        self._auxiliary_block: Final = auxiliary_block(config)
        middle = plans[self._auxiliary_block]
        self.auxiliary = AuxiliaryHead(middle.outputs, config.classes) if auxiliary else None
        self._dropping = False
        self.set_drop_path(drop_path)

    def set_drop_path(self, probability: float) -> None:
        """Set the probability that an operation is dropped for a frame while training, 0 to below 1."""
        if not 0 <= probability < 1:
            raise ValueError(f"drop path is a probability from 0 to below 1, not {probability}")
        self.drop_path.probability.fill_(probability)
        self._dropping = probability > 0

    def forward(self, frames: Tensor) -> Output:
        """Return logits, class maps and, while training, the auxiliary logits of normalised frames (N, C, S, S)."""
        features, auxiliary = self._features(frames)
        maps = functional.conv2d(features, self.classifier.weight[:, :, None, None])
        return Output(maps.mean((2, 3)) + self.classifier.bias, maps, auxiliary)

    def forward_logits(self, frames: Tensor) -> Tensor:
        """Return the logits (N, K) alone, by pooling first: what the maps are compared with in cost."""
        features, _ = self._features(frames)
        logits: Tensor = self.classifier(features.mean((2, 3)))
        return logits

    def features(self, frames: Tensor) -> Tensor:
        """Return the last block's output (N, C, h, w), which the classifier reads."""
        return self._features(frames)[0]

    def _features(self, frames: Tensor) -> tuple[Tensor, Tensor | None]:
        self._refuse_other_channels(frames)
        drop_path = self.drop_path if self.training and self._dropping else None
        head = self.auxiliary if self.training else None
        auxiliary = None
        first = second = functional.relu_(self.stem(frames))
        for index, block in enumerate(self.blocks[:-1]):
            first, second = second, functional.relu_(block(first, second, drop_path))
            if head is not None and index == self._auxiliary_block:
                auxiliary = head(second)
        features = self.blocks[-1](first, second, drop_path)
        if head is not None and auxiliary is None:
            auxiliary = head(functional.relu(features))
        return features, auxiliary

    def _refuse_other_channels(self, frames: Tensor) -> None:
        if frames.dim() != 4 or frames.shape[1] != self.config.input_channels:
            shape = "x".join(map(str, frames.shape))
            raise NasError(
                f"the network takes frames of {self.config.input_channels} channel(s), these are {shape}",
                "Prepare the frames with the model's own preprocessing.",
            )


def count_parameters(module: nn.Module) -> int:
    """Return how many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())
