"""Finds the ultrasound sector on a scanner's screen by what moves, or by its speckle where nothing does."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from uiac_desktop.frame import Pixels
from uiac_desktop.sources.base import Region
from uiac_desktop.sources.privacy.sector_watch import look_of

HowFound: TypeAlias = Literal["moving", "speckle"]
FRAMES_SEEN: Final = 24
_LINES: Final = 360
_MOVES: Final = 14
_TIMES_MOVED: Final = 2
_CLOSE, _OPEN, _LETTERS = 25, 11, 11
_SPECKLE_EVERY: Final = 6
_MOVING_SHARE: Final = 0.1
_LIT, _SOFT = 9, 0.6
_LEAST_SHARE: Final = 0.04
_WRITING: Final = 48
_MOST_MASKS: Final = 8
_MOST_SPECKLE: Final = 0.25

_Grey: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FoundSector:
    """A suggestion for crop and masks, in pixels of the whole picture.

    Attributes
    ----------
    crop
        The smallest rectangle round the sector.
    masks
        Writing that stands in the corners of the crop, outside the sector.
    how
        By what it was found.
    """

    crop: Region
    masks: tuple[Region, ...]
    how: HowFound


class SectorFinder:
    """Gathers whole pictures, a few lines of each, and says where the sector is.

    The scanner's writing stands still and the sector moves, but for a clock or a heart rate, which are small.
    """

    def __init__(self) -> None:
        self._size: tuple[int, int] = (0, 0)
        self._frames: list[_Grey] = []

    def see(self, whole: Pixels) -> None:
        """Take in a whole picture, uint8, (H, W) or (H, W, 3); one of another size begins anew."""
        height, width = whole.shape[:2]
        if (width, height) != self._size:
            self._size, self._frames = (width, height), []
        sample = whole[:: self._step, :: self._step]
        sample = np.ascontiguousarray(sample if sample.ndim == 2 else sample.max(axis=2))
        self._frames = [*self._frames[-FRAMES_SEEN + 1 :], sample]

    def find(self) -> FoundSector | None:
        """Return where the sector is, or None where no part of the picture looks like one."""
        if not self._frames:
            return None
        moving = self._moving()
        speckle = [_speckle(frame) for frame in self._frames[::_SPECKLE_EVERY]]
        body = _body(np.maximum.reduce([moving, *speckle]), moving)
        if body is None or look_of(_part(self._frames[-1], _box(body))).is_page:
            return None
        moves = int((moving & body).sum()) > _MOVING_SHARE * int(body.sum())
        return self._found(body, "moving" if moves else "speckle")

    @property
    def _step(self) -> int:
        return max(1, min(self._size) // _LINES)

    def _moving(self) -> _Grey:
        """Return where the picture changed at least twice."""
        times = np.zeros(self._frames[0].shape, np.uint8)
        for before, after in zip(self._frames, self._frames[1:], strict=False):
            times += cv2.absdiff(before, after) > _MOVES
        return (times >= _TIMES_MOVED).astype(np.uint8)

    def _found(self, body: _Grey, how: HowFound) -> FoundSector:
        box = _box(body)
        masks = tuple(self._on_whole(part) for part in self._writing(body, box))
        return FoundSector(self._on_whole(box), masks, how)

    def _on_whole(self, box: Region) -> Region:
        """Return a box of the sample in pixels of the whole picture."""
        step, (width, height) = self._step, self._size
        x, y = box.x * step, box.y * step
        return Region(x, y, min(box.width * step, width - x), min(box.height * step, height - y))

    def _writing(self, body: _Grey, box: Region) -> list[Region]:
        """Return boxes of what is bright inside the box but outside the sector's hull, the largest first."""
        hull = np.zeros_like(body)
        cv2.fillConvexPoly(hull, cv2.convexHull(cv2.findNonZero(body)), 1)
        speckle = _speckle(self._frames[-1])
        still = (hull == 0) & (self._moving() == 0) & (speckle == 0)
        bright = ((np.maximum.reduce(self._frames) > _WRITING) & still).astype(np.uint8)
        joined = cv2.dilate(_part(bright, box), np.ones((_LETTERS // 2, _LETTERS), np.uint8))
        count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
        found = [Region(box.x + x, box.y + y, w, h) for x, y, w, h, _ in stats[1:count].tolist()]
        found = [part for part in found if part.width > _LETTERS + 1 and part.height > _LETTERS // 2 + 1]
        found = [part for part in found if float(_part(speckle, part).mean()) < _MOST_SPECKLE]
        return sorted(found, key=lambda part: -part.width * part.height)[:_MOST_MASKS]


def _box(body: _Grey) -> Region:
    x, y, width, height = cv2.boundingRect(body)
    return Region(x, y, width, height)


def _part(picture: _Grey, box: Region) -> _Grey:
    return picture[box.y : box.y + box.height, box.x : box.x + box.width]


def _speckle(grey: _Grey) -> _Grey:
    """Return where the picture is neither black, nor even, nor of the hard contrast of writing."""
    smooth = cv2.blur(grey, (9, 9)).astype(np.float32)
    square = cv2.blur(cv2.multiply(grey, grey, dtype=cv2.CV_32F), (9, 9))
    spread = np.sqrt(np.maximum(square - smooth * smooth, 0.0))
    return ((smooth > _LIT) & (spread > 1.5) & (spread < smooth * _SOFT + 4)).astype(np.uint8)


def _body(spots: _Grey, moving: _Grey) -> _Grey | None:
    """Return the largest connected part, small things gone and gaps closed; what moves counts threefold.

    None where it is too small.
    """
    whole = cv2.morphologyEx(spots, cv2.MORPH_OPEN, np.ones((_OPEN, _OPEN), np.uint8))
    whole = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, np.ones((_CLOSE, _CLOSE), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(whole)
    if count < 2:
        return None
    moved = np.bincount(labels[moving > 0].ravel(), minlength=count)
    weight = stats[:, cv2.CC_STAT_AREA] + 2 * moved
    best = 1 + int(np.argmax(weight[1:]))
    if stats[best, cv2.CC_STAT_AREA] < _LEAST_SHARE * spots.size:
        return None
    body: _Grey = (labels == best).astype(np.uint8)
    return body
