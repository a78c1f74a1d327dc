"""A small model and a short clip, and what the one says of the other, for the commands without a window."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from nas.model_config import ModelConfig
from nas.preprocess import PreprocessSpec
from nas.space.network_config import NetworkConfig
from uiac_desktop.frame import Frame, Prediction
from uiac_desktop.inference.predictor import load_predictor
from uiac_desktop.sources.open import open_source

CLASSES = ("ACS", "FCH", "LVOT")
COLUMNS = ["source", "frame", "time_s", "plane", "certainty", "p_ACS", "p_FCH", "p_LVOT"]
FRAMES = 21
Run = Callable[..., int]


def write_model(folder: Path, **config: Any) -> Path:
    import torch

    from nas.model import save_model
    from nas.space.network import UiacNetwork

    torch.manual_seed(3)
    network = NetworkConfig(blocks=2, channels=4, size=16, classes=len(config.get("classes", CLASSES)))
    settings = {"name": "small", "classes": CLASSES, "preprocess": PreprocessSpec(size=16), "none_threshold": 0.0}
    built = UiacNetwork(network).eval()
    built.classifier.weight.data *= 30
    with torch.inference_mode():
        frames = 4 * torch.rand(64, 1, 8, 8).repeat_interleave(2, 2).repeat_interleave(2, 3)
        frames[:, :, :2] = frames[:, :, -2:] = 0
        built.classifier.bias.data -= built.forward_logits(frames).mean(0)
    save_model(folder, ModelConfig.model_validate({**settings, **config, "network": network}), built, "# small\n")
    return folder


def write_clip(path: Path, frames: int = FRAMES, fps: int = 20) -> Path:
    random = np.random.default_rng(11)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(frames):
            pixels = np.kron(random.integers(0, 256, (6, 8, 3), dtype=np.uint8), np.ones((8, 8, 1), np.uint8))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def alone(model: Path, clip: Path) -> Iterator[tuple[Frame, Prediction]]:
    predictor = load_predictor(model, "cpu", threads=1)
    with open_source(str(clip)) as source:
        for frame in source:
            yield frame, predictor.predict(frame.pixels)
    predictor.close()
