"""What of the clip under review is seen: the frame on screen, its map, what covers names, what it is compared with."""

from dataclasses import replace
from typing import Final

from nas.planes import NONE
from uiac_desktop.frame import Result
from uiac_desktop.session.review.records import ReviewState, ShownFrame
from uiac_desktop.sources.privacy.setting import PrivacySetting
from uiac_desktop.ui.pictures.frame_map import NO_PICTURE, FrameMap
from uiac_desktop.ui.scan.state import Chip, MapPicture

_OF_EXAM: Final = Chip("mask", "mask", "Mask on", "ok", tooltip="A clip of an exam holds only what its mask let in.")
_MASKED: Final = Chip("mask", "mask", "Mask on", "ok", tooltip="Only what lies inside crop and masks is shown.")
_BARE: Final = Chip(
    "mask", "mask-missing", "Mask not set", "warn", tooltip="The whole picture is shown, with names burned into it."
)


class Sight:
    """The frame on screen and what belongs to it.

    Attributes
    ----------
    maps
        Knows how the model at work sees a frame.
    mask
        Crop and mask that are in force for the clip, or None.
    """

    def __init__(self) -> None:
        self.maps = FrameMap()
        self.mask: PrivacySetting | None = None
        self._result: Result | None = None
        self._mapped: tuple[Result, str | None, Result] | None = None

    def see(self, shown: ShownFrame) -> None:
        """Take another frame."""
        self._result = Result(shown.frame, shown.prediction, 0.0)

    def forget(self) -> None:
        """Let go of frame and mask: the clip is closed."""
        self._result = self.mask = self._mapped = None

    @property
    def shown(self) -> ShownFrame | None:
        """The frame to paint, or None."""
        return ShownFrame(self._result.frame, self._result.prediction) if self._result is not None else None

    def map(self, state: ReviewState) -> MapPicture:
        """Return the map of the frame for the plane that is said of it, or the words for its absence."""
        result = self._result
        if result is None:
            return NO_PICTURE
        said = _said_plane(state, result)
        if self._mapped is None or self._mapped[0] is not result or self._mapped[1] != said:
            prediction = result.prediction
            if prediction is not None and said is not None and said in (*prediction.classes, NONE):
                prediction = replace(prediction, plane=said)
            self._mapped = (result, said, Result(result.frame, prediction, 0.0))
        return self.maps.of(self._mapped[2])

    def chip(self, state: ReviewState) -> Chip | None:
        """Return what covers names; None without a clip, and for DICOM, whose own regions say what enters."""
        clip = state.clip
        if clip is None or (clip.kind == "dicom" and self.mask is None):
            return None
        if clip.clip_id is not None:
            return _OF_EXAM
        return _BARE if self.mask is None else _MASKED


def compared_plane(state: ReviewState) -> str:
    """Return the plane whose reference picture stands beside the frame: the person's, else the model's."""
    verdict = state.verdict
    return (verdict.label or verdict.plane or "") if verdict is not None else ""


def _said_plane(state: ReviewState, result: Result) -> str | None:
    """Return what the analysis says of the frame on screen, steadied; None while it is not analysed."""
    if state.verdict is None or state.frame != result.frame.index:
        return None
    return state.verdict.plane
