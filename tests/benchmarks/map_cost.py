"""What class maps cost on top of logits, network of the paper's size: in torch eager and in the OpenVINO graph."""

import numpy as np

from tests.benchmarks.figure import Figure, interleaved_ms
from tests.benchmarks.inputs import paper_model

ROUNDS = 60


def figures() -> list[Figure]:
    return [_in_torch(), _in_openvino()]


def _in_torch() -> Figure:
    import torch

    from nas.model import load_model

    config, network = load_model(paper_model())
    frames = torch.rand(1, config.network.input_channels, 64, 64)
    with torch.inference_mode():
        times = interleaved_ms(
            {"maps": lambda: network(frames), "logits": lambda: network.forward_logits(frames)}, ROUNDS
        )
    return Figure("map_cost_torch_eager", 100 * (times["maps"] / times["logits"] - 1), "%", at_most=3)


def _in_openvino() -> Figure:
    from nas.model import load_weights
    from nas.model_config import load_config
    from uiac_desktop.inference.graph import MAPS, build_graph
    from uiac_desktop.inference.silent_openvino import ops, ov

    config, weights = load_config(paper_model()), load_weights(paper_model())
    with_maps = build_graph(config, weights)
    (maps,) = (node for node in with_maps.get_ordered_ops() if node.get_friendly_name() == MAPS)
    pooled = ops.reduce_mean(maps.input_value(0), ops.constant(np.array([2, 3])), keep_dims=False)
    matrix = ops.constant(weights["classifier.weight"])
    logits = ops.add(ops.matmul(pooled, matrix, False, True), ops.constant(weights["classifier.bias"][None]))
    settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    requests = {
        name: ov.Core().compile_model(model, "CPU", settings).create_infer_request()
        for name, model in (("maps", with_maps), ("logits", ov.Model([logits], with_maps.get_parameters(), "logits")))
    }
    frame = np.random.default_rng(0).integers(0, 256, (1, 64, 64, 1), dtype=np.uint8)
    jobs = {name: (lambda request=request: request.infer([frame])) for name, request in requests.items()}
    times = interleaved_ms(jobs, 2 * ROUNDS)
    return Figure("map_cost_openvino", 100 * (times["maps"] / times["logits"] - 1), "%", at_most=3)
