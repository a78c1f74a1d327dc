"""The clip that is open in Review, as the export takes it: where it lies, what of it may be seen, and who she is."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from uiac_desktop.errors import SourceError, StoreError
from uiac_desktop.exam.foreign_clip import ForeignClip
from uiac_desktop.frame import Pixels
from uiac_desktop.session.gone import gone
from uiac_desktop.session.review.clip_digest import digest_of
from uiac_desktop.session.review.clip_frames import ClipFrames
from uiac_desktop.sources.dicom.patient import patient_number
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.privacy.setting import PrivacySetting

_LEARN_S = 0.5


@dataclass(frozen=True, slots=True)
class ReviewedClip:
    """A clip that is open in Review.

    Attributes
    ----------
    name
        Base name, for the screen alone.
    path
        The file, or the folder of stills.
    privacy
        Crop and masks in force there; None for none.
    """

    name: str
    path: Path
    privacy: PrivacySetting | None = None


def lent(clip: ReviewedClip, number: str, stack: ExitStack) -> ForeignClip:
    """Return a clip as an export takes it, opened until the stack is closed.

    Parameters
    ----------
    number
        The woman's local number as a person gave it; where it is blank, a DICOM file's PatientID counts.

    Raises
    ------
    SourceError
        It cannot be opened any more.
    """
    try:
        content = digest_of(clip.path)
    except OSError as error:
        raise gone(clip.name, error) from error
    source = stack.enter_context(open_source(str(clip.path.absolute()), clip.privacy))
    while source.learn(_LEARN_S):
        pass
    frames = ClipFrames(source)

    def picture(index: int) -> Pixels:
        try:
            frame = frames.glance(index)
        except (SourceError, OSError) as error:
            raise _lost() from error
        if frame is None or frame.index != index:
            raise _lost()
        return frame.pixels

    return ForeignClip(content, number or patient_number(clip.path), source.known, source.info.fps, picture)


def _lost() -> StoreError:
    return StoreError("A frame of the clip cannot be read.", "Open the clip in Review again.")
