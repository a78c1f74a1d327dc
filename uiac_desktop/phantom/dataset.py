"""A labelled folder of simulated frames for the trainer: equal seeds give equal bytes on any number of cores."""

import csv
import io
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from nas.planes import NONE, PLANES
from uiac_desktop.errors import DesktopError
from uiac_desktop.phantom.acoustics import Cut
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.examination import Examination
from uiac_desktop.phantom.furniture import Picture
from uiac_desktop.phantom.sampling import draw_pose
from uiac_desktop.phantom.subject import Subject

EXAMS_A_SUBJECT: Final = 2
COLUMNS: Final = ("file", "label", "subject", "exam", "clip", "frame", "time_s", "distance")
MIN_SIZE, MAX_SIZE = 32, 2160
_FRAME_S = 0.4
_TURN_JITTER_DEG, _SLIDE_MM, _TRIM_DB = 15.0, 2.0, 1.5
_EXAM_STREAM, _FRAME_STREAM = 101, 102

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
class _Task:
    """One subject's share of the data set: the labels of its frames, exam by exam."""

    root: str
    seed: int
    subject: int
    size: int
    exams: tuple[tuple[str, ...], ...]


def write_dataset(
    root: Path,
    per_class: int = 200,
    subjects: int = 25,
    size: int = 256,
    seed: int = 0,
    processes: int | None = None,
    progress: Progress | None = None,
    none_factor: float = 1.0,
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

    Raises
    ------
    DesktopError
        If a number is out of range, or the folder is not empty or cannot be written.
    """
    _check(root, per_class, subjects, size, seed, processes, none_factor)
    counts = dict.fromkeys(PLANES, per_class) | {NONE: round(per_class * none_factor)}
    try:
        root.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=root))
    except OSError as problem:
        raise _unwritable(root, problem) from problem
    try:
        for label, count in counts.items():
            if count:
                (work / label).mkdir()
        tasks = list(_tasks(work, counts, subjects, size, seed))
        rows = _render(tasks, processes or os.cpu_count() or 1, progress, sum(counts.values()))
        for label, count in counts.items():
            if count:
                (work / label).replace(root / label)
        _write_labels(work / "labels.csv", rows)
        (work / "labels.csv").replace(root / "labels.csv")
    except OSError as problem:
        raise _unwritable(root, problem) from problem
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return DatasetSummary(root, counts, len(tasks))


def _check(
    root: Path, per_class: int, subjects: int, size: int, seed: int, processes: int | None, none_factor: float
) -> None:
    if per_class < 1 or subjects < 1 or (processes is not None and processes < 1) or none_factor < 0:
        raise DesktopError("A data set needs at least one image a class and one subject.", "Give 1 or more of each.")
    if not MIN_SIZE <= size <= MAX_SIZE:
        raise DesktopError(f"An image height of {size} pixels is out of range.", f"Choose {MIN_SIZE} to {MAX_SIZE}.")
    if seed < 0:
        raise DesktopError("The seed is below zero.", "Choose a whole number of 0 or more.")
    if root.exists() and not root.is_dir():
        raise DesktopError(f"{root} is a file, not a folder.", "Choose a new or empty folder.")
    if root.is_dir() and any(root.iterdir()):
        raise DesktopError(f"{root} is not empty.", "Choose a new or empty folder; nothing was written.")


def _unwritable(root: Path, problem: OSError) -> DesktopError:
    reason = problem.strerror or "unknown reason"
    return DesktopError(
        f"{root} cannot be written ({reason}).", "Check the free space and your rights, or choose another."
    )


def _tasks(work: Path, counts: dict[str, int], subjects: int, size: int, seed: int) -> Iterator[_Task]:
    """Deal every class evenly over subjects and exams, then mix the order within each exam."""
    for subject in range(subjects):
        exams = []
        for exam in range(EXAMS_A_SUBJECT):
            place = exam * subjects + subject
            labels = [label for label, count in counts.items() for _ in range(place, count, subjects * EXAMS_A_SUBJECT)]
            Dice(seed, subject, _EXAM_STREAM, exam).rng.shuffle(labels)
            exams.append(tuple(labels))
        if any(exams):
            yield _Task(str(work), seed, subject, size, tuple(exams))


def _render(tasks: list[_Task], processes: int, progress: Progress | None, total: int) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    if progress is not None:
        progress(0, total)

    def take(batch: list[tuple[str, ...]]) -> None:
        rows.extend(batch)
        if progress is not None:
            progress(len(rows), total)

    if processes == 1 or len(tasks) == 1:
        for task in tasks:
            take(_render_subject(task))
        return rows
    with multiprocessing.get_context("spawn").Pool(min(processes, len(tasks))) as pool:
        for batch in pool.imap(_render_subject, tasks):
            take(batch)
    return rows


def _render_subject(task: _Task) -> list[tuple[str, ...]]:
    """Write one subject's images and return their rows of labels.csv."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        subject = Subject.draw(task.seed, task.subject)
        return [
            row
            for number, labels in enumerate(task.exams)
            for row in _render_exam(Path(task.root), subject, number, task.size, labels)
        ]
    finally:
        cv2.setNumThreads(threads)


def _render_exam(
    root: Path, subject: Subject, number: int, size: int, labels: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    if not labels:
        return
    exam = Examination(subject, number, size)
    for frame, label in enumerate(labels):
        dice = Dice(subject.seed, subject.index, _FRAME_STREAM, number, frame)
        time_s = round((frame + dice.between(0, 1)) * _FRAME_S, 3)
        pose = draw_pose(subject.planes, label, dice)
        cut = Cut(
            pose,
            exam.turn + float(np.deg2rad(dice.between(-_TURN_JITTER_DEG, _TURN_JITTER_DEG))),
            exam.mirrored,
            exam.phase(time_s),
            (dice.between(-_SLIDE_MM, _SLIDE_MM), dice.between(-_SLIDE_MM, _SLIDE_MM)),
        )
        picture = exam.picture(cut, dice.whole(0, 2**31), dice.between(-_TRIM_DB, _TRIM_DB))
        clip = f"{subject.identity}-e{number + 1}"
        file = f"{label}/{clip}-f{frame:04d}.png"
        _write_png(root / file, picture)
        distance = subject.planes.read(pose).distance
        yield (file, label, subject.identity, str(number + 1), clip, str(frame), f"{time_s:.3f}", f"{distance:.3f}")


def _write_png(path: Path, picture: Picture) -> None:
    done, coded = cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 3])
    if not done:
        raise OSError(None, "the image could not be coded", str(path))
    path.write_bytes(coded.tobytes())


def _write_labels(path: Path, rows: list[tuple[str, ...]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
