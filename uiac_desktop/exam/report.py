"""The report of an exam as a record, from which page, HTML and PDF are made; no name or number of a woman."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Literal, TypeAlias

import numpy as np
from PIL import Image

from nas.counts import counted
from nas.planes import plane_name
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.records import Exam, KeptFrame
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.frame import Pixels

ReadPicture: TypeAlias = Callable[[int, int], Pixels | None]
PlaneState: TypeAlias = Literal["kept", "rejected", "missing", "unreadable"]

NOTICE: Final = "Research use only. Not for diagnosis. No measurement."
CERTAINTY: Final = "Certainty is the calibrated probability that the model gives to the plane that it named."
_PICTURE_WIDE: Final = 480


@dataclass(frozen=True, slots=True)
class ModelLine:
    """What the report says of the model that is chosen now.

    Attributes
    ----------
    name, facts
        As on the page of models; both may be empty.
    """

    name: str = ""
    facts: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PlaneLine:
    """One plane of the report.

    Attributes
    ----------
    plane, name
        Code and full name.
    state
        Whether a frame stands for it, and whether its picture could be read.
    frame
        The one that does, or None.
    picture
        uint8 (H, W) or (H, W, 3), at most 480 pixels wide; None without a frame.
    mapped
        The same with the model's map blended in, uint8 (H, W, 3); None where there is no map.
    """

    plane: str
    name: str
    state: PlaneState
    frame: KeptFrame | None = None
    picture: Pixels | None = None
    mapped: Pixels | None = None

    @property
    def certainty(self) -> str:
        """How sure the model is of what it said, as people read it; to be shown beside `predicted`."""
        return "" if self.frame is None else _percent(self.frame.certainty)

    @property
    def certainty_of_plane(self) -> str:
        """The same, to be shown beside `plane`; empty where a person gave a plane that the model did not say."""
        return "" if self.frame is None else _percent(self.frame.certainty_of_plane)

    @property
    def predicted(self) -> str:
        """What the model said of the frame."""
        return "" if self.frame is None else self.frame.predicted

    @property
    def confirmed(self) -> str:
        """What a person said of the frame, and whether that changed it."""
        if self.frame is None:
            return ""
        if self.frame.corrected is None:
            return "not confirmed"
        return self.frame.corrected + ("" if self.frame.corrected == self.frame.predicted else " (changed)")

    @property
    def by(self) -> str:
        """Who said it and when, in this PC's time."""
        if self.frame is None or self.frame.corrected is None:
            return ""
        return ", ".join(part for part in (self.frame.labelled_by or "", moment(self.frame.labelled_at)) if part)


