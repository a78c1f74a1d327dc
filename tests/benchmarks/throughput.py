"""Frames a second of classify, which labels every frame: decoding, labels and maps of a 960x720 clip."""

import time

from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import clip, demo_model

FRAMES = 600


def figures() -> list[Figure]:
    from uiac_desktop.inference.predictor import load_predictor
    from uiac_desktop.session.analysis import analyse
    from uiac_desktop.sources.open import open_source

    predictor = load_predictor(demo_model(), "cpu")
    begun = counted = 0.0
    with open_source(str(clip(60))) as source:
        for number, _ in enumerate(analyse(source, predictor)):
            if number == 60:
                begun = time.perf_counter()
            if number == 60 + FRAMES:
                counted = FRAMES / (time.perf_counter() - begun)
                break
    predictor.close()
    return [Figure("classify_fps", counted, "frames/s", remark=f"shipped model, {predictor.device_text}")]
