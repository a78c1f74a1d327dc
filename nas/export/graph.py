"""The network as an ONNX graph: from fitted frames to logits and maps, so that no other program can scale them wrong.

OpenVINO's files are converted from this very graph; thus there is one way out of torch, and one to be checked.
"""

import logging
import warnings
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from nas.export.record import FRAMES, LOGITS, MAPS, ExportRecord
from nas.model_config import ModelConfig
from nas.preprocess import gain_and_offset
from nas.space.network import UiacNetwork

if TYPE_CHECKING:
    from onnx import ModelProto

_OPERATORS = 18  # version of ONNX' operators, read by every runtime since 2023


class Exported(nn.Module):
    """A network that takes fitted frames as they are.

    Parameters
    ----------
    config
        Of the model.
    network
        In evaluation mode.

    Notes
    -----
    ``forward(frames)``: uint8 (N, S, S, C) -> logits (N, K), maps (N, K, h, w).
    """

    gain: Tensor
    offset: Tensor

    def __init__(self, config: ModelConfig, network: UiacNetwork) -> None:
        super().__init__()
        gain, offset = gain_and_offset(config.preprocess)
        self.register_buffer("gain", torch.from_numpy(gain)[:, None, None])
        self.register_buffer("offset", torch.from_numpy(offset)[:, None, None])
        self.network = network

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (N, K) and maps (N, K, h, w) of uint8 frames (N, S, S, C)."""
        planes = frames.permute(0, 3, 1, 2).to(torch.float32) * self.gain + self.offset
        found = self.network(planes)
        return found.logits, found.maps


def example_frames(config: ModelConfig, count: int = 2) -> Tensor:
    """Return frames of noise, uint8 (N, S, S, C), the same each time."""
    shape = (count, config.network.size, config.network.size, config.network.input_channels)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def onnx_graph(config: ModelConfig, network: Exported) -> "ModelProto":
    """Return the graph, for any number of frames at once, with the record among its properties.

    What torch notes at each node about where in its sources it stands is left out: it would carry this computer's
    paths.
    """
    import onnx

    talkative = logging.getLogger("torch.onnx"), logging.getLogger("onnxscript"), logging.getLogger("onnx_ir")
    levels = [logger.level for logger in talkative]
    for logger in talkative:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's exporter warns of itself
            program = torch.onnx.export(
                network,
                (example_frames(config),),
                input_names=[FRAMES],
                output_names=[LOGITS, MAPS],
                opset_version=_OPERATORS,
                dynamic_shapes={"frames": {0: torch.export.Dim.DYNAMIC}},
                dynamo=True,
                verbose=False,
            )
    finally:
        for logger, level in zip(talkative, levels, strict=True):
            logger.setLevel(level)
    assert program is not None  # noqa: S101 - None comes only where a file is written
    graph: ModelProto = program.model_proto
    _strip(graph)
    onnx.helper.set_model_props(graph, {"uiac": ExportRecord.of(config).as_text()})
    onnx.checker.check_model(graph, full_check=True)
    return graph


def _strip(graph: "ModelProto") -> None:
    """Remove notes about sources."""
    graph.doc_string = ""
    for owner in (graph, graph.graph, *graph.functions, *graph.graph.node, *graph.graph.value_info):
        owner.ClearField("metadata_props")
    for part in (*graph.graph.node, *graph.graph.input, *graph.graph.output, *graph.graph.initializer):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    for function in graph.functions:
        for node in function.node:
            node.ClearField("metadata_props")
