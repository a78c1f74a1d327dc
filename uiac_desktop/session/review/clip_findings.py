"""What is worth a look in a clip: doubtful frames, differences, changes of plane, and the best frame of each plane."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nas.planes import NONE, PLANES
from uiac_desktop.frame import LIKELY, SURE
from uiac_desktop.session.review.label_rows import UNSAID, Clock, Codes, Row, runs, runs_where, stretched
from uiac_desktop.session.review.marks import Doubt, FrameRange, PlaneBest, Segment
from uiac_desktop.session.review.prediction_book import Reading

_BEST_OVER_S: Final = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """Everything that is found in what the model says, and in how a person's labels differ from it."""

    predicted: tuple[Segment, ...] = ()
    doubtful: tuple[Doubt, ...] = ()
    differences: tuple[FrameRange, ...] = ()
    changes: tuple[int, ...] = ()
    bests: tuple[PlaneBest, ...] = ()


def findings(reading: Reading, labels: Row, codes: Codes, clock: Clock) -> Findings:
    """Look through a clip.

    Parameters
    ----------
    labels
        Of the person at work.
    """
    labels = stretched(labels, len(reading))
    none = codes.number(NONE)
    return Findings(
        _segments(reading, codes, clock, none),
        _doubts(reading, labels, codes, none),
        tuple(runs_where((labels != UNSAID) & (labels != reading.planes))),
        tuple(run.first for run in runs(reading.planes))[1:],
        _bests(reading, labels, codes, none),
    )


def _segments(reading: Reading, codes: Codes, clock: Clock, none: int) -> tuple[Segment, ...]:
    """Return runs of one plane and one level; ``none`` is one level."""
    level = np.digitize(_percentages(reading), (round(100 * LIKELY), round(100 * SURE))).astype(np.int32)
    level[reading.planes == none] = 0
    found = []
    for run in runs(reading.planes.astype(np.int32) * 4 + level):
        mean = float(reading.certainty[run.first : run.last + 1].mean())
        code = codes.code(int(reading.planes[run.first]))
        found.append(Segment(run.first, run.last, clock(run.first), clock(run.last + 1), code, mean))
    return tuple(found)


def _doubts(reading: Reading, labels: Row, codes: Codes, none: int) -> tuple[Doubt, ...]:
    """Return runs of frames that show a plane, or nearly do, with less certainty than "likely"."""
    reaches = (reading.planes != none) | (reading.certainty >= reading.threshold)
    doubtful = reaches & (_percentages(reading) < round(100 * LIKELY))
    found = []
    for run in runs(np.where(doubtful, reading.planes, np.int16(UNSAID))):
        if not doubtful[run.first]:
            continue
        frame = run.first + int(reading.certainty[run.first : run.last + 1].argmin())
        label = None if labels[frame] == UNSAID else codes.code(int(labels[frame]))
        plane = codes.code(int(reading.planes[frame]))
        found.append(Doubt(frame, float(reading.times[frame]), float(reading.certainty[frame]), run, plane, label))
    return tuple(found)


def _percentages(reading: Reading) -> NDArray[np.int32]:
    """Return each frame's certainty as it stands on screen, whose word goes by it."""
    return np.rint(100 * reading.certainty).astype(np.int32)


def _bests(reading: Reading, labels: Row, codes: Codes, none: int) -> tuple[PlaneBest, ...]:
    """Return each plane's frame in the middle of its surest second; a person's word goes before the model's."""
    in_force = np.where(labels == UNSAID, reading.planes, labels)
    found = []
    for number in np.unique(in_force).tolist():
        if number in (none, UNSAID):
            continue
        shown = in_force == number
        code = codes.code(number)
        sureness = _around(reading, _chance_of(reading, code, shown))
        frame = int(np.where(shown, sureness, -1.0).argmax())
        found.append(PlaneBest(code, frame, float(reading.times[frame]), float(reading.certainty[frame])))
    order = {code: place for place, code in enumerate(PLANES)}
    return tuple(sorted(found, key=lambda best: order.get(best.plane, len(order))))


def _chance_of(reading: Reading, code: str, shown: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the model's probability of a plane, float64 (N,); of one that it does not know, where a person saw it."""
    if code in reading.classes:
        return reading.probabilities[:, reading.classes.index(code)].astype(np.float64)
    return shown.astype(np.float64)


def _around(reading: Reading, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over the second around each frame; near an end, or a gap, what is missing counts as nothing."""
    low = np.searchsorted(reading.times, reading.times - _BEST_OVER_S / 2, "left")
    high = np.searchsorted(reading.times, reading.times + _BEST_OVER_S / 2, "right")
    summed = np.r_[0.0, np.cumsum(chances)]
    counts = high - low
    return np.asarray((summed[high] - summed[low]) / max(int(counts.max(initial=1)), 1), np.float64)
