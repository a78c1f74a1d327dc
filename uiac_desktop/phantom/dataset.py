"""A labelled folder of simulated frames for the trainer: equal seeds give equal bytes on any number of cores."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from nas.planes import NONE, PLANES
from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.crop import draw_crop
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.examination import Examination
from uiac_desktop.phantom.extra import EXTRAS, Extra
from uiac_desktop.phantom.labelled_folder import Row, new_folder, write_labels, write_png
from uiac_desktop.phantom.sampler import Cut
from uiac_desktop.phantom.sampling import draw_pose
from uiac_desktop.phantom.subject import Subject
from uiac_desktop.phantom.workers import answers

EXAMS_A_SUBJECT: Final = 2
MIN_SIZE, MAX_SIZE = 32, 2160
MOST_NONE: Final = 100.0
MOST_IMAGES: Final = 1_000_000
_FRAME_S = 0.4
_TURN_JITTER_DEG, _SLIDE_MM, _TRIM_DB = 15.0, 2.0, 1.5
_EXAM_STREAM, _FRAME_STREAM, _EXTRA_STREAM, _CROP_STREAM = 101, 102, 103, 104
_EXTRA_ON_A_PLANE: Final = 0.75  # of the frames with an extra; the pose of the others is that of none
_TASK_FRAMES = 96

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DatasetSummary:
    """What was written: the folder, its images a class, and how many subjects they show."""

    root: Path
    counts: dict[str, int]
    subjects: int

    @property
    def images(self) -> int:
        """Number of images in all classes."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class _Shot:
    """One image to be: frame `frame` of exam `exam`, of a pose that reads as `label`."""

    exam: int
    frame: int
    label: str


@dataclass(frozen=True, slots=True)
class _Task:
    """Work for one process between two reports: images of one subject."""

    root: str
    seed: int
    subject: int
    size: int
    extras: float
    crops: float
    shots: tuple[_Shot, ...]


def write_dataset(
    root: Path,
    per_class: int = 200,
    subjects: int = 25,
    size: int = 256,
    seed: int = 0,
    processes: int | None = None,
    progress: Progress | None = None,
    none_factor: float = 1.0,
    extras: float = 0.0,
    crops: float = 0.0,
) -> DatasetSummary:
    """Write ROOT/<CLASS>/<image>.png for the eleven planes and "none", and ROOT/labels.csv.

    Parameters
    ----------
    root
        A new or empty folder.
    per_class
        Images of each plane, 1 or more; none_factor times as many of "none".
    subjects
        Simulated fetuses, 1 or more; each has two exams.
    size
        Height of an image in pixels, MIN_SIZE..MAX_SIZE; width is round(4/3 size).
    seed
        Names the data set; subjects of different seeds are different.
    processes
        Worker processes; one a core when absent.
    progress
        Called with (images done, images in all); raising from it stops the work and removes what was written.
    none_factor
        Images of "none" over images of one plane, 0 or more.
    extras
        Share 0..1 of "none" that shows a colour box, dual image, M-mode or Doppler trace or callipers, most often over
        a good pose of a plane; above 0 the table gains a column that names them. The other images stay as they are.
    crops
        Share 0..1 of all images that is cropped towards the fan and masked beside it, as a department's crop does.

    Raises
    ------
    DesktopError
        If a number is out of range, or the folder is not empty or cannot be written.
    """
    _check(per_class, subjects, size, seed, processes, none_factor)
    check_share(extras, "frames of none with extras")
    check_share(crops, "cropped frames")
    counts = dict.fromkeys(PLANES, per_class) | {NONE: round(per_class * none_factor)}
    if max(subjects, sum(counts.values())) > MOST_IMAGES:
        raise DesktopError(
            f"A data set holds at most {MOST_IMAGES:,} images and subjects.", "Write several sets of different seeds."
        )
    with new_folder(root) as work:
        for label, count in counts.items():
            if count:
                (work / label).mkdir()
        tasks = list(_tasks(work, counts, subjects, size, seed, extras, crops))
        write_labels(work, _render(tasks, processes, progress, sum(counts.values())), extras > 0)
    return DatasetSummary(root, counts, len({task.subject for task in tasks}))


def check_share(share: float, what: str) -> None:
    """Refuse a share outside 0..1 of what is named; raises DesktopError."""
    if not 0 <= share <= 1:
        raise DesktopError(f"A share of {share} {what} is out of range.", "Choose 0 to 1.")


