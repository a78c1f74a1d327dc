"""Where the user's clip comes from: a file, or one of several in a folder, on a disc, or in a zip of one."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from uiac_desktop.errors import SourceError
from uiac_desktop.session.review.records import Medium
from uiac_desktop.sources.base import FrameSource
from uiac_desktop.sources.collection import is_packed, media_at, unpack
from uiac_desktop.sources.open import open_source
from uiac_desktop.sources.privacy.setting import PrivacySetting

_UNPACKED: Final = "uiac-review-"


class ClipPlace:
    """A place that was opened; `find` is called by one thread at a time, then anybody may ask for what was found.

    Parameters
    ----------
    place
        What the user named.
    privacy
        Crop and masks; None for none.
    clip_id
        Of an exam's clip.
    """

    def __init__(self, place: Path, privacy: PrivacySetting | None = None, clip_id: int | None = None) -> None:
        self._place: Final = place
        self.privacy: Final = privacy
        self.clip_id: Final = clip_id
        self._workshop: Path | None = None
        self._media: tuple[Path, ...] = ()
        self._root = place
        self.reports: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Base name of what was named."""
        return self._place.name

    @property
    def media(self) -> tuple[Medium, ...]:
        """What there is to choose from; empty where there is but one."""
        if len(self._media) < 2:
            return ()
        return tuple(Medium(medium.relative_to(self._root).as_posix()) for medium in self._media)

    def path(self, number: int) -> Path:
        """Return where one of the media lies, once they are found."""
        return self._media[number]

    def find(self, goes_on: Callable[[], bool]) -> None:
        """Look what is there; a second call does nothing.

        Raises
        ------
        SourceError
            There is nothing, or nothing that can be opened.
        """
        if self._media:
            return
        if not self._exists():
            raise SourceError(f"There is no file or folder {self.name or 'without a name'}.", "Check the path.")
        if is_packed(self._place):
            self._root = self._workshop = Path(tempfile.mkdtemp(prefix=_UNPACKED))
            unpack(self._place, self._workshop, goes_on)
        elif self._place.is_file():
            self._root = self._place.parent
        reports: list[str] = []
        self._media = media_at(self._root if self._workshop is not None else self._place, reports.append)
        self.reports = tuple(reports)

    def open(self, number: int) -> FrameSource:
        """Open one of the media.

        Raises
        ------
        SourceError
            It cannot be read, or is no clip.
        """
        source = open_source(str(self._media[number].absolute()), self.privacy)
        if not (source.info.paced and source.info.seekable):
            source.close()
            raise SourceError(f"{source.info.name} is no clip.", "Open a file or a folder.")
        return source

    def close(self) -> None:
        """Remove what was unpacked."""
        if self._workshop is not None:
            shutil.rmtree(self._workshop, ignore_errors=True)

    def _exists(self) -> bool:
        try:
            return bool(self._place.name) and self._place.exists()
        except (OSError, ValueError):
            return False
