"""Writes a clip from elsewhere anew, cropped and masked as it was seen, since the file itself would tell more."""

import os
from collections.abc import Callable
from pathlib import Path

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.foreign_clip import ForeignClip
from uiac_desktop.exam.packing import Packer
from uiac_desktop.exam.recorder import Recorder
from uiac_desktop.frame import Frame, Pixels


class UnfitClipError(StoreError):
    """A frame cannot be read, or has another size, so that frame numbers would not be those of labels.csv."""

    def __init__(self) -> None:
        super().__init__("This clip cannot be written anew.", "Its labelled frames can be exported.")


def write_anew(clip: ForeignClip, target: Path, tell: Callable[[int], None]) -> None:
    """Write every frame of a clip with its number and time, and nothing beside; whole or not at all.

    Parameters
    ----------
    target
        Must end with ``.mp4``; its folder must exist.
    tell
        Takes the number of each frame before it is read; what it raises ends the writing.

    Raises
    ------
    UnfitClipError
        A frame cannot be read, or frames differ in size.
    StoreError
        The file cannot be written.
    """
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    recorder = Recorder(part)
    try:
        packer: Packer | None = None
        for number in range(clip.frames):
            tell(number)
            pixels = _picture(clip, number)
            packer = packer or Packer(pixels.shape[1], pixels.shape[0])
            if not packer.fits(pixels):
                raise UnfitClipError
            time_s = clip.time_of(number)
            recorder.write(packer.pack(Frame(pixels, number, time_s, captured_at=time_s)))
        recorder.close()
        os.replace(part, target)  # noqa: PTH105
    finally:
        recorder.close()
        part.unlink(missing_ok=True)


def _picture(clip: ForeignClip, number: int) -> Pixels:
    try:
        return clip.picture(number)
    except StoreError as error:
        raise UnfitClipError from error
