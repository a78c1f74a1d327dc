"""The network on the CPU through OpenVINO: the usual way to label live, and quick to start, since torch stays out.

Compiling takes 0.2 to 0.6 s. OpenVINO's own cache of compiled models would halve that, but it loads a blob whose
weights were damaged on disk without a word (tried with 2026.4), and a wrong label costs more than that.
"""

import platform
from typing import Final, Literal

import numpy as np

from nas.cores import cores
from nas.model import Weights
from nas.model_config import ModelConfig
from nas.space.layout import network_layers
from uiac_desktop.frame import Pixels
from uiac_desktop.inference.backend import Backend, BackendError, Scores
from uiac_desktop.inference.blocked import blocked
from uiac_desktop.inference.graph import LOGITS, MAPS, build_graph
from uiac_desktop.inference.silent_openvino import ov

CpuPrecision = Literal["fp32", "bf16"]

_DEVICE: Final = "CPU"
_HINTS: Final[dict[CpuPrecision, str]] = {"fp32": "f32", "bf16": "bf16"}
_WORK_OF_A_THREAD: Final = 5e8
_READ_AHEAD: Final = 8
_BLOCK: Final = 8


def cpu_has_bf16() -> bool:
    """Return whether this CPU computes bf16 by itself, so that it is quicker and not slower than float32."""
    return "BF16" in ov.Core().get_property(_DEVICE, "OPTIMIZATION_CAPABILITIES")


def default_threads(config: ModelConfig) -> int:
    """Return how many threads label one frame: one for each 0.5 G multiply-adds, as far as there are cores.

    More threads than the network's size needs wait for each other whenever the window or the decoder uses a core; on
    more than two cores one is left to them.
    """
    work = sum(layer.multiply_adds for layer in network_layers(config.network))
    available = cores()
    return min(max(1, round(work / _WORK_OF_A_THREAD)), max(1, available - 1 if available > 2 else available))


def blocks_pay(config: ModelConfig) -> bool:
    """Return whether a model is quicker with its pictures in blocks of channels.

    So it is where the CPU has AVX2 but not AVX-512: a sixth less work with 16 channels, a twentieth with 32. OpenVINO
    offers bf16 on every CPU with AVX-512; there nobody has measured it yet (`make bench` tells).
    """
    of_intel_kind = platform.machine().lower() in ("x86_64", "amd64")
    return of_intel_kind and config.network.channels % _BLOCK == 0 and not cpu_has_bf16()


class OpenVinoBackend(Backend):
    """Computes a model on the CPU.

    Parameters
    ----------
    config, weights
        Of the model folder.
    precision
        ``fp32``, or ``bf16`` where the CPU has it and the labels were found to agree (see `precision`).
    threads
        For one frame; None for `default_threads`.
    blocks
        Whether pictures are kept in blocks of channels; None for `blocks_pay`.

    Raises
    ------
    BackendError
        OpenVINO cannot compile the network on this CPU.
    """

    def __init__(
        self,
        config: ModelConfig,
        weights: Weights,
        precision: CpuPrecision = "fp32",
        threads: int | None = None,
        blocks: bool | None = None,
    ) -> None:
        self._config: Final = config
        self._weights: Final = weights
        self._precision: Final = precision
        self._threads: Final = threads or default_threads(config)
        self._blocks = blocks_pay(config) if blocks is None else blocks
        self.text = f"OpenVINO CPU {precision}"
        self.batch = _READ_AHEAD
        live = self._compiled("LATENCY", streams=1, threads=self._threads)
        self._request: ov.InferRequest | None = live.create_infer_request()
        self._queue: ov.AsyncInferQueue | None = None

    def run(self, images: Pixels) -> Scores:
        """Return the scores of fitted frames: one as quickly as possible, several each on a core of its own."""
        if self._request is None:
            raise BackendError("The model was put away already.", "Load the model again.")
        try:
            return _one(self._request, images) if len(images) == 1 else self._many(images)
        except RuntimeError as error:
            raise BackendError("OpenVINO could not compute a frame.", "Choose torch as the device.") from error

    def close(self) -> None:
        """Let go of both compiled networks."""
        self._request = None
        self._queue = None

    def _many(self, images: Pixels) -> Scores:
        queue = self._queue or self._opened_queue()
        scores: dict[int, Scores] = {}
        queue.set_callback(lambda request, place: scores.__setitem__(place, _scores(request)))
        for place in range(len(images)):
            queue.start_async([np.ascontiguousarray(images[place : place + 1])], place)
        queue.wait_all()
        ordered = [scores[place] for place in range(len(images))]
        return Scores(np.concatenate([one.logits for one in ordered]), np.concatenate([one.maps for one in ordered]))

    def _opened_queue(self) -> ov.AsyncInferQueue:
        count = cores()
        self._queue = ov.AsyncInferQueue(self._compiled("THROUGHPUT", streams=count, threads=count), count)
        return self._queue

    def _compiled(self, hint: str, streams: int, threads: int) -> ov.CompiledModel:
        settings = {
            "PERFORMANCE_HINT": hint,
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": _HINTS[self._precision],
            "ENABLE_CPU_PINNING": False,
        }
        try:
            return ov.Core().compile_model(self._graph(), _DEVICE, settings)
        except RuntimeError as error:
            raise BackendError(
                "OpenVINO cannot compute this network on this CPU.", "Choose torch as the device."
            ) from error

    def _graph(self) -> ov.Model:
        if self._blocks:
            try:
                return blocked(build_graph(self._config, self._weights, join=True))
            except OSError:
                self._blocks = False
        return build_graph(self._config, self._weights)


def _one(request: ov.InferRequest, image: Pixels) -> Scores:
    request.infer([np.ascontiguousarray(image)], share_inputs=True)
    return _scores(request)


def _scores(request: ov.InferRequest) -> Scores:
    """Return the scores of a finished request, copied, since the next frame is computed into the same memory."""
    return Scores(*(request.get_tensor(name).data.copy() for name in (LOGITS, MAPS)))
