"""The network on an NVIDIA card: half precision, channels-last, one captured graph, so a frame costs one launch."""

from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from nas.space.network import UiacNetwork
from uiac_desktop.frame import Pixels
from uiac_desktop.inference.backend import Backend, BackendError, Scores
from uiac_desktop.inference.torch_backend import LiveNetwork

if TYPE_CHECKING:
    from nas.model_config import ModelConfig

_BATCH: Final = 32
_WARM_UPS: Final = 3


class CudaBackend(Backend):
    """Computes a model on the first NVIDIA card that torch sees.

    Parameters
    ----------
    config, network
        Of the model folder, as `nas.model.load_model` gives them; the network is taken over.

    Raises
    ------
    BackendError
        torch sees no card (old driver, build without CUDA), or the card has no memory left.
    """

    def __init__(self, config: "ModelConfig", network: UiacNetwork) -> None:
        if not torch.cuda.is_available():
            raise BackendError(
                "The graphics card cannot be used: its driver is too old for this torch, or torch came without CUDA.",
                "Update the NVIDIA driver, or install the CUDA wheel of torch (see README).",
            )
        self._live: LiveNetwork | None = None
        self._captured: dict[int, _Captured] = {}
        self._frame_shape: Final = (config.network.size, config.network.size, config.network.input_channels)
        self.batch = _BATCH
        try:
            self._device: Final = torch.device("cuda", torch.cuda.current_device())
            self.text = f"CUDA {torch.cuda.get_device_name(self._device)} half"
            self._live = LiveNetwork(config, network, torch.float16).to(self._device).eval()
            self._graph_for(1)
        except RuntimeError as error:
            self.close()
            raise _gave_up(error) from error

    def run(self, images: Pixels) -> Scores:
        """Return the scores of fitted frames; several are computed in batches of 32."""
        try:
            if len(images) == 1:
                return self._graph_for(1).run(images)
            parts = [self._graph_for(_BATCH).run(images[n : n + _BATCH]) for n in range(0, len(images), _BATCH)]
        except RuntimeError as error:
            raise _gave_up(error) from error
        return Scores(np.concatenate([p.logits for p in parts]), np.concatenate([p.maps for p in parts]))

    def close(self) -> None:
        """Let go of the card's memory, so far as the card still answers."""
        self._captured = {}
        self._live = None
        try:
            torch.cuda.empty_cache()
        except RuntimeError:
            return

    def _graph_for(self, batch: int) -> "_Captured":
        if self._live is None:
            raise BackendError("The model was put away already.", "Load the model again.")
        if batch not in self._captured:
            self._captured[batch] = _Captured(self._live, (batch, *self._frame_shape), self._device)
        return self._captured[batch]


class _Captured:
    """A graph captured for a fixed number of frames, with places for frames and scores on both sides of the bus."""

    def __init__(self, live: LiveNetwork, shape: tuple[int, ...], device: torch.device) -> None:
        self._host = torch.zeros(shape, dtype=torch.uint8, pin_memory=True)
        self._stream: Final = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._graph = torch.cuda.CUDAGraph()
        torch.cuda.synchronize(device)
        with torch.inference_mode(), torch.cuda.stream(self._stream):
            self._frames = torch.zeros(shape, dtype=torch.uint8, device=device)
            for _ in range(_WARM_UPS):
                logits, maps = live(self._frames)
            self._stream.synchronize()
            with torch.cuda.graph(self._graph, stream=self._stream, capture_error_mode="thread_local"):
                self._logits, self._maps = live(self._frames)
            self._host_logits = torch.empty(logits.shape, dtype=torch.float32, pin_memory=True)
            self._host_maps = torch.empty(maps.shape, dtype=torch.float32, pin_memory=True)

    def run(self, images: Pixels) -> Scores:
        """Return the scores of at most as many frames as the graph was captured for."""
        count = len(images)
        self._host[:count].numpy()[:] = images
        with torch.inference_mode(), torch.cuda.stream(self._stream):
            self._frames.copy_(self._host, non_blocking=True)
            self._graph.replay()
            self._host_logits.copy_(self._logits, non_blocking=True)
            self._host_maps.copy_(self._maps, non_blocking=True)
            self._stream.synchronize()
        return Scores(self._host_logits.numpy()[:count].copy(), self._host_maps.numpy()[:count].copy())


def _gave_up(error: RuntimeError) -> BackendError:
    if isinstance(error, torch.cuda.OutOfMemoryError):
        return BackendError("The graphics card has no memory left.", "Close other programs that use the card.")
    return BackendError("The graphics card gave up.", "Restart the program; update the NVIDIA driver.")
