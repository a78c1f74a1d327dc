"""Labels along simulated examinations of subjects that no data set has: how often none and the planes are mixed up."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from nas.planes import NONE
from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import demo_model
from uiac_desktop.inference.predictor import Predictor, load_predictor
from uiac_desktop.inference.smoothing import Smoother
from uiac_desktop.phantom.extra import EXTRAS
from uiac_desktop.phantom.scan import SimulatedScan, Truth

SEEDS = range(9601, 9613)
FPS = 15.0
MOST = 0.1


@dataclass(frozen=True, slots=True)
class Labelled:
    """A frame that is no matter of taste: its truth, the label of the frame alone, and the label as shown live."""

    truth: Truth
    frame: str
    live: str


def figures() -> list[Figure]:
    predictor = load_predictor(demo_model(), "cpu")
    try:
        rows = [row for seed in SEEDS for row in labelled(predictor, seed)]
    finally:
        predictor.close()
    return measured(rows, f"{len(SEEDS)} subjects, {len(rows)} frames")


def labelled(predictor: Predictor, seed: int) -> Iterable[Labelled]:
    """Yield every frame of an examination in which colour box, dual image, traces and callipers come up, too."""
    scan = SimulatedScan(seed, size=256, fps=FPS, extras=True)
    smoother = Smoother(threshold=predictor.config.none_threshold)
    for index in range(scan.sweep_frames):
        pixels, truth = scan.render(index)
        prediction = predictor.predict(pixels)
        steadied = smoother.update(prediction, truth.time_s)
        if not truth.doubtful:
            yield Labelled(truth, prediction.plane, steadied.plane)


def measured(rows: list[Labelled], remark: str) -> list[Figure]:
    """Return the errors each way, of single frames and as shown live, and those live of each kind of extra."""
    truth = np.array([row.truth.plane for row in rows])
    extra = np.array([row.truth.extra for row in rows])
    live = np.array([row.live for row in rows])
    found = []
    for name, labels in (("frame", np.array([row.frame for row in rows])), ("live", live)):
        shown, between, beside = truth != NONE, (truth == NONE) & (extra == ""), extra != ""
        named = shown & (labels != NONE)
        found += [
            Figure(f"sweep_{name}_planes_called_none", _share(labels[shown] == NONE), "", at_most=MOST, remark=remark),
            Figure(f"sweep_{name}_none_called_plane", _share(labels[between] != NONE), "", at_most=MOST, remark=remark),
            Figure(
                f"sweep_{name}_extras_called_plane", _share(labels[beside] != NONE), "", at_most=MOST, remark=remark
            ),
            Figure(f"sweep_{name}_right_when_named", _share(labels[named] == truth[named]), "", remark=remark),
        ]
    of_kinds = [Figure(f"sweep_live_{kind}_called_plane", _share(live[extra == kind] != NONE), "") for kind in EXTRAS]
    return found + of_kinds


def _share(hits: np.ndarray) -> float:
    return float(hits.mean()) if len(hits) else float("nan")
