"""Asks OpenVINO for kernels that keep pictures in blocks of channels, where joining channels costs nothing.

By itself OpenVINO (2026.4) takes kernels with the channels last. With AVX2 alone its depthwise ones are up to 1.8 times
as slow for undilated kernels, and every join of channels is a copy. The wish can be said only in its file format, so
the graph is written out and read back; where such a kernel is not there, OpenVINO takes its own.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from uiac_desktop.inference.silent_openvino import ov

_KERNELS: Final = {
    "Convolution": "cpu:jit_avx512_1x1,cpu:jit_avx2_1x1",
    "GroupConvolution": "cpu:jit_avx512_dw,cpu:jit_avx2_dw",
}
_LAYER: Final = re.compile(r'<layer [^>]*type="(Convolution|GroupConvolution)"[^>]*>')


def blocked(graph: ov.Model) -> ov.Model:
    """Return a graph with the same numbers whose convolutions ask for kernels on blocks of channels.

    Raises
    ------
    OSError
        The folder for temporary files takes none.
    """
    with TemporaryDirectory(prefix="uiac-graph-") as folder:
        path = Path(folder) / "graph.xml"
        ov.serialize(graph, path)
        text, weights = path.read_text(encoding="utf-8"), np.fromfile(path.with_suffix(".bin"), np.uint8)
    return ov.Core().read_model(_LAYER.sub(_wishing, text).encode(), ov.Tensor(weights))


def _wishing(layer: re.Match[str]) -> str:
    wish = f'<attribute name="primitives_priority" version="0" value="{_KERNELS[layer[1]]}"/>'
    return f"{layer[0]}<rt_info>{wish}</rt_info>"
