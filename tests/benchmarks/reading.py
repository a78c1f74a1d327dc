"""Decoding, cropping and preprocessing of a 960x720 frame, H.264, as the live chain does it."""

import time

import numpy as np

from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import clip

FRAMES = 600


def figures() -> list[Figure]:
    from nas.preprocess import PreprocessSpec, preprocess
    from uiac_desktop.sources.base import Region
    from uiac_desktop.sources.open import open_source
    from uiac_desktop.sources.privacy.setting import PrivacySetting

    privacy = PrivacySetting(width=960, height=720, crop=Region(80, 40, 800, 640))
    spec, times = PreprocessSpec(), []
    with open_source(str(clip(60)), privacy) as source:
        for _ in range(FRAMES):
            begun = time.perf_counter()
            frame = source.read()
            assert frame is not None
            preprocess(frame.pixels, spec)
            times.append(1000 * (time.perf_counter() - begun))
    steady = times[30:]
    return [
        Figure("decode_crop_preprocess_ms", float(np.mean(steady)), "ms", at_most=4),
        Figure("decode_crop_preprocess_p95_ms", float(np.percentile(steady, 95)), "ms"),
    ]
