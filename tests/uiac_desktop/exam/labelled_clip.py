"""A clip in a store whose frames tell their number, with labels of people and predictions of a model."""

from datetime import UTC, datetime

import numpy as np

from uiac_desktop.exam.clip_labels import LabelSpan
from uiac_desktop.exam.clip_predictions import PredictionPart
from uiac_desktop.exam.packing import Packer
from uiac_desktop.exam.recorder import write_clip
from uiac_desktop.exam.records import Clip
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.frame import Frame

HIGH, WIDE = 47, 65


def shade(number: int) -> int:
    """Return the grey of a frame, from which its number can be read."""
    return 20 + 8 * number


def number_in(pixels: np.ndarray) -> int:
    """Return the number that a frame tells."""
    return round((float(pixels[:, WIDE // 2 :].mean()) - 20) / 8)


def add_clip(store: ExamStore, exam_id: int, frames: int = 20) -> Clip:
    """Record a clip of grey frames, brighter each time."""
    packer = Packer(WIDE, HIGH)
    packed = []
    for number in range(frames):
        pixels = np.full((HIGH, WIDE), shade(number), np.uint8)
        pixels[:, : WIDE // 4] = 0
        packed.append(packer.pack(Frame(pixels, number, number / 10, captured_at=number / 10)))
    path = store.new_clip_path(exam_id)
    recording = write_clip(path, tuple(packed))
    assert recording is not None
    return store.add_clip(
        exam_id,
        path,
        source="simulated",
        started_at=datetime.now(UTC),
        duration_s=recording.duration_s,
        frames=recording.frames,
        lost=0,
        width=WIDE,
        height=HIGH,
    )


def label(store: ExamStore, review: int, who: str, first: int, last: int, plane: str | None) -> None:
    """Let a person label a range."""
    store.reviews.add_act(review, datetime.now(UTC), who, "labelled", (LabelSpan(first, last, plane),))


def predict(store: ExamStore, review: int, frames: int, certainty: float = 0.9) -> None:
    """Let a model say FCH of every frame."""
    chances = np.tile(np.array([certainty, 1 - certainty], np.float32), (frames, 1))
    part = PredictionPart(0, np.arange(frames) / 10, ("FCH", "TV"), chances, complete=True)
    store.reviews.add_predictions(review, "ab" * 32, part)
