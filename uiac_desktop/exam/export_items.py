"""Everything that can be given away: kept frames of exams, and labelled frames of clips, one item each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath

from nas.planes import NONE
from uiac_desktop.exam.clip_pictures import ClipPictures
from uiac_desktop.exam.export_item import ExportItem
from uiac_desktop.exam.export_options import ExportOptions
from uiac_desktop.exam.foreign_clip import ForeignClip
from uiac_desktop.exam.records import Clip, KeptFrame
from uiac_desktop.exam.standing_labels import standing_labels
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.frame import Pixels


@dataclass(slots=True)
class Gathered:
    """What was found in the exams.

    Attributes
    ----------
    items
        In the order of the exams; kept frames first, then clip by clip by frame number.
    clips
        Of the exams.
    foreign
        Clips that belong to no exam, by the code that stands for each outside.
    exams
        The number of each exam by the code that stands for it outside.
    disputed
        Frames left out since people label them differently.
    unanalysed
        Clips of which all frames were asked for, and of which no model has said anything yet.
    """

    items: list[ExportItem] = field(default_factory=list)
    clips: list[Clip] = field(default_factory=list)
    foreign: dict[str, ForeignClip] = field(default_factory=dict)
    exams: dict[str, int] = field(default_factory=dict)
    disputed: int = 0
    unanalysed: int = 0


@dataclass(frozen=True, slots=True)
class _Reviewed:
    """A clip that was reviewed: its code, whose it is, what it came from, how long it is, and who reads its frames."""

    code: str
    subject: str
    exam: str
    source: str
    frames: int
    fps: float
    picture: Callable[[int], Pixels]


def gather(
    store: ExamStore,
    exam_ids: Iterable[int],
    options: ExportOptions,
    stack: ExitStack,
    foreign: Sequence[ForeignClip] = (),
) -> Gathered:
    """Return all that exams, and clips from elsewhere, have to give; pictures are read when an item is asked for them.

    A clip from elsewhere counts as a woman of its own where her number is not known; one that holds what an exam's clip
    does is that clip.

    Parameters
    ----------
    stack
        Closes the clips' files when it ends.
    foreign
        Clips that belong to no exam.

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
            review = store.reviews.review_of_clip(clip.id)
            _take_labelled(store, review, _of_exam(store, clip, woman, exam, stack), options, found)
    for other in foreign:
        review, clip_id = store.reviews.known(other.content) or (None, None)
        if clip_id is None:
            reviewed = _of_file(store, other)
            found.foreign[reviewed.code] = other
        else:
            clip = store.reviews.clip(clip_id)
            found.clips += [clip] if clip not in found.clips else []
            woman, exam = store.pseudonyms.of_woman(clip.exam_id), store.pseudonyms.of_exam(clip.exam_id)
            found.exams[exam] = clip.exam_id
            reviewed = _of_exam(store, clip, woman, exam, stack)
        if options.clip_frames != "none":
            _take_labelled(store, review, reviewed, options, found)
    return found


def _of_exam(store: ExamStore, clip: Clip, woman: str, exam: str, stack: ExitStack) -> _Reviewed:
    pictures = ClipPictures(store.media.path(clip.media), clip.width, clip.height)
    stack.callback(pictures.close)
    rate = clip.frames / clip.duration_s if clip.duration_s > 0 else 0.0
    return _Reviewed(clip_code(clip), woman, exam, clip.source, clip.frames, rate, pictures.at)


def _of_file(store: ExamStore, clip: ForeignClip) -> _Reviewed:
    code = store.pseudonyms.of_clip(clip.content)
    woman = store.pseudonyms.of_number(clip.number) or code
    return _Reviewed(code, woman, "", "", clip.frames, clip.fps or 0.0, clip.picture)


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
        source=frame.source,
        read=partial(store.media.read, frame.media),
    )


def _take_labelled(
    store: ExamStore, review: int | None, clip: _Reviewed, options: ExportOptions, found: Gathered
) -> None:
    """Add the frames of a clip that have a label, unless they were taken already."""
    if any(item.clip == clip.code for item in found.items):
        return
    if review is None:
        found.unanalysed += options.clip_frames == "all"
        return
    standing = standing_labels(store.reviews.acts(review))
    found.disputed += len(standing.disputed)
    said = dict(_predictions(store, review, options.none_below))
    numbers = set(standing.by_frame)
    if options.clip_frames == "all":
        numbers |= said.keys() - standing.disputed
        found.unanalysed += not said
    for number in sorted(number for number in numbers if number < clip.frames):
        label = standing.by_frame.get(number)
        predicted, certainty, time_s = said.get(number, ("", None, number / clip.fps if clip.fps else 0.0))
        item = ExportItem(
            stem=f"{clip.code}-f{number:06d}",
            plane=label.plane if label else predicted,
            subject=clip.subject,
            exam=clip.exam,
            clip=clip.code,
            of_clip=True,
            frame=number,
            time_s=time_s,
            predicted=predicted,
            certainty=certainty,
            labelled_by=label.act.who if label else "",
            labelled_at=label.act.at if label else None,
            source=clip.source,
            read=partial(clip.picture, number),
        )
        found.items.append(item)


def _predictions(store: ExamStore, review: int, none_below: float) -> Iterator[tuple[int, tuple[str, float, float]]]:
    """Yield frame number, and what the model that spoke last said: plane, certainty, time in seconds."""
    model = store.reviews.latest_model(review)
    for part in store.reviews.predictions(review, model) if model is not None else ():
        best = part.probabilities.argmax(axis=1).tolist()
        sure = part.probabilities.max(axis=1).tolist()
        for place, (plane, certainty) in enumerate(zip(best, sure, strict=True)):
            named = part.classes[plane] if certainty >= none_below else NONE
            yield part.first + place, (named, certainty, float(part.times[place]))
