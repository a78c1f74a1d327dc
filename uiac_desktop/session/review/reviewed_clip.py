"""The clip that is open in Review, as the export takes it: where it lies, what of it may be seen, and who she is."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from uiac_desktop.errors import SourceError, StoreError
from uiac_desktop.exam.foreign_clip import ForeignClip
from uiac_desktop.exam.store import ExamStore
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


def lent(clip: ReviewedClip, number: str, store: ExamStore, stack: ExitStack) -> ForeignClip:
    """Return a clip as an export takes it, opened until the stack is closed.

    Parameters
    ----------
    store
        Knows from an analysis where the clip's frames are.
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
    known = _last_analysed(store, content)
    while source.learn(_LEARN_S) or (known is not None and source.heed(*known)):
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

    whose = number or patient_number(clip.path)
    return ForeignClip(content, whose, source.known, source.info.fps, source.time_of, picture)


def _last_analysed(store: ExamStore, content: str) -> tuple[int, float] | None:
    """Return number and time of the last frame of a clip that a model has read."""
    review, _ = store.reviews.known(content) or (None, None)
    model = store.reviews.latest_model(review) if review is not None else None
    parts = store.reviews.predictions(review, model) if review is not None and model is not None else ()
    read = [part for part in parts if len(part.times)]
    return (read[-1].first + len(read[-1].times) - 1, float(read[-1].times[-1])) if read else None


def _lost() -> StoreError:
    return StoreError("A frame of the clip cannot be read.", "Open the clip in Review again.")
