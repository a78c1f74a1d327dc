"""Gives frames of exams away as a data set that the trainer takes as it is: nothing in it names a woman."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TypeAlias

from nas.counts import counted
from nas.data.copies import Print, print_of
from nas.data.labels import key_of
from nas.errors import NasError
from nas.still import read_still
from uiac_desktop.errors import DesktopError, StoreError
from uiac_desktop.exam.export_beside import Beside
from uiac_desktop.exam.export_clip import UnfitClipError
from uiac_desktop.exam.export_folder import ExportFolder
from uiac_desktop.exam.export_item import ExportItem
from uiac_desktop.exam.export_items import Gathered, gather
from uiac_desktop.exam.export_options import Explain, ExportOptions, levelled, wanted
from uiac_desktop.exam.export_summary import ExportSummary, Step
from uiac_desktop.exam.foreign_clip import ForeignClip
from uiac_desktop.exam.labelling import now
from uiac_desktop.exam.near_copies import unlike
from uiac_desktop.exam.plane_folder import folder_of, spelled
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.frame import Pixels

Tell: TypeAlias = Callable[[Step, int, int], None]


class _StoppedError(Exception):
    """The person wants no more."""


def export(
    store: ExamStore,
    exam_ids: Iterable[int],
    root: Path,
    options: ExportOptions | None = None,
    *,
    foreign: Sequence[ForeignClip] = (),
    explain: Explain | None = None,
    tell: Tell = lambda _step, _done, _total: None,
    goes_on: Callable[[], bool] = lambda: True,
) -> ExportSummary:
    """Add frames of exams to a data set.

    Parameters
    ----------
    store
        Used in this thread alone.
    exam_ids
        Whose frames.
    root
        A new or empty folder, or a data set, of which nothing is changed or overwritten.
    options
        Which frames; None is all kept ones, and the clips' frames that people labelled.
    foreign
        Clips that belong to no exam, whose labelled frames go along.
    explain
        Draws the model's map of a frame; None where no maps are wanted.
    tell
        Takes how far it has come: step, done, in all.
    goes_on
        False stops; what was written waits in a hidden folder for the next try.

    Raises
    ------
    DesktopError
        An option is of no use, the folder cannot be written, or there is nothing to export.
    StoreError
        The store cannot be read.
    nas.errors.NasError
        The folder holds something else; of these `NamesDifferError` asks whether two names are one plane.
    """
    options = options or ExportOptions()
    options.check()
    with ExitStack() as stack:
        read_at = now()
        found = gather(store, exam_ids, options, stack, foreign)
        if not found.items and not (options.clips and (found.clips or found.foreign)):
            raise _nothing(found)
        folder = stack.enter_context(ExportFolder(root))
        work = _Export(store, folder, options, explain, tell, goes_on)
        try:
            given = work.run(found)
            store.export_marks.note(given, read_at, outdated=work.outdated)
            return work.summary
        except _StoppedError:
            work.summary.stopped = True
            work.summary.planes = {}
            return work.summary


class _Export:
    def __init__(
        self,
        store: ExamStore,
        folder: ExportFolder,
        options: ExportOptions,
        explain: Explain | None,
        tell: Tell,
        goes_on: Callable[[], bool],
    ) -> None:
        self._store, self._folder, self._options = store, folder, options
        self._explain, self._tell, self._goes_on = explain, tell, goes_on
        self._beside = Beside(folder.root)
        self.summary = ExportSummary(folder.root)
        self.outdated: set[int] = set()

    def run(self, found: Gathered) -> set[int]:
        """Do all of it; return the exams of which something is in the set or beside it now."""
        self.summary.disputed, self.summary.unanalysed = found.disputed, found.unanalysed
        chosen = levelled(self._unlike(wanted(found.items, self._options)), self._options)
        items = self._new(chosen, found)
        names = spelled((item.plane for item in items), self._folder.planes, same_names=self._options.same_names)
        written = self._write(items, names)
        if self._options.clips:
            self._give_clips(found)
        rows = [item.row(f"{folder_of(names[item.plane])}/{item.stem}.png", names[item.plane]) for item in written]
        self._folder.finish(rows)
        self.summary.planes = dict(Counter(row["label"] for row in rows))
        self.summary.beside = self._beside.folder if self._beside.used else None
        return self._given(found, chosen, written)

    def _given(self, found: Gathered, chosen: list[ExportItem], written: list[ExportItem]) -> set[int]:
        there = {*self._folder.labels, *(item.stem for item in written)}
        of_frames = {found.exams[item.exam] for item in chosen if item.exam and item.stem in there}
        return of_frames | {clip.exam_id for clip in found.clips if self._options.clips}

    def _unlike(self, items: list[ExportItem]) -> list[ExportItem]:
        """Leave out what is nearly equal to an item before it, or to a picture of the set."""
        if not self._options.drop_near:
            return items
        there, labels = self._folder.pictures, self._folder.labels
        new = [item for item in items if item.stem not in labels]
        prints: list[Print | None] = []
        reads: list[Callable[[], Pixels]] = [*(partial(read_still, path) for path in there), *(one.read for one in new)]
        for done, read in enumerate(reads):
            self._say("comparing", done, len(reads))
            pixels = _read(read)
            prints.append(None if pixels is None else print_of(pixels.tobytes(), pixels))
        known = [one for one in prints[: len(there)] if one is not None]
        alike = {item.stem for item, kept in zip(new, unlike(known, prints[len(there) :]), strict=True) if not kept}
        self.summary.alike = len(alike)
        return [item for item in items if item.stem not in alike]

    def _new(self, items: list[ExportItem], found: Gathered) -> list[ExportItem]:
        """Leave out what is in the set; the label that it has there stays, and its exam stays changed since."""
        labels = self._folder.labels
        present = [item for item in items if item.stem in labels]
        relabelled = [item for item in present if key_of(labels[item.stem]) != key_of(item.plane)]
        self.summary.present, self.summary.relabelled = len(present), len(relabelled)
        self.outdated = {found.exams[item.exam] for item in relabelled if item.exam}
        return [item for item in items if item.stem not in labels]

    def _write(self, items: list[ExportItem], names: dict[str, str]) -> list[ExportItem]:
        written = []
        for done, item in enumerate(items):
            self._say("writing", done, len(items))
            drawn = self._explain is None or self._beside.has(item.stem)
            if not (self._folder.waits(item.stem) and drawn):
                pixels = _read(item.read)
                if pixels is None:
                    self.summary.damaged += 1
                    continue
                if self._explain is not None and not drawn:
                    self._beside.draw(item.stem, self._explain(pixels, names[item.plane]))
                self._folder.write(item.stem, pixels)
            written.append(item)
        self._say("writing", len(items), len(items))
        return written

    def _give_clips(self, found: Gathered) -> None:
        for done, clip in enumerate(found.clips):
            self._say("clips", done, len(found.clips))
            self.summary.clips += self._beside.give_clip(self._store.media.path(clip.media))
        for code, foreign in found.foreign.items():
            try:
                say = partial(self._say, "a clip", total=foreign.frames)
                self.summary.clips += self._beside.give_clip_anew(code, foreign, say)
            except UnfitClipError:
                self.summary.unfit += 1

    def _say(self, step: Step, done: int, total: int) -> None:
        if not self._goes_on():
            raise _StoppedError
        self._tell(step, done, total)


def _read(read: Callable[[], Pixels]) -> Pixels | None:
    try:
        return read()
    except (StoreError, NasError):
        return None


def _nothing(found: Gathered) -> DesktopError:
    if found.disputed:
        return DesktopError("People differ on every labelled frame.", "Settle the differences in Review first.")
    if found.unanalysed:
        clips = f"{counted(found.unanalysed, 'clip')} of which all frames were asked for"
        return DesktopError(f"No model has labelled the {clips}.", "Open them in Review, which analyses them.")
    return DesktopError("There is no frame that could be exported.", "Keep frames in Scan, or label clips in Review.")
