"""Labels along simulated examinations of subjects that no data set has: how often none and the planes are mixed up."""

import numpy as np

from nas.planes import NONE
from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import demo_model
from uiac_desktop.inference.predictor import Predictor, load_predictor
from uiac_desktop.inference.smoothing import Smoother
from uiac_desktop.phantom.scan import SimulatedScan

SEEDS = range(7001, 7013)
FPS = 15.0
MOST = 0.2


def figures() -> list[Figure]:
    predictor = load_predictor(demo_model(), "cpu")
    try:
        rows = [row for seed in SEEDS for row in _labels(predictor, seed)]
    finally:
        predictor.close()
    truth, plain, steadied = (np.array(column) for column in zip(*rows, strict=True))
    return [
        figure for name, labels in (("frame", plain), ("live", steadied)) for figure in _figures(name, truth, labels)
    ]


def _labels(predictor: Predictor, seed: int) -> list[tuple[str, str, str]]:
    """Return truth, label of the single frame, and label as shown live, for every frame that is no matter of taste."""
    scan, smoother = SimulatedScan(seed, size=256, fps=FPS), Smoother(threshold=predictor.config.none_threshold)
    rows = []
    for index in range(scan.sweep_frames):
        pixels, truth = scan.render(index)
        prediction = predictor.predict(pixels)
        steadied = smoother.update(prediction, truth.time_s)
        if not truth.doubtful:
            rows.append((truth.plane, prediction.plane, steadied.plane))
    return rows


def _figures(name: str, truth: np.ndarray, labels: np.ndarray) -> list[Figure]:
    shown, nothing = truth != NONE, truth == NONE
    named = shown & (labels != NONE)
    remark = f"{len(SEEDS)} subjects, {len(truth)} frames"
    return [
        Figure(
            f"sweep_{name}_planes_called_none", float((labels[shown] == NONE).mean()), "", at_most=MOST, remark=remark
        ),
        Figure(
            f"sweep_{name}_none_called_plane", float((labels[nothing] != NONE).mean()), "", at_most=MOST, remark=remark
        ),
        Figure(f"sweep_{name}_right_when_named", float((labels[named] == truth[named]).mean()), "", remark=remark),
    ]
