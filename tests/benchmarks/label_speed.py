"""Label and map of one 64x64 frame, network of the paper's size: ours, eager torch, the pytorch-grad-cam package."""

import numpy as np

from tests.benchmarks.figure import Figure, interleaved_ms
from tests.benchmarks.inputs import paper_model

ROUNDS = 10
BURST = 5
PAUSE_S = 0.2


def figures() -> list[Figure]:
    import torch
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    from nas.model import load_model, load_weights
    from nas.preprocess import preprocess
    from uiac_desktop.inference.openvino_backend import OpenVinoBackend, cpu_has_bf16
    from uiac_desktop.inference.predictor import Predictor, load_predictor

    config, network = load_model(paper_model())
    frame = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    tensor = torch.from_numpy(preprocess(frame, config.preprocess))[None]

    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, frames: torch.Tensor) -> torch.Tensor:
            return self.network.forward_logits(frames)

    logits = Logits().eval()

    def labels() -> None:
        with torch.no_grad():
            logits(tensor).argmax(1)

    precisions = ("fp32", "bf16") if cpu_has_bf16() else ("fp32",)
    predictors = {name: load_predictor(paper_model(), "openvino", precision=name) for name in precisions}
    for name, blocks in (("blocked", True), ("channels last", False)):
        backend = OpenVinoBackend(config, load_weights(paper_model(), config), blocks=blocks)
        predictors[name] = Predictor(config, backend)
    with GradCAM(model=logits, target_layers=[network.blocks[-1]]) as cam:
        jobs = {
            "grad-cam": lambda: cam(input_tensor=tensor, targets=[ClassifierOutputTarget(0)]),
            "labels": labels,
            **{name: (lambda predictor=predictor: predictor.predict(frame)) for name, predictor in predictors.items()},
        }
        times = interleaved_ms(jobs, ROUNDS, burst=BURST, pause_s=PAUSE_S)
    for predictor in predictors.values():
        predictor.close()
    found = [
        Figure("grad_cam_eager_ms", times["grad-cam"], "ms"),
        Figure("eager_labels_ms", times["labels"], "ms"),
        Figure("label_and_map_fp32_ms", times["fp32"], "ms"),
        Figure("label_and_map_fp32_vs_grad_cam", times["grad-cam"] / times["fp32"], "times", at_least=20),
        Figure("label_and_map_fp32_vs_eager_labels", times["labels"] / times["fp32"], "times", at_least=3.5),
        Figure("label_and_map_blocked_vs_channels_last", times["channels last"] / times["blocked"], "times"),
    ]
    if "bf16" in times:
        found += [
            Figure("label_and_map_bf16_ms", times["bf16"], "ms"),
            Figure("label_and_map_bf16_vs_grad_cam", times["grad-cam"] / times["bf16"], "times", at_least=20),
            Figure("label_and_map_bf16_vs_eager_labels", times["labels"] / times["bf16"], "times", at_least=5),
        ]
    return found