@dataclass(frozen=True, slots=True, eq=False)
class ExamReport:
    """Everything that the report shows.

    Attributes
    ----------
    lines
        The planes of the protocol in its order, then others that were kept.
    of_protocol
        How many lines are the protocol's.
    frames, clips
        Kept frames and clips of the exam.
    models
        Names of the models that named its frames.
    model
        The model that is chosen now; its facts are told where it is among `models`.
    maps
        Which model the maps are of; empty where there are none, `no_maps` says why then.
    made_at
        UTC.
    """

    exam: Exam
    lines: tuple[PlaneLine, ...]
    of_protocol: int
    frames: int
    clips: int
    models: tuple[str, ...]
    model: ModelLine
    maps: str
    no_maps: str
    made_at: datetime

    @property
    def title(self) -> str:
        """Subject and beginning."""
        return f"{self.exam.subject}, {moment(self.exam.started_at)}"

    @property
    def kept_of_protocol(self) -> int:
        """For how many planes of the protocol a frame stands."""
        return sum(line.frame is not None for line in self.lines[: self.of_protocol])

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What stands under the title: word and value."""
        counts = f"{counted(self.frames, 'frame')}, {counted(self.clips, 'clip')}"
        protocol = f"{self.exam.protocol}, {self.kept_of_protocol} of {self.of_protocol} planes kept"
        if not self.of_protocol:
            protocol = f"{self.exam.protocol} (its planes are not known on this PC)"
        return (
            ("Subject", f"{self.exam.subject} (pseudonym)"),
            ("Exam", f"{moment(self.exam.started_at)}, {_lasted(self.exam)}, {counts}"),
            ("Examined by", self.exam.who or "not said"),
            ("Protocol", protocol),
            ("Confirmed by", self._confirmed()),
            ("Model", self._model()),
            ("Maps", f"by {self.maps}" if self.maps else self.no_maps),
        )

    def _confirmed(self) -> str:
        shown = [line.frame for line in self.lines if line.frame is not None]
        said = [frame for frame in shown if frame.corrected is not None]
        if not said:
            return "nobody yet"
        latest = {frame.labelled_by or "not said": frame for frame in sorted(said, key=_when)}
        people = "; ".join(f"{who}, {moment(frame.labelled_at)}" for who, frame in latest.items())
        return people if len(said) == len(shown) else f"{people} ({len(said)} of {len(shown)} frames)"

    def _model(self) -> str:
        if not self.models:
            return "none was at work"
        if self.model.name in self.models and self.model.facts:
            others = [name for name in self.models if name != self.model.name]
            known = f"{self.model.name}: {self.model.facts}"
            return known + (f" Also {', '.join(others)}." if others else "")
        return f"{', '.join(self.models)} (not chosen now, so its card is not told)"


def report_of(
    store: ExamStore,
    exam_id: int,
    planes: tuple[str, ...],
    model: ModelLine,
    made_at: datetime,
    mapped: Mapping[int, Pixels] | None = None,
    no_maps: str = "not drawn",
    read_picture: ReadPicture | None = None,
) -> ExamReport:
    """Read an exam and return its report.

    Parameters
    ----------
    planes
        Of the exam's protocol; empty where it is not known any more.
    model
        The one that is chosen now.
    made_at
        UTC.
    mapped
        Pictures with the map of the chosen model, by the frame's number.
    no_maps
        Why there are none.
    read_picture
        Returns a frame's picture by its number, at most so many pixels wide; None reads it from the store.

    Raises
    ------
    StoreError
        The exam cannot be read.
    """
    mapped, read = mapped or {}, read_picture or partial(picture_of, store)
    frames = store.frames(exam_id)
    kept = [frame for frame in frames if frame.state == "kept"]
    names = store.across.models(exam_id)
    others = dict.fromkeys(frame.plane for frame in kept if frame.best and frame.plane not in planes)
    lines = []
    for plane in (*planes, *others):
        best = next((frame for frame in kept if frame.best and frame.plane == plane), None)
        if best is None:
            rejected = any(frame.plane == plane and frame.state == "rejected" for frame in frames)
            lines.append(PlaneLine(plane, plane_name(plane), "rejected" if rejected else "missing"))
            continue
        picture, overlay = read(best.id, _PICTURE_WIDE), mapped.get(best.id)
        state: PlaneState = "unreadable" if picture is None else "kept"
        shown = None if overlay is None else shrunk_to(overlay, _PICTURE_WIDE)
        lines.append(PlaneLine(plane, plane_name(plane), state, best, picture, shown))
    said = dict.fromkeys(names[frame.id] for frame in kept if names.get(frame.id))
    return ExamReport(
        exam=store.exam(exam_id),
        lines=tuple(lines),
        of_protocol=len(planes),
        frames=len(kept),
        clips=len(store.clips(exam_id)),
        models=tuple(said),
        model=model,
        maps=model.name if any(line.mapped is not None for line in lines) else "",
        no_maps=no_maps,
        made_at=made_at,
    )


def picture_of(store: ExamStore, frame_id: int, width: int) -> Pixels | None:
    """Return a frame's picture, at most so many pixels wide; None where its file is gone or damaged."""
    try:
        return store.thumb(frame_id, width)
    except StoreError:
        return None


def shrunk_to(pixels: Pixels, width: int) -> Pixels:
    """Return a picture at most so many pixels wide."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((width, image.height), Image.Resampling.LANCZOS)
    return np.asarray(image, np.uint8)


def moment(at: datetime | None) -> str:
    """Return date and time of day in this PC's zone; empty for None."""
    return "" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M}"


def _lasted(exam: Exam) -> str:
    if exam.ended_at is None:
        return "still open"
    minutes = (exam.ended_at - exam.started_at).total_seconds() / 60
    return f"{minutes:.0f} min" if minutes >= 1 else "less than 1 min"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{min(99, round(100 * share))} %"


def _when(frame: KeptFrame) -> datetime:
    return frame.labelled_at or frame.taken_at
