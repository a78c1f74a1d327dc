"""Label and map at batch 1, and a step of the search, on an NVIDIA card, against eager torch on the same card."""

import time

import numpy as np

from tests.benchmarks import search_step
from tests.benchmarks.figure import Figure, SkippedError, interleaved_ms
from tests.benchmarks.inputs import paper_model

ROUNDS = 300


def figures() -> list[Figure]:
    import torch

    from nas.model import load_model
    from nas.preprocess import preprocess
    from uiac_desktop.inference.predictor import load_predictor

    if not torch.cuda.is_available():
        raise SkippedError("this PC has no NVIDIA card")
    config, network = load_model(paper_model())
    network = network.cuda()
    frame = np.random.default_rng(0).integers(0, 256, (720, 960, 3), dtype=np.uint8)
    predictor = load_predictor(paper_model(), "cuda")

    def eager() -> None:
        with torch.inference_mode():
            output = network(torch.from_numpy(preprocess(frame, config.preprocess))[None].cuda())
            output.logits.cpu(), output.maps.cpu()

    times = interleaved_ms({"eager": eager, "captured": lambda: predictor.predict(frame)}, ROUNDS, warm_up=10)
    delays = []
    for _ in range(2000):
        begun = time.perf_counter()
        predictor.predict(frame)
        delays.append(1000 * (time.perf_counter() - begun))
    card = predictor.device_text
    predictor.close()
    return [
        Figure("gpu_label_and_map_ms", times["captured"], "ms", remark=card),
        Figure("gpu_label_and_map_vs_eager", times["eager"] / times["captured"], "times", at_least=4, remark=card),
        Figure("gpu_frame_to_label_p99_ms", float(np.percentile(delays, 99)), "ms", at_most=5, remark=card),
        *search_step.speeds(torch.device("cuda"), "gpu_search_step", batch=64),
    ]
