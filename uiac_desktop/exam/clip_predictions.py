"""What a model said of the frames of a clip, in parts as the analysis goes on, so that no frame is computed twice."""

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.schema import predictions

_LEVEL: Final = 1
_TIME_BYTES: Final = 8
_CHANCE_BYTES: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class PredictionPart:
    """Predictions of frames in a row, before any smoothing.

    Attributes
    ----------
    first
        Number of the first frame.
    times
        Of the frames, float64 (N,), seconds from the clip's first.
    classes
        Plane codes in the model's order, K of them.
    probabilities
        Calibrated, float32 (N, K).
    complete
        Whether the clip ends with this part.
    """

    first: int
    times: NDArray[np.float64]
    classes: tuple[str, ...]
    probabilities: NDArray[np.float32]
    complete: bool = False


def insert_part(connection: sa.Connection, review_id: int, model: str, part: PredictionPart) -> None:
    """Add a part; one that is there already, written by another window, stays."""
    same = (predictions.c.review_id == review_id) & (predictions.c.model == model)
    place = same & (predictions.c.first == part.first)
    known = connection.execute(sa.select(predictions.c.id, predictions.c.frames).where(place)).first()
    if known is not None:
        if known.frames >= len(part.times):
            return
        connection.execute(sa.delete(predictions).where(place))
    connection.execute(
        sa.insert(predictions).values(
            review_id=review_id,
            model=model,
            first=part.first,
            frames=len(part.times),
            classes=list(part.classes),
            complete=part.complete,
            packed=_packed(part),
        )
    )


def parts_of(connection: sa.Connection, review_id: int, model: str) -> tuple[PredictionPart, ...]:
    """Return the parts from frame 0 on up to the first gap.

    Raises
    ------
    StoreError
        One is damaged.
    """
    same = (predictions.c.review_id == review_id) & (predictions.c.model == model)
    found: list[PredictionPart] = []
    due = 0
    for row in connection.execute(sa.select(predictions).where(same).order_by(predictions.c.first)):
        if row.first != due:
            break
        part = _unpacked(row.first, row.frames, tuple(row.classes), row.packed, complete=row.complete)
        if found and part.classes != found[0].classes:
            break
        found.append(part)
        due += row.frames
    return tuple(found)


def _packed(part: PredictionPart) -> bytes:
    times = np.ascontiguousarray(part.times, "<f8").tobytes()
    return zlib.compress(times + np.ascontiguousarray(part.probabilities, "<f4").tobytes(), _LEVEL)


def _unpacked(first: int, frames: int, classes: tuple[str, ...], packed: bytes, *, complete: bool) -> PredictionPart:
    size = frames * (_TIME_BYTES + _CHANCE_BYTES * len(classes))
    raw: bytes | None
    try:
        raw = zlib.decompressobj().decompress(packed, size + 1)
    except zlib.error:
        raw = None
    if raw is None or len(raw) != size:
        raise StoreError(
            "What the model said of this clip is damaged in the exam store.", "Analyse the clip with another model."
        )
    times = np.frombuffer(raw, "<f8", frames).astype(np.float64)
    chances = np.frombuffer(raw, "<f4", offset=frames * _TIME_BYTES).astype(np.float32)
    return PredictionPart(first, times, classes, chances.reshape(frames, len(classes)), complete)
