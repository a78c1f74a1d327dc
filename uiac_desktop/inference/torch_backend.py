"""The network on the CPU through torch: the reference that the other backends are held against, and the last resort."""

from typing import TYPE_CHECKING, Final

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from nas.preprocess import gain_and_offset
from nas.space.network import Stem, UiacNetwork
from nas.space.operations import Pointwise, SeparableStage
from uiac_desktop.frame import Pixels
from uiac_desktop.inference.backend import Backend, BackendError, Scores

if TYPE_CHECKING:
    from nas.model_config import ModelConfig

_READ_AHEAD: Final = 8


def fold_norms(network: nn.Module) -> None:
    """Fold every batch norm that follows one convolution into it, in place; the network must be in evaluation mode.

    The norms of the few factorised reductions stay, since each follows two convolutions.
    """
    for module in list(network.modules()):
        if isinstance(module, Stem | Pointwise):
            module.convolution = fuse_conv_bn_eval(module.convolution, module.norm)
        elif isinstance(module, SeparableStage):
            module.pointwise = fuse_conv_bn_eval(module.pointwise, module.norm)
        else:
            continue
        module.add_module("norm", nn.Identity())


class LiveNetwork(nn.Module):
    """A network from uint8 frames to logits and maps in float32, whatever precision its blocks compute in.

    Parameters
    ----------
    config
        Of the model.
    network
        In evaluation mode; its norms are folded.
    dtype
        Of the blocks: float32, or float16 on a graphics card.

    Notes
    -----
    ``forward(frames)``: uint8 (N, S, S, C) -> logits (N, K), maps (N, K, h, w).
    """

    gain: torch.Tensor
    offset: torch.Tensor
    weight: torch.Tensor
    bias: torch.Tensor

    def __init__(self, config: "ModelConfig", network: UiacNetwork, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        fold_norms(network)
        gain, offset = gain_and_offset(config.preprocess)
        self.register_buffer("gain", torch.from_numpy(gain)[:, None, None])
        self.register_buffer("offset", torch.from_numpy(offset)[:, None, None])
        weight, bias = network.classifier.weight.detach(), network.classifier.bias.detach()
        self.register_buffer("weight", weight.clone()[:, :, None, None])
        self.register_buffer("bias", bias.clone())
        self.network: Final = network.to(dtype=dtype).to(memory_format=torch.channels_last)
        self._dtype: Final = dtype

    def forward(self, frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits (N, K) and maps (N, K, h, w) of uint8 frames (N, S, S, C)."""
        planes = frames.permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.channels_last)
        planes = (planes * self.gain + self.offset).to(self._dtype)
        maps = functional.conv2d(self.network.features(planes).float(), self.weight)
        return maps.mean((2, 3)) + self.bias, maps


class TorchBackend(Backend):
    """Computes a model on the CPU with torch, channels-last, norms folded.

    Parameters
    ----------
    config, network
        Of the model folder, as `nas.model.load_model` gives them; the network is taken over.
    threads
        For the whole process, since torch knows no other; None leaves torch's own choice.
    """

    def __init__(self, config: "ModelConfig", network: UiacNetwork, threads: int | None = None) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self._live: LiveNetwork | None = LiveNetwork(config, network)
        self.text = "torch CPU fp32"
        self.batch = _READ_AHEAD

    def run(self, images: Pixels) -> Scores:
        """Return the scores of fitted frames."""
        if self._live is None:
            raise BackendError("The model was put away already.", "Load the model again.")
        with torch.inference_mode():
            logits, maps = self._live(torch.tensor(images))
            return Scores(logits.numpy(), maps.contiguous().numpy())

    def close(self) -> None:
        """Let go of the weights."""
        self._live = None
