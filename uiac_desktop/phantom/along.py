"""A labelled folder of frames along whole examinations, as they come and as a department would export them."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nas.planes import NONE, PLANES
from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.crop import Crop, draw_crop
from uiac_desktop.phantom.dataset import MAX_SIZE, DatasetSummary, Progress, check_share
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.labelled_folder import Row, new_folder, write_labels, write_png
from uiac_desktop.phantom.scan import SimulatedScan
from uiac_desktop.phantom.workers import answers

_MOST = 10_000
_LEAST_SIZE = 64
_CROP_STREAM = 105


@dataclass(frozen=True, slots=True)
class _Walk:
    """One examination to be written: its seed, and how its frames are taken."""

    seed: int
    size: int
    fps: float
    extras: bool
    crops: float


def write_examinations(
    root: Path,
    examinations: int,
    size: int = 256,
    seed: int = 0,
    fps: float = 4.0,
    extras: float = 0.0,
    crops: float = 0.0,
    processes: int | None = None,
    progress: Progress | None = None,
) -> DatasetSummary:
    """Write ROOT/<CLASS>/<image>.png of one way through all planes of each examination, and ROOT/labels.csv.

    Frames whose pose lies between a plane and none are left out, since their label is a matter of taste.

    Parameters
    ----------
    root
        A new or empty folder.
    examinations
        How many, 1 to 10,000; each of a subject of its own, named by the seeds from `seed` on.
    size
        Height of an image in pixels, 64..MAX_SIZE; width is round(4/3 size).
    seed
        Of the first examination; equal seeds give the examinations of `uiac-desktop --source simulated:SEED`.
    fps
        Frames a second that are taken, above 0.
    extras
        Share 0..1 of the examinations, spread evenly, in which colour box, dual image, traces and callipers come up on
        the planes, after each was seen plain. They last longer than the ways between planes: from all examinations,
        four in five frames of none would be such.
    crops
        Chance 0..1 of each examination that all its frames are cropped towards the fan and masked beside it.
    processes
        Worker processes; one a core when absent.
    progress
        Called with (examinations done, examinations in all).

    Raises
    ------
    DesktopError
        If a number is out of range, or the folder is not empty or cannot be written.
    """
    if not 1 <= examinations <= _MOST or seed < 0 or not _LEAST_SIZE <= size <= MAX_SIZE:
        raise DesktopError(
            f"Examinations are 1 to {_MOST:,}, of {_LEAST_SIZE} to {MAX_SIZE} pixels and a seed of 0 or more.",
            "Give numbers in these ranges.",
        )
    check_share(extras, "examinations with extras")
    check_share(crops, "cropped examinations")
    beside = [int((number + 1) * extras) > int(number * extras) for number in range(examinations)]
    walks = [_Walk(seed + number, size, fps, beside[number], crops) for number in range(examinations)]
    rows: list[Row] = []
    with new_folder(root) as work:
        for label in (*PLANES, NONE):
            (work / label).mkdir()
        for done, found in enumerate(answers(partial(_written, str(work), extras > 0), walks, processes), 1):
            rows += found
            if progress is not None:
                progress(done, examinations)
        write_labels(work, rows, extras > 0)
    counts = {label: sum(row[1] == label for row in rows) for label in (*PLANES, NONE)}
    return DatasetSummary(root, counts, examinations)


def _written(root: str, told: bool, walk: _Walk) -> list[Row]:
    """Write an examination and return its rows, which name the extras where the table has a column for them."""
    scan = SimulatedScan(walk.seed, walk.size, walk.fps, extras=walk.extras)
    crop = draw_crop(scan.fan, Dice(walk.seed, _CROP_STREAM), walk.crops)
    rows = (_frame(Path(root), scan, walk, told, crop, index) for index in range(scan.sweep_frames))
    return [row for row in rows if row is not None]


def _frame(root: Path, scan: SimulatedScan, walk: _Walk, told: bool, crop: Crop | None, index: int) -> Row | None:
    """Write a frame and return its row; None for one that is neither a plane nor none."""
    truth = scan.truth(index)
    if truth.doubtful:
        return None
    picture, _ = scan.render(index)
    clip = f"w{walk.seed:05d}-e1"
    file = f"{truth.plane}/{clip}-f{index:04d}.png"
    write_png(root / file, picture if crop is None else crop.of(picture, scan.fan))
    place = (file, truth.plane, f"w{walk.seed:05d}", "1", clip, str(index))
    row = (*place, f"{truth.time_s:.3f}", f"{truth.distance:.3f}")
    return (*row, truth.extra) if told else row
