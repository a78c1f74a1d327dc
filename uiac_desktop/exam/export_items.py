"""Everything that exams have to give away: kept frames, and the labelled frames of their clips, one item each."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath

from nas.planes import NONE
from uiac_desktop.exam.clip_pictures import ClipPictures
from uiac_desktop.exam.export_item import ExportItem
from uiac_desktop.exam.export_options import ExportOptions
from uiac_desktop.exam.records import Clip, KeptFrame
from uiac_desktop.exam.standing_labels import StandingLabels, standing_labels
from uiac_desktop.exam.store import ExamStore


@dataclass(slots=True)
class Gathered:
    """What was found in the exams.

    Attributes
    ----------
    items
        In the order of the exams; kept frames first, then clip by clip by frame number.
    clips
        Of the exams.
    exams
        The number of each exam by the code that stands for it outside.
    disputed
        Frames left out since people label them differently.
    """

    items: list[ExportItem] = field(default_factory=list)
    clips: list[Clip] = field(default_factory=list)
    exams: dict[str, int] = field(default_factory=dict)
    disputed: int = 0


def gather(store: ExamStore, exam_ids: Iterable[int], options: ExportOptions, stack: ExitStack) -> Gathered:
    """Return all that the exams have to give; pictures are read later, when an item is asked for them.

    Parameters
    ----------
    stack
        Closes the clips' files when it ends.

    Raises
    ------
    StoreError
        An exam is gone, or the store cannot be read.
    """
    found = Gathered()
    for exam_id in dict.fromkeys(exam_ids):
        store.exam(exam_id)
        woman, exam = store.pseudonyms.of_woman(exam_id), store.pseudonyms.of_exam(exam_id)
        found.exams[exam] = exam_id
        kept = [frame for frame in store.frames(exam_id) if frame.state == "kept" and frame.plane]
        found.items += [_kept(store, frame, woman, exam) for frame in kept]
        clips = store.clips(exam_id)
        found.clips += clips
        for clip in clips if options.clip_frames != "none" else ():
            pictures = ClipPictures(store.media.path(clip.media), clip.width, clip.height)
            stack.callback(pictures.close)
            standing, items = _of_clip(store, clip, woman, exam, options, pictures)
            found.items += items
            found.disputed += len(standing.disputed)
    return found


def clip_code(clip: Clip) -> str:
    """Return what a clip is called outside of the store: its random name."""
    return PurePosixPath(clip.media).stem


def _kept(store: ExamStore, frame: KeptFrame, woman: str, exam: str) -> ExportItem:
    return ExportItem(
        stem=PurePosixPath(frame.media).stem,
        plane=frame.plane,
        subject=woman,
        exam=exam,
        clip=f"{exam}-live",
        of_clip=False,
        frame=frame.frame,
        time_s=frame.time_s,
        predicted=frame.predicted,
        certainty=frame.certainty if frame.predicted else None,
        labelled_by=frame.labelled_by or "",
        labelled_at=frame.labelled_at,
        read=partial(store.media.read, frame.media),
    )


def _of_clip(
    store: ExamStore, clip: Clip, woman: str, exam: str, options: ExportOptions, pictures: ClipPictures
) -> tuple[StandingLabels, list[ExportItem]]:
    """Return the labels of a clip and its frames that have one."""
    review = store.reviews.review_of_clip(clip.id)
    if review is None:
        return StandingLabels({}, frozenset()), []
    standing = standing_labels(store.reviews.acts(review))
    said = dict(_predictions(store, review, options.none_below))
    numbers = set(standing.by_frame)
    if options.clip_frames == "all":
        numbers |= said.keys() - standing.disputed
    code = clip_code(clip)
    rate = clip.frames / clip.duration_s if clip.duration_s > 0 else 0.0
    items = []
    for number in sorted(number for number in numbers if number < clip.frames):
        label = standing.by_frame.get(number)
        predicted, certainty, time_s = said.get(number, ("", None, number / rate if rate else 0.0))
        item = ExportItem(
            stem=f"{code}-f{number:06d}",
            plane=label.plane if label else predicted,
            subject=woman,
            exam=exam,
            clip=code,
            of_clip=True,
            frame=number,
            time_s=time_s,
            predicted=predicted,
            certainty=certainty,
            labelled_by=label.act.who if label else "",
            labelled_at=label.act.at if label else None,
            read=partial(pictures.at, number),
        )
        items.append(item)
    return standing, items


def _predictions(store: ExamStore, review: int, none_below: float) -> Iterator[tuple[int, tuple[str, float, float]]]:
    """Yield frame number, and what the model that spoke last said: plane, certainty, time in seconds."""
    model = store.reviews.latest_model(review)
    for part in store.reviews.predictions(review, model) if model is not None else ():
        best = part.probabilities.argmax(axis=1).tolist()
        sure = part.probabilities.max(axis=1).tolist()
        for place, (plane, certainty) in enumerate(zip(best, sure, strict=True)):
            named = part.classes[plane] if certainty >= none_below else NONE
            yield part.first + place, (named, certainty, float(part.times[place]))
