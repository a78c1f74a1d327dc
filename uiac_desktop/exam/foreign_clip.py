"""A clip that belongs to no exam, opened from a file in Review, with what an export has to know of it."""

from collections.abc import Callable
from dataclasses import dataclass

from uiac_desktop.frame import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class ForeignClip:
    """A clip from elsewhere.

    Attributes
    ----------
    content
        SHA-256 in hexadecimal of what it holds, under which its labels are kept.
    number
        The woman's local number, or PatientID of DICOM; hashed at once, never written; blank where nobody knows it.
    frames
        How many there are.
    fps
        Frames a second for those that no model has timed, None for stills.
    time_of
        Returns the time of a frame, seconds from the first.
    picture
        Returns the pixels of a frame, uint8 (H, W) or (H, W, 3), cropped and masked; cheap where numbers ascend. Raises
        `StoreError` where it cannot be read.
    """

    content: str
    number: str
    frames: int
    fps: float | None
    time_of: Callable[[int], float]
    picture: Callable[[int], Pixels]
