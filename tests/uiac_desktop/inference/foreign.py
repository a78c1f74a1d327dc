"""Small ONNX classifiers with the config that goes with them, made without torch, for tests of foreign models."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CLASSES = ("ACS", "FCH", "LVOT")
SIZE = 32


def write_foreign(
    folder: Path, *, outputs: int = 3, broken: bool = False, probabilities: bool = False, **config: object
) -> Path:
    """Write a folder with a network of one convolution, whose means over the picture are its logits."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = np.random.default_rng(3).normal(0, 1, (outputs, 1, 3, 3)).astype(np.float32)
    if broken:
        weights[0, 0, 0, 0] = np.nan
    nodes = [
        helper.make_node("Conv", ["pixels", "weight"], ["cam"], strides=[4, 4], pads=[1, 1, 1, 1]),
        helper.make_node("ReduceMean", ["cam"], ["scores"], axes=[2, 3], keepdims=0),
        helper.make_node("Softmax", ["scores"], ["chances"], axis=1),
    ]
    inputs = [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 1, "h", "w"])]
    ends = [
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", outputs]),
        helper.make_tensor_value_info("cam", TensorProto.FLOAT, ["n", outputs, "y", "x"]),
        helper.make_tensor_value_info("chances", TensorProto.FLOAT, ["n", outputs]),
    ]
    graph = helper.make_graph(nodes, "small", inputs, ends, [numpy_helper.from_array(weights, "weight")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, folder / "net.onnx")
    fields = {
        "onnx": "net.onnx",
        "name": "Small foreigner",
        "classes": CLASSES,
        "preprocess": {"size": SIZE, "colour": "grey", "mean": [0.1], "std": [0.3]},
        "logits": "chances" if probabilities else "scores",
        "gives": "probabilities" if probabilities else "logits",
        "maps": "cam",
        "temperature": 1.5,
        **config,
    }
    (folder / "config.json").write_text(json.dumps({key: value for key, value in fields.items() if value is not None}))
    return folder
