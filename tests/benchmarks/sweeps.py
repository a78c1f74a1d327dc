"""Labels along simulated examinations of subjects that no data set has: how often none and the planes are mixed up."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from nas.planes import NONE
from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import demo_model
from uiac_desktop.frame import Frame
from uiac_desktop.inference.labels import as_drawn_over
from uiac_desktop.inference.predictor import Predictor, load_predictor
from uiac_desktop.inference.smoothing import Smoother
from uiac_desktop.phantom.crop import Crop
from uiac_desktop.phantom.extra import EXTRAS
from uiac_desktop.phantom.scan import SimulatedScan, Truth
from uiac_desktop.session.stillness import StillnessWatch

SEEDS = range(9601, 9613)
CROPPED_SEEDS = range(9601, 9605)
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
        cropped = [row for seed in CROPPED_SEEDS for row in labelled(predictor, seed, tightly=True)]
    finally:
        predictor.close()
    return [*measured(rows, _remark(rows, SEEDS)), *_cropped(cropped)]


def _remark(rows: list[Labelled], seeds: range) -> str:
    return f"{len(seeds)} subjects, {len(rows)} frames"


def labelled(predictor: Predictor, seed: int, tightly: bool = False) -> Iterable[Labelled]:
    """Yield every frame of an examination in which colour box, dual image, traces and callipers come up, too.

    Tightly: cropped to the box of the fan, as a department may that shows nothing else.
    """
    scan = SimulatedScan(seed, size=256, fps=FPS, extras=True)
    crop = Crop.tight(scan.fan) if tightly else None
    smoother, watch = Smoother(threshold=predictor.config.none_threshold), StillnessWatch()
    for index in range(scan.sweep_frames):
        pixels, truth = scan.render(index)
        prediction = predictor.predict(pixels if crop is None else crop.of(pixels, scan.fan))
        stillness = watch.see(Frame(pixels, index, truth.time_s))
        steadied = smoother.update(as_drawn_over(prediction, stillness), truth.time_s, stillness.drawn_over)
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


def _cropped(rows: list[Labelled]) -> list[Figure]:
    """Return what a tight crop leaves of the label: the share of planes called none, and right when named."""
    remark = f"cropped to the fan; {_remark(rows, CROPPED_SEEDS)}"
    live = {figure.name: figure for figure in measured(rows, remark)}
    return [
        replace(live[f"sweep_live_{name}"], name=f"sweep_cropped_{name}")
        for name in ("planes_called_none", "none_called_plane", "right_when_named")
    ]


def _share(hits: np.ndarray) -> float:
    return float(hits.mean()) if len(hits) else float("nan")
