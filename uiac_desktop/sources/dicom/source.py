"""DICOM ultrasound, single and multi-frame, as a source: frame by frame, cropped to the file's ultrasound region."""

from pathlib import Path

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources.base import Region, SourceInfo
from uiac_desktop.sources.dicom.file import DicomFile
from uiac_desktop.sources.dicom.header import BROKEN_HEADER
from uiac_desktop.sources.dicom.pixels import PixelDecoder
from uiac_desktop.sources.dicom.regions import ultrasound_regions
from uiac_desktop.sources.dicom.times import UNTOLD_FPS, frame_times
from uiac_desktop.sources.privacy.setting import Doorkeeper, Privacy, PrivacySetting, mismatch
from uiac_desktop.sources.sequence import PictureSequence, UnreadablePictureError


class DicomSource(PictureSequence):
    """The pictures of a DICOM file.

    Parameters
    ----------
    path
        The file.
    setting
        Crop and masks; a crop of its own goes before the file's regions.
    region
        Which of the file's 2D ultrasound regions is the crop: its number, counted from the largest, or the region
        itself; None shows the whole picture, as does a file that marks none.

    Raises
    ------
    SourceError
        It cannot be opened or decoded, or has no such region.
    """

    def __init__(self, path: Path, setting: Privacy = None, region: int | Region | None = 0) -> None:
        self._file = DicomFile(path)
        try:
            self._open(setting, region)
        except BaseException:
            self._file.close()
            raise

    def _open(self, setting: Privacy, region: int | Region | None) -> None:
        file, header = self._file, self._file.header
        try:
            regions = ultrasound_regions(header)
            self._decoder = PixelDecoder(header, file.syntax, file.pixel_kind, file.name)
            times = frame_times(header, len(file))
            width, height = int(header.Columns), int(header.Rows)
        except BROKEN_HEADER:
            raise SourceError(f"{file.name} has a broken header.", "Export it again.") from None
        crop = _chosen(regions, region, file.name)
        shown = _shown(setting, crop, width, height)
        in_use_first = tuple(sorted(regions, key=lambda other: other != crop))
        info = SourceInfo(file.name, "dicom", 0, 0, times.fps, None, None, True, True, in_use_first)
        super().__init__(info, times.seconds, shown)
        self._notices.tell(mismatch(setting, width, height))
        if len(file) < file.promised:
            self._notices.tell(f"The file is cut: it promises {file.promised} frames and holds {len(file)}.")
        if not times.told:
            self._notices.tell(
                f"The file does not say how fast it runs; it is shown at {UNTOLD_FPS:g} frames a second."
            )

    def _fetch(self, place: int) -> Pixels:
        try:
            coded = self._file.frame_bytes(place)
        except OSError as error:
            raise UnreadablePictureError(str(error)) from error
        return self._decoder.decode(coded)

    def _is_suspect(self, place: int) -> bool:
        return not self._file.has_end(place)

    def close(self) -> None:
        """Let go of the file."""
        super().close()
        self._file.close()


def _chosen(regions: tuple[Region, ...], region: int | Region | None, name: str) -> Region | None:
    if not isinstance(region, int):
        return region
    if not regions and region == 0:
        return None
    if not 0 <= region < len(regions):
        raise SourceError(
            f"{name} has no ultrasound region {region}: it marks {len(regions)}.", "Choose a region from 0 on."
        )
    return regions[region]


def _shown(setting: Privacy, crop: Region | None, width: int, height: int) -> Privacy:
    """Return what hides pictures of this size; a doorkeeper is told of the file's region."""
    if isinstance(setting, Doorkeeper):
        setting.crop_by_file(crop)
        return setting
    return (setting or PrivacySetting(width, height)).for_size(width, height).cropped_to(crop)
