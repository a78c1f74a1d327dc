"""What auto-capture keeps of ten simulated exams that nobody tuned on: right plane, and how near to its ideal pose.

Two readings of "best fifth by pose" are told apart. Of the exam: nearer to the plane than four fifths of all frames of
the exam. Of the plane: nearer than four fifths of the frames that show the plane at all; these differ by no more than
the hand's tremor (about 0.2 tolerances), of which a model that was taught planes, not poses, knows little.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nas.planes import NONE, PLANES
from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import demo_model
from uiac_desktop.frame import Frame, Result
from uiac_desktop.inference.predictor import Predictor, load_predictor
from uiac_desktop.phantom.scan import SimulatedScan
from uiac_desktop.session.exam.autocapture import AutoCapture, Capture
from uiac_desktop.session.stillness import StillnessWatch

SEEDS = range(7501, 7511)
FPS = 30.0
SIZE = 256
FIFTH = 0.2


@dataclass(frozen=True, slots=True)
class _Judged:
    plane: str
    score: float
    right: bool
    best_of_exam: bool
    best_of_plane: bool
    distance: float


def figures() -> list[Figure]:
    predictor = load_predictor(demo_model(), "cpu")
    try:
        exams = [_exam(predictor, seed) for seed in SEEDS]
    finally:
        predictor.close()
    kept = [judged for exam in exams for judged in exam]
    best = [judged for exam in exams for judged in _best_of_each_plane(exam)]
    remark = f"{len(SEEDS)} exams, one sweep each"
    return [
        *_figures("kept", kept, remark, goal=0.9),
        *_figures("standing", best, remark, goal=0.9),
        Figure("auto_capture_planes_found", len(best) / (len(SEEDS) * len(PLANES)), "", remark=remark),
    ]


def _exam(predictor: Predictor, seed: int) -> list[_Judged]:
    """Return the frames kept of one way through all planes."""
    scan, capture, watch = SimulatedScan(seed, SIZE, FPS), AutoCapture(), StillnessWatch()
    captures: list[Capture] = []
    distances = np.full((scan.sweep_frames, len(PLANES)), np.inf)
    shown: list[str] = []
    for index in range(scan.sweep_frames):
        pixels, truth = scan.render(index)
        shown.append(truth.plane)
        distances[index] = scan.distances(index)
        frame = Frame(pixels, index, truth.time_s)
        captures += capture.see(Result(frame, predictor.predict(pixels), 0.0, watch.see(frame)))
    captures += capture.finish()
    return [_judged(one, distances, np.array(shown)) for one in captures]


def _judged(capture: Capture, distances: NDArray[np.float64], shown: NDArray[np.str_]) -> _Judged:
    index, column = capture.result.frame.index, PLANES.index(capture.plane)
    to_plane, mine = distances[:, column], shown == capture.plane
    right = bool(mine[index])
    return _Judged(
        capture.plane,
        capture.score,
        right,
        right and bool(to_plane[index] <= np.quantile(to_plane, FIFTH)),
        right and bool(to_plane[index] <= np.quantile(to_plane[mine], FIFTH)),
        float(to_plane[index]),
    )


def _best_of_each_plane(kept: list[_Judged]) -> list[_Judged]:
    planes = {judged.plane for judged in kept} - {NONE}
    return [max((one for one in kept if one.plane == plane), key=lambda one: one.score) for plane in sorted(planes)]


def _figures(name: str, kept: list[_Judged], remark: str, goal: float) -> list[Figure]:
    told = f"{remark}, {len(kept)} frames"
    return [
        Figure(f"auto_capture_{name}_right", _share([one.right for one in kept]), "", at_least=goal, remark=told),
        Figure(
            f"auto_capture_{name}_in_best_fifth_of_exam",
            _share([one.best_of_exam for one in kept]),
            "",
            at_least=goal,
            remark=told,
        ),
        Figure(
            f"auto_capture_{name}_in_best_fifth_of_plane",
            _share([one.best_of_plane for one in kept]),
            "",
            at_least=0.9,
            remark="chance 0.2",
        ),
        Figure(
            f"auto_capture_{name}_median_distance",
            float(np.median([one.distance for one in kept])),
            "tolerances",
            remark="a plane ends at 1",
        ),
    ]


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)
