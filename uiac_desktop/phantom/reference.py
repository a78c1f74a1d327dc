"""Reference pictures of the eleven planes: the ideal pose of one simulated subject, drawn once and shipped."""

import sys
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from nas.planes import PLANES
from uiac_desktop.phantom.examination import Examination
from uiac_desktop.phantom.furniture import Picture
from uiac_desktop.phantom.sampler import Cut
from uiac_desktop.phantom.subject import Subject

_SEED: Final = 7
_SCREEN: Final = 720
_HEIGHT: Final = 360
_CROP: Final = (0.12, 0.235, 0.76)  # left, top, and side of the part with the fetus, shares of the screen
_LEAN_DEG: Final = 8.0


def reference_picture(plane: str, examination: Examination | None = None) -> Picture:
    """Return the ideal picture of a plane: no tremor, no breath, the same moment of the heart beat for all planes.

    Parameters
    ----------
    plane
        Code of one of the eleven planes.
    examination
        At whom to look; None is the subject of the shipped pictures.

    Returns
    -------
    NDArray
        uint8 grey (360, 480).
    """
    exam = examination or _exam()
    pose = exam.subject.planes.pose(plane)
    whole = exam.picture(Cut(pose, float(np.deg2rad(_LEAN_DEG)), mirrored=False, phase=exam.phase(0.0)), 0)
    high, wide = whole.shape[:2]
    left, top, share = _CROP
    part = whole[round(top * high) : round((top + share) * high), round(left * wide) : round((left + share) * wide)]
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (_HEIGHT * 4 // 3, _HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def write_references(folder: Path) -> None:
    """Write ``<plane>.png`` for all eleven planes into a folder that is there."""
    exam = _exam()
    for plane in PLANES:
        _, coded = cv2.imencode(".png", reference_picture(plane, exam), [cv2.IMWRITE_PNG_COMPRESSION, 9])
        (folder / f"{plane}.png").write_bytes(coded.tobytes())


def _exam() -> Examination:
    return Examination(Subject.draw(_SEED, 0), 0, _SCREEN, "crisp")


if __name__ == "__main__":
    write_references(Path(sys.argv[1]))