def _check(per_class: int, subjects: int, size: int, seed: int, processes: int | None, none_factor: float) -> None:
    if per_class < 1 or subjects < 1 or (processes is not None and processes < 1) or not 0 <= none_factor <= MOST_NONE:
        raise DesktopError(
            "A data set needs at least one image a class and one subject, and 0 to 100 times as many of none.",
            "Give numbers in these ranges.",
        )
    if not MIN_SIZE <= size <= MAX_SIZE:
        raise DesktopError(f"An image height of {size} pixels is out of range.", f"Choose {MIN_SIZE} to {MAX_SIZE}.")
    if seed < 0:
        raise DesktopError("The seed is below zero.", "Choose a whole number of 0 or more.")


def _tasks(
    work: Path, counts: dict[str, int], subjects: int, size: int, seed: int, extras: float, crops: float
) -> Iterator[_Task]:
    """Deal every class evenly over subjects and exams, mix the order within each exam, and cut into tasks."""
    for subject in range(subjects):
        shots: list[_Shot] = []
        for exam in range(EXAMS_A_SUBJECT):
            place = exam * subjects + subject
            labels = [label for label, count in counts.items() for _ in range(place, count, subjects * EXAMS_A_SUBJECT)]
            Dice(seed, subject, _EXAM_STREAM, exam).rng.shuffle(labels)
            shots += [_Shot(exam, frame, label) for frame, label in enumerate(labels)]
        for first in range(0, len(shots), _TASK_FRAMES):
            yield _Task(str(work), seed, subject, size, extras, crops, tuple(shots[first : first + _TASK_FRAMES]))


def _render(tasks: list[_Task], processes: int | None, progress: Progress | None, total: int) -> list[Row]:
    rows: list[Row] = []
    if progress is not None:
        progress(0, total)
    try:
        for batch in answers(_render_task, tasks, processes):
            rows.extend(batch)
            if progress is not None:
                progress(len(rows), total)
    finally:
        _subject.cache_clear()
    return rows


@lru_cache(maxsize=1)
def _subject(seed: int, index: int) -> Subject:
    return Subject.draw(seed, index)


def _render_task(task: _Task) -> list[Row]:
    """Write a task's images and return their rows of labels.csv."""
    subject = _subject(task.seed, task.subject)
    exams = {number: Examination(subject, number, task.size) for number in {shot.exam for shot in task.shots}}
    return [_render_shot(exams[shot.exam], shot, task) for shot in task.shots]


def _draw_extra(exam: Examination, shot: _Shot, share: float) -> tuple[Extra | None, str]:
    """Return the extra of a shot, if it gets one, and the label whose poses it is taken from; draws of their own."""
    dice = Dice(exam.subject.seed, exam.subject.index, _EXTRA_STREAM, shot.exam, shot.frame)
    if shot.label != NONE or not dice.happens(share):
        return None, shot.label
    extra = Extra(dice.pick(EXTRAS), dice.whole(0, 2**31))
    return extra, dice.pick(PLANES) if dice.happens(_EXTRA_ON_A_PLANE) else NONE


def _render_shot(exam: Examination, shot: _Shot, task: _Task) -> Row:
    subject = exam.subject
    dice = Dice(subject.seed, subject.index, _FRAME_STREAM, shot.exam, shot.frame)
    time_s = round((shot.frame + dice.between(0, 1)) * _FRAME_S, 3)
    extra, posed_as = _draw_extra(exam, shot, task.extras)
    pose = draw_pose(subject.planes, posed_as, dice)
    cut = Cut(
        pose,
        exam.turn + float(np.deg2rad(dice.between(-_TURN_JITTER_DEG, _TURN_JITTER_DEG))),
        exam.mirrored,
        exam.phase(time_s),
        (dice.between(-_SLIDE_MM, _SLIDE_MM), dice.between(-_SLIDE_MM, _SLIDE_MM)),
    )
    picture = exam.picture(cut, dice.whole(0, 2**31), dice.between(-_TRIM_DB, _TRIM_DB), extra, time_s)
    if task.crops:
        crop = draw_crop(exam.fan, Dice(subject.seed, subject.index, _CROP_STREAM, shot.exam, shot.frame), task.crops)
        picture = picture if crop is None else crop.of(picture, exam.fan)
    number = str(shot.exam + 1)
    clip = f"{subject.identity}-e{number}"
    file = f"{shot.label}/{clip}-f{shot.frame:04d}.png"
    write_png(Path(task.root) / file, picture)
    distance = subject.planes.read(pose).distance
    row = (file, shot.label, subject.identity, number, clip, str(shot.frame), f"{time_s:.3f}", f"{distance:.3f}")
    return (*row, extra.kind if extra is not None else "") if task.extras else row
